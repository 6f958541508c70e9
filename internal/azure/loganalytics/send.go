package loganalytics

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Destination is where records go: a *DataCollectorClient or a
// *LogsIngestionClient.
type Destination interface {
	api() API
	// target names the destination in errors.
	target() string
	// post sends one body once, apart from refusals that it can cure.
	post(ctx context.Context, body payload) error
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
	// RepeatUnknown sends a batch again whose answer was lost, without
	// knowing whether it was stored. The report says how many records that
	// concerned.
	RepeatUnknown bool
	// MaxBatchBytes makes batches smaller than the API allows (before
	// compression); 0 means as large as possible. Smaller batches leave less
	// in doubt when an answer is lost.
	MaxBatchBytes int
	// MaxAttempts bounds how often one batch is sent; 0 means 8.
	MaxAttempts int
	// Backoff spaces the attempts where the service does not say; the zero
	// value means 1 s doubling to 60 s, with jitter.
	Backoff wait.Backoff
	// MaxRetryAfter bounds the waits that the service asks for; 0 means 5
	// minutes.
	MaxRetryAfter time.Duration
	// Clock passes the time between attempts; nil means the machine's.
	Clock wait.Clock
}

func (o SendOptions) withDefaults() SendOptions {
	if o.ArrivalTimeout == 0 {
		o.ArrivalTimeout = 15 * time.Minute
	}
	if o.MaxAttempts == 0 {
		o.MaxAttempts = 8
	}
	if o.Backoff.Base == 0 {
		o.Backoff.Base, o.Backoff.Max = time.Second, time.Minute
	}
	if o.MaxRetryAfter == 0 {
		o.MaxRetryAfter = 5 * time.Minute
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
	// RecordsDoubtful may be stored twice, because they were sent again after
	// a lost answer (RepeatUnknown).
	RecordsDoubtful int
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
// Errors are *SyntaxError or *TooLargeError about the source,
// *SourceChangedError, *UnknownError for a lost answer, or *BatchError
// around a *ServiceError, *ConnectionError or *RetiredError.
func Send(ctx context.Context, source io.Reader, destination Destination, options SendOptions, onBatch func(BatchResult)) (Report, error) {
	options = options.withDefaults()
	s := &sender{
		destination: destination, options: options, onBatch: onBatch,
		identifier: options.identifier(),
		batcher:    newBatcher(destination.api(), options.MaxBatchBytes, &contextReader{ctx: ctx, source: source}, options.Skip, options.identifier()),
		unmatched:  options.Skip.Clone(),
	}
	s.report.Accepted = options.Skip.Clone()
	err := s.run(ctx)
	s.report.RecordsSkipped = s.batcher.skips
	errors.As(err, &s.report.Unknown)
	return s.report, err
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
