package logingest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// requestModel is what the resource and the action have in common.
type requestModel struct {
	DataCollector  types.Object `tfsdk:"data_collector"`
	LogsIngestion  types.Object `tfsdk:"logs_ingestion"`
	Records        types.String `tfsdk:"records"`
	RecordsFile    types.String `tfsdk:"records_file"`
	IngestIDColumn types.String `tfsdk:"ingest_id_column"`
	Verify         types.Object `tfsdk:"verify"`
}

// ingestModel is the resource.
type ingestModel struct {
	requestModel
	ID               types.String   `tfsdk:"id"`
	RecordsWO        types.String   `tfsdk:"records_wo"`
	RecordsWOVersion types.Int64    `tfsdk:"records_wo_version"`
	OnChange         types.String   `tfsdk:"on_change"`
	Triggers         types.Map      `tfsdk:"triggers"`
	OnDestroy        types.String   `tfsdk:"on_destroy"`
	TableName        types.String   `tfsdk:"table_name"`
	Columns          types.List     `tfsdk:"columns"`
	RecordCount      types.Int64    `tfsdk:"record_count"`
	BatchCount       types.Int64    `tfsdk:"batch_count"`
	BytesSent        types.Int64    `tfsdk:"bytes_sent"`
	ContentHash      types.String   `tfsdk:"content_hash"`
	Status           types.String   `tfsdk:"status"`
	LastIngestedAt   types.String   `tfsdk:"last_ingested_at"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}

// targetModel is data_collector without its keys, as the action has it.
type targetModel struct {
	WorkspaceID        types.String `tfsdk:"workspace_id"`
	LogType            types.String `tfsdk:"log_type"`
	TimeGeneratedField types.String `tfsdk:"time_generated_field"`
	AzureResourceID    types.String `tfsdk:"azure_resource_id"`
}

// collectorModel is data_collector as the resource has it.
type collectorModel struct {
	targetModel
	SharedKey            types.String `tfsdk:"shared_key"`
	SharedKeyWO          types.String `tfsdk:"shared_key_wo"`
	SharedKeyWOVersion   types.Int64  `tfsdk:"shared_key_wo_version"`
	SecondarySharedKey   types.String `tfsdk:"secondary_shared_key"`
	SecondarySharedKeyWO types.String `tfsdk:"secondary_shared_key_wo"`
}

type ingestionModel struct {
	Endpoint  types.String `tfsdk:"endpoint"`
	RuleID    types.String `tfsdk:"rule_id"`
	Stream    types.String `tfsdk:"stream"`
	TableName types.String `tfsdk:"table_name"`
}

type verifyModel struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	Timeout     types.String `tfsdk:"timeout"`
}

type columnModel struct {
	Name types.String `tfsdk:"name"`
	Type types.String `tfsdk:"type"`
}

// The values of status, on_change and on_destroy.
const (
	statusComplete = "complete"
	statusPartial  = "partial"

	onChangeAppend = "append"
	onChangeResend = "resend"

	onDestroyForget = "forget"
)

// decode reads an object that is known into T, and reports false for one
// that is null or unknown.
func decode[T any](ctx context.Context, object types.Object, diags *diag.Diagnostics) (into T, ok bool) {
	if object.IsNull() || object.IsUnknown() {
		return into, false
	}
	problems := object.As(ctx, &into, basetypes.ObjectAsOptions{})
	diags.Append(problems...)
	return into, !problems.HasError()
}

func columnType() types.ObjectType {
	return types.ObjectType{AttrTypes: tfkit.TextTypes("name", "type")}
}

func columnModels(columns []loganalytics.Column) []columnModel {
	models := make([]columnModel, 0, len(columns))
	for _, column := range columns {
		models = append(models, columnModel{types.StringValue(column.Name), types.StringValue(column.Type)})
	}
	return models
}

// existingColumns are the columns that earlier records made.
func (m *ingestModel) existingColumns(ctx context.Context, diags *diag.Diagnostics) []loganalytics.Column {
	var models []columnModel
	diags.Append(m.Columns.ElementsAs(ctx, &models, false)...)
	columns := make([]loganalytics.Column, 0, len(models))
	for _, model := range models {
		columns = append(columns, loganalytics.Column{Name: model.Name.ValueString(), Type: model.Type.ValueString()})
	}
	return columns
}

// where names the destination for people.
func (m *ingestModel) where() string {
	if table := m.TableName.ValueString(); table != "" {
		return "table " + table
	}
	return "the data collection rule's table"
}
