package packetcapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type capturesDataSource struct{ tfkit.DataSource[clients] }

// NewListDataSource returns the data source cloudtap_azure_packet_captures.
func NewListDataSource() datasource.DataSource {
	return &capturesDataSource{tfkit.DataSource[clients]{Type: TypeName + "s"}}
}

type capturesModel struct {
	selectionModel
	IncludeStatus  types.Bool     `tfsdk:"include_status"`
	PacketCaptures []captureModel `tfsdk:"packet_captures"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

func (*capturesDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := selectionAttributes()
	attributes["include_status"] = schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Ask for the status of each session, which costs one request for each capture. " +
			"Default `false`: `status`, `start_time`, `stop_reason` and `errors` are null.",
	}
	attributes["timeouts"] = timeouts.AttributesWithOpts(ctx, timeouts.Opts{ReadDescription: tfkit.TimeoutDescription(defaultReadTimeout)})
	attributes["packet_captures"] = tfkit.ComputedObjects("The captures, ordered by name.", captureDataAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the packet captures of a network watcher, running and ended ones.",
		Attributes:          attributes,
	}
}

// Read lists the captures that match.
func (d *capturesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config capturesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, config.Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	client, ok := openClient(d.Clients, "Network watcher "+config.NetworkWatcherID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	found := config.find(ctx, client, &resp.Diagnostics)
	config.PacketCaptures = make([]captureModel, 0, len(found))
	for _, capture := range found {
		m := emptyModel()
		resp.Diagnostics.Append(m.fromAPI(ctx, capture)...)
		config.PacketCaptures = append(config.PacketCaptures, m)
	}
	if config.IncludeStatus.ValueBool() {
		addStatuses(ctx, client, config.PacketCaptures, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
	}
}

// statusesAtATime bounds the status queries of one data source; as many as the
// CLI refreshes resources at a time.
const statusesAtATime = 10

// addStatuses asks for the status of every session.
func addStatuses(ctx context.Context, client *networkwatcher.Client, captures []captureModel, diags *diag.Diagnostics) {
	said := make([]diag.Diagnostics, len(captures))
	var group errgroup.Group
	group.SetLimit(statusesAtATime)
	for i := range captures {
		group.Go(func() error {
			captures[i].addStatus(ctx, client, &said[i])
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		diags.AddError("Could not read the packet captures' status", tfkit.Sentence(err))
	}
	for _, problems := range said {
		diags.Append(problems...)
	}
}

func (m *captureModel) addStatus(ctx context.Context, client *networkwatcher.Client, diags *diag.Diagnostics) {
	id, ok := parseID(m.ID.ValueString(), diags)
	if !ok {
		return
	}
	status, err := client.Status(ctx, id)
	if err != nil {
		addError(diags, "Could not read the packet capture's status", id, err)
		return
	}
	diags.Append(m.setStatus(ctx, status)...)
}
