package logingest

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// Create sends the records. Once the service has accepted some, failing is a
// warning and not an error: Terraform would replace a resource whose create
// failed, and so send everything again.
func (r *ingestResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config ingestModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Create, defaultSendTimeout, &resp.Diagnostics)
	defer cancel()
	c, known := changeOf(ctx, &plan, &config, nil, &resp.Diagnostics)
	if !known {
		return
	}
	d := r.start(ctx, c, &plan, &sendPlan{Send: true, Fresh: true})
	if d == nil {
		return
	}
	r.creates.settle(c.job)
	d.send(ctx)
	if d.err != nil && !d.accepted() {
		r.creates.undo(c.job, d.number)
		resp.Diagnostics.AddError("Could not send records", d.failure())
		return
	}
	plan.ID = types.StringValue(uuid.NewString())
	plan.setOutcome(d, nil)
	if d.err != nil {
		resp.Diagnostics.AddWarning("Only a part of the records was sent", d.partialText(&plan))
	}
	d.warnOfDoubles(&resp.Diagnostics)
	if d.found > 0 {
		resp.Diagnostics.AddWarning("Records are in the workspace already", d.foundText())
	}
	saved := context.WithoutCancel(ctx)
	resp.Diagnostics.Append(resp.State.Set(saved, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(saved, identityModel{ID: plan.ID})...)
	resp.Diagnostics.Append(tfkit.StorePrivate(saved, resp.Private, progressKey, &d.progress)...)
	if d.err == nil {
		d.check(ctx, &resp.Diagnostics)
	}
}

// Update sends what is new or still missing, or everything again. A failure
// is an error here, since it does not make Terraform replace the resource.
func (r *ingestResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, config, state ingestModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityModel{ID: state.ID})...)
	prior := loadPriorState(ctx, &state, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Update, defaultSendTimeout, &resp.Diagnostics)
	defer cancel()
	todo, _ := tfkit.LoadPrivate[*sendPlan](ctx, req.Private, sendPlanKey, &resp.Diagnostics)
	c, known := changeOf(ctx, &plan, &config, prior, &resp.Diagnostics)
	if !known {
		return
	}
	d := r.start(ctx, c, &plan, todo)
	if d == nil {
		return
	}
	plan.ID = state.ID
	if d.client != nil {
		d.send(ctx)
		if d.err != nil {
			resp.Diagnostics.AddError("Could not send all records", d.partialText(&plan))
		}
		d.warnOfDoubles(&resp.Diagnostics)
		if d.err != nil && !d.accepted() {
			return
		}
		plan.setOutcome(d, prior)
	}
	saved := context.WithoutCancel(ctx)
	resp.Diagnostics.Append(resp.State.Set(saved, &plan)...)
	resp.Diagnostics.Append(tfkit.StorePrivate(saved, resp.Private, progressKey, &d.progress)...)
	if d.err == nil {
		d.check(ctx, &resp.Diagnostics)
	}
}

// changeOf reports false if a value that decides is not known, or after an error.
func changeOf(ctx context.Context, plan, config *ingestModel, prior *priorState, diags *diag.Diagnostics) (*change, bool) {
	j, known := jobOf(ctx, plan, config, diags)
	return &change{job: j, prior: prior, diags: diags}, known && !diags.HasError()
}

// start gets everything ready that can go wrong before something is sent, as was
// planned; what was not known then is planned now. It returns nil after an error,
// and a delivery without a client if there is nothing to send.
func (r *ingestResource) start(ctx context.Context, c *change, plan *ingestModel, todo *sendPlan) *delivery {
	if todo == nil || plan.ContentHash.IsUnknown() || c.source.secret() {
		if todo = c.compare(ctx); todo == nil {
			return nil
		}
		c.warn(todo)
		plan.TableName = c.destination.tableName()
		c.planResults(ctx, plan, todo)
		if todo.summary != nil {
			c.setSummary(ctx, plan, todo)
		}
	} else if !c.unchangedSincePlan(ctx, plan.ContentHash.ValueString()) {
		return nil
	}
	d := &delivery{}
	if todo.Send {
		prepared, ok := plan.prepare(ctx, r.Clients, c.destination, c.source, c.diags)
		if !ok {
			return nil
		}
		d = prepared
	}
	if todo.Fresh && c.prior == nil {
		d.number = r.creates.next(c.job)
	}
	d.progress = c.nextProgress(todo, d.number)
	d.contentHash = plan.ContentHash.ValueString()
	return d
}

// nextProgress is the progress with which a send begins. number tells apart the
// creates of one process.
func (c *change) nextProgress(todo *sendPlan, number int) progress {
	switch {
	case todo.Fresh && c.prior == nil:
		next := newGeneration(c.source.origin(c.destination), nil, c.triggers, number)
		next.Created = c.shared()
		return next
	case todo.Fresh:
		next := newGeneration(c.destination.identify(), c.prior, c.triggers, 0)
		next.Created = c.prior.createdWith(c.job)
		return next
	}
	return c.prior.progress.continued(c.destination.identify(), c.prior, c.triggers, todo.Removed)
}

// unchangedSincePlan reports an error if the records are not those that were
// planned.
func (c *change) unchangedSincePlan(ctx context.Context, planned string) bool {
	if c.source.file == "" {
		return true // Terraform itself keeps other values as they were planned.
	}
	hash, err := c.source.hash(ctx)
	switch {
	case err != nil:
		c.addUnreadable(err)
	case hash != planned:
		c.diags.AddAttributeError(c.source.path(), "File has changed since the plan", c.source.changedSinceThePlan())
	}
	return err == nil && hash == planned
}

// setOutcome sets what only the sending could tell.
func (m *ingestModel) setOutcome(d *delivery, prior *priorState) {
	m.Status = types.StringValue(statusComplete)
	if d.err != nil {
		m.Status = types.StringValue(statusPartial)
	}
	m.LastIngestedAt = types.StringNull()
	if prior != nil {
		m.LastIngestedAt = prior.state.LastIngestedAt
	}
	if at := d.report.LastAcceptedAt; !at.IsZero() {
		m.LastIngestedAt = types.StringValue(at.UTC().Format(time.RFC3339))
	}
}

// partialText says how far the sending got and what the next apply does.
func (d *delivery) partialText(plan *ingestModel) string {
	if !d.accepted() {
		return d.failure("Nothing was sent, and the state is what it was: apply again when the cause is gone.")
	}
	sent := fmt.Sprintf("%d of %s accepted", d.report.Accepted.Records()-d.progress.Removed, recordsWere(plan.RecordCount.ValueInt64()))
	if d.report.Unknown != nil {
		return d.failure(fmt.Sprintf("%s for certain, and the state says so (status = %q). Apply again when the cause is gone: that sends the others.", sent, statusPartial))
	}
	return d.failure(fmt.Sprintf("%s, and the state says so (status = %q). Apply again when the cause is gone: that sends exactly the rest.", sent, statusPartial))
}
