package chaos

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// calmTime measures the time in which this process ran. On a machine that is
// busy with other things, a request and its answer may lie a second apart: that
// is minutes of simulated time, in which services do what none does.
var calmTime = sync.OnceValue(func() func() time.Duration {
	const tick, most = time.Millisecond, 2 * time.Millisecond
	var passed atomic.Int64
	go func() {
		last := time.Now()
		for range time.Tick(tick) {
			now := time.Now()
			passed.Add(int64(min(now.Sub(last), most)))
			last = now
		}
	}()
	return func() time.Duration { return time.Duration(passed.Load()) }
})

// withCalmTimeout is context.WithTimeout in calmTime: on a busy machine an apply
// that waits for simulated minutes takes many more real ones.
func withCalmTimeout(parent context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	const look = 100 * time.Millisecond
	ctx, end := context.WithCancelCause(parent)
	passed := calmTime()
	started := passed()
	go func() {
		ticker := time.NewTicker(look)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if passed()-started > limit {
					end(context.DeadlineExceeded)
				}
			}
		}
	}()
	return ctx, func() { end(nil) }
}
