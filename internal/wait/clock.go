package wait

import (
	"context"
	"time"
)

// Clock tells the time and passes it. Code that waits takes a Clock, so that
// its tests need no real time.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// Sleep returns nil after d, or the context's error as soon as the
	// context ends.
	Sleep(ctx context.Context, d time.Duration) error
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now returns the machine's time.
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep waits d of real time, or until ctx ends.
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
