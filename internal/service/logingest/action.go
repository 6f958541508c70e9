package logingest

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/actionvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var (
	_ action.ActionWithConfigValidators = (*ingestAction)(nil)
	_ action.ActionWithValidateConfig   = (*ingestAction)(nil)
	_ action.ActionWithModifyPlan       = (*ingestAction)(nil)
)

type ingestAction struct{ tfkit.Action[clients] }

// NewAction returns the action cloudtap_azure_log_ingest.
func NewAction() action.Action { return &ingestAction{tfkit.Action[clients]{Type: TypeName}} }

type actionModel struct {
	requestModel
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// Schema describes the action.
func (*ingestAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = actionSchema(ctx)
}

// ConfigValidators check what concerns several attributes.
func (*ingestAction) ConfigValidators(context.Context) []action.ConfigValidator {
	return []action.ConfigValidator{
		actionvalidator.ExactlyOneOf(path.MatchRoot("data_collector"), path.MatchRoot("logs_ingestion")),
		actionvalidator.ExactlyOneOf(path.MatchRoot("records"), path.MatchRoot("records_file")),
	}
}

// ValidateConfig demands what a verification needs.
func (*ingestAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if to, known := config.destination(ctx, &resp.Diagnostics); known {
		config.checkVerify(ctx, to, &resp.Diagnostics)
	}
}

func (m *actionModel) destination(ctx context.Context, diags *diag.Diagnostics) (destination, bool) {
	if target, ok := decode[targetModel](ctx, m.DataCollector, diags); ok {
		return destination{api: loganalytics.DataCollector, collector: target, environmentKeysOnly: true}, true
	}
	return ingestionOf(ctx, m.LogsIngestion, diags)
}

// job is what the action is asked to do.
func (m *actionModel) job(ctx context.Context, diags *diag.Diagnostics) (job, bool) {
	to, known := m.destination(ctx, diags)
	from, given := m.source()
	for _, value := range []types.String{m.IngestIDColumn, to.collector.LogType, to.collector.TimeGeneratedField} {
		known = known && !value.IsUnknown()
	}
	return job{destination: to, source: from, idColumn: m.IngestIDColumn.ValueString(), triggers: types.MapNull(types.StringType), verified: !m.Verify.IsNull()}, known && given
}

// ModifyPlan checks the records before anything is applied.
func (a *ingestAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	j, known := config.job(ctx, &resp.Diagnostics)
	if !known {
		return
	}
	c := &change{job: j, diags: &resp.Diagnostics}
	if todo := c.compare(ctx); todo != nil && a.Clients != nil {
		j.destination.withEnvironment(a.Clients, &resp.Diagnostics)
		c.warn(todo)
	}
}

// Invoke sends all records.
func (a *ingestAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if a.Clients == nil {
		resp.Diagnostics.AddError("Provider is not configured", "The records were not sent, because the provider has no configuration yet. Configure it, and invoke the action again.")
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, config.Timeouts.Invoke, defaultSendTimeout, &resp.Diagnostics)
	defer cancel()
	j, known := config.job(ctx, &resp.Diagnostics)
	if !known {
		return
	}
	var remarks diag.Diagnostics // The plan has shown the warnings.
	todo := (&change{job: j, diags: &remarks}).compare(ctx)
	resp.Diagnostics.Append(remarks.Errors()...)
	if todo == nil {
		return
	}
	d, ok := config.prepare(ctx, a.Clients, j.destination, j.source, &resp.Diagnostics)
	if !ok {
		return
	}
	sendProgress := func(text string) { resp.SendProgress(action.InvokeProgressEvent{Message: text}) }
	sendProgress(fmt.Sprintf("Sending %s in %s.", countRecords(int64(todo.summary.RecordCount)), batches(todo.summary.BatchCount)))
	d.onBatch = func(batch ingest.BatchResult) {
		sendProgress(fmt.Sprintf("Batch %d of %d: %s accepted.", batch.Number, todo.summary.BatchCount, countRecords(int64(batch.Records))))
	}
	// Each invocation sends other records, be they equal or not.
	d.progress, d.contentHash = progress{Generation: uuid.NewString(), IDs: idsByOccurrence}, todo.summary.ContentHash
	d.repeat = true
	d.send(ctx)
	d.warnOfDoubles(&resp.Diagnostics)
	if d.err != nil {
		resp.Diagnostics.AddError("Could not send all records", d.failure(fmt.Sprintf(
			"%d of %s accepted. An action keeps no state: invoking it again sends all of them again. The resource cloudtap_azure_log_ingest sends only the rest.",
			d.report.RecordsSent, recordsWere(int64(todo.summary.RecordCount)))))
		return
	}
	d.check(ctx, &resp.Diagnostics)
}

func batches(number int) string {
	if number == 1 {
		return "1 batch"
	}
	return fmt.Sprintf("%d batches", number)
}
