// Package waittest holds a clock for tests of code that waits.
package waittest

import (
	"context"
	"sync"
	"time"
)

// Clock is a wait.Clock on which sleeping takes no real time: Sleep moves it
// forward and returns. The zero value starts at the zero time.
type Clock struct {
	mu      sync.Mutex
	now     time.Time
	sleeps  []time.Duration
	onSleep func(time.Duration)
}

// NewClock returns a clock that stands at now. onSleep, which may be nil, is
// called for every Sleep, before the clock moves: there a test can let the
// awaited thing happen, or cancel the context.
func NewClock(now time.Time, onSleep func(time.Duration)) *Clock {
	return &Clock{now: now, onSleep: onSleep}
}

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep moves the clock by d at once, unless ctx has ended.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if c.onSleep != nil {
		c.onSleep(d)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.sleeps = append(c.sleeps, d)
	return nil
}

// Sleeps returns the durations slept so far.
func (c *Clock) Sleeps() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.sleeps...)
}
