package loganalytics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
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
func (e *ThrottledError) Error() string { return Text(e.Describe()) }

// Unwrap returns the refusal.
func (e *ThrottledError) Unwrap() error { return e.Err }

// Describe implements failure.Describer.
func (e *ThrottledError) Describe() failure.Details {
	details := azure.Describe(e.Err)
	next := fmt.Sprintf("The next attempt is due in %s, and only %s of the timeout are left: run it again later, or with a longer timeout.",
		(e.Asked + time.Second - 1).Truncate(time.Second), max(0, e.Remaining).Truncate(time.Second))
	details.Next = append([]string{next}, details.Next...)
	return details
}

// maxPause bounds the pauses that the service asks for: the documented windows are
// 30 seconds to a minute long.
const maxPause = 5 * time.Minute

// Pause waits after a failure until the next attempt is due: as long as the service
// asked for and some more, so that many clients do not come back at once, but never
// less than the backoff, which grows, and never more than five minutes.
//
// Its errors end the attempts: *ThrottledError, at once, for a throttling that
// lasts longer than ctx, and the failure itself when ctx ends.
func Pause(ctx context.Context, clock wait.Clock, failure error, backoff time.Duration) error {
	var answered *ServiceError
	if errors.As(failure, &answered) && answered.RetryAfter > 0 {
		backoff = min(max(backoff, answered.RetryAfter+backoff/4), maxPause)
	}
	if deadline, bounded := ctx.Deadline(); bounded && answered != nil && answered.Status == http.StatusTooManyRequests {
		// The service's own wish counts, even where less would be waited.
		asked, remaining := max(backoff, answered.RetryAfter), time.Until(deadline)
		if asked >= remaining {
			return &ThrottledError{Asked: asked, Remaining: remaining, Err: failure}
		}
	}
	if clock.Sleep(ctx, backoff) != nil {
		return failure
	}
	return nil
}
