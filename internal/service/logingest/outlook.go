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

// outlook is what an apply has to do.
type outlook struct {
	// Send means that records go out; Fresh, that all of them do.
	Send  bool `json:"send"`
	Fresh bool `json:"fresh"`
	// Removed is how many records that were accepted are not there any more.
	Removed int `json:"removed"`
	// summary is what was found out about the records; nil if they are
	// those that were sent.
	summary *ingest.Summary
}

// survey finds out what an apply of the job has to do after the past, which
// is nil before the first one. It calls no service.
func (j job) survey(ctx context.Context, before *past, diags *diag.Diagnostics) (outlook, bool) {
	rules := j.rules()
	if before == nil {
		return j.validate(ctx, rules, outlook{Send: true, Fresh: true}, diags)
	}
	rules.Existing = before.state.existingColumns(ctx, diags)
	if !before.state.Triggers.Equal(j.triggers) {
		return j.validate(ctx, rules, outlook{Send: true, Fresh: true}, diags)
	}
	changed, err := j.changed(ctx, before)
	if err != nil {
		j.addUnreadable(diags, err)
		return outlook{}, false
	}
	switch {
	case !changed && before.state.Status.ValueString() == statusComplete:
		return outlook{Removed: before.progress.Removed}, true
	case changed && j.onChange == onChangeResend:
		return j.validate(ctx, rules, outlook{Send: true, Fresh: true}, diags)
	}
	if err = j.rebuild(ctx, before); err == nil {
		rules.Skip, err = before.progress.ledger()
	}
	if err != nil {
		j.addLost(diags, err)
		return outlook{}, false
	}
	look, ok := j.validate(ctx, rules, outlook{}, diags)
	look.Send = look.summary != nil && look.summary.PendingCount > 0
	return look, ok
}

// addUnreadable reports records that could not be read to their end.
func (j job) addUnreadable(diags *diag.Diagnostics, err error) {
	next := "Check the path, and that this user may read the file."
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		next = "Nothing was sent. It was interrupted: run it again."
	}
	diags.AddAttributeError(j.source.path(), "Could not read the records",
		tfkit.Failure{What: j.destination.describe() + ": " + tfkit.Sentence(err), Next: []string{next}}.Detail())
}

// changed reports whether the content is another one than that of the last
// apply. Whether write-only records have changed is what their version says.
func (j job) changed(ctx context.Context, before *past) (bool, error) {
	if j.source.secret() {
		return before.state.RecordsWOVersion.IsNull() != j.version.IsNull() || !before.state.RecordsWOVersion.Equal(j.version) ||
			!before.state.Records.IsNull() || !before.state.RecordsFile.IsNull(), nil
	}
	hash, err := j.source.hash(ctx)
	return hash != before.state.ContentHash.ValueString(), err
}

// validate reads the records against the rules and reports what is wrong.
func (j job) validate(ctx context.Context, rules ingest.Rules, look outlook, diags *diag.Diagnostics) (outlook, bool) {
	reader, err := j.source.open()
	if err == nil {
		defer reader.Close() //nolint:errcheck // It was only read.
		var summary ingest.Summary
		summary, err = ingest.Validate(ctx, reader, rules)
		look.summary = &summary
	}
	if err != nil {
		j.addUnreadable(diags, err)
		return look, false
	}
	look.Removed = look.summary.RemovedCount
	addIssues(diags, j.source.path(), look.summary)
	return look, look.summary.ErrorCount == 0
}

// warn says what an apply does besides what the plan shows.
func (j job) warn(look outlook, before *past, diags *diag.Diagnostics) {
	if look.Send && j.destination.api == loganalytics.DataCollector {
		diags.AddAttributeWarning(j.destination.anchor(), "The HTTP Data Collector API is retired", loganalytics.RetirementAdvice+".")
	}
	if look.Send && j.idColumn != "" && !j.verified && j.destination.api == loganalytics.LogsIngestion {
		diags.AddAttributeWarning(path.Root("ingest_id_column"), "Lost answers cannot be cleared up",
			"A data collection rule does not name its workspace, so the ids cannot be looked for after a lost answer: the records then count as not sent, and the next apply may store them twice, with the same ids. "+
				"Set verify with its workspace_id to have them looked for.")
	}
	if before != nil && before.rebuilt {
		diags.AddAttributeWarning(j.source.path(), "The list of the records that were sent was lost",
			"An earlier run was killed while it sent records, and Terraform did not keep the list. It was rebuilt from what the state says of the run before that. "+
				"What the killed run had sent may be sent once more; records with ingest_id_column are looked for first, for as long as verify says (15 minutes without it).")
	}
	if before == nil || look.Fresh || look.Removed <= before.progress.Removed {
		return
	}
	diags.AddAttributeWarning(j.source.path(), "Records that were removed stay in the workspace",
		fmt.Sprintf("The configuration no longer has records that were sent earlier (%s). Nothing is sent for that: rows cannot be taken back, and stay until the table's retention ends.",
			countRecords(int64(look.Removed-before.progress.Removed))))
}
