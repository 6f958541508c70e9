package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
)

// Rules are what Validate checks records against.
type Rules struct {
	columns.Rules
	// Skip are the records that were sent before; nil means none.
	Skip *Ledger
}

// Summary is what Validate found out without calling any service.
type Summary struct {
	columns.Findings
	// PendingCount is how many records are not in the ledger, and would be
	// sent; RemovedCount is how many of the ledger's are not in the source.
	PendingCount, RemovedCount int
	// BatchCount is the number of requests that the pending records take.
	BatchCount int
	// Bytes is the size of those requests' bodies before compression.
	Bytes int64
	// ContentHash is the SHA-256 of the source's bytes in hexadecimal.
	ContentHash string
}

// Validate reads all records and finds what the service would refuse or
// change, without calling it. It holds one record and at most one batch at a
// time. What is wrong with the records is in the summary's issues; the error
// is for sources that cannot be read.
func Validate(ctx context.Context, source io.Reader, rules Rules) (Summary, error) {
	return newValidation(ctx, source, rules).run()
}

// validation is one call of Validate.
type validation struct {
	checker *columns.Checker
	batches *batcher
	digest  hash.Hash
	summary Summary
}

func newValidation(ctx context.Context, source io.Reader, rules Rules) *validation {
	v := &validation{checker: columns.NewChecker(rules.Rules), digest: sha256.New()}
	text := io.TeeReader(&contextReader{ctx: ctx, source: source}, v.digest)
	v.batches = newBatcher(rules.API, text, rules.Skip, newIdentifier(rules.IDColumn, ""))
	v.batches.countOnly(rules.Skip.Empty())
	v.batches.onRecord = v.checker.Record
	return v
}

func (v *validation) run() (Summary, error) {
	err := v.count()
	switch {
	case errors.Is(err, io.EOF):
		err = nil
		v.checker.Finish()
		v.summary.ContentHash = hex.EncodeToString(v.digest.Sum(nil))
		v.summary.PendingCount = v.checker.Findings().RecordCount - v.batches.skips
		// What is left of the ledger was not in the source.
		v.summary.RemovedCount = v.batches.known.total
	case errors.As(err, new(*SourceChangedError)):
		v.checker.Report(columns.Issue{Severity: columns.Error, RecordIndex: -1, Message: err.Error()})
		err = nil
	default:
		err = v.checker.Unreadable(err)
	}
	v.summary.Findings = v.checker.Findings()
	return v.summary, err
}

// count counts batches until there are no more, which is io.EOF.
func (v *validation) count() error {
	for {
		b, err := v.batches.next()
		if err != nil {
			return err
		}
		v.summary.BatchCount++
		v.summary.Bytes += int64(b.rawBytes())
		b.release()
	}
}
