package edgecapture

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Delete stops a capture that runs. What may be somebody else's is not stopped,
// but waited for until this one must have ended: a status has neither a name nor
// a time.
func (r *firewallResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state firewallModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	id, err := edgecapture.ParseFirewallID(state.FirewallID.ValueString())
	if resp.Diagnostics.HasError() || err != nil || !state.mayRun() {
		return
	}
	what := describeFirewall(id, state.FileName.ValueString())
	client, ok := openClient(r.Clients, what, &resp.Diagnostics)
	if !ok || client.Now().After(state.over()) {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, state.Timeouts.Delete, defaultFirewallDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	over := state.over().Format(time.RFC3339)
	next := []string{"It ends by itself, at " + over + " at the latest: destroy again then."}
	doubt := state.doubt(client.Now())
	ended, err := state.end(ctx, client, id)
	if ended {
		return
	}
	if err == nil {
		_, err = client.WaitFirewallEnded(ctx, id, state.over(), logFirewall(state.ID.ValueString()))
	}
	if err == nil {
		return
	}
	if interrupted := new(wait.Interrupted); doubt != "" && errors.As(err, &interrupted) {
		next = []string{
			"What runs on the firewall was waited for and not stopped: it may be this capture or somebody else's, as " + doubt + ", and Azure does not say whose it is.",
			"This one has ended by " + over + ", whatever runs then: destroy again after that, or allow more time with timeouts.delete.",
			"If nobody needs what runs: stop it in the portal, under Packet Capture of the firewall.",
		}
	}
	tfkit.AddError(&resp.Diagnostics, "Could not stop packet capture", what, azure.Describe(err), next...)
}

// end stops the capture if what runs is certainly this one. ended is whether it
// runs no more. Until it returns, no capture of this process begins there, which
// the stop would end.
func (m *firewallModel) end(ctx context.Context, client *edgecapture.Client, id edgecapture.FirewallID) (ended bool, err error) {
	last, release, err := client.HoldFirewall(ctx, id)
	if err != nil {
		return false, err
	}
	defer release()
	if last.Truncate(time.Second).After(timeOf(m.StartedAt)) {
		return true, nil // A firewall makes one capture at a time, and a later one has begun.
	}
	status, err := client.ConfirmedFirewallStatus(ctx, id)
	if edgecapture.IsGone(err) {
		if status, err = client.ConfirmedFirewallStatus(ctx, id); edgecapture.IsGone(err) {
			return true, nil
		}
	}
	switch {
	case err != nil:
		return false, err
	case !status.Running():
		return true, nil
	case m.doubt(client.Now()) != "":
		return false, nil
	}
	err = client.StopFirewall(ctx, id)
	return err == nil, err
}

// waitsBeforeDestroy is what a lost answer to a start means for a destroy.
const waitsBeforeDestroy = "Destroying or replacing it stops nothing, as what runs on the firewall may be somebody else's, but waits until this one must have ended: its time limit and ten minutes after the start."

// whyWait says before a destroy that it may wait; empty if it will not.
func (r *firewallResource) whyWait(ctx context.Context, from tfsdk.State, diags *diag.Diagnostics) string {
	var state firewallModel
	diags.Append(from.Get(ctx, &state)...)
	id, err := edgecapture.ParseFirewallID(state.FirewallID.ValueString())
	if diags.HasError() || err != nil || r.Clients == nil || !state.mayRun() {
		return ""
	}
	client, err := r.Clients.EdgeCapture()
	if err != nil {
		return "" // The destroy reports it.
	}
	doubt := state.doubt(client.Now())
	if doubt == "" || !client.Now().Before(state.over()) {
		return ""
	}
	return fmt.Sprintf("%s: what runs on the firewall may be this capture or somebody else's, as %s. If anything does, destroying waits until %s at the latest, and stops nothing.",
		describeFirewall(id, state.FileName.ValueString()), doubt, state.over().Format(time.RFC3339))
}

const mayHaveToWait = "Destroying may have to wait"

// doubt is why what runs on the firewall may be somebody else's; empty if it is
// taken for this capture.
func (m *firewallModel) doubt(now time.Time) string {
	switch {
	case m.Status.ValueString() != statusRunning:
		return "the answer to the start of this one was lost"
	case now.After(timeOf(m.StartedAt).Add(m.timeLimit())):
		return "the time limit of this one has passed"
	}
	return ""
}
