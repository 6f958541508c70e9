package ingest

import (
	"context"
	"fmt"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// ArrivalChecker finds out which records a workspace has.
type ArrivalChecker interface {
	// Arrived returns how many of the ids the workspace shows. A table that
	// does not exist yet shows none.
	Arrived(ctx context.Context, ids []string) (int, error)
}

// sampleIDs is how many of a batch's ids are asked for. A request is stored
// whole or not at all, so that a few tell about all.
const sampleIDs = 20

// ids returns at most limit of the batch's ids, from all over it.
func (s *sender) ids(b *batch, limit int) []string {
	if s.identifier == nil {
		return nil
	}
	step := (len(b.records) + limit - 1) / limit
	var ids []string
	for i := 0; i < len(b.records); i += step {
		at := occurrence{b.at[i], s.identifier.positioned(int(b.records[i].index))}
		ids = append(ids, s.identifier.id(at, b.records[i].hash).String())
	}
	return ids
}

// resolve finds out what became of a batch whose answer was lost. It reports
// whether the service has it; if not, it may be sent again.
func (s *sender) resolve(ctx context.Context, b *batch, lost error) (bool, error) {
	unknown := &UnknownError{
		FirstRecord: b.first(), LastRecord: b.last(), Records: len(b.records),
		Askable: s.identifier != nil && s.options.Arrivals != nil, Err: lost,
	}
	if ctx.Err() != nil || !unknown.Askable {
		return false, unknown
	}
	ids := s.ids(b, sampleIDs)
	found, err := s.awaitArrival(ctx, ids, len(ids), s.options.Clock.Now())
	switch {
	case err != nil:
		unknown.Asking = err
		return false, unknown
	case found > 0 && found < len(ids):
		// Equal records of somebody else: the next send asks for each.
		unknown.Asking = fmt.Errorf("it has %d of %d ids, where one request is stored whole or not at all", found, len(ids))
		return false, unknown
	}
	return found > 0, nil
}

// awaitArrival polls until that many of the ids show, or a question that was
// asked once the time for that is over, from their sending on, is answered. It
// returns how many show.
func (s *sender) awaitArrival(ctx context.Context, ids []string, enough int, sent time.Time) (int, error) {
	deadline := sent.Add(s.options.ArrivalTimeout)
	found := 0
	waiter := wait.Waiter{Clock: s.options.Clock, Interval: wait.Backoff{Base: 2 * time.Second, Max: 30 * time.Second}}
	err := waiter.Until(ctx, "records to arrive in the workspace", func(ctx context.Context) (wait.Progress, error) {
		asked := s.options.Clock.Now()
		var err error
		found, err = s.options.Arrivals.Arrived(ctx, ids)
		return wait.Progress{Done: found >= enough || !asked.Before(deadline), State: "not there yet"}, err
	})
	return found, err
}
