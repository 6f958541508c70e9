package logingest

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// NewColumnsFunction returns the function log_columns.
func NewColumnsFunction() function.Function {
	return tfkit.Function[string, []columnModel]{
		Name: "log_columns",
		Text: function.Definition{
			Summary: "Predicts the columns of records in Log Analytics.",
			MarkdownDescription: "Returns the columns, as a list of objects with `name` and `type`, that the HTTP Data Collector API would make of the records in a new table: " +
				"it appends `_s` to the names of strings, `_d` to those of numbers, `_b`, `_t` and `_g` to those of booleans, dates and GUIDs.",
			Parameters: []function.Parameter{
				function.StringParameter{Name: "records", MarkdownDescription: "Records: a JSON array of objects, one object, or JSON lines."},
			},
			Return: function.ListReturn{ElementType: columnType()},
		},
		Call: func(ctx context.Context, records string) ([]columnModel, error) {
			predicted, err := columns.PredictColumns(ctx, strings.NewReader(records), nil)
			return columnModels(predicted), err
		},
	}
}
