package capturetask

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// Create starts the capture. As soon as the task's id is known, the state
// holds it.
func (r *taskResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	request := plan.toAPI(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Create, defaultCreateTimeout, &resp.Diagnostics)
	defer cancel()
	what := describeNew(plan)
	client, ok := openClient(r.Clients, what, &resp.Diagnostics)
	if !ok {
		return
	}
	// What the plan could not know of the provider's configuration is known
	// by now.
	scope := plan.defaultTo(r.Clients)
	plan.scopeModel = scope.spelledLike(plan.scopeModel)
	firewall := scope.firewall(plan.FWInstanceID.ValueString())
	// Saved even if the operation was interrupted by then.
	saved := context.WithoutCancel(ctx)
	resp.Diagnostics.Append(tfkit.StorePrivate(saved, resp.Private, scopeKey, &firewall.Scope)...)
	made, err := client.Capture(ctx, firewall, request, logProgress(firewall.ID, request.Name))
	plan.warnOfDoubts(what, made, err, &resp.Diagnostics)
	if unconfirmed := new(cfw.UnconfirmedError); errors.As(err, &unconfirmed) {
		plan.keepPosting(ctx, what, unconfirmed, resp)
		return
	}
	if err != nil {
		addCaptureError(&resp.Diagnostics, what, err)
		return
	}
	id := taskID{firewall: firewall.ID, task: made.ID}
	plan.fromAPI(id.firewall, made.Task)
	resp.Diagnostics.Append(resp.State.Set(saved, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(saved, identityOf(id, scope.Region))...)
	resp.Diagnostics.Append(tfkit.MarkStateApplied(saved, resp.Private, plan.DesiredState)...)
	plan.finish(ctx, client, id, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(saved, &plan)...)
}

// finish waits for what the plan asks for and leaves in m what the service
// said last.
func (m *resourceModel) finish(ctx context.Context, client *cfw.Client, id taskID, diags *diag.Diagnostics) {
	switch {
	case m.DesiredState.ValueString() == tfkit.StateStopped:
		m.stop(ctx, client, id, diags, tfkit.KeptAsTainted)
	case m.WaitForCompletion.ValueBool():
		task, err := client.WaitEnded(ctx, m.firewall(id.firewall), id.task, logProgress(id.firewall, id.task))
		if err != nil {
			m.explain(ctx, client, id, "Capture task did not end in time", err, diags, tfkit.KeptAsTainted)
			return
		}
		m.fromAPI(id.firewall, task)
		if task.Status == cfw.StatusFailed {
			diags.AddError("Capture task ended with an error", tfkit.Failure{
				What: fmt.Sprintf("%s ended with the status %q. The service does not say why.", describe(id), task.Status),
				Next: []string{"Look at the firewall in the console: whether it works, and whether traffic passes it."},
			}.Detail())
		}
	}
}

// stop ends the capture and takes over how it ended. next is what to do if it
// cannot be ended.
func (m *resourceModel) stop(ctx context.Context, client *cfw.Client, id taskID, diags *diag.Diagnostics, next string) bool {
	task, err := stopAndWait(ctx, client, m.firewall(id.firewall), id.task)
	if err != nil {
		return m.explain(ctx, client, id, "Could not stop capture task", err, diags, next)
	}
	m.fromAPI(id.firewall, task)
	return true
}

func stopAndWait(ctx context.Context, client *cfw.Client, firewall cfw.Firewall, taskID string) (cfw.Task, error) {
	if err := client.Stop(ctx, firewall, taskID); err != nil {
		return cfw.Task{}, err
	}
	return client.WaitEnded(ctx, firewall, taskID, logProgress(firewall.ID, taskID))
}

// explain reports a failure after the capture had started. It looks once more
// at the task, even if the operation was interrupted, and reports true, and no
// failure, if the task has ended all the same.
func (m *resourceModel) explain(ctx context.Context, client *cfw.Client, id taskID, summary string, err error, diags *diag.Diagnostics, next string) bool {
	ctx, cancel := tfkit.AfterInterruption(ctx)
	defer cancel()
	task, findErr := client.Find(ctx, m.firewall(id.firewall), id.task)
	if findErr != nil {
		addError(diags, summary, id, err, next)
		return false
	}
	m.fromAPI(id.firewall, task)
	if task.Status.Ended() && task.Status != cfw.StatusFailed {
		return true
	}
	addError(diags, summary, id, err, fmt.Sprintf("The service lists the task with the status %q.", task.Status), next)
	return false
}
