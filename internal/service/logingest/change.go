package logingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// job is what a plan asks for, with everything known that decides what is
// sent.
type job struct {
	destination destination
	source      source
	idColumn    string
	onChange    string
	triggers    types.Map
	// version is that of the write-only records.
	version types.Int64
	// verified means that the workspace can be asked for ids.
	verified bool
}

// jobOf reports false if a value that decides is not known yet.
func jobOf(ctx context.Context, plan, config *ingestModel, diags *diag.Diagnostics) (job, bool) {
	to, ok := destinationOf(ctx, config, diags)
	from, known := sourceOf(plan, config)
	triggers, err := plan.Triggers.ToTerraformValue(ctx)
	known = known && ok && err == nil && triggers.IsFullyKnown()
	for _, value := range []types.String{plan.IngestIDColumn, plan.OnChange, to.collector.LogType, to.collector.TimeGeneratedField} {
		known = known && !value.IsUnknown()
	}
	return job{
		destination: to, source: from, idColumn: plan.IngestIDColumn.ValueString(), onChange: plan.OnChange.ValueString(),
		triggers: plan.Triggers, version: plan.RecordsWOVersion, verified: !plan.Verify.IsNull(),
	}, known && !plan.RecordsWOVersion.IsUnknown() && !diags.HasError()
}

// rules are what the records must obey.
func (j job) rules() ingest.Rules {
	return ingest.Rules{Rules: columns.Rules{
		API: j.destination.api, LogType: j.destination.collector.LogType.ValueString(),
		TimeGeneratedField: j.destination.collector.TimeGeneratedField.ValueString(),
		IDColumn:           j.idColumn, Now: time.Now(), HideValues: j.source.secret(),
	}}
}

// sendPlan is what an apply has to send.
type sendPlan struct {
	// Send means that records go out; Fresh, that all of them do.
	Send  bool `json:"send"`
	Fresh bool `json:"fresh"`
	// Removed is how many records that were accepted are not there any more.
	Removed int `json:"removed"`
	// summary is what was found out about the records; nil if they are
	// those that were sent.
	summary *ingest.Summary
}

// change is what a plan or an apply works on.
type change struct {
	job
	// prior is what earlier applies did; nil before the first one.
	prior *priorState
	diags *diag.Diagnostics
}

// compare finds out what an apply of the job has to send after the prior state.
// It calls no service, and returns nil after an error.
func (c *change) compare(ctx context.Context) *sendPlan {
	rules := c.rules()
	if c.prior == nil {
		return c.validate(ctx, rules, sendPlan{Send: true, Fresh: true})
	}
	rules.Existing = c.prior.state.existingColumns(ctx, c.diags)
	if !c.prior.state.Triggers.Equal(c.triggers) {
		return c.validate(ctx, rules, sendPlan{Send: true, Fresh: true})
	}
	changed, err := c.changed(ctx)
	if err != nil {
		c.addUnreadable(err)
		return nil
	}
	switch {
	case !changed && c.prior.state.Status.ValueString() == statusComplete:
		return &sendPlan{Removed: c.prior.progress.Removed}
	case changed && c.onChange == onChangeResend:
		return c.validate(ctx, rules, sendPlan{Send: true, Fresh: true})
	}
	if err = c.rebuild(ctx, c.prior); err == nil {
		rules.Skip, err = c.prior.progress.ledger()
	}
	switch {
	case err == nil:
		return c.validate(ctx, rules, sendPlan{})
	case c.onChange == onChangeResend:
		// It is the way out that addLost names, also for the same records.
		rules.Skip = nil
		return c.validate(ctx, rules, sendPlan{Send: true, Fresh: true})
	}
	c.addLost(err)
	return nil
}

// addUnreadable reports records that could not be read to their end.
func (c *change) addUnreadable(err error) {
	next := "Check the path, and that this user may read the file."
	switch {
	case errors.Is(err, context.Canceled):
		next = "Nothing was sent. It was interrupted: run it again."
	case errors.Is(err, context.DeadlineExceeded):
		next = "Nothing was sent. Run it again; if reading takes long, allow more time with timeouts."
	}
	c.diags.AddAttributeError(c.source.path(), "Could not read the records",
		tfkit.Failure{What: c.destination.describe() + ": " + tfkit.Sentence(err), Next: []string{next}}.Detail())
}

// changed reports whether the content is another one than that of the last
// apply. Whether write-only records have changed is what their version says.
func (c *change) changed(ctx context.Context) (bool, error) {
	was := &c.prior.state
	if c.source.secret() {
		return was.RecordsWOVersion.IsNull() != c.version.IsNull() || !was.RecordsWOVersion.Equal(c.version) ||
			!was.Records.IsNull() || !was.RecordsFile.IsNull(), nil
	}
	hash, err := c.source.hash(ctx)
	return hash != was.ContentHash.ValueString(), err
}

// validate completes a plan by what the records say, and reports what is wrong with
// them. A plan that sends nothing yet sends what is pending.
func (c *change) validate(ctx context.Context, rules ingest.Rules, todo sendPlan) *sendPlan {
	reader, err := c.source.open()
	if err == nil {
		defer reader.Close() //nolint:errcheck // It was only read.
		var summary ingest.Summary
		summary, err = ingest.Validate(ctx, reader, rules)
		todo.summary = &summary
	}
	if err != nil {
		c.addUnreadable(err)
		return nil
	}
	todo.Send = todo.Send || todo.summary.PendingCount > 0
	todo.Removed = todo.summary.RemovedCount
	addIssues(c.diags, c.source.path(), todo.summary)
	if todo.summary.ErrorCount > 0 {
		return nil
	}
	return &todo
}

// warn says what an apply does besides what the plan shows.
func (c *change) warn(todo *sendPlan) {
	if todo.Send && c.destination.api == loganalytics.DataCollector {
		c.diags.AddAttributeWarning(c.destination.anchor(), "The HTTP Data Collector API is retired", loganalytics.RetirementAdvice+".")
	}
	if todo.Send && c.idColumn != "" && !c.verified && c.destination.api == loganalytics.LogsIngestion {
		c.diags.AddAttributeWarning(path.Root("ingest_id_column"), "Lost answers cannot be cleared up",
			"A data collection rule does not name its workspace, so the ids cannot be looked for after a lost answer: the records then count as not sent, and the next apply may store them twice, with the same ids. "+
				"Set verify with its workspace_id to have them looked for.")
	}
	if c.prior != nil && c.prior.rebuilt {
		c.diags.AddAttributeWarning(c.source.path(), "The list of the records that were sent was lost",
			"An earlier run was killed while it sent records, and Terraform did not keep the list. It was rebuilt from what the state says of the run before that. "+
				"What the killed run had sent may be sent once more; records with ingest_id_column are looked for first, for as long as verify says (15 minutes without it).")
	}
	if c.prior == nil || todo.Fresh || todo.Removed <= c.prior.progress.Removed {
		return
	}
	c.diags.AddAttributeWarning(c.source.path(), "Records that were removed stay in the workspace",
		fmt.Sprintf("The configuration no longer has records that were sent earlier (%s). Nothing is sent for that: rows cannot be taken back, and stay until the table's retention ends.",
			countRecords(int64(todo.Removed-c.prior.progress.Removed))))
}
