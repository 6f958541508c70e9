package packetcapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type identityModel struct {
	SubscriptionID     types.String `tfsdk:"subscription_id"`
	ResourceGroupName  types.String `tfsdk:"resource_group_name"`
	NetworkWatcherName types.String `tfsdk:"network_watcher_name"`
	Name               types.String `tfsdk:"name"`
}

func identityOf(id networkwatcher.PacketCaptureID) identityModel {
	return identityModel{
		SubscriptionID:     types.StringValue(id.Watcher.SubscriptionID),
		ResourceGroupName:  types.StringValue(id.Watcher.ResourceGroupName),
		NetworkWatcherName: types.StringValue(id.Watcher.Name),
		Name:               types.StringValue(id.Name),
	}
}

func (m identityModel) id() networkwatcher.PacketCaptureID {
	return networkwatcher.PacketCaptureID{
		Watcher: networkwatcher.WatcherID{
			SubscriptionID:    m.SubscriptionID.ValueString(),
			ResourceGroupName: m.ResourceGroupName.ValueString(),
			Name:              m.NetworkWatcherName.ValueString(),
		},
		Name: m.Name.ValueString(),
	}
}

// IdentitySchema describes what addresses a capture.
func (*captureResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	part := func(description string) identityschema.StringAttribute {
		return identityschema.StringAttribute{RequiredForImport: true, Description: description}
	}
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"subscription_id":      part("Subscription of the network watcher."),
		"resource_group_name":  part("Resource group of the network watcher."),
		"network_watcher_name": part("Name of the network watcher."),
		"name":                 part("Name of the packet capture."),
	}}
}

// ImportState takes an ARM ID or an identity. Only the id is set, so that
// Read takes the service's spelling of everything else.
func (*captureResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	text := req.ID
	if text == "" {
		var identity identityModel
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		text = identity.id().String()
	}
	id, err := networkwatcher.ParsePacketCaptureID(text)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Could not import packet capture", tfkit.Sentence(err))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	state := emptyResourceModel(ctx)
	state.ID = types.StringValue(id.String())
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(id))...)
}

// identify returns the id of the planned capture.
func (m *captureModel) identify(diags *diag.Diagnostics) (networkwatcher.PacketCaptureID, bool) {
	watcher, err := networkwatcher.ParseWatcherID(m.NetworkWatcherID.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("network_watcher_id"), "Network watcher ID is not valid", tfkit.Sentence(err))
	}
	return networkwatcher.PacketCaptureID{Watcher: watcher, Name: m.Name.ValueString()}, !diags.HasError()
}

// parseID reads the id of a state.
func parseID(text string, diags *diag.Diagnostics) (networkwatcher.PacketCaptureID, bool) {
	id, err := networkwatcher.ParsePacketCaptureID(text)
	if err != nil {
		diags.AddAttributeError(path.Root("id"), "Packet capture ID in the state is not valid", tfkit.Sentence(err))
	}
	return id, !diags.HasError()
}
