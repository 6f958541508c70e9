// Package capturetask serves packet capture tasks of Huawei Cloud's Cloud
// Firewall.
package capturetask

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// TypeName is the resource's type without the provider's name.
const TypeName = "huaweicloud_capture_task"

const (
	defaultCreateTimeout = time.Hour
	defaultReadTimeout   = 5 * time.Minute
	defaultUpdateTimeout = 10 * time.Minute
	defaultDeleteTimeout = 10 * time.Minute
)

var (
	_ resource.ResourceWithConfigValidators = (*taskResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*taskResource)(nil)
	_ resource.ResourceWithIdentity         = (*taskResource)(nil)
	_ resource.ResourceWithImportState      = (*taskResource)(nil)
	_ resource.ResourceWithMoveState        = (*taskResource)(nil)
)

// clients is what the service needs of the provider.
type clients interface {
	CFW() (*cfw.Client, error)
	HuaweiCloudRegion() string
	HuaweiCloudEnterpriseProjectID() string
}

type taskResource struct{ tfkit.Resource[clients] }

// NewResource returns the resource cloudtap_huaweicloud_capture_task.
func NewResource() resource.Resource { return &taskResource{base()} }

func base() tfkit.Resource[clients] { return tfkit.Resource[clients]{Type: TypeName} }

func (*taskResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(ctx)
}

// Read refreshes the state from the list that all tasks of the firewall
// share. A record that aged out stays in the state: without the record the
// capture was made all the same.
func (r *taskResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	state.recall(ctx, req.Private, &resp.Diagnostics)
	if state.ID.IsNull() {
		r.readPosted(ctx, state, req, resp)
		return
	}
	id, ok := parseID(state.ID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	resp.Diagnostics.Append(noteIdentity(ctx, resp.Identity, id, state.Region)...)
	client, err := r.Clients.CFW()
	if notYet := new(tfkit.NotYetKnownError); errors.As(err, &notYet) {
		resp.Diagnostics.AddWarning("Capture task was not refreshed", tfkit.Sentence(err))
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, state.Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	var task cfw.Task
	if err == nil {
		client.NoteInState(state.firewall(id.firewall), id.task)
		task, err = client.Find(ctx, state.firewall(id.firewall), id.task)
	}
	gone := new(cfw.TaskGoneError)
	switch {
	case errors.As(err, &gone) && state.agedOut(gone.At):
		state.expire()
	case errors.As(err, &gone):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		addError(&resp.Diagnostics, "Could not read capture task", id, err)
		return
	default:
		state.fromAPI(id.firewall, task)
	}
	state.assumeDesired()
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// readPosted looks for a task that an earlier run posted and did not find.
func (r *taskResource) readPosted(ctx context.Context, state resourceModel, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx, cancel := tfkit.WithTimeout(ctx, state.Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	client, ok := openClient(r.Clients, describeNew(state), &resp.Diagnostics)
	if !ok {
		return
	}
	found := state.findPosted(ctx, client, req.Private, resp.Diagnostics.AddWarning, &resp.Diagnostics)
	if found != fateFound {
		if !resp.Diagnostics.HasError() {
			// The framework wants an identity even of what is not known.
			resp.Diagnostics.Append(noteIdentity(ctx, resp.Identity, taskID{firewall: state.FWInstanceID.ValueString()}, state.Region)...)
		}
		if found == fateNotMade {
			resp.State.RemoveResource(ctx)
		}
		return
	}
	id := taskID{firewall: state.FWInstanceID.ValueString(), task: state.TaskID.ValueString()}
	resp.Diagnostics.Append(noteIdentity(ctx, resp.Identity, id, state.Region)...)
	resp.Diagnostics.Append(tfkit.StorePrivate[cfw.Posting](ctx, resp.Private, postingKey, nil)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// Update stops the capture if that is what changed. Everything else that does
// not replace the capture is only noted in the state.
func (r *taskResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state resourceModel
	var configured types.String
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("desired_state"), &configured)...)
	id, ok := parseID(state.ID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	resp.Diagnostics.Append(noteIdentity(ctx, resp.Identity, id, state.Region)...)
	if plan.stopsAfter(state) {
		ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Update, defaultUpdateTimeout, &resp.Diagnostics)
		defer cancel()
		client, ok := openClient(r.Clients, describe(id), &resp.Diagnostics)
		if !ok || !plan.stop(ctx, client, id, &resp.Diagnostics, "It is in the state as it was: apply again.") {
			return
		}
	}
	resp.Diagnostics.Append(tfkit.MarkStateApplied(ctx, resp.Private, configured)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete ends the capture and removes the task with what it captured.
func (r *taskResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	state.recall(ctx, req.Private, &resp.Diagnostics)
	ctx, cancel := tfkit.WithTimeout(ctx, state.Timeouts.Delete, defaultDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	client, ok := openClient(r.Clients, describeNew(state), &resp.Diagnostics)
	if !ok {
		return
	}
	if state.ID.IsNull() && state.findPosted(ctx, client, req.Private, resp.Diagnostics.AddError, &resp.Diagnostics) != fateFound {
		return
	}
	id, ok := parseID(state.ID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	client.NoteInState(state.firewall(id.firewall), id.task)
	if err := client.Delete(ctx, state.firewall(id.firewall), id.task, logProgress(id.firewall, id.task)); err != nil {
		addError(&resp.Diagnostics, "Could not delete capture task", id, err)
	}
}
