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
	d := r.start(ctx, &plan, &config, nil, &outlook{Send: true, Fresh: true}, &resp.Diagnostics)
	if d == nil {
		return
	}
	j, _ := jobOf(ctx, &plan, &config, &resp.Diagnostics)
	r.creates.settle(j)
	d.send(ctx)
	if d.err != nil && !d.accepted() {
		r.creates.undo(j, d.number)
		resp.Diagnostics.AddError("Could not send records", d.failure())
		return
	}
	plan.ID = types.StringValue(uuid.NewString())
	plan.setOutcome(d, nil)
	if d.err != nil {
		resp.Diagnostics.AddWarning("Only a part of the records was sent", d.partialText(&plan))
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
	before := loadPast(ctx, &state, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, plan.Timeouts.Update, defaultSendTimeout, &resp.Diagnostics)
	defer cancel()
	look, _ := tfkit.LoadPrivate[*outlook](ctx, req.Private, outlookKey, &resp.Diagnostics)
	d := r.start(ctx, &plan, &config, before, look, &resp.Diagnostics)
	if d == nil {
		return
	}
	plan.ID = state.ID
	if d.client != nil {
		d.send(ctx)
		if d.err != nil {
			resp.Diagnostics.AddError("Could not send all records", d.partialText(&plan))
		}
		if d.err != nil && !d.accepted() {
			return
		}
		plan.setOutcome(d, before)
	}
	saved := context.WithoutCancel(ctx)
	resp.Diagnostics.Append(resp.State.Set(saved, &plan)...)
	resp.Diagnostics.Append(tfkit.StorePrivate(saved, resp.Private, progressKey, &d.progress)...)
	if d.err == nil {
		d.check(ctx, &resp.Diagnostics)
	}
}

// start gets everything ready that can go wrong before something is sent. It
// returns nil after an error, and a delivery without a client if there is
// nothing to send.
func (r *ingestResource) start(ctx context.Context, plan, config *ingestModel, before *past, look *outlook, diags *diag.Diagnostics) *delivery {
	j, known := jobOf(ctx, plan, config, diags)
	if !known || diags.HasError() {
		return nil
	}
	planned := look != nil && !plan.ContentHash.IsUnknown() && !j.source.secret()
	if planned && !j.unchangedSincePlan(ctx, plan.ContentHash.ValueString(), diags) {
		return nil
	}
	if !planned {
		found, ok := j.survey(ctx, before, diags)
		if !ok {
			return nil
		}
		j.warn(found, before, diags)
		plan.TableName = j.destination.tableName()
		plan.planResults(ctx, j, found, before, diags)
		if found.summary != nil {
			plan.setSummary(ctx, j, found, diags)
		}
		look = &found
	}
	return r.delivery(ctx, plan, j, before, look, diags)
}

// delivery prepares the sending that the outlook asks for.
func (r *ingestResource) delivery(ctx context.Context, plan *ingestModel, j job, before *past, look *outlook, diags *diag.Diagnostics) *delivery {
	d := &delivery{}
	if look.Send {
		prepared, ok := plan.prepare(ctx, r.clients, j.destination, j.source, diags)
		if !ok {
			return nil
		}
		d = prepared
	}
	switch {
	case look.Fresh && before == nil:
		d.number = r.creates.next(j)
		d.progress = newRound(j.source.origin(j.destination), nil, j.triggers, d.number)
		d.progress.Created = j.shared()
	case look.Fresh:
		d.progress = newRound(j.destination.identify(), before, j.triggers, 0)
		d.progress.Created = before.createdWith(j)
	default:
		d.progress = before.progress.goOn(j.destination.identify(), before, j.triggers, look.Removed)
	}
	d.contentHash = plan.ContentHash.ValueString()
	return d
}

// unchangedSincePlan reports an error if the records are not those that were
// planned.
func (j job) unchangedSincePlan(ctx context.Context, planned string, diags *diag.Diagnostics) bool {
	if j.source.file == "" {
		return true // Terraform itself keeps other values as they were planned.
	}
	hash, err := j.source.hash(ctx)
	switch {
	case err != nil:
		j.addUnreadable(diags, err)
	case hash != planned:
		diags.AddAttributeError(j.source.path(), "File has changed since the plan", j.source.changedSinceThePlan())
	}
	return err == nil && hash == planned
}

// setOutcome sets what only the sending could tell.
func (m *ingestModel) setOutcome(d *delivery, before *past) {
	m.Status = types.StringValue(statusComplete)
	if d.err != nil {
		m.Status = types.StringValue(statusPartial)
	}
	m.LastIngestedAt = types.StringNull()
	if before != nil {
		m.LastIngestedAt = before.state.LastIngestedAt
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
