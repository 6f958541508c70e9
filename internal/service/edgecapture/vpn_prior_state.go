package edgecapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// vpnPriorState is what a stop has to know of earlier requests. The service says the
// same of a capture whose file it could not store, and of one that does not run.
type vpnPriorState struct {
	// unsure is whether the answer to the start was lost.
	unsure bool
	// stopped is whether a stop was sent whose answer was lost.
	stopped bool
	// searched is whether an earlier stop had nothing to store.
	searched bool
}

// stopSentKey is the private state's mark of a stop whose answer was lost.
const stopSentKey = "stop_sent"

// searchedKey is the mark of a stop that had nothing to store; its value is whether
// the answer to the start was lost.
const searchedKey = "no_data"

// priorState reads what the state knows.
func (m *vpnModel) priorState(ctx context.Context, private tfkit.PrivateGetter, diags *diag.Diagnostics) vpnPriorState {
	stopped, _ := tfkit.LoadPrivate[bool](ctx, private, stopSentKey, diags)
	unsure, searched := tfkit.LoadPrivate[bool](ctx, private, searchedKey, diags)
	return vpnPriorState{unsure: unsure || !searched && m.Status.ValueString() == statusUnknown, stopped: stopped, searched: searched}
}

// rememberIn keeps marks for later runs.
func rememberIn(ctx context.Context, private tfkit.PrivateSetter, diags *diag.Diagnostics) func(key string, value bool) {
	return func(key string, value bool) {
		diags.Append(tfkit.StorePrivate(context.WithoutCancel(ctx), private, key, &value)...)
	}
}

// warnOfOthers says before a stop that it may end somebody else's capture.
func (p vpnPriorState) warnOfOthers(j vpnJob, stops string, diags *diag.Diagnostics) {
	if p.unsure {
		diags.AddWarning("Packet capture may be somebody else's", tfkit.Failure{
			What: j.describe() + ": the answer to its start was lost. " + stops + " what runs there, if anything does.", Next: []string{othersMayRun},
		}.Detail())
	}
}

const captureAnew = "To capture again, change recapture_triggers (its values are free), or run terraform apply -replace on the resource."

// ended says what it means that the service has nothing to store, and the status
// that follows.
func (p vpnPriorState) ended(err error) (*vpnFailure, string) {
	said := azure.Describe(err)
	found := &vpnFailure{settled: &said}
	switch {
	case p.stopped:
		found.summary = "Packet capture was stopped before"
		said.Summary = "nothing runs any more: an earlier stop, whose answer was lost, or somebody else has ended it"
		said.Next = []string{"Look into the container of container_url: if that stop could store the file, it is there.", captureAnew}
		return found, statusEnded
	case !p.searched:
		// One word: the capture may run, and its container be at fault.
		found.summary = "Packet capture may run on"
		said.Summary = "the service had nothing to store, which it says where it could not store a file as well as where nothing runs"
		return found, statusUnknown
	case p.unsure:
		found.summary = "No packet capture runs"
		said.Summary = "the answer to its start was lost, and there is nothing to stop: it never began, has ended, or its file could not be stored"
		said.Next = []string{"Look into the container of container_url if in doubt; most likely it has no file.", captureAnew}
		return found, statusEnded
	}
	found.summary = "Packet capture is lost"
	said.Summary = "two stops had nothing to store, so it has ended: what was captured is lost, unless an earlier stop has stored it"
	return found, statusFailed
}
