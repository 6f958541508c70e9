package wait_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

func TestFailuresInARowEndAWait(t *testing.T) {
	t.Parallel()
	busy, refused := errors.New("busy"), errors.New("refused")
	repeat := func(times int, err error) []error {
		var errs []error
		for range times {
			errs = append(errs, err)
		}
		return errs
	}
	for name, test := range map[string]struct {
		looks []error
		want  error
	}{
		"as many as may fail":     {repeat(wait.MaxFailures-1, busy), nil},
		"one more":                {repeat(wait.MaxFailures, busy), busy},
		"a look succeeds between": {append(append(repeat(wait.MaxFailures-1, busy), nil), repeat(wait.MaxFailures-1, busy)...), nil},
		"never temporary":         {repeat(1, refused), refused},
		"marked by the look":      {repeat(3*wait.MaxFailures, wait.Transient(refused)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			waiter := wait.Waiter{Clock: waittest.NewClock(start, nil), Temporary: func(err error) bool { return errors.Is(err, busy) }}
			looks := 0
			err := waiter.Until(t.Context(), "it", func(context.Context) (wait.Progress, error) {
				if looks++; looks > len(test.looks) {
					return wait.Progress{Done: true}, nil
				}
				return wait.Progress{}, test.looks[looks-1]
			})
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) || err != nil && looks != len(test.looks) {
				t.Errorf("got %v after %d looks", err, looks)
			}
		})
	}
}

type key struct{}

func TestDetachedOutlivesWhatItComesFrom(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(context.WithValue(t.Context(), key{}, "kept"))
	end()
	detached, cancel := wait.Detached(ctx, time.Hour)
	defer cancel()
	if deadline, bounded := detached.Deadline(); detached.Err() != nil || !bounded || time.Until(deadline) > time.Hour || detached.Value(key{}) != "kept" {
		t.Errorf("err %v, until %s", detached.Err(), deadline)
	}
}

func TestGraceBeginsWithTheInterruption(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	slept := make(chan time.Duration)
	clock := waittest.NewClock(start, func(d time.Duration) { slept <- d })
	longer, cancel := wait.WithGrace(ctx, clock)
	defer cancel()
	select {
	case d := <-slept:
		t.Fatalf("slept %s although nothing has ended", d)
	default:
	}
	end()
	if longer.Err() != nil {
		t.Error("it ended with what it came from")
	}
	if d := <-slept; d != wait.Grace {
		t.Errorf("the grace is %s", d)
	}
	<-longer.Done()
}
