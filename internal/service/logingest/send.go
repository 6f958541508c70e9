package logingest

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// delivery is one sending of records.
type delivery struct {
	destination destination
	source      source
	client      ingest.Destination
	arrivals    *loganalytics.QueryArrivals
	clock       wait.Clock
	verify      bool
	timeout     time.Duration
	idColumn    string
	// progress is where the sending begins, and afterwards where it ended.
	progress progress
	// contentHash is the hash that the source must have; "" for any.
	contentHash string
	// number is the create's among those of one process that are alike.
	number int
	// repeat means to send also what the workspace has already.
	repeat bool
	// onBatch is called after every batch that was accepted; it may be nil.
	onBatch func(ingest.BatchResult)

	report ingest.Report
	err    error
	// found is how many records the workspace had already.
	found int
	// doubted is how many were sent again although they may have been stored
	// before, and doubt why that is not known.
	doubted int
	doubt   error
	// ids are those to be verified, batch by batch.
	ids [][]string
}

// prepare connects to the destination. It makes no call.
func (m *requestModel) prepare(ctx context.Context, clients clients, to destination, from source, diags *diag.Diagnostics) (*delivery, bool) {
	to = to.withEnvironment(clients, diags)
	if diags.HasError() {
		return nil, false
	}
	session, err := to.session(clients)
	var client ingest.Destination
	if err == nil {
		client, err = to.connect(session)
	}
	if err != nil {
		tfkit.AddError(diags, "Could not send records", to.describe(), azure.Describe(err))
		return nil, false
	}
	d := &delivery{
		destination: to, source: from, client: client, clock: session.Clock(),
		idColumn: m.IngestIDColumn.ValueString(), timeout: defaultVerifyTimeout,
	}
	return d, d.prepareArrivals(ctx, clients, m.Verify, diags)
}

// prepareArrivals makes what asks the workspace for ids, if there are any. A
// verification that cannot be made is an error; without it, not being able to
// ask is none.
func (d *delivery) prepareArrivals(ctx context.Context, clients clients, block types.Object, diags *diag.Diagnostics) bool {
	verify, asked := decode[verifyModel](ctx, block, diags)
	if asked && !verify.Timeout.IsNull() {
		timeout, err := time.ParseDuration(verify.Timeout.ValueString())
		if err != nil {
			diags.AddError("Verification timeout is not valid", tfkit.Sentence(err))
			return false
		}
		d.timeout = timeout
	}
	workspace, table := firstGiven(verify.WorkspaceID, d.destination.collector.WorkspaceID), d.destination.tableName()
	if d.idColumn == "" || workspace.IsNull() || table.IsNull() {
		return !diags.HasError()
	}
	query, err := openQuery(clients)
	if err != nil {
		if asked {
			tfkit.AddError(diags, "Could not prepare the verification", d.destination.describe(), azure.Describe(err),
				"verify queries the workspace, which needs an Azure credential even where sending needs none.")
		}
		return !asked
	}
	name := table.ValueString()
	if d.destination.api == loganalytics.DataCollector {
		name = d.destination.collector.LogType.ValueString()
	}
	d.verify = asked
	d.arrivals = loganalytics.NewQueryArrivals(query, workspace.ValueString(), d.destination.api, name, d.idColumn)
	return !diags.HasError()
}

// send sends what the progress does not have yet.
func (d *delivery) send(ctx context.Context) {
	skip := &ingest.Ledger{}
	if d.err = skip.UnmarshalText([]byte(d.progress.Accepted)); d.err != nil {
		return
	}
	reader, err := d.source.openHashed(ctx)
	if err != nil {
		d.err = err
		return
	}
	defer reader.Close() //nolint:errcheck // It was only read.
	if d.progress.Unknown && d.progress.LostAt.IsZero() {
		d.progress.LostAt = d.clock.Now()
	}
	options := ingest.SendOptions{
		Skip: skip, IDColumn: d.idColumn, Generation: d.progress.Generation, IDsByIndex: d.progress.IDs < idsByOccurrence,
		ArrivalTimeout: d.timeout, CheckFirst: d.progress.Unknown || d.verify && !d.repeat, LostAt: d.progress.LostAt, Clock: d.clock,
	}
	if d.arrivals != nil {
		options.Arrivals = d.arrivals
	}
	d.report, d.err = ingest.Send(ctx, reader, d.client, options, func(batch ingest.BatchResult) { d.batchSent(ctx, batch) })
	if d.err == nil && d.contentHash != "" && reader.sum() != d.contentHash {
		d.err = fmt.Errorf("%s was changed while it was being sent; what was sent is the new content", d.source.file)
	}
	if d.accepted() {
		d.noteUnknown()
		text, err := d.report.Accepted.MarshalText()
		if err != nil && d.err == nil {
			d.err = err
		}
		d.progress.Accepted = string(text)
	}
}

// noteUnknown notes since when it is unknown what became of a batch. If not
// even that could be asked, the earlier answer stays the lost one.
func (d *delivery) noteUnknown() {
	switch {
	case d.report.Unknown == nil:
		d.progress.Unknown, d.progress.LostAt = false, time.Time{}
	case d.report.RecordsSent > 0 || !d.progress.Unknown:
		d.progress.Unknown, d.progress.LostAt = true, d.clock.Now()
	}
}

// accepted reports whether the service took records, or may have.
func (d *delivery) accepted() bool { return d.report.RecordsSent > 0 || d.report.Unknown != nil }

func (d *delivery) batchSent(ctx context.Context, batch ingest.BatchResult) {
	tflog.Info(ctx, "records were accepted", map[string]any{
		"batch": batch.Number, "records": batch.Records, "first_record": batch.FirstRecord,
		"raw_bytes": batch.RawBytes, "wire_bytes": batch.WireBytes, "attempts": batch.Attempts,
	})
	if batch.FoundByQuery && batch.Attempts == 0 {
		d.found += batch.Records
	}
	if batch.Doubt != nil && !batch.FoundByQuery {
		d.doubted += batch.Records
		d.doubt = batch.Doubt
	}
	if d.verify {
		d.ids = append(d.ids, batch.IDs)
	}
	if d.onBatch != nil {
		d.onBatch(batch)
	}
}

// foundText says what a create did not send.
func (d *delivery) foundText() string {
	return tfkit.Failure{
		What: fmt.Sprintf("%s: %d of %d records were not sent, as the workspace has records with their ids. A run that was interrupted sent them, or a log ingest that was destroyed since.",
			d.destination.describe(), d.found, d.report.RecordsSent),
		Next: []string{"If these are new records that equal the old ones, set triggers to a new value: that sends all records again, under ids of their own."},
	}.Detail()
}

// warnOfDoubles says which records may be stored twice.
func (d *delivery) warnOfDoubles(diags *diag.Diagnostics) {
	if d.doubted == 0 {
		return
	}
	next := "Queries leave duplicates out that are equal in all columns: | summarize take_any(*) by the columns of the records. With ingest_id_column each record has an id to tell them by."
	if d.idColumn != "" {
		next = fmt.Sprintf("Queries leave duplicates out with: | summarize arg_max(TimeGenerated, *) by %s", loganalytics.NewQueryArrivals(nil, "", d.destination.api, "", d.idColumn).Column)
	}
	said := azure.Describe(d.doubt)
	said.Next = nil
	diags.AddWarning("Records may be stored twice", tfkit.Explain(fmt.Sprintf(
		"%s: %s accepted, but an attempt before may have stored them, too", d.destination.describe(), recordsWere(int64(d.doubted))), said, next))
}

// failure is the text of what went wrong.
func (d *delivery) failure(next ...string) string {
	return tfkit.Explain(d.destination.describe(), azure.Describe(d.err), next...)
}

// check looks for the records in the workspace and warns of what is not
// there.
func (d *delivery) check(ctx context.Context, diags *diag.Diagnostics) {
	if !d.verify || len(d.ids) == 0 {
		return
	}
	found, err := d.arrivals.Verify(ctx, d.ids, d.timeout, d.clock)
	switch {
	case err != nil:
		diags.AddWarning("Could not verify the records", tfkit.Explain(d.destination.describe()+" were accepted, but could not be looked for", azure.Describe(err)))
	case found.Missing() > 0:
		diags.AddWarning("Records have not arrived yet", fmt.Sprintf(
			"%s: the service accepted all of them, but of the %d that were looked for in the workspace, %d did not show within %s. "+
				"A new table takes up to 15 minutes. If they do not come later, look into the tables Operation and DCRLogErrors, and at the transformation of the data collection rule.",
			d.destination.describe(), found.Asked, found.Missing(), d.timeout))
	case found.Doubles > 0:
		diags.AddWarning("Records are stored twice", fmt.Sprintf(
			"%s: of the %d that were looked for, %d have more than one row. Queries leave duplicates out with: | summarize arg_max(TimeGenerated, *) by %s",
			d.destination.describe(), found.Asked, found.Doubles, d.arrivals.Column))
	}
}
