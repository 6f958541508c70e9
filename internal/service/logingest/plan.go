package logingest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// ModifyPlan reads the records, checks them, and plans what will be sent. It
// calls no service.
func (r *ingestResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, config, state ingestModel
	var before *past
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		before = loadPast(ctx, &state, req.Private, &resp.Diagnostics)
	}
	if req.Plan.Raw.IsNull() {
		if !resp.Diagnostics.HasError() {
			r.creates.forget(state.ID)
			resp.Diagnostics.AddWarning("The records stay in the workspace", forgetting(&state))
		}
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || before != nil && replaces(ctx, &plan, &state, &resp.Diagnostics) {
		// A replacement is planned once more, without the past.
		return
	}
	look := r.outlook(ctx, &plan, &config, before, &resp.Diagnostics)
	resp.Diagnostics.Append(tfkit.StorePrivate(ctx, resp.Private, outlookKey, look)...)
	if before != nil && before.rebuilt {
		resp.Diagnostics.Append(tfkit.StorePrivate(ctx, resp.Private, progressKey, &before.progress)...)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// outlook plans the results. It returns nil if they are not known yet.
func (r *ingestResource) outlook(ctx context.Context, plan, config *ingestModel, before *past, diags *diag.Diagnostics) *outlook {
	if before != nil {
		plan.ID = before.state.ID
	}
	j, known := jobOf(ctx, plan, config, diags)
	plan.TableName = j.destination.tableName()
	if !known {
		if plan.LogsIngestion.IsUnknown() || plan.DataCollector.IsUnknown() {
			plan.TableName = types.StringUnknown()
		}
		plan.unknownResults()
		return nil
	}
	r.creates.plan(j, before, diags)
	look, ok := j.survey(ctx, before, diags)
	if !ok {
		return nil
	}
	if r.clients != nil && look.Send {
		j.destination.withEnvironment(r.clients, diags)
	}
	j.warn(look, before, diags)
	plan.planResults(ctx, j, look, before, diags)
	return &look
}

// unknownResults plans results that only the apply can tell.
func (m *ingestModel) unknownResults() {
	m.ContentHash, m.Status, m.LastIngestedAt = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.RecordCount, m.BatchCount, m.BytesSent = types.Int64Unknown(), types.Int64Unknown(), types.Int64Unknown()
	m.Columns = types.ListUnknown(columnType())
}

// planResults plans what an apply will do. Everything is known but for when
// and how well it goes.
func (m *ingestModel) planResults(ctx context.Context, j job, look outlook, before *past, diags *diag.Diagnostics) {
	m.unknownResults()
	if !look.Send {
		m.keepResults(before)
	}
	switch {
	case j.source.secret() && look.Send:
		// An ephemeral value may be another one when it is applied.
		m.Columns = types.ListNull(columnType())
	case look.summary != nil:
		m.setSummary(ctx, j, look, diags)
	}
}

// keepResults takes over the results of the last apply.
func (m *ingestModel) keepResults(before *past) {
	was := &before.state
	m.ContentHash, m.RecordCount, m.Columns = was.ContentHash, was.RecordCount, was.Columns
	m.BatchCount, m.BytesSent, m.LastIngestedAt = was.BatchCount, was.BytesSent, was.LastIngestedAt
	m.Status = types.StringValue(statusComplete)
}

// setSummary sets what was found out about the records.
func (m *ingestModel) setSummary(ctx context.Context, j job, look outlook, diags *diag.Diagnostics) {
	m.ContentHash = types.StringValue(look.summary.ContentHash)
	m.RecordCount = types.Int64Value(int64(look.summary.RecordCount))
	m.Columns = types.ListNull(columnType())
	if !j.source.secret() {
		columns, problems := types.ListValueFrom(ctx, columnType(), columnModels(look.summary.Columns))
		diags.Append(problems...)
		m.Columns = columns
	}
	if look.Send {
		m.BatchCount = types.Int64Value(int64(look.summary.BatchCount))
		m.BytesSent = types.Int64Value(look.summary.Bytes)
	}
}

// replaces reports whether the plan names another table, or may.
func replaces(ctx context.Context, plan, state *ingestModel, diags *diag.Diagnostics) bool {
	to, _ := destinationOf(ctx, plan, diags)
	was, _ := destinationOf(ctx, state, diags)
	if plan.DataCollector.IsUnknown() || plan.LogsIngestion.IsUnknown() || to.api != was.api || to.identify() != was.identify() {
		return true
	}
	return false
}

// checkVerify demands what a verification needs.
func checkVerify(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config ingestModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	to, known := destinationOf(ctx, &config, &resp.Diagnostics)
	if known {
		config.checkVerify(ctx, to, &resp.Diagnostics)
	}
}

func (m *requestModel) checkVerify(ctx context.Context, to destination, diags *diag.Diagnostics) {
	verify, asked := decode[verifyModel](ctx, m.Verify, diags)
	if !asked {
		return
	}
	if m.IngestIDColumn.IsNull() {
		diags.AddAttributeError(path.Root("ingest_id_column"), "Verification needs ids",
			"verify looks for the ids that the records were sent with. Set ingest_id_column too, for example to \"IngestId\".")
	}
	if to.api != loganalytics.LogsIngestion {
		return
	}
	if verify.WorkspaceID.IsNull() {
		diags.AddAttributeError(path.Root("verify").AtName("workspace_id"), "Workspace to verify in is missing",
			"A data collection rule does not name its workspace. Set workspace_id to the workspace that the rule sends to.")
	}
	if to.tableName().IsNull() {
		diags.AddAttributeError(path.Root("logs_ingestion").AtName("table_name"), "Table to verify in is missing",
			"The name of the stream does not name the table that the data collection rule sends it to. Set table_name in logs_ingestion.")
	}
}

// checkVersions reports a version without the write-only value that it belongs to.
func checkVersions(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	version := path.Root("records_wo_version")
	if tfkit.Given(tfkit.Configured[types.Int64](ctx, req, resp, version)) &&
		tfkit.Configured[types.String](ctx, req, resp, path.Root("records_wo")).IsNull() {
		resp.Diagnostics.AddAttributeError(version, "Version without records",
			"records_wo_version says which version of records_wo was sent. Give records_wo too, or remove records_wo_version.")
	}
}
