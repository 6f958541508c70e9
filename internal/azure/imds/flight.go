package imds

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// flights shares work between callers that want the same thing, and keeps
// what it found. golang.org/x/sync/singleflight shares too, but runs work in
// its first caller's context, or without any.
type flights[T any] struct {
	clock wait.Clock
	// keepError says for how long a failure is handed to later callers.
	keepError func(error) time.Duration

	mu    sync.Mutex
	calls map[string]*flight[T]
}

type flight[T any] struct {
	waiters int
	cancel  context.CancelCauseFunc
	done    chan struct{}

	// These are written before done is closed.
	value   T
	err     error
	expires time.Time
}

// get returns the kept result for key, or that of the work in progress, or
// does the work. The work ends early only when nobody waits for it any more.
func (f *flights[T]) get(ctx context.Context, key string, work func(context.Context) (T, error)) (T, error) {
	call := f.join(ctx, key, work)
	select {
	case <-call.done:
		f.leave(key, call, nil)
		return call.value, call.err
	case <-ctx.Done():
		var none T
		if last := f.leave(key, call, ctx.Err()); !last {
			return none, fmt.Errorf("gave up waiting for the instance metadata service: %w", ctx.Err())
		}
		// Being the last, the work has just been cancelled, and knows best
		// what it was waiting for.
		<-call.done
		if call.err == nil {
			return call.value, nil
		}
		return none, fmt.Errorf("%w: %w", ctx.Err(), call.err)
	}
}

func (f *flights[T]) join(ctx context.Context, key string, work func(context.Context) (T, error)) *flight[T] {
	f.mu.Lock()
	defer f.mu.Unlock()
	if call, found := f.calls[key]; found && !call.expired(f.clock.Now()) {
		call.waiters++
		return call
	}
	shared, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	call := &flight[T]{waiters: 1, cancel: cancel, done: make(chan struct{})}
	if f.calls == nil {
		f.calls = map[string]*flight[T]{}
	}
	f.calls[key] = call
	go func() {
		defer cancel(nil)
		value, err := work(shared)
		f.finish(key, call, value, err)
	}()
	return call
}

func (f *flights[T]) finish(key string, call *flight[T], value T, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	call.value, call.err = value, err
	if err != nil {
		keep := f.keepError(err)
		call.expires = f.clock.Now().Add(keep)
		if keep == 0 && f.calls[key] == call {
			delete(f.calls, key)
		}
	}
	close(call.done)
}

// leave reports whether the caller was the last to wait for unfinished work,
// which it then cancels; why is the error of the caller's context.
func (f *flights[T]) leave(key string, call *flight[T], why error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	call.waiters--
	select {
	case <-call.done:
		return false
	default:
	}
	if call.waiters > 0 {
		return false
	}
	call.cancel(why)
	if f.calls[key] == call {
		delete(f.calls, key)
	}
	return true
}

// expired is called with the lock held, so a finished flight's fields are
// safe to read.
func (call *flight[T]) expired(now time.Time) bool {
	select {
	case <-call.done:
		return call.err != nil && !now.Before(call.expires)
	default:
		return false
	}
}
