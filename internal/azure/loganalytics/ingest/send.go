// Package ingest sends records to Azure Monitor Logs in as few requests as the
// APIs allow, and keeps account of what they have accepted.
//
// Neither API knows an idempotency key, so an answer that was lost is told apart
// from one that never could have been given, and nothing is sent twice without
// saying so.
package ingest

import (
	"context"
	"io"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Destination is where records go: a *loganalytics.DataCollectorClient or a
// *loganalytics.LogsIngestionClient.
type Destination interface {
	API() loganalytics.API
	// Post sends one body once, apart from refusals that it can cure.
	Post(ctx context.Context, body loganalytics.Body) error
}

// SendOptions are how Send sends. The zero value sends every record once.
type SendOptions struct {
	// Skip are the records that the destination has already; they are left
	// out. nil means none. Send does not change it.
	Skip *Ledger
	// IDColumn, if not empty, gives every record a property of that name with
	// a UUID. It depends on Generation, on the record's meaning, and on how
	// many equal records Skip has and come before it.
	IDColumn string
	// IDsByIndex makes these UUIDs of Generation, record and index, as versions
	// of the provider before 2026-12 did: for what they may have sent.
	IDsByIndex bool
	// Generation keeps apart the ids of records that are sent again on
	// purpose.
	Generation string
	// Arrivals, with IDColumn, finds out what became of records whose
	// answer was lost.
	Arrivals ArrivalChecker
	// ArrivalTimeout is how long arriving may take; 0 means 15 minutes, the
	// time that Azure names for new tables.
	ArrivalTimeout time.Duration
	// CheckFirst, with Arrivals, sends only what the workspace does not have
	// yet: for a send after one that ended with an *UnknownError, at LostAt,
	// or that may have ended without a trace.
	CheckFirst bool
	// LostAt is when the last answer was lost: until ArrivalTimeout after it,
	// what does not show yet is waited for.
	LostAt time.Time
	// Clock passes the time between attempts; nil means the machine's.
	Clock wait.Clock
}

// slowestArrival is how long Azure says that records may take to show, which is in a
// new table.
const slowestArrival = 15 * time.Minute

func (o SendOptions) withDefaults() SendOptions {
	if o.ArrivalTimeout == 0 {
		o.ArrivalTimeout = slowestArrival
	}
	if o.Clock == nil {
		o.Clock = wait.SystemClock{}
	}
	return o
}

// BatchResult is one batch that the service took.
type BatchResult struct {
	// Number counts batches from 1.
	Number int
	// FirstRecord and LastRecord are indexes in the source; Records is how
	// many between them were sent.
	FirstRecord, LastRecord, Records int
	// WireBytes is the size of the request's body, RawBytes the same before
	// compression.
	WireBytes, RawBytes int
	// Attempts is how often it was sent.
	Attempts int
	// Doubt is what an earlier attempt failed with that may have stored the
	// records, too, although the workspace, if it could be asked, did not show
	// them in time; nil if there was none.
	Doubt error
	// FoundByQuery means that its answer was lost, and that its ids were
	// found in the workspace.
	FoundByQuery bool
	// IDs are the ids of at most 500 of its records, from all over it; nil
	// without SendOptions.IDColumn.
	IDs []string
	// Accepted are all records that were accepted so far. It changes with
	// the next batch: encode or clone it to keep it.
	Accepted *Ledger
}

// Report is what Send did, complete or not.
type Report struct {
	// Accepted are all records that the destination has, those of
	// SendOptions.Skip included.
	Accepted *Ledger
	// RecordsSent were accepted by this send, in Batches requests.
	RecordsSent, Batches int
	// RecordsSkipped were accepted before.
	RecordsSkipped int
	// WireBytes and RawBytes are the sizes of the accepted requests.
	WireBytes, RawBytes int64
	// Unknown is set when the send ended with a lost answer; it is also the
	// error.
	Unknown *UnknownError
	// LastAcceptedAt is when the last batch was accepted; zero if none was.
	LastAcceptedAt time.Time
}

// Send reads records from source and sends those that are not skipped,
// batch after batch in their order. onBatch, which may be nil, is called
// after every batch that was accepted. Send stops at the first batch that
// cannot be sent: the report then holds what was accepted, and a later Send
// with that ledger as Skip sends exactly the rest.
//
// Errors are *records.SyntaxError or *records.TooLargeError about the source,
// *SourceChangedError, *UnknownError for a lost answer, or *BatchError
// around a *loganalytics.ServiceError, *loganalytics.ConnectionError or *loganalytics.RetiredError.
func Send(ctx context.Context, source io.Reader, destination Destination, options SendOptions, onBatch func(BatchResult)) (Report, error) {
	return newSender(ctx, source, destination, options, onBatch).run(ctx)
}

func (o SendOptions) identifier() *identifier {
	ids := newIdentifier(o.IDColumn, o.Generation)
	if ids != nil {
		ids.byIndex = o.IDsByIndex
	}
	return ids
}

// contextReader ends reading with its context.
type contextReader struct {
	ctx    context.Context //nolint:containedctx // It lives as long as one call of Send.
	source io.Reader
}

func (r *contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.source.Read(p)
}
