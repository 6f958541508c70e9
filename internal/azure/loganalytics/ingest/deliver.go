package ingest

import (
	"cmp"
	"context"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// maxAttempts bounds how often one batch is sent.
const maxAttempts = 8

// backoff spaces the attempts where the service does not say.
var backoff = wait.Backoff{Base: time.Second, Max: time.Minute}

// deliver sends a batch, unless an earlier run did.
func (s *sender) deliver(ctx context.Context, b *batch) error {
	if s.options.CheckFirst && !s.checked && s.options.Arrivals != nil && s.identifier != nil {
		return s.deliverUnlessArrived(ctx, b)
	}
	return s.send(ctx, b)
}

// send sends a batch until it is accepted, or it is clear that it will not
// be. A batch that is too large is sent in halves.
func (s *sender) send(ctx context.Context, b *batch) error {
	body, err := b.content.body(b.from, b.to)
	if err != nil {
		return s.batchError(b, 0, err)
	}
	result := BatchResult{
		FirstRecord: b.first(), LastRecord: b.last(), Records: len(b.records),
		WireBytes: body.Bytes, RawBytes: b.rawBytes(),
	}
	cuts := 0
	var before error
	for result.Attempts = 1; ; result.Attempts++ {
		err := s.destination.Post(ctx, body)
		if isCut(err) {
			cuts++
		}
		v := verdictOf(err, body.Bytes, cuts)
		switch v {
		case verdictAccepted:
			s.accept(b, result)
			return nil
		case verdictUnknown:
			arrived, unknown := s.resolve(ctx, b, err)
			if unknown != nil {
				return unknown
			}
			if arrived {
				result.FoundByQuery = true
				s.accept(b, result)
				return nil
			}
		case verdictTooLarge:
			return s.halve(ctx, b, result.Attempts, err)
		case verdictFatal:
			return s.batchError(b, result.Attempts, err)
		case verdictRetry, verdictUnreachable:
			if ctx.Err() != nil {
				// This attempt failed because the time was up: the one before says more.
				return s.batchError(b, result.Attempts, cmp.Or(before, err))
			}
			before = err
		}
		if v == verdictUnreachable || result.Attempts >= maxAttempts {
			return s.batchError(b, result.Attempts, s.explainGiveUp(err))
		}
		if err := loganalytics.Pause(ctx, s.options.Clock, err, backoff.Delay(result.Attempts)); err != nil {
			return s.batchError(b, result.Attempts, err)
		}
	}
}

func (b *batch) first() int { return int(b.records[0].index) }
func (b *batch) last() int  { return int(b.records[len(b.records)-1].index) }

// halve sends a batch that the service finds too large in two parts.
func (s *sender) halve(ctx context.Context, b *batch, attempts int, err error) error {
	if len(b.records) == 1 {
		return s.batchError(b, attempts, err)
	}
	first, second := b.split()
	if err := s.send(ctx, first); err != nil {
		return err
	}
	return s.send(ctx, second)
}

// explainGiveUp explains a service that could not be reached in any attempt.
func (s *sender) explainGiveUp(err error) error {
	retired := s.destination.API() == loganalytics.DataCollector && !s.options.Clock.Now().Before(loganalytics.DataCollectorRetirement)
	if retired && (loganalytics.HostGone(err) || isCut(err)) {
		return &loganalytics.RetiredError{Err: err}
	}
	return err
}

func (s *sender) batchError(b *batch, attempts int, err error) error {
	return &BatchError{FirstRecord: b.first(), LastRecord: b.last(), Attempts: attempts, Err: err}
}
