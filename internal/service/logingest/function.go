package logingest

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
)

var _ function.Function = (*columnsFunction)(nil)

type columnsFunction struct{}

// NewColumnsFunction returns the function log_columns.
func NewColumnsFunction() function.Function { return &columnsFunction{} }

// Metadata names the function.
func (*columnsFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "log_columns"
}

// Definition describes the function.
func (*columnsFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Predicts the columns of records in Log Analytics.",
		MarkdownDescription: "Returns the columns, as a list of objects with `name` and `type`, that the HTTP Data Collector API would make of the records in a new table: " +
			"it appends `_s` to the names of strings, `_d` to those of numbers, `_b`, `_t` and `_g` to those of booleans, dates and GUIDs.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "records", MarkdownDescription: "Records: a JSON array of objects, one object, or JSON lines."},
		},
		Return: function.ListReturn{ElementType: columnType()},
	}
}

// Run predicts the columns.
func (*columnsFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var records string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &records))
	if resp.Error != nil {
		return
	}
	columns, err := columns.PredictColumns(ctx, strings.NewReader(records), nil)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, columnModels(columns))
}
