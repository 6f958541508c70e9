package imds

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// brokenAnswerTries is how often an answer that ends early is asked again.
const brokenAnswerTries = 2

// attempts are those of one call.
type attempts struct {
	client   *Client
	request  request
	start    time.Time
	count    int
	notFound int
	broken   int
	answer   *answer
}

// do asks until the service gives a final answer. A nil error means status
// 200 and, unless the request allows none, a JSON body.
func (c *Client) do(ctx context.Context, r request) (*answer, error) {
	if c.invalid != nil {
		return nil, c.invalid
	}
	call := &attempts{client: c, request: r, start: c.clock.Now()}
	waiter := wait.Waiter{Clock: c.clock, Interval: call.interval()}
	what := fmt.Sprintf("%s at the instance metadata service", r.operation)
	if err := waiter.Until(ctx, what, call.attempt); err != nil {
		return nil, err
	}
	return call.answer, nil
}

func (a *attempts) attempt(ctx context.Context) (wait.Progress, error) {
	a.count++
	timeout := a.request.timeout
	if !a.client.contacted.Load() {
		timeout = a.client.config.FirstContactTimeout
	}
	got, err := a.client.send(ctx, a.request, timeout)
	if ctx.Err() != nil {
		return wait.Progress{}, ctx.Err()
	}
	if err != nil {
		return a.onBrokenAnswer(got, err)
	}
	foreign := got.foreign()
	if foreign == "" {
		a.client.contacted.Store(true)
	}
	again, delay := a.again(got)
	if delay == 0 {
		delay = a.interval().Delay(a.count)
	}
	switch {
	case again && a.hasTimeFor(delay):
		return wait.Progress{State: fmt.Sprintf("%d %s", got.status, http.StatusText(got.status)), RetryAfter: delay}, nil
	case foreign != "" && !a.client.contacted.Load():
		return wait.Progress{}, a.client.unavailable(foreign, a.request, got, nil)
	case got.status == http.StatusOK && got.problem == "":
		a.answer = got
		return wait.Progress{Done: true}, nil
	}
	return wait.Progress{}, a.refused(got, nil)
}

// onBrokenAnswer judges an attempt without a whole answer.
func (a *attempts) onBrokenAnswer(got *answer, err error) (wait.Progress, error) {
	contacted := a.client.contacted.Load()
	if got != nil {
		a.broken++
		if a.broken <= brokenAnswerTries && a.hasTimeFor(a.interval().Max) {
			return wait.Progress{}, wait.Transient(err)
		}
		return wait.Progress{}, a.refused(got, err)
	}
	reason := connectionReason(err)
	mayPass := contacted || reason == ReasonConnectionClosed
	if mayPass && a.hasTimeFor(a.interval().Max) {
		return wait.Progress{}, wait.Transient(errors.New(connectionProblem(err)))
	}
	if contacted {
		return wait.Progress{}, a.refused(nil, err)
	}
	return wait.Progress{}, a.client.unavailable(reason, a.request, nil, err)
}

// interval is short while it is not known whether there is a service at all.
func (a *attempts) interval() wait.Backoff {
	if a.client.contacted.Load() {
		return wait.Backoff{Base: time.Second, Max: 8 * time.Second}
	}
	return wait.Backoff{Base: time.Second / 2, Max: time.Second}
}

// hasTimeFor reports whether the call may wait d and ask again.
func (a *attempts) hasTimeFor(d time.Duration) bool {
	limit := a.client.config.FirstContactTimeout
	if a.client.contacted.Load() {
		limit = a.request.retryTimeout
	}
	return a.elapsed()+d < limit
}

func (a *attempts) elapsed() time.Duration { return a.client.clock.Now().Sub(a.start) }
