package loganalytics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// ThrottledError says that the wait that a service asks for does not fit into
// the time that is left.
type ThrottledError struct {
	// Asked is how long to wait, Remaining how much time is left.
	Asked, Remaining time.Duration
	// Err is the refusal.
	Err error
}

// Error says what would not fit.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("%s. %s", e.Err, e.next())
}

func (e *ThrottledError) next() string {
	return fmt.Sprintf("The next attempt is due in %s, and only %s of the timeout are left: run it again later, or with a longer timeout",
		e.Asked.Round(time.Second), max(0, e.Remaining).Round(time.Second))
}

// Unwrap returns the refusal.
func (e *ThrottledError) Unwrap() error { return e.Err }

// Describe implements failure.Describer.
func (e *ThrottledError) Describe() failure.Details {
	details := azure.Describe(e.Err)
	details.Next = append([]string{e.next() + "."}, details.Next...)
	return details
}

// nextDelay is how long to wait after an error: what the service asked for and
// some more, so that many clients do not come back at once, but never less
// than the backoff, which grows, and never more than most.
func nextDelay(err error, backoff, most time.Duration) time.Duration {
	var failure *ServiceError
	if errors.As(err, &failure) && failure.RetryAfter > 0 {
		return min(max(backoff, failure.RetryAfter+backoff/4), most)
	}
	return backoff
}

// askedWait is the service's own wish if that is longer than the delay.
func askedWait(err error, delay time.Duration) time.Duration {
	var failure *ServiceError
	if errors.As(err, &failure) {
		return max(delay, failure.RetryAfter)
	}
	return delay
}

// fits reports whether a wait ends before ctx does. The service's own wish
// counts, even where less would be waited.
func fits(ctx context.Context, delay time.Duration, err error) (remaining time.Duration, ok bool) {
	deadline, bounded := ctx.Deadline()
	var failure *ServiceError
	if !bounded || !errors.As(err, &failure) || failure.Status != http.StatusTooManyRequests {
		return 0, true
	}
	remaining = time.Until(deadline)
	return remaining, askedWait(err, delay) < remaining
}
