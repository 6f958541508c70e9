package wait_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// paced waits for something that is done after a time, of a service whose
// answers say what retryAfter returns for each look; "" is nothing.
func paced(t *testing.T, works time.Duration, retryAfter func(look int) string) (sleeps []time.Duration) {
	t.Helper()
	clock := waittest.NewClock(start, nil)
	looks := 0
	err := wait.Waiter{Clock: clock, Interval: wait.OwnPace()}.Until(t.Context(), "capture", func(context.Context) (wait.Progress, error) {
		// The first answer is the one of the request that began the work.
		looks++
		if clock.Now().Sub(start) >= works && looks > 1 {
			return wait.Progress{Done: true}, nil
		}
		header := http.Header{}
		if said := retryAfter(looks); said != "" {
			header.Set("Retry-After", said)
		}
		return wait.Progress{State: "InProgress"}.Paced(header, clock.Now()), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return clock.Sleeps()
}

func always(said string) func(int) string { return func(int) string { return said } }

func milliseconds(numbers ...int) []time.Duration {
	durations := make([]time.Duration, 0, len(numbers))
	for _, number := range numbers {
		durations = append(durations, time.Duration(number)*time.Millisecond)
	}
	return durations
}

// TestPace has what services say of when to come back, and what is waited.
func TestPace(t *testing.T) {
	t.Parallel()
	past := start.Add(-time.Hour).Format(http.TimeFormat)
	for name, test := range map[string]struct {
		works time.Duration
		says  func(look int) string
		want  []time.Duration
	}{
		"0, done at once":          {0, always("0"), milliseconds(100)},
		"0, 3 s of work":           {3 * time.Second, always("0"), milliseconds(100, 200, 400, 800, 1600)},
		"0 for a minute":           {time.Minute, always("0"), milliseconds(100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000, 10_000)},
		"a date in the past":       {time.Second, always(past), milliseconds(100, 200, 400, 800)},
		"nothing, done at once":    {0, always(""), milliseconds(500)},
		"nothing, 3 s of work":     {3 * time.Second, always(""), milliseconds(500, 1000, 2000)},
		"nothing for a minute":     {time.Minute, always(""), milliseconds(500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000, 10_000)},
		"not understandable":       {time.Second, always("soon"), milliseconds(500, 1000)},
		"1, done at once":          {0, always("1"), milliseconds(1000)},
		"10, done at once":         {0, always("10"), milliseconds(10_000)},
		"10, 3 s of work":          {3 * time.Second, always("10"), milliseconds(10_000)},
		"10 first, then nothing":   {11 * time.Second, func(look int) string { return map[int]string{1: "10"}[look] }, milliseconds(10_000, 500, 1000)},
		"0, then 2, then 0 again":  {3 * time.Second, func(look int) string { return map[int]string{3: "2"}[look] + map[bool]string{true: "0"}[look != 3] }, milliseconds(100, 200, 2000, 100, 200, 400)},
		"0 and nothing take turns": {2 * time.Second, func(look int) string { return map[bool]string{true: "0"}[look%2 == 1] }, milliseconds(100, 500, 200, 1000, 400)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := paced(t, test.works, test.says); !slices.Equal(got, test.want) {
				t.Errorf("waited %v, want %v", got, test.want)
			}
		})
	}
}
