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
	return s.send(ctx, b, nil)
}

// send sends a batch until it is accepted, or it is clear that it will not
// be. A batch that is too large is sent in halves. doubt is what an earlier send
// failed with that may have stored it, or nil.
func (s *sender) send(ctx context.Context, b *batch, doubt error) error {
	body, err := b.content.body(b.from, b.to)
	if err != nil {
		return s.batchError(b, 0, err)
	}
	result := BatchResult{
		FirstRecord: b.first(), LastRecord: b.last(), Records: len(b.records),
		WireBytes: body.Bytes, RawBytes: b.rawBytes(),
	}
	result.Doubt = doubt
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
			if arrived, unknown := s.settle(ctx, b, result, err); arrived || unknown != nil {
				return unknown
			}
			if s.mayShowYet(s.options.Clock.Now().Add(-s.options.ArrivalTimeout)) {
				result.Doubt = err
			}
		case verdictTooLarge:
			return s.halve(ctx, b, result, err)
		case verdictFatal:
			return s.giveUp(ctx, b, result, err)
		case verdictRetry, verdictUnreachable:
			if leavesOpen(err) {
				result.Doubt = err
			}
			if ctx.Err() != nil {
				// This attempt failed because the time was up: the one before says more.
				return s.giveUp(ctx, b, result, cmp.Or(before, err))
			}
			before = err
		}
		if v == verdictUnreachable || result.Attempts >= maxAttempts {
			return s.giveUp(ctx, b, result, s.explainGiveUp(err))
		}
		if err := loganalytics.Pause(ctx, s.options.Clock, err, backoff.Delay(result.Attempts)); err != nil {
			return s.giveUp(ctx, b, result, err)
		}
	}
}

// settle asks what became of a batch, and accepts it if the service has it.
func (s *sender) settle(ctx context.Context, b *batch, result BatchResult, lost error) (bool, error) {
	arrived, unknown := s.resolve(ctx, b, lost)
	if arrived {
		result.FoundByQuery = true
		s.accept(b, result)
	}
	return arrived, unknown
}

// giveUp says that a batch is not stored, unless one of the attempts may have
// stored it.
func (s *sender) giveUp(ctx context.Context, b *batch, result BatchResult, err error) error {
	if result.Doubt != nil {
		if arrived, unknown := s.settle(ctx, b, result, err); arrived || unknown != nil {
			return unknown
		}
	}
	return s.batchError(b, result.Attempts, err)
}

func (b *batch) first() int { return int(b.records[0].index) }
func (b *batch) last() int  { return int(b.records[len(b.records)-1].index) }

// halve sends a batch that the service finds too large in two parts.
func (s *sender) halve(ctx context.Context, b *batch, result BatchResult, err error) error {
	if len(b.records) == 1 {
		return s.giveUp(ctx, b, result, err)
	}
	first, second := b.split()
	if err := s.send(ctx, first, result.Doubt); err != nil {
		return err
	}
	return s.send(ctx, second, result.Doubt)
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
