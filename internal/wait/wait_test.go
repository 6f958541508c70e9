package wait_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestUntilObeysTheServicesPace(t *testing.T) {
	t.Parallel()
	clock := waittest.NewClock(start, nil)
	answers := []wait.Progress{
		{State: "Updating", RetryAfter: 10 * time.Second},
		{State: "Updating"},
		{Done: true},
	}
	var seen []string
	waiter := wait.Waiter{
		Clock:      clock,
		Interval:   wait.Backoff{Base: 4 * time.Second, Max: 4 * time.Second, Jitter: func() float64 { return 0 }},
		OnProgress: func(_ context.Context, p wait.Progress) { seen = append(seen, p.State) },
	}
	err := waiter.Until(t.Context(), "capture", func(context.Context) (wait.Progress, error) {
		answer := answers[0]
		answers = answers[1:]
		return answer, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := clock.Sleeps(); len(got) != 2 || got[0] != 10*time.Second || got[1] != 2*time.Second {
		t.Errorf("slept %v, want the service's 10s and then half of the 4s interval", got)
	}
	if strings.Join(seen, ",") != "Updating,Updating" {
		t.Errorf("progress reported: %v", seen)
	}
}

func TestUntilInterruptedTellsTheLastStateAndError(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]error{"cancelled": context.Canceled, "timeout": context.DeadlineExceeded} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := &endableContext{Context: t.Context()}
			clock := waittest.NewClock(start, nil)
			looks := 0
			err := wait.Waiter{Clock: clock}.Until(ctx, `packet capture "web" to stop`, func(context.Context) (wait.Progress, error) {
				looks++
				switch looks {
				case 1:
					return wait.Progress{State: "Running"}, nil
				case 2:
					return wait.Progress{}, wait.Transient(errors.New("503 from the gateway"))
				default:
					ctx.err = cause
					return wait.Progress{}, cause
				}
			})
			if !errors.As(err, new(*wait.Interrupted)) || !errors.Is(err, cause) {
				t.Fatalf("got %v, want *Interrupted that unwraps to %v", err, cause)
			}
			for _, part := range []string{`packet capture "web" to stop`, "Running", "503 from the gateway"} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not mention %q", err, part)
				}
			}
		})
	}
}

// endableContext lets a test end a context at an exact point.
type endableContext struct {
	context.Context
	err error
}

func (c *endableContext) Err() error { return c.err }

func TestUntilEndsOnAPermanentError(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	clock := waittest.NewClock(start, nil)
	err := wait.Waiter{Clock: clock}.Until(t.Context(), "capture", func(context.Context) (wait.Progress, error) {
		return wait.Progress{}, boom
	})
	if !errors.Is(err, boom) || len(clock.Sleeps()) != 0 {
		t.Fatalf("got %v after %v", err, clock.Sleeps())
	}
}

func TestSystemClockSleepEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (wait.SystemClock{}).Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func TestBackoffGrowsToItsMaximum(t *testing.T) {
	t.Parallel()
	full := wait.Backoff{Base: time.Second, Max: 5 * time.Second, Jitter: func() float64 { return 1 }}
	half := wait.Backoff{Base: time.Second, Max: 5 * time.Second, Jitter: func() float64 { return 0 }}
	for failed, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 4: 5 * time.Second, 90: 5 * time.Second} {
		if got := full.Delay(failed); got != want {
			t.Errorf("after %d failures: %s, want %s", failed, got, want)
		}
		if got := half.Delay(failed); got != want/2 {
			t.Errorf("after %d failures without jitter: %s, want %s", failed, got, want/2)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header string
		value  string
		want   time.Duration
		ok     bool
	}{
		"seconds":       {"Retry-After", "10", 10 * time.Second, true},
		"zero":          {"Retry-After", "0", 0, true},
		"date":          {"Retry-After", start.Add(time.Minute).Format(http.TimeFormat), time.Minute, true},
		"past date":     {"Retry-After", start.Add(-time.Minute).Format(http.TimeFormat), 0, true},
		"milliseconds":  {"retry-after-ms", "250", 250 * time.Millisecond, true},
		"ms of azure":   {"x-ms-retry-after-ms", "30", 30 * time.Millisecond, true},
		"absurd":        {"Retry-After", "9223372036854775807", 24 * time.Hour, true},
		"negative":      {"Retry-After", "-1", 0, false},
		"not a number":  {"Retry-After", "soon", 0, false},
		"nothing there": {"X-Other", "1", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := wait.RetryAfter(http.Header{http.CanonicalHeaderKey(test.header): {test.value}}, start)
			if got != test.want || ok != test.ok {
				t.Errorf("got %s, %v; want %s, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestUntilBlamesTheDeadlineThatCancelledIt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	err := wait.Waiter{Clock: waittest.NewClock(start, nil)}.Until(ctx, "the host", func(ctx context.Context) (wait.Progress, error) {
		cancel(context.DeadlineExceeded)
		return wait.Progress{}, ctx.Err()
	})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "the timeout passed") {
		t.Errorf("got %v", err)
	}
}
