package acctest

import (
	"context"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// FastClock is simulated time that runs faster than the machine's, for a
// simulation and for the provider that lives in it. What still takes real time
// are contexts' timeouts, delay faults, and the retries of the Azure SDK, unless
// provider.Environment shortens them.
type FastClock struct {
	*simcore.Clock

	factor int
}

// NewFastClock returns a clock that starts now and runs factor times as fast as
// the machine's.
func NewFastClock(factor int) FastClock {
	began := time.Now()
	return NewFastClockAfter(factor, func() time.Duration { return time.Since(began) })
}

// NewFastClockAfter returns a clock that starts now and runs factor times as
// fast as elapsed.
func NewFastClockAfter(factor int, elapsed func() time.Duration) FastClock {
	began, before := time.Now(), elapsed()
	return FastClock{
		Clock:  simcore.NewClockFrom(func() time.Time { return began.Add(time.Duration(factor) * (elapsed() - before)) }),
		factor: factor,
	}
}

// Sleep passes d of the clock's time.
func (c FastClock) Sleep(ctx context.Context, d time.Duration) error {
	return wait.SystemClock{}.Sleep(ctx, d/time.Duration(c.factor))
}
