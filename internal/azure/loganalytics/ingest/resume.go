package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

// deliverUnlessArrived sends what the workspace does not have yet of a batch,
// of which an earlier run may have sent records.
func (s *sender) deliverUnlessArrived(ctx context.Context, b *batch) error {
	spans, err := s.lookFor(ctx, b)
	if err != nil {
		return &UnknownError{
			FirstRecord: b.first(), LastRecord: b.last(), Records: len(b.records), Askable: true,
			Err: fmt.Errorf("an earlier run may have sent them, and asking the workspace failed: %w", err),
		}
	}
	var doubt error
	if lost := s.options.LostAt; !lost.IsZero() && s.mayShowYet(lost) {
		doubt = errEarlierRun
	}
	for _, sp := range spans {
		part := b.part(sp.from, sp.to)
		if sp.arrived {
			s.accept(part, BatchResult{
				FirstRecord: part.first(), LastRecord: part.last(), Records: len(part.records), RawBytes: part.rawBytes(), FoundByQuery: true,
			})
		} else if err := s.send(ctx, part, doubt); err != nil {
			return err
		}
	}
	return nil
}

// errEarlierRun is what is known here of why an earlier run left records in doubt.
var errEarlierRun = errors.New("an earlier run sent them, and its answer was lost")

// mayShowYet reports whether records that were sent then may be stored although the
// workspace does not show them.
func (s *sender) mayShowYet(sent time.Time) bool {
	return s.options.Clock.Now().Sub(sent) < slowestArrival
}

// span is a run of a batch's records, [from, to), which the workspace has
// or has not.
type span struct {
	from, to int
	arrived  bool
}

// lookFor finds out which records of a batch arrived. Records were sent in
// order, so that after a batch of which nothing arrived no others are asked
// for.
func (s *sender) lookFor(ctx context.Context, b *batch) ([]span, error) {
	nothing := []span{{0, len(b.records), false}}
	some, err := s.awaitArrival(ctx, s.ids(b, sampleIDs), 1, s.options.LostAt)
	switch {
	case s.options.LostAt.IsZero() && isRefused(err):
		// Nobody here may ask, and nothing means that there is something to
		// ask for.
		s.checked = true
		return nothing, nil
	case err != nil:
		return nil, err
	case some == 0:
		s.checked = true
		return nothing, nil
	}
	return s.narrowDown(ctx, b, 0, len(b.records), nil)
}

// narrowDown appends the spans of [from, to), which it halves until each
// half has arrived or has not.
func (s *sender) narrowDown(ctx context.Context, b *batch, from, to int, spans []span) ([]span, error) {
	if to-from <= loganalytics.MaxQueryIDs {
		found, err := s.options.Arrivals.Arrived(ctx, s.ids(b.part(from, to), to-from))
		if err != nil {
			return nil, err
		}
		if found == 0 || found == to-from {
			return joinSpans(spans, span{from, to, found > 0}), nil
		}
	}
	middle := from + (to-from)/2
	spans, err := s.narrowDown(ctx, b, from, middle, spans)
	if err != nil {
		return nil, err
	}
	return s.narrowDown(ctx, b, middle, to, spans)
}

func joinSpans(spans []span, next span) []span {
	if last := len(spans) - 1; last >= 0 && spans[last].arrived == next.arrived {
		spans[last].to = next.to
		return spans
	}
	return append(spans, next)
}

// isRefused reports whether a question was refused because of who asks.
func isRefused(err error) bool {
	status := 0
	var failure *loganalytics.ServiceError
	var authentication *azidentity.AuthenticationFailedError
	switch {
	case errors.As(err, &failure):
		status = failure.Status
	case errors.As(err, &authentication) && authentication.RawResponse != nil:
		status = authentication.RawResponse.StatusCode
		return status >= http.StatusBadRequest && status < http.StatusInternalServerError && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout
	}
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}
