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

// WithGrace returns a context that ends when the time of grace has passed on
// clock since ctx ended: the answer to a request that changes something is
// worth waiting for.
func WithGrace(ctx context.Context, clock Clock, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		// It makes no difference whether the time passed or longer ended.
		_ = clock.Sleep(longer, grace)
		cancel()
	})
	return longer, func() {
		stop()
		cancel()
	}
}
