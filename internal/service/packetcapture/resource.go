// Package packetcapture serves Azure Network Watcher packet captures.
package packetcapture

import (
	"context"
	"errors"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// TypeName is the resource's type without the provider's name.
const TypeName = "azure_packet_capture"

var (
	_ resource.ResourceWithConfigValidators = (*captureResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*captureResource)(nil)
	_ resource.ResourceWithIdentity         = (*captureResource)(nil)
	_ resource.ResourceWithImportState      = (*captureResource)(nil)
	_ resource.ResourceWithMoveState        = (*captureResource)(nil)
)

// clients is what the service needs of the provider.
type clients interface {
	NetworkWatcher() (*networkwatcher.Client, error)
	AzureSubscriptionID() string
}

type captureResource struct{ tfkit.Resource[clients] }

// NewResource returns the resource cloudtap_azure_packet_capture.
func NewResource() resource.Resource { return &captureResource{base()} }

func base() tfkit.Resource[clients] { return tfkit.Resource[clients]{Type: TypeName} }

func (*captureResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(ctx)
}

// ModifyPlan plans what a stop changes.
func (r *captureResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	r.notePlan(ctx, req, resp)
	if !req.Plan.Raw.IsNull() {
		warnOfEndlessWait(ctx, req, resp)
	}
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return
	}
	var desired, status types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("desired_state"), &desired)...)
	if desired.ValueString() != tfkit.StateStopped {
		return
	}
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("status"), &status)...)
	if known := (captureModel{Status: status}); known.sessionEnded() {
		return
	}
	for _, name := range []string{"status", "start_time", "stop_reason"} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("errors"), types.ListUnknown(types.StringType))...)
}

// notePlan remembers what this run has in its state and plans to create, so
// that a create which meets an existing capture can say where that comes from.
func (r *captureResource) notePlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.Clients == nil {
		return
	}
	client, err := r.Clients.NetworkWatcher()
	if err != nil {
		return // What uses it says so.
	}
	if !req.State.Raw.IsNull() {
		var text types.String
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &text)...)
		if id, err := networkwatcher.ParsePacketCaptureID(text.ValueString()); err == nil {
			client.NoteInState(id)
		}
		return
	}
	var name, watcher types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("network_watcher_id"), &watcher)...)
	watcherID, err := networkwatcher.ParseWatcherID(watcher.ValueString())
	if err != nil || !tfkit.Given(name) {
		return
	}
	id := networkwatcher.PacketCaptureID{Watcher: watcherID, Name: name.ValueString()}
	if client.NotePlanned(id) {
		resp.Diagnostics.AddAttributeWarning(path.Root("name"), "Packet capture is planned twice",
			describe(id)+" is planned by more than one resource of the configuration. A name is unique on its network watcher: give each of them its own.")
	}
}

// settle replaces what is still unknown after an update by what the state has.
func (m *resourceModel) settle(state *resourceModel) {
	for _, pair := range []struct{ value, state *types.String }{
		{&m.ID, &state.ID}, {&m.TargetType, &state.TargetType}, {&m.Status, &state.Status}, {&m.StartTime, &state.StartTime},
		{&m.StopReason, &state.StopReason}, {&m.ProvisioningState, &state.ProvisioningState},
	} {
		if pair.value.IsUnknown() {
			*pair.value = *pair.state
		}
	}
	if m.Errors.IsUnknown() {
		m.Errors = state.Errors
	}
	if m.StorageLocation != nil && m.StorageLocation.StoragePath.IsUnknown() {
		m.StorageLocation.StoragePath = types.StringNull()
		if state.StorageLocation != nil {
			m.StorageLocation.StoragePath = state.StorageLocation.StoragePath
		}
	}
}

// unseen reports whether the service accepted the capture, and nobody has seen it
// since: services may not show what they still create.
func (m *resourceModel) unseen() bool {
	return m.ProvisioningState.ValueString() == string(armnetwork.ProvisioningStateUpdating) && m.Status.ValueString() == ""
}

// Read refreshes the state. It costs at most one status query, and the
// capture itself comes from the list that all captures of the watcher share.
func (r *captureResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	id, ok := parseID(state.ID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(id))...)
	if r.Clients == nil {
		r.client(id, &resp.Diagnostics)
		return
	}
	client, err := r.Clients.NetworkWatcher()
	if notYet := new(tfkit.NotYetKnownError); errors.As(err, &notYet) {
		resp.Diagnostics.AddWarning("Packet capture was not refreshed", tfkit.Sentence(err))
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, state.Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	if err == nil {
		client.NoteInState(id)
		err = state.refresh(ctx, client, id, &resp.Diagnostics)
	}
	switch {
	case errors.As(err, new(*statusError)) && ctx.Err() == nil:
		resp.Diagnostics.AddWarning("Packet capture's status was not refreshed",
			tfkit.Explain(describe(id)+" exists, and the status of its session stays in the state as it was", azure.Describe(err)))
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	case errors.Is(err, networkwatcher.ErrNotFound) && state.unseen():
		resp.Diagnostics.AddWarning("Packet capture does not show yet", describe(id)+" was being created when its creation was interrupted, and the service does not show it. "+
			"It may come, so it stays in the state, as tainted: the next apply replaces it, whether it has come by then or not.")
	case errors.Is(err, networkwatcher.ErrNotFound):
		resp.State.RemoveResource(ctx)
	case err != nil:
		addError(&resp.Diagnostics, "Could not read packet capture", id, err)
	default:
		state.assumeDesired()
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
}

// Update stops the capture if that is what changed. Everything else that does
// not replace the capture is only noted in the state.
func (r *captureResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state resourceModel
	var configured types.String
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("desired_state"), &configured)...)
	id, ok := parseID(state.ID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(id))...)
	if plan.DesiredState.ValueString() == tfkit.StateStopped && !plan.sessionEnded() {
		ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Update, defaultUpdateTimeout, &resp.Diagnostics)
		defer cancel()
		client, ok := r.client(id, &resp.Diagnostics)
		if !ok || !plan.stop(ctx, client, id, &resp.Diagnostics, applyAgain) {
			return
		}
	}
	plan.settle(&state)
	resp.Diagnostics.Append(tfkit.MarkStateApplied(ctx, resp.Private, configured)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete removes the capture, which also ends its session; the captured file
// stays where it is.
func (r *captureResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	id, ok := parseID(state.ID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, state.Timeouts.Delete, defaultDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	client, ok := r.client(id, &resp.Diagnostics)
	if !ok {
		return
	}
	if err := client.Delete(ctx, id); err != nil {
		addError(&resp.Diagnostics, "Could not delete packet capture", id, err)
		return
	}
	if state.unseen() {
		resp.Diagnostics.AddWarning("Packet capture was deleted before it was seen", describe(id)+" was being created when its creation was interrupted, and the service never showed it. "+
			"What was deleted, or was not there, may have been before its time: if it comes all the same, no state has it, so look for it in the portal, and delete it there.")
	}
}
