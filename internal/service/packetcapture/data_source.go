package packetcapture

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type captureDataSource struct{ tfkit.DataSource[clients] }

// NewDataSource returns the data source cloudtap_azure_packet_capture.
func NewDataSource() datasource.DataSource {
	return &captureDataSource{tfkit.DataSource[clients]{Type: TypeName}}
}

func (*captureDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := captureDataAttributes()
	attributes["name"] = tfkit.RequiredText("Name of the capture.", nameValidator())
	attributes["network_watcher_id"] = tfkit.RequiredText("ARM ID of the capture's network watcher.", watcherIDValidator())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one packet capture of a network watcher, with the status of its session.",
		Attributes:          attributes,
	}
}

// Read looks the capture up; that there is none is an error.
func (d *captureDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := emptyModel()
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	id, ok := config.identify(&resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	client, ok := openClient(d.Clients, describe(id), &resp.Diagnostics)
	if !ok {
		return
	}
	config.ID = types.StringValue(id.String())
	err := config.refresh(ctx, client, id, &resp.Diagnostics)
	switch {
	case errors.Is(err, networkwatcher.ErrNotFound):
		resp.Diagnostics.AddError("Packet capture does not exist",
			tfkit.Failure{What: describe(id) + " does not exist.", Next: []string{"Check name and network_watcher_id; the data source cloudtap_azure_packet_captures lists what there is."}}.Detail())
	case err != nil:
		addError(&resp.Diagnostics, "Could not read packet capture", id, err)
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
	}
}
