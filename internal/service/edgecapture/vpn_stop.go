package edgecapture

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// Update stops a capture that runs, when its time is over. Everything else is
// only noted.
func (r *vpnResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state vpnModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.Status, plan.StoppedAt, plan.ContainerURL = state.Status, state.StoppedAt, state.ContainerURL
	defer func() {
		ctx := context.WithoutCancel(ctx)
		resp.Diagnostics.Append(tfkit.MarkApplied(ctx, resp.Private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}()
	if !state.mayRun() {
		return
	}
	j, ok := state.job(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	client, ok := openClient(r.Clients, j.describe(), &resp.Diagnostics)
	if !ok {
		return
	}
	prior := state.priorState(ctx, req.Private, &resp.Diagnostics)
	due := state.due()
	if now := client.Now(); due.Before(now) || prior.stopped {
		due = now
	}
	var problems diag.Diagnostics
	into, ok := container(r.Clients, get[types.String](ctx, req.Config, "sas_url_wo", &problems), client.Now(), due, &problems)
	if !ok && plan.OnDestroy.ValueString() == onDestroyAbandon {
		// Who abandons it may have no container, and can destroy it now.
		resp.Diagnostics.AddWarning("Packet capture was not stopped", j.describe()+" runs on, for want of a usable SAS. Destroying the resource forgets it.")
		return
	}
	if resp.Diagnostics.Append(problems...); !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Update, j.duration+stopTime, &resp.Diagnostics)
	defer cancel()
	release, err := client.Turn(ctx, j.target)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, couldNotStop, j.describe(), azure.Describe(err))
		return
	}
	defer release()
	run := vpnRun{client: client, job: j, into: into, prior: prior, remember: rememberIn(ctx, resp.Private, &resp.Diagnostics), became: func(status string) {
		plan.become(status, client.Now())
		plan.ContainerURL = types.StringValue(into.String())
	}}
	if problem := run.finish(ctx, due); problem != nil {
		plan.settle(j, problem, client.Now(), &resp.Diagnostics)
	}
}

// settle reports the stop that went wrong in an update, as an error unless the
// state is true without it.
func (m *vpnModel) settle(j vpnJob, problem *vpnFailure, now time.Time, diags *diag.Diagnostics) {
	failed := new(edgecapture.FailedError)
	switch {
	case m.Status.ValueString() == statusUnknown && problem.settled != nil:
		problem.next = append(problem.next, stoppedAgain)
		problem.warn(j.describe(), diags)
	case m.Status.ValueString() == statusEnded:
		problem.warn(j.describe(), diags)
	case m.Status.ValueString() == statusFailed:
		problem.next = append(problem.next, captureAnew)
		problem.add(j.describe(), diags)
	case m.OnDestroy.ValueString() == onDestroyAbandon && !errors.As(problem.err, &failed):
		problem.next = append(problem.next, "It may run on. Destroying the resource forgets it, as on_destroy = \"abandon\" says.")
		problem.warn(j.describe(), diags)
	case m.OnDestroy.ValueString() == onDestroyAbandon:
		m.become(statusFailed, now)
		problem.next = append(problem.next, "It was given up, as on_destroy = \"abandon\" says. "+captureAnew)
		problem.warn(j.describe(), diags)
	default:
		problem.next = append(problem.next, "It is in the state as it was: apply again, with another SAS URL in sas_url_wo if that is at fault.", giveUp+" and apply.")
		problem.add(j.describe(), diags)
	}
}

// Delete stops a capture that runs with the environment's SAS, as the
// configuration's is not there.
func (r *vpnResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state vpnModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !state.mayRun() {
		return
	}
	j, ok := state.job(ctx, &resp.Diagnostics)
	if !ok {
		return
	}
	client, ok := openClient(r.Clients, j.describe(), &resp.Diagnostics)
	if !ok {
		return
	}
	into, why, _ := destroyContainer(r.Clients, client.Now())
	switch {
	case why != "" && state.abandons():
		resp.Diagnostics.AddWarning("Packet capture was abandoned", j.abandoned())
		return
	case why != "":
		resp.Diagnostics.AddError(cannotDestroy, state.whyNotDestroyed(ctx, why))
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, state.Timeouts.Delete, defaultVPNDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	release, err := client.Turn(ctx, j.target)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, couldNotStop, j.describe(), azure.Describe(err))
		return
	}
	defer release()
	prior := state.priorState(ctx, req.Private, &resp.Diagnostics)
	prior.warnOfOthers(j, "Destroying it stops", &resp.Diagnostics)
	var end string
	problem := vpnRun{
		client: client, job: j, into: into, prior: prior, became: func(status string) { end = status },
		remember: rememberIn(ctx, resp.Private, &resp.Diagnostics),
	}.stop(ctx)
	switch {
	case problem == nil:
	case end == statusUnknown && !state.abandons():
		problem.next = append(problem.next, "It is in the state as it was: destroy again, with another SAS URL in "+sasVariable+" if that is at fault. If Azure says the same then, nothing runs.", giveUp+", apply, and destroy.")
		problem.add(j.describe(), &resp.Diagnostics)
	case end != "" && end != statusUnknown:
		// Nothing runs, so that there is nothing to keep.
		problem.settled.Next = []string{"The resource is destroyed. Look into the container of container_url if in doubt."}
		problem.warn(j.describe(), &resp.Diagnostics)
	case state.abandons() && ctx.Err() == nil:
		problem.next = append(problem.next, "It may run on, and Terraform has forgotten it (on_destroy = \"abandon\").")
		problem.warn(j.describe(), &resp.Diagnostics)
	default:
		problem.next = append(problem.next, "It is in the state as it was: destroy again.", giveUp+", apply, and destroy.")
		problem.add(j.describe(), &resp.Diagnostics)
	}
}

// abandoned says what a destroy leaves behind that does not stop the capture.
func (j vpnJob) abandoned() string {
	return tfkit.Failure{
		What: j.describe() + " may run on, and Terraform has forgotten it (on_destroy = \"abandon\").",
		Next: []string{"Stop it when you have the SAS URL of a container: " + j.stopCommand() + ". Until then no other capture can begin on it."},
	}.Detail()
}

// stoppedAgain is what follows where a stop had nothing to store.
const stoppedAgain = "The state has it as unknown: the next apply stops it again, with another SAS URL in sas_url_wo if that is at fault. If Azure says the same then, nothing runs."

// giveUp begins a way out where the service does not stop a capture.
const giveUp = "If Azure refuses to stop it whatever the SAS: set on_destroy = \"abandon\", which lets the resource be destroyed although the capture may run on"
