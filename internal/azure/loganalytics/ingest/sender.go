package ingest

import (
	"context"
	"errors"
	"io"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

// sender is one call of Send.
type sender struct {
	destination Destination
	options     SendOptions
	identifier  *identifier
	onBatch     func(BatchResult)
	// batcher belongs to the producing goroutine until sendAll ends.
	batcher *batcher

	report Report
	// unmatched are the skipped records that were not passed yet.
	unmatched *Ledger
	// checked means that nothing more can have been sent by an earlier run.
	checked bool
}

func newSender(ctx context.Context, source io.Reader, destination Destination, options SendOptions, onBatch func(BatchResult)) *sender {
	options = options.withDefaults()
	return &sender{
		destination: destination, options: options, onBatch: onBatch,
		identifier: options.identifier(),
		batcher:    newBatcher(destination.API(), &contextReader{ctx: ctx, source: source}, options.Skip, options.identifier()),
		unmatched:  options.Skip.Clone(),
		report:     Report{Accepted: options.Skip.Clone()},
	}
}

func (s *sender) run(ctx context.Context) (Report, error) {
	err := s.sendAll(ctx)
	s.report.RecordsSkipped = s.batcher.skips
	errors.As(err, &s.report.Unknown)
	return s.report, err
}

// sendAll prepares each batch while the one before is on its way. So at most two
// are in memory.
func (s *sender) sendAll(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batches, produced := make(chan *batch), make(chan error, 1)
	go func() {
		defer close(batches)
		produced <- s.produce(ctx, batches)
	}()
	var failed error
	for next := range batches {
		if failed = s.sendBatch(ctx, next); failed != nil {
			cancel()
			break
		}
	}
	// Waits for the producer, which ends at the latest with the context.
	err := <-produced
	if failed != nil {
		return failed
	}
	return err
}

func (s *sender) produce(ctx context.Context, batches chan<- *batch) error {
	for {
		next, err := s.batcher.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case batches <- next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// sendBatch sends a batch as the batcher made it.
func (s *sender) sendBatch(ctx context.Context, b *batch) error {
	for _, passed := range b.skipped {
		if !s.unmatched.take(passed.hash) {
			s.unmatched.take(passed.legacy)
		}
	}
	if err := s.deliver(ctx, b); err != nil {
		return err
	}
	b.release()
	return nil
}

// compactPrefix keeps the source's beginning up to the end of b as a whole, if there
// are too many records to keep one by one, and reports whether it did. All of
// them must have been accepted.
func (s *sender) compactPrefix(b *batch) bool {
	accepted := s.report.Accepted
	if accepted.total+len(b.records) <= accepted.exactLimit() && accepted.prefix.records == 0 {
		return false
	}
	compacted := s.unmatched.Clone()
	compacted.prefix, compacted.legacyPrefix = prefix{records: b.through, chain: b.chain}, false
	s.report.Accepted = compacted
	return true
}

// accept notes that the service took a batch or a part of one.
func (s *sender) accept(b *batch, result BatchResult) {
	if b.through == 0 || !s.compactPrefix(b) {
		s.report.Accepted.add(b.records)
	}
	s.report.RecordsSent += len(b.records)
	s.report.Batches++
	s.report.WireBytes += int64(result.WireBytes)
	s.report.RawBytes += int64(result.RawBytes)
	s.report.LastAcceptedAt = s.options.Clock.Now()
	result.Number, result.Accepted = s.report.Batches, s.report.Accepted
	if s.onBatch != nil {
		result.IDs = s.ids(b, loganalytics.MaxQueryIDs)
		s.onBatch(result)
	}
}
