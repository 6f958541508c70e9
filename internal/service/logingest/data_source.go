package logingest

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type queryDataSource struct{ tfkit.DataSource[clients] }

// NewQueryDataSource returns the data source cloudtap_azure_log_query.
func NewQueryDataSource() datasource.DataSource {
	return &queryDataSource{tfkit.DataSource[clients]{Type: "azure_log_query"}}
}

type queryModel struct {
	WorkspaceID types.String   `tfsdk:"workspace_id"`
	Query       types.String   `tfsdk:"query"`
	Timespan    types.String   `tfsdk:"timespan"`
	Columns     []columnModel  `tfsdk:"columns"`
	RowsJSON    types.String   `tfsdk:"rows_json"`
	RowCount    types.Int64    `tfsdk:"row_count"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

// Schema describes the data source.
func (*queryDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs a KQL query on a Log Analytics workspace. The provider's Azure credential needs the role Log Analytics Reader on it. " +
			"What was just ingested takes some time to show, and a new table up to 15 minutes; until then a query that names it is refused.",
		Attributes: map[string]schema.Attribute{
			"workspace_id": tfkit.RequiredText(workspaceDescription, workspaceID()),
			"query":        tfkit.RequiredText("Query in the Kusto Query Language.", stringvalidator.LengthAtLeast(1)),
			"timespan": tfkit.OptionalText("ISO 8601 duration up to now (`PT1H`, `P7D`) or interval (`2026-11-01T00:00:00Z/P1D`) "+
				"that bounds `TimeGenerated` in addition to the query.", timespan()),
			"columns": tfkit.ComputedObjects("Columns of the result.", map[string]schema.Attribute{
				"name": tfkit.ComputedText(columnNameDescription), "type": tfkit.ComputedText("Type of the column in KQL, for example `string`, `long` or `datetime`."),
			}),
			"rows_json": tfkit.ComputedText("Rows as a JSON array of objects, whose members have the names of the columns; read it with `jsondecode`. Numbers are as the service sent them."),
			"row_count": tfkit.ComputedNumber("Number of rows."),
			"timeouts":  timeouts.AttributesWithOpts(ctx, timeouts.Opts{ReadDescription: tfkit.TimeoutDescription(defaultQueryTimeout)}),
		},
	}
}

// Read runs the query.
func (d *queryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config queryModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, config.Timeouts.Read, defaultQueryTimeout, &resp.Diagnostics)
	defer cancel()
	what := "The query of workspace " + config.WorkspaceID.ValueString()
	client, err := openQuery(d.Clients)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Could not use Azure", what, azure.Describe(err))
		return
	}
	result, err := client.Query(ctx, config.WorkspaceID.ValueString(), config.Query.ValueString(), config.Timespan.ValueString())
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Could not query the workspace", what, azure.Describe(err))
		return
	}
	if result.Partial != "" {
		resp.Diagnostics.AddAttributeWarning(path.Root("query"), "The result is not complete",
			what+": "+tfkit.Printable(result.Partial)+"\n\nNarrow the query, for example with take, or with a timespan.")
	}
	config.Columns = columnModels(result.Columns)
	config.RowsJSON = types.StringValue(rowsJSON(result))
	config.RowCount = types.Int64Value(int64(result.RowCount()))
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

// rowsJSON writes rows as objects. The cells' JSON is copied as it is, so
// that no number loses digits.
func rowsJSON(result *loganalytics.QueryResult) string {
	names := make([][]byte, len(result.Columns))
	for i, column := range result.Columns {
		// The encoding of a string cannot fail.
		names[i], _ = json.Marshal(column.Name)
	}
	var text bytes.Buffer
	text.WriteByte('[')
	for i, row := range result.Rows {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteByte('{')
		for j, cell := range row[:min(len(row), len(names))] {
			if j > 0 {
				text.WriteByte(',')
			}
			text.Write(names[j])
			text.WriteByte(':')
			text.Write(cell)
		}
		text.WriteByte('}')
	}
	text.WriteByte(']')
	return text.String()
}
