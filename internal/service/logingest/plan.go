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
	var prior *priorState
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		prior = loadPriorState(ctx, &state, req.Private, &resp.Diagnostics)
	}
	if req.Plan.Raw.IsNull() {
		if !resp.Diagnostics.HasError() {
			r.creates.planDestroy(ctx, &state, prior, &resp.Diagnostics)
			resp.Diagnostics.AddWarning("The records stay in the workspace", forgetting(&state))
		}
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || prior != nil && replaces(ctx, &plan, &state, &resp.Diagnostics) {
		// A replacement is planned once more, without the prior state.
		return
	}
	todo := r.planSend(ctx, &plan, &config, prior, &resp.Diagnostics)
	resp.Diagnostics.Append(tfkit.StorePrivate(ctx, resp.Private, sendPlanKey, todo)...)
	if prior != nil && prior.rebuilt {
		resp.Diagnostics.Append(tfkit.StorePrivate(ctx, resp.Private, progressKey, &prior.progress)...)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// planSend plans the results. It returns nil if they are not known yet.
func (r *ingestResource) planSend(ctx context.Context, plan, config *ingestModel, prior *priorState, diags *diag.Diagnostics) *sendPlan {
	if prior != nil {
		plan.ID = prior.state.ID
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
	r.creates.plan(j, prior, diags)
	c := &change{job: j, prior: prior, diags: diags}
	todo := c.compare(ctx)
	if todo == nil {
		return nil
	}
	if r.Clients != nil && todo.Send {
		j.destination.withEnvironment(r.Clients, diags)
	}
	c.warn(todo)
	c.planResults(ctx, plan, todo)
	return todo
}

// unknownResults plans results that only the apply can tell.
func (m *ingestModel) unknownResults() {
	m.ContentHash, m.Status, m.LastIngestedAt = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.RecordCount, m.BatchCount, m.BytesSent = types.Int64Unknown(), types.Int64Unknown(), types.Int64Unknown()
	m.Columns = types.ListUnknown(columnType())
}

// planResults plans what an apply will do. Everything is known but for when
// and how well it goes.
func (c *change) planResults(ctx context.Context, plan *ingestModel, todo *sendPlan) {
	plan.unknownResults()
	if !todo.Send {
		plan.keepResults(&c.prior.state)
	}
	switch {
	case c.source.secret() && todo.Send:
		// An ephemeral value may be another one when it is applied.
		plan.Columns = types.ListNull(columnType())
	case todo.summary != nil:
		c.setSummary(ctx, plan, todo)
	}
}

// keepResults takes over the results of the last apply.
func (m *ingestModel) keepResults(was *ingestModel) {
	m.ContentHash, m.RecordCount, m.Columns = was.ContentHash, was.RecordCount, was.Columns
	m.BatchCount, m.BytesSent, m.LastIngestedAt = was.BatchCount, was.BytesSent, was.LastIngestedAt
	m.Status = types.StringValue(statusComplete)
}

// setSummary sets what was found out about the records.
func (c *change) setSummary(ctx context.Context, plan *ingestModel, todo *sendPlan) {
	plan.ContentHash = types.StringValue(todo.summary.ContentHash)
	plan.RecordCount = types.Int64Value(int64(todo.summary.RecordCount))
	plan.Columns = types.ListNull(columnType())
	if !c.source.secret() {
		columns, problems := types.ListValueFrom(ctx, columnType(), columnModels(todo.summary.Columns))
		c.diags.Append(problems...)
		plan.Columns = columns
	}
	if todo.Send {
		plan.BatchCount = types.Int64Value(int64(todo.summary.BatchCount))
		plan.BytesSent = types.Int64Value(todo.summary.Bytes)
	}
}

// replaces reports whether the plan names another table, or may.
func replaces(ctx context.Context, plan, state *ingestModel, diags *diag.Diagnostics) bool {
	to, _ := destinationOf(ctx, plan, diags)
	was, _ := destinationOf(ctx, state, diags)
	return plan.DataCollector.IsUnknown() || plan.LogsIngestion.IsUnknown() || to.api != was.api || to.identify() != was.identify()
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
