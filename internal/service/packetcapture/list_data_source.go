package packetcapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*capturesDataSource)(nil)

type capturesDataSource struct{ clients clients }

// NewListDataSource returns the data source cloudtap_azure_packet_captures.
func NewListDataSource() datasource.DataSource { return &capturesDataSource{} }

type capturesModel struct {
	selectionModel
	IncludeStatus  types.Bool     `tfsdk:"include_status"`
	PacketCaptures []captureModel `tfsdk:"packet_captures"`
}

// Metadata names the type.
func (*capturesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + TypeName + "s"
}

// Configure takes the provider's clients.
func (d *capturesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.clients, _ = tfkit.ProviderData[clients](req.ProviderData, &resp.Diagnostics)
}

// Schema describes the data source.
func (*capturesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the packet captures of a network watcher, running and ended ones.",
		Attributes: map[string]schema.Attribute{
			"network_watcher_id": schema.StringAttribute{
				Required: true, MarkdownDescription: watcherSelection, Validators: []validator.String{watcherIDValidator()},
			},
			"target_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: targetSelection, Validators: []validator.String{targetIDValidator()},
			},
			"name_regex": schema.StringAttribute{
				Optional: true, MarkdownDescription: nameSelection, Validators: []validator.String{tfkit.Regex()},
			},
			"include_status": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Ask for the status of each session, which costs one request for each capture. " +
					"Default `false`: `status`, `start_time`, `stop_reason` and `errors` are null.",
			},
			"packet_captures": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The captures, ordered by name.",
				NestedObject:        schema.NestedAttributeObject{Attributes: captureDataAttributes()},
			},
		},
	}
}

// Read lists the captures that match.
func (d *capturesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config capturesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	client, ok := openClient(d.clients, "Network watcher "+config.NetworkWatcherID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	found := config.find(ctx, client, &resp.Diagnostics)
	config.PacketCaptures = make([]captureModel, 0, len(found))
	for _, capture := range found {
		m := emptyModel()
		resp.Diagnostics.Append(m.fromAPI(ctx, capture)...)
		if config.IncludeStatus.ValueBool() {
			d.addStatus(ctx, client, &m, resp)
		}
		config.PacketCaptures = append(config.PacketCaptures, m)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
	}
}

func (*capturesDataSource) addStatus(ctx context.Context, client *networkwatcher.Client, m *captureModel, resp *datasource.ReadResponse) {
	id, ok := parseID(m.ID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	status, err := client.Status(ctx, id)
	if err != nil {
		addError(&resp.Diagnostics, "Could not read the packet capture's status", id, err)
		return
	}
	resp.Diagnostics.Append(m.setStatus(ctx, status)...)
}
