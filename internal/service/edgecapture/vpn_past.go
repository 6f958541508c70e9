package edgecapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// vpnPast is what a stop has to know of earlier requests. The service says the
// same of a capture whose file it could not store, and of one that does not run.
type vpnPast struct {
	// unsure is whether the answer to the start was lost.
	unsure bool
	// stopped is whether a stop was sent whose answer was lost.
	stopped bool
}

// stopSentKey is the private state's mark of a stop whose answer was lost.
const stopSentKey = "stop_sent"

// pastOf reads what the state knows.
func (m *vpnModel) pastOf(ctx context.Context, private tfkit.PrivateGetter, diags *diag.Diagnostics) vpnPast {
	stopped, _ := tfkit.LoadPrivate[bool](ctx, private, stopSentKey, diags)
	return vpnPast{unsure: m.Status.ValueString() == statusUnknown, stopped: stopped}
}

// markStopSent keeps for later runs that a stop was sent.
func markStopSent(ctx context.Context, private tfkit.PrivateSetter, diags *diag.Diagnostics) {
	sent := true
	diags.Append(tfkit.StorePrivate(context.WithoutCancel(ctx), private, stopSentKey, &sent)...)
}

const captureAnew = "To capture again, change recapture_triggers (its values are free), or run terraform apply -replace on the resource."

// ended says what it means that the service has nothing to store, and the status
// that follows.
func (p vpnPast) ended(err error) (*vpnFailure, string) {
	said := azure.Describe(err)
	found := &vpnFailure{settled: &said}
	switch {
	case p.stopped:
		found.summary = "Packet capture was stopped before"
		said.Summary = "nothing runs any more: an earlier stop, whose answer was lost, or somebody else has ended it"
		said.Next = []string{"Look into the container of container_url: if that stop could store the file, it is there.", captureAnew}
		return found, statusEnded
	case p.unsure:
		found.summary = "No packet capture runs"
		said.Summary = "the answer to its start was lost, and there is nothing to stop: it never began, has ended, or its file could not be stored"
		said.Next = []string{"Look into the container of container_url if in doubt; most likely it has no file.", captureAnew}
		return found, statusEnded
	}
	found.summary = "Packet capture is lost"
	said.Summary = "it has ended, and the service could not store its file: what was captured is lost, unless an earlier stop has stored it"
	return found, statusFailed
}
