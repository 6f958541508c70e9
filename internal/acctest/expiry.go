package acctest

import (
	"context"
	"sync"
)

// Expiring is a context whose deadline passes when the test says so, and not
// after a time that would depend on the machine's speed.
type Expiring struct {
	context.Context

	done chan struct{}
	once sync.Once
}

// NewExpiring returns a context that has not expired.
func NewExpiring(parent context.Context) *Expiring {
	return &Expiring{Context: parent, done: make(chan struct{})}
}

// Expire lets the deadline pass.
func (e *Expiring) Expire() { e.once.Do(func() { close(e.done) }) }

// Done is closed by Expire.
func (e *Expiring) Done() <-chan struct{} { return e.done }

// Err is context.DeadlineExceeded after Expire.
func (e *Expiring) Err() error {
	select {
	case <-e.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}
