package provider

import (
	"context"
	"sync/atomic"
	"time"
)

// releasableContext is a context that can let go of what it holds, for those
// who keep it for ever. Afterwards it is a cancelled one without values.
type releasableContext struct {
	done <-chan struct{}
	held atomic.Pointer[heldContext]
}

type heldContext struct{ context.Context } //nolint:containedctx // it is what releasableContext stands for

// releasable returns a context like ctx, and what cancels and empties it.
func releasable(ctx context.Context) (c context.Context, release func()) {
	held, cancel := context.WithCancel(ctx)
	r := &releasableContext{done: held.Done()}
	r.held.Store(&heldContext{held})
	return r, func() {
		cancel()
		r.held.Store(nil)
	}
}

// Deadline implements context.Context.
func (c *releasableContext) Deadline() (deadline time.Time, ok bool) {
	if held := c.held.Load(); held != nil {
		return held.Deadline()
	}
	return time.Time{}, false
}

// Done implements context.Context.
func (c *releasableContext) Done() <-chan struct{} { return c.done }

// Err implements context.Context.
func (c *releasableContext) Err() error {
	if held := c.held.Load(); held != nil {
		return held.Err()
	}
	return context.Canceled
}

// Value implements context.Context.
func (c *releasableContext) Value(key any) any {
	if held := c.held.Load(); held != nil {
		return held.Value(key)
	}
	return nil
}
