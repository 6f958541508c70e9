package wait

import (
	"context"
	"time"
)

// Detached returns a context for the last look at something after ctx has
// ended, or may end at any moment: it outlives ctx, but ends after grace.
func Detached(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), grace)
}

// Grace is how long a request that may have changed something, and the
// question what became of it, outlive an interruption.
const Grace = 20 * time.Second

// WithGrace returns a context that ends when Grace has passed on clock since
// ctx ended: the answer to a request that changes something is worth waiting
// for.
func WithGrace(ctx context.Context, clock Clock) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		// It makes no difference whether the time passed or longer ended.
		_ = clock.Sleep(longer, Grace)
		cancel()
	})
	return longer, func() {
		stop()
		cancel()
	}
}
