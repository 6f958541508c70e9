package capturesummary

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var _ datasource.DataSourceWithValidateConfig = (*summaryDataSource)(nil)

type summaryDataSource struct{ tfkit.DataSource[clients] }

// NewDataSource returns the data source cloudtap_capture_summary.
func NewDataSource() datasource.DataSource {
	return &summaryDataSource{tfkit.DataSource[clients]{Type: TypeName}}
}

func (*summaryDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataSchema(ctx)
}

// ValidateConfig checks the source.
func (*summaryDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var object types.Object
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("source"), &object)...)
	var source dataSourceModel
	if decodeSource(ctx, object, &source, &resp.Diagnostics) {
		source.source().check(ctx, true, &resp.Diagnostics)
	}
}

// dataState is everything that the data source has.
type dataState struct {
	Source           types.Object   `tfsdk:"source"`
	Filter           types.String   `tfsdk:"filter"`
	IncludeNames     types.Bool     `tfsdk:"include_names"`
	MaxConversations types.Int64    `tfsdk:"max_conversations"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
	results
}

// Read reads the files.
func (d *summaryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataState
	for name, into := range map[string]any{
		"source": &config.Source, "filter": &config.Filter, "include_names": &config.IncludeNames,
		"max_conversations": &config.MaxConversations, "timeouts": &config.Timeouts,
	} {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), into)...)
	}
	var source dataSourceModel
	if resp.Diagnostics.HasError() || !decodeSource(ctx, config.Source, &source, &resp.Diagnostics) {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, config.Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	task{
		clients: d.Clients, source: source.source(), filter: config.Filter.ValueString(), includeNames: config.IncludeNames.ValueBool(),
		maxConversations: orDefault(config.MaxConversations),
	}.run(ctx, &resp.Diagnostics, func(found results) {
		config.results = found
		resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
	})
}
