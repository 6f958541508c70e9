package packetcapture

import (
	"context"
	"fmt"
	"slices"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// explain reports a failure after the service had accepted the capture: it
// asks once more for the session's status, even if the operation was
// interrupted, for there the service says what went wrong.
func (m *resourceModel) explain(ctx context.Context, client *networkwatcher.Client, id networkwatcher.PacketCaptureID, summary string, err error, diags *diag.Diagnostics, next ...string) {
	ctx, cancel := tfkit.AfterInterruption(ctx)
	defer cancel()
	status, statusErr := client.Status(ctx, id)
	if statusErr != nil {
		status = nil
	}
	m.explainBy(ctx, status, id, summary, err, diags, next...)
}

// explainBy is explain with the session's status in hand; nil if there is none.
func (m *resourceModel) explainBy(ctx context.Context, status *armnetwork.PacketCaptureQueryStatusResult, id networkwatcher.PacketCaptureID, summary string, err error, diags *diag.Diagnostics, next ...string) {
	var said []string
	var causes, problems []string
	if status != nil {
		problems = networkwatcher.Errors(status)
		diags.Append(m.setStatus(ctx, status)...)
		said = append(said, fmt.Sprintf("The service says of the session: %s.", describeStatus(status)))
		causes = networkwatcher.LikelyCauses(problems)
	}
	switch {
	case summary == couldNotStart && !networkwatcher.CreationFailed(err):
		causes = append(causes, tfkit.KeptAsTainted)
	case summary == couldNotStart && (status == nil || *status.PacketCaptureStatus != armnetwork.PcStatusRunning):
		// A session that runs contradicts all of them.
		causes = append(causes, networkwatcher.LikelyCausesOfFailedCreate(problems)...)
	}
	for _, cause := range causes {
		if !slices.Contains(said, cause) {
			said = append(said, cause)
		}
	}
	addError(diags, summary, id, err, append(said, next...)...)
}

// reportEnd reports a session that was waited for and ended badly.
func (m *resourceModel) reportEnd(id networkwatcher.PacketCaptureID, status *armnetwork.PacketCaptureQueryStatusResult, diags *diag.Diagnostics) {
	problems := networkwatcher.Errors(status)
	detail := endOf(id, status)
	switch {
	case sessionFailed(status):
		diags.AddError("Packet capture ended with an error", detail)
	case len(problems) > 0:
		diags.AddWarning("Packet capture ended with problems", detail)
	}
}

func sessionFailed(status *armnetwork.PacketCaptureQueryStatusResult) bool {
	return value(status.StopReason) == "Error" || valueOr(status.PacketCaptureStatus, "") == armnetwork.PcStatusError
}

func endOf(id networkwatcher.PacketCaptureID, status *armnetwork.PacketCaptureQueryStatusResult) string {
	return tfkit.Failure{
		What: fmt.Sprintf("%s ended: %s.", describe(id), describeStatus(status)),
		Next: networkwatcher.LikelyCauses(networkwatcher.Errors(status)),
	}.Detail()
}

// warnOfEnd warns of a session that nobody waited for and that has failed.
func (m *captureModel) warnOfEnd(id networkwatcher.PacketCaptureID, status *armnetwork.PacketCaptureQueryStatusResult, diags *diag.Diagnostics) {
	if m.sessionEnded() && (len(networkwatcher.Errors(status)) > 0 || sessionFailed(status)) {
		diags.AddWarning("Packet capture ended with an error", endOf(id, status))
	}
}
