package packetcapture

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v9"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func describe(id networkwatcher.PacketCaptureID) string {
	return fmt.Sprintf("Packet capture %q of network watcher %q (resource group %q, subscription %s)",
		id.Name, id.Watcher.Name, id.Watcher.ResourceGroupName, id.Watcher.SubscriptionID)
}

func describeStatus(status *armnetwork.PacketCaptureQueryStatusResult) string {
	text := string(valueOr(status.PacketCaptureStatus, armnetwork.PcStatusUnknown))
	if reason := value(status.StopReason); reason != "" {
		text += ", stop reason " + reason
	}
	if problems := networkwatcher.Errors(status); len(problems) > 0 {
		text += ", errors: " + strings.Join(problems, "; ")
	}
	return text
}

// applyAgain is what to do after an update that failed.
const applyAgain = "It is in the state as it was: apply again."

// addError reports a failed call on a capture.
func addError(diags *diag.Diagnostics, summary string, id networkwatcher.PacketCaptureID, err error, next ...string) {
	tfkit.AddAzureError(diags, summary, describe(id), err, next...)
}

// addCreateError reports that the name is taken, or that the create failed.
func addCreateError(diags *diag.Diagnostics, summary string, id networkwatcher.PacketCaptureID, err error) {
	exists := new(networkwatcher.ExistsError)
	if !errors.As(err, &exists) {
		addError(diags, summary, id, err)
		return
	}
	said := azure.Describe(errors.Unwrap(exists))
	diags.AddError("Packet capture already exists", tfkit.Failure{
		What: describe(exists.ID) + " exists already, and is not in this state. The service cannot change a capture.",
		Code: said.Code, Message: said.Message, RequestID: said.RequestID,
		Next: []string{fmt.Sprintf("Import it with: terraform import cloudtap_%s.NAME '%s'\n"+
			"where NAME is the resource's name in your configuration, or delete it, or choose another name.", TypeName, exists.ID)},
	}.Detail())
}

// client returns the client, or reports why there is none.
func (r *captureResource) client(id networkwatcher.PacketCaptureID, diags *diag.Diagnostics) (*networkwatcher.Client, bool) {
	return openClient(r.clients, describe(id), diags)
}

func openClient(clients clients, what string, diags *diag.Diagnostics) (*networkwatcher.Client, bool) {
	client, err := clients.NetworkWatcher()
	if err != nil {
		diags.AddError("Could not use Azure", tfkit.Failure{What: what + " cannot be reached: " + err.Error()}.Detail())
	}
	return client, err == nil && !diags.HasError()
}

// logProgress writes a running session's status to the log.
func logProgress(id networkwatcher.PacketCaptureID) func(context.Context, *armnetwork.PacketCaptureQueryStatusResult) {
	return func(ctx context.Context, status *armnetwork.PacketCaptureQueryStatusResult) {
		tflog.Info(ctx, "waiting for packet capture to end", map[string]any{
			"packet_capture_id": id.String(), "status": describeStatus(status),
		})
	}
}
