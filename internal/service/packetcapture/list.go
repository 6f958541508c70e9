package packetcapture

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// captureListResource is the resource seen as a list: it shares Metadata and
// Configure with it.
type captureListResource struct{ captureResource }

// NewListResource returns the list resource cloudtap_azure_packet_capture.
func NewListResource() list.ListResource { return &captureListResource{captureResource{base()}} }

func (*captureListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range selectionAttributes() {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the packet captures of a network watcher, to find and import what is not managed yet.",
		Attributes:          attributes,
	}
}

// List streams the captures that match. The service has no pages, so one
// request serves them all; statuses are asked only for full resources, and
// only for as many as are wanted.
func (r *captureListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	tfkit.List(ctx, req, stream, func(config selectionModel, diags *diag.Diagnostics) []*armnetwork.PacketCaptureResult {
		client, ok := openClient(r.Clients, "Network watcher "+config.NetworkWatcherID.ValueString(), diags)
		if !ok {
			return nil
		}
		return config.find(ctx, client, diags)
	}, func(_ selectionModel, capture *armnetwork.PacketCaptureResult) list.ListResult {
		return r.result(ctx, req, capture)
	})
}

func (r *captureListResource) result(ctx context.Context, req list.ListRequest, capture *armnetwork.PacketCaptureResult) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = value(capture.Name)
	m := emptyResourceModel(ctx)
	result.Diagnostics.Append(m.fromAPI(ctx, capture)...)
	id, ok := parseID(m.ID.ValueString(), &result.Diagnostics)
	if !ok {
		return result
	}
	result.Diagnostics.Append(result.Identity.Set(ctx, identityOf(id))...)
	if !req.IncludeResource {
		return result
	}
	client, ok := r.client(id, &result.Diagnostics)
	if !ok {
		return result
	}
	status, err := client.Status(ctx, id)
	if err != nil {
		addError(&result.Diagnostics, "Could not read the packet capture's status", id, err)
		return result
	}
	result.Diagnostics.Append(m.setStatus(ctx, status)...)
	m.assumeDesired()
	result.Diagnostics.Append(result.Resource.Set(ctx, &m)...)
	return result
}
