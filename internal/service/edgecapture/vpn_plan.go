package edgecapture

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// ModifyPlan plans the stop of a capture that an earlier apply left running, and
// checks what create and stop would fail of.
func (r *vpnResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var state vpnModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		noteRead(r.Clients, state.TargetID.ValueString(), false)
	}
	if r.Clients == nil || resp.Diagnostics.HasError() {
		return
	}
	client, err := r.Clients.EdgeCapture()
	if err != nil {
		return // What uses it reports the error.
	}
	now := client.Now()
	destroy := state.destroyPlan(ctx, r.Clients, now)
	if why, replaces := passOn(ctx, req, resp, func() string { return destroy.stuck }); replaces {
		resp.Diagnostics.AddError(cannotDestroy, why)
		return
	}
	if !req.State.Raw.IsNull() && !state.mayRun() {
		return
	}
	if req.Plan.Raw.IsNull() {
		state.reportDestroy(ctx, req.Private, destroy, &resp.Diagnostics)
		return
	}
	until := seconds(get[types.Int64](ctx, req.Plan, "duration_in_seconds", &resp.Diagnostics))
	end := now.Add(until)
	if req.State.Raw.IsNull() {
		checkVPNTimeout(ctx, req.Plan, until, &resp.Diagnostics)
	} else {
		if planReplace(ctx, req, destroy, &resp.Diagnostics) {
			return
		}
		state.warnOfOthers(ctx, req.Private, "The apply stops", &resp.Diagnostics)
		for _, name := range []string{"status", "stopped_at", "container_url"} {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
		}
		if end = state.due(); end.Before(now) {
			end = now
		}
	}
	r.planSAS(ctx, req, client, end, &state, destroy, resp)
}

// planSAS checks the SAS for what uses it last at end. destroy is what a destroy would
// meet with, which makes the same plan before.
func (r *vpnResource) planSAS(ctx context.Context, req resource.ModifyPlanRequest, client *edgecapture.Client, end time.Time, state *vpnModel, destroy destroyPlan, resp *resource.ModifyPlanResponse) {
	configured := get[types.String](ctx, req.Config, "sas_url_wo", &resp.Diagnostics)
	if req.State.Raw.IsNull() {
		if !configured.IsUnknown() {
			harmless := client.IsRead(get[types.String](ctx, req.Plan, "target_id", &resp.Diagnostics).ValueString())
			planContainer(r.Clients, configured, client.Now(), end, harmless, &resp.Diagnostics)
		}
		return
	}
	if configured.IsUnknown() || get[types.String](ctx, req.Plan, "on_destroy", &resp.Diagnostics).ValueString() == onDestroyAbandon {
		return
	}
	var found diag.Diagnostics
	planContainer(r.Clients, configured, client.Now(), end, destroy.stuck == "", &found)
	for _, problem := range found {
		if problem.Severity() == diag.SeverityError {
			problem = diag.NewErrorDiagnostic(problem.Summary(), problem.Detail()+"\n\n"+state.howToForget(ctx))
		}
		resp.Diagnostics.Append(problem)
	}
}

// warnOfOthers says what a stop of this capture may end.
func (m *vpnModel) warnOfOthers(ctx context.Context, private tfkit.PrivateGetter, stops string, diags *diag.Diagnostics) {
	var ignored diag.Diagnostics
	j, _ := m.job(ctx, &ignored)
	m.priorState(ctx, private, diags).warnOfOthers(j, stops, diags)
}

// replacesKey has what is to be said if the resource is replaced. A plan is made
// twice then, with and without its state, and no first one knows of -replace.
const replacesKey = "replaced"

// passOn keeps what text returns for the second plan, whose replaces is true if
// there is something to say.
func passOn(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, text func() string) (said string, replaces bool) {
	said, replaces = tfkit.LoadPrivate[string](ctx, req.Private, replacesKey, &resp.Diagnostics)
	if req.State.Raw.IsNull() {
		return said, replaces
	}
	now := text()
	switch {
	case req.Plan.Raw.IsNull() || now == said:
	case now == "":
		resp.Diagnostics.Append(tfkit.StorePrivate[string](ctx, resp.Private, replacesKey, nil)...)
	default:
		resp.Diagnostics.Append(tfkit.StorePrivate(ctx, resp.Private, replacesKey, &now)...)
	}
	return "", false
}

// checkVPNTimeout refuses a capture that the create timeout would interrupt.
func checkVPNTimeout(ctx context.Context, plan getter, takes time.Duration, diags *diag.Diagnostics) {
	allowed, problems := get[timeouts.Value](ctx, plan, "timeouts", diags).Create(ctx, takes+stopTime)
	if diags.Append(problems...); allowed <= takes {
		diags.AddAttributeError(createTimeout(), "Create timeout is shorter than the capture",
			fmt.Sprintf("timeouts.create is %s, and the capture takes %s, before it is stopped and its file is stored. Leave timeouts.create out (%s), allow more time, or lower duration_in_seconds.", allowed, takes, takes+stopTime))
	}
}

// replaces returns the first argument whose change replaces the capture.
func replaces(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) string {
	for _, name := range []string{"target_id", "link_connection_names", "filter", "duration_in_seconds", "recapture_triggers"} {
		from, to := get[attr.Value](ctx, req.State, name, diags), get[attr.Value](ctx, req.Plan, name, diags)
		if from == nil || to == nil || from.Equal(to) || name == "target_id" && strings.EqualFold(from.String(), to.String()) {
			continue
		}
		return name
	}
	return ""
}
