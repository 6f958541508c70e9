// Package memo shares the results of calls: callers that ask for the same
// thing at the same time wait for one call, and callers that ask later get
// what it found for as long as they accept it.
package memo

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Memo holds one result for each key. The zero value is ready to use.
type Memo[K comparable, V any] struct {
	// AwaitCancelled lets the last caller who leaves wait for the end of the
	// call, which knows best what it was waiting for, and which may have its
	// result at that moment.
	AwaitCancelled bool

	mu    sync.Mutex
	calls map[K]*call[V]
}

type call[V any] struct {
	done    chan struct{}
	value   V
	err     error
	waiters int
	cancel  context.CancelCauseFunc
	// noted is what the call waits for.
	noted atomic.Pointer[error]
}

// LeftError is what a caller gets whose context ended while the call went on.
type LeftError struct {
	// Waiting is what the call waits for, if it was noted.
	Waiting error
	// Err is the context's.
	Err error
}

// Error says both.
func (e *LeftError) Error() string {
	if e.Waiting == nil {
		return e.Err.Error()
	}
	return e.Waiting.Error() + ", but " + e.Err.Error()
}

// Unwrap returns both.
func (e *LeftError) Unwrap() []error {
	if e.Waiting == nil {
		return []error{e.Err}
	}
	return []error{e.Waiting, e.Err}
}

// noteKey and deadlineKey are of a call's context.
type (
	noteKey     struct{}
	deadlineKey struct{}
)

// Note keeps what a call is waiting for, so that a caller who leaves can say
// it. Outside of a call it does nothing.
func Note(ctx context.Context, waiting error) {
	if noted, inside := ctx.Value(noteKey{}).(*atomic.Pointer[error]); inside {
		noted.Store(&waiting)
	}
}

// Deadline returns when a context ends; in a call, which outlives the context
// that it was started with, when that one does.
func Deadline(ctx context.Context) (time.Time, bool) {
	if deadline, bounded := ctx.Deadline(); bounded {
		return deadline, true
	}
	deadline, inside := ctx.Value(deadlineKey{}).(time.Time)
	return deadline, inside
}

// Detach returns a context that ctx does not end and in which Note and Deadline
// work as in a call. left is the error of a caller who leaves what runs in it.
func Detach(ctx context.Context) (detached context.Context, left func(err error) *LeftError) {
	noted := new(atomic.Pointer[error])
	return detach(ctx, noted), func(err error) *LeftError { return leftError(err, noted) }
}

func detach(ctx context.Context, noted *atomic.Pointer[error]) context.Context {
	detached := context.WithValue(context.WithoutCancel(ctx), noteKey{}, noted)
	if deadline, bounded := Deadline(ctx); bounded {
		detached = context.WithValue(detached, deadlineKey{}, deadline)
	}
	return detached
}

func leftError(err error, noted *atomic.Pointer[error]) *LeftError {
	left := &LeftError{Err: err}
	if waiting := noted.Load(); waiting != nil {
		left.Waiting = *waiting
	}
	return left
}

// Get returns the remembered result for key if usable accepts it (nil
// accepts every one), waits for the call that is under way, or else calls
// fetch. Failures are not remembered.
//
// fetch runs under its own context, with the values of the ctx that started
// it. It is cancelled only when every caller that waits for it has gone:
// one caller's cancellation does not fail the others.
func (m *Memo[K, V]) Get(ctx context.Context, key K, usable func(V) bool, fetch func(context.Context) (V, error)) (V, error) {
	m.mu.Lock()
	current, found := m.calls[key]
	if found && current.finished() && usable != nil && !usable(current.value) {
		found = false
	}
	if !found {
		current = m.start(ctx, key, fetch)
	}
	current.waiters++
	m.mu.Unlock()

	select {
	case <-current.done:
		return current.value, current.err
	case <-ctx.Done():
	}
	if last := m.leave(key, current, ctx.Err()); last && m.AwaitCancelled {
		<-current.done
		if current.err != nil {
			return current.value, fmt.Errorf("%w: %w", ctx.Err(), current.err)
		}
		return current.value, nil
	}
	var none V
	return none, leftError(ctx.Err(), &current.noted)
}

// Callers returns how many callers a call for key has had that did not leave
// while it was under way. It reports false if there is neither a call nor a
// remembered result.
func (m *Memo[K, V]) Callers(key K) (int, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	current, found := m.calls[key]
	if !found {
		return 0, false
	}
	return current.waiters, true
}

// Refresh is Get that accepts no result of a call which began earlier. Later
// callers of Get share its result.
func (m *Memo[K, V]) Refresh(ctx context.Context, key K, fetch func(context.Context) (V, error)) (V, error) {
	m.Forget(key, nil)
	return m.Get(ctx, key, nil, fetch)
}

// Forget drops the remembered result if match accepts it; nil accepts every
// result, and also keeps a call that is under way from being joined or
// remembered.
func (m *Memo[K, V]) Forget(key K, match func(V) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	current, found := m.calls[key]
	if found && (match == nil || current.finished() && match(current.value)) {
		delete(m.calls, key)
	}
}

// start begins a call. The caller holds the lock.
func (m *Memo[K, V]) start(ctx context.Context, key K, fetch func(context.Context) (V, error)) *call[V] {
	started := &call[V]{done: make(chan struct{})}
	own, cancel := context.WithCancelCause(detach(ctx, &started.noted))
	started.cancel = cancel
	if m.calls == nil {
		m.calls = map[K]*call[V]{}
	}
	m.calls[key] = started
	go func() {
		defer cancel(nil)
		value, err := fetch(own)
		m.mu.Lock()
		defer m.mu.Unlock()
		started.value, started.err = value, err
		if err != nil {
			m.drop(key, started)
		}
		close(started.done)
	}()
	return started
}

// leave reports whether the caller was the last to wait for a call that goes
// on, which it then cancels.
func (m *Memo[K, V]) leave(key K, left *call[V], why error) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	left.waiters--
	if left.waiters > 0 || left.finished() {
		return false
	}
	left.cancel(why)
	m.drop(key, left)
	return true
}

func (m *Memo[K, V]) drop(key K, dropped *call[V]) {
	if m.calls[key] == dropped {
		delete(m.calls, key)
	}
}

func (c *call[V]) finished() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}
