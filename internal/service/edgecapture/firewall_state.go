package edgecapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// Read asks for the status while the capture may run. What the firewall says
// after that may be of another capture.
func (r *firewallResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state firewallModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	noteRead(r.Clients, firewallName(ctx, req.State), true)
	if resp.Diagnostics.HasError() || !state.mayRun() || r.Clients == nil {
		return
	}
	id, err := edgecapture.ParseFirewallID(state.FirewallID.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("Firewall ID in the state is not valid", tfkit.Sentence(err))
		return
	}
	client, err := r.Clients.EdgeCapture()
	if err == nil {
		ctx, cancel := tfkit.WithTimeout(ctx, state.Timeouts.Read, defaultFirewallReadTimeout, &resp.Diagnostics)
		defer cancel()
		err = state.refresh(ctx, client, id, &resp.Diagnostics)
	}
	if err != nil {
		resp.Diagnostics.AddWarning("Packet capture was not refreshed",
			tfkit.Explain(describeFirewall(id, state.FileName.ValueString())+" stays in the state as it was", azure.Describe(err)))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (m *firewallModel) refresh(ctx context.Context, client *edgecapture.Client, id edgecapture.FirewallID, diags *diag.Diagnostics) error {
	if client.Now().After(m.over()) {
		m.Status = types.StringValue(statusEnded)
		return nil
	}
	status, err := client.ConfirmedFirewallStatus(ctx, id)
	doubt := m.doubt(client.Now())
	switch {
	case err != nil:
		return err
	case doubt != "" && status.Running():
		return nil // Whose it is, the service does not say.
	case doubt != "":
		// Nor whose result this is.
		status = edgecapture.FirewallStatus{Code: edgecapture.FirewallNotInProgress}
		m.Status = types.StringValue(statusEnded)
	default:
		m.set(status)
	}
	if !status.Running() {
		firewallRun{id: id, capture: edgecapture.FirewallCapture{FileName: m.FileName.ValueString()}}.warn(status, diags)
	}
	return nil
}

// warn is report for a capture that nobody waited for.
func (r firewallRun) warn(status edgecapture.FirewallStatus, diags *diag.Diagnostics) {
	var found diag.Diagnostics
	r.report(status, &found)
	for _, finding := range found {
		diags.AddWarning(finding.Summary(), finding.Detail())
	}
}

// Update takes what does not change the capture.
func (*firewallResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan firewallModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(tfkit.MarkApplied(ctx, resp.Private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}
