package simcore

import (
	"sync"
	"time"
)

// Clock is simulated time: a base clock plus what was advanced. Services
// compute their objects' state from it when asked, so that nothing needs a
// timer.
type Clock struct {
	base func() time.Time

	mu       sync.Mutex
	advanced time.Duration
}

// NewClock returns a clock that runs with the machine's.
func NewClock() *Clock { return NewClockFrom(time.Now) }

// NewClockFrom returns a clock that runs with base, for example faster than
// the machine's.
func NewClockFrom(base func() time.Time) *Clock { return &Clock{base: base} }

// NewStoppedClock returns a clock that stands at now until it is advanced.
func NewStoppedClock(now time.Time) *Clock {
	return NewClockFrom(func() time.Time { return now })
}

// Now returns the simulated time in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base().Add(c.advanced).UTC()
}

// Unmoved returns the base clock's time in UTC, as it would be if the clock had
// never been advanced: the time that clients have.
func (c *Clock) Unmoved() time.Time { return c.base().UTC() }

// Advance moves the clock by d; negative durations move it back.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advanced += d
}
