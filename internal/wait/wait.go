// Package wait holds the one waiter of the provider: it asks again and again
// until something is done, at the pace that the service asks for, and says
// what was still going on when it was interrupted.
package wait

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Progress is what one look at the awaited thing found.
type Progress struct {
	// Done ends the wait.
	Done bool
	// State is the thing's state in the service's words, for logs and for
	// the error of an interrupted wait.
	State string
	// RetryAfter is how long the service asked to wait before the next look;
	// zero means that it did not ask to wait.
	RetryAfter time.Duration
	// AtOnce means that the service said so: Retry-After: 0. The next look
	// then comes after 100 ms, and later and later while the service repeats
	// it.
	AtOnce bool
}

// Waiter polls. The zero value uses the system clock and a second between
// looks.
type Waiter struct {
	// Clock passes the time between looks; nil means SystemClock.
	Clock Clock
	// Interval spaces looks where the service does not say; zero means one
	// second.
	Interval Backoff
	// Temporary says which errors of a look do not end the wait, besides those
	// wrapped by Transient; nil means no others. MaxFailures of them in a row
	// end it all the same.
	Temporary func(err error) bool
	// OnProgress, when set, is told of every look that did not end the wait.
	OnProgress func(ctx context.Context, progress Progress)
}

// MaxFailures is how many looks in a row may fail before a wait gives up; the
// clients have repeated the request of each several times by then.
const MaxFailures = 5

// Until calls look until it reports Done, fails, or ctx ends. Errors that are
// Temporary or wrapped by Transient do not end the wait. When ctx ends, the error is *Interrupted.
// what names the awaited thing in that error, for example
// `packet capture "web" to stop`.
func (w Waiter) Until(ctx context.Context, what string, look func(context.Context) (Progress, error)) error {
	clock := w.clock()
	start := clock.Now()
	interrupted := &Interrupted{What: what}
	var pace pace
	for failures := 0; ; {
		progress, err := look(ctx)
		var transient *transientError
		switch {
		case err == nil && progress.Done:
			return nil
		case err == nil:
			failures = 0
			interrupted.LastState, interrupted.LastError = progress.State, nil
			if w.OnProgress != nil {
				w.OnProgress(ctx, progress)
			}
		case ctx.Err() != nil:
			if inner := new(Interrupted); errors.As(err, &inner) {
				// A wait inside this one knows more.
				return err
			}
			if !errors.Is(err, ctx.Err()) && !errors.Is(err, context.Canceled) {
				// It is news about the awaited thing: the time was up while
				// the service asked to come back later, for example.
				interrupted.LastError = err
			}
			return interrupted.end(ctx, clock.Now().Sub(start))
		case errors.As(err, &transient):
			interrupted.LastError = transient.err
		case w.Temporary != nil && w.Temporary(err) && failures+1 < MaxFailures:
			failures++
			interrupted.LastError = err
		default:
			return err
		}
		if err := clock.Sleep(ctx, pace.delay(progress, w.Interval)); err != nil {
			return interrupted.end(ctx, clock.Now().Sub(start))
		}
	}
}

func (w Waiter) clock() Clock {
	if w.Clock == nil {
		return SystemClock{}
	}
	return w.Clock
}

// Transient marks an error of a look as one that does not end the wait.
func Transient(err error) error { return &transientError{err: err} }

type transientError struct{ err error }

func (e *transientError) Error() string { return e.err.Error() }
func (e *transientError) Unwrap() error { return e.err }

// Interrupted says that a wait ended before the awaited thing was done. It
// unwraps to context.Canceled or context.DeadlineExceeded.
type Interrupted struct {
	// What was awaited.
	What string
	// LastState is what the last successful look found; empty if none
	// succeeded.
	LastState string
	// LastError is what the last look failed with; nil if it succeeded.
	LastError error
	// Elapsed is how long was waited.
	Elapsed time.Duration

	cause error
}

func (i *Interrupted) end(ctx context.Context, elapsed time.Duration) error {
	i.Elapsed, i.cause = elapsed, ctx.Err()
	// Work that several wait for is cancelled because of the last one's
	// deadline.
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		i.cause = context.DeadlineExceeded
	}
	return i
}

// Error says what was awaited, how it was last seen, and why the wait ended.
func (i *Interrupted) Error() string {
	why := "the wait was cancelled"
	if errors.Is(i.cause, context.DeadlineExceeded) {
		why = "the timeout passed"
	}
	text := fmt.Sprintf("waited %s for %s, then %s", i.Elapsed.Round(time.Second), i.What, why)
	if i.LastState != "" {
		text += fmt.Sprintf("; last seen state: %s", i.LastState)
	}
	if i.LastError != nil {
		text += fmt.Sprintf("; last error: %s", i.LastError)
	}
	return text
}

// Unwrap returns the context's error.
func (i *Interrupted) Unwrap() error { return i.cause }

// Ended reports whether a call failed because its context ended. Whatever had
// come of an answer by then, nothing follows from it.
func Ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
