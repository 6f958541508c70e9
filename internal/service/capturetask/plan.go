package capturetask

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// ModifyPlan plans what follows from the provider's configuration and from
// other attributes, and checks the firewall of a capture that is to be made.
func (r *taskResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Clients == nil {
		return
	}
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.State.Raw.IsNull() {
		var state resourceModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if client, err := r.Clients.CFW(); err == nil { // What uses it reports the error.
			client.NoteInState(state.firewall(state.FWInstanceID.ValueString()), state.TaskID.ValueString())
		}
		if plan.stopsAfter(state) {
			for _, name := range []string{"status", "capture_size", "modified_date"} {
				resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
			}
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("remaining_days"), types.Int64Unknown())...)
		}
		return
	}
	plan.warnOfEndlessWait(ctx, resp)
	r.planCreate(ctx, req, resp, plan)
}

// warnOfEndlessWait warns of a capture that is to be waited for, and may go on
// beyond the create timeout: the apply would fail, and the next one replace it.
func (m *resourceModel) warnOfEndlessWait(ctx context.Context, resp *resource.ModifyPlanResponse) {
	if !m.WaitForCompletion.ValueBool() || m.DesiredState.ValueString() == tfkit.StateStopped || !tfkit.Given(m.DurationInMinutes) {
		return
	}
	timeout, diags := m.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	if time.Duration(m.DurationInMinutes.ValueInt64())*time.Minute >= timeout {
		resp.Diagnostics.AddAttributeWarning(path.Root("wait_for_completion"), "Capture task may not end in time",
			fmt.Sprintf("The capture may take %d minutes, and the apply waits for its end for %s only (timeouts.create). "+
				"Otherwise the apply fails when the time is over, and the next one replaces the capture. Raise timeouts.create, lower duration_in_minutes, or leave wait_for_completion out.",
				m.DurationInMinutes.ValueInt64(), timeout))
	}
}

func (r *taskResource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan resourceModel) {
	var configured scopeModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("region"), &configured.Region)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("enterprise_project_id"), &configured.EnterpriseProjectID)...)
	client, err := r.Clients.CFW()
	if notYet := new(tfkit.NotYetKnownError); errors.As(err, &notYet) {
		return // The provider's defaults stay unknown until the apply.
	}
	if err != nil {
		openClient(r.Clients, describeNew(plan), &resp.Diagnostics)
		return
	}
	scope := configured.defaultTo(r.Clients)
	if configured.Region.IsNull() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("region"), scope.Region)...)
	}
	if configured.EnterpriseProjectID.IsNull() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("enterprise_project_id"), scope.EnterpriseProjectID)...)
	}
	family, err := cfw.FamilyOf(plan.SourceAddress.ValueString())
	if err == nil && !configured.Region.IsUnknown() && !configured.EnterpriseProjectID.IsUnknown() && tfkit.Given(plan.FWInstanceID) {
		firewall := scope.firewall(plan.FWInstanceID.ValueString())
		checkFirewall(ctx, client, firewall, family, resp)
		plan.warnOfTurns(ctx, client, firewall, resp)
	}
}

// warnOfTurns warns of several tasks that are planned on one firewall: each
// waits until the ones before have ended.
func (m *resourceModel) warnOfTurns(ctx context.Context, client *cfw.Client, firewall cfw.Firewall, resp *resource.ModifyPlanResponse) {
	timeout, diags := m.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	request := m.toAPI(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	own := request.DurationInMinutes
	if m.DesiredState.ValueString() == tfkit.StateStopped {
		own = 0
	}
	turns := client.NotePlanned(firewall, request, own)
	if turns.Equal && tfkit.Given(m.Name) {
		resp.Diagnostics.AddAttributeWarning(path.Root("name"), "Capture task is planned twice",
			describeNew(*m)+" is planned by more than one resource of the configuration, with the same parameters. If an answer of the service is lost, such tasks cannot be told apart: give each of them its own name.")
	}
	if turns.Tasks < 2 {
		return
	}
	detail := fmt.Sprintf("This run creates at least %d capture tasks on the firewall %s, which runs one at a time: each waits until the ones before have ended. By their durations that may take %d minutes in all.",
		turns.Tasks, firewall.ID, turns.Minutes)
	if time.Duration(turns.Minutes-own)*time.Minute > timeout {
		detail += fmt.Sprintf(" Each create waits for %s at most, so that the last ones may fail: raise create in timeouts, or shorten duration_in_minutes.", timeout)
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("fw_instance_id"), "Capture tasks of one firewall take turns", detail)
}

// checkTimeout bounds what a plan spends on looking at a firewall.
const checkTimeout = 15 * time.Second

// checkFirewall says what is wrong with the firewall. That it could not be
// looked at is no reason to fail a plan.
func checkFirewall(ctx context.Context, client *cfw.Client, firewall cfw.Firewall, family cfw.AddressFamily, resp *resource.ModifyPlanResponse) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	err := client.CheckSupport(ctx, firewall, family)
	if err != nil && !addUnsupported(&resp.Diagnostics, err) {
		resp.Diagnostics.AddAttributeWarning(path.Root("fw_instance_id"), "Firewall was not checked",
			tfkit.Failure{What: "Whether the firewall " + firewall.ID + " supports the capture could not be found out: " + err.Error() + "."}.Detail())
	}
}

// replacePort replaces the task when a port filter changes in more than
// spelling: without one, and with all ports, any port is captured.
type replacePort struct{ tfkit.Described }

func (replacePort) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.StateValue.Equal(req.PlanValue) {
		return
	}
	resp.RequiresReplace = req.PlanValue.IsUnknown() || !cfw.SamePort(req.StateValue.ValueString(), req.PlanValue.ValueString())
}
