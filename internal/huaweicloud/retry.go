package huaweicloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// backoff spaces attempts where the service does not say.
var backoff = wait.Backoff{Base: time.Second, Max: 30 * time.Second}

// codeBusy is CFW's "system busy, try later", which comes with status 400.
const codeBusy = "CFW.00100001"

// throttledPerRetry is how many throttled attempts count as one retry: how often
// a request is throttled depends on everybody else's requests.
const throttledPerRetry = 10

// maxUnanswered is how many answers that are none count as a glitch.
const maxUnanswered = 2

// reachWithin is how long a host is tried to which there was no connection.
const reachWithin = 20 * time.Second

// sendAgain sends until an attempt succeeds, may not be repeated, or was the
// last.
func (s *Session) sendAgain(ctx context.Context, ready prepared, credential credential) (answer, error) {
	renewed := false
	patience := s.NewPatience()
	for {
		sentAt := s.clock.Now()
		got, err := s.send(ctx, ready, credential, patience.attempts+1)
		if err == nil {
			return got, nil
		}
		if unauthorized, ok := errors.AsType[*authorizeError](err); ok {
			return answer{}, unauthorized.cause
		}
		if isStatus(err, http.StatusUnauthorized) && !renewed && (ready.repeatable() || !fateUnknown(err)) && credential.renew(ready.Region) {
			// A cached token that was revoked or outlived its clock. The
			// gateway refused, so this is no repetition.
			renewed = true
			continue
		}
		if !ready.repeatable() {
			if fateUnknown(err) {
				return answer{}, &LostAnswerError{Operation: ready.Operation, SentAt: sentAt, RequestID: requestIDOf(err), Cause: err}
			}
			return answer{}, err
		}
		if err := patience.Pause(ctx, ready.Operation, err); err != nil {
			return answer{}, err
		}
	}
}

// Patience decides how often, and at which pace, a request is sent again.
type Patience struct {
	session *Session
	// started is when the first attempt began, attempted when the last one
	// did.
	started, attempted time.Time

	attempts, failures, throttled, unanswered int
	// zeros is how often in a row the service asked for no pause at all.
	zeros int
}

// NewPatience returns the patience for a request that is sent now.
func (s *Session) NewPatience() *Patience {
	now := s.clock.Now()
	return &Patience{session: s, started: now, attempted: now}
}

// Pause waits before the next attempt. Its error is failed, with what else is
// to say, if there is to be none.
func (p *Patience) Pause(ctx context.Context, operation string, failed error) error {
	p.attempts++
	switch {
	case isStatus(failed, http.StatusTooManyRequests):
		p.throttled++
	case errors.As(failed, new(*NoAnswerError)):
		p.unanswered++
	default:
		p.failures++
	}
	retries := p.session.config.MaxRetries
	if ctx.Err() != nil || p.failures > retries || p.throttled > throttledPerRetry*retries ||
		p.unanswered > min(maxUnanswered, retries) || !Temporary(failed) {
		return failed
	}
	delay, asked := p.delay(failed)
	now := p.session.clock.Now()
	if Unreachable(failed) && now.Sub(p.started)+delay+now.Sub(p.attempted) > reachWithin {
		return failed
	}
	if deadline, bounded := memo.Deadline(ctx); asked && bounded && delay > time.Until(deadline) {
		return fmt.Errorf("%w; the service asks to wait %s before the next attempt, and the timeout ends before that", failed, delay.Round(time.Second))
	}
	waiting := fmt.Errorf("%w; the next attempt was to follow in %s", failed, delay.Round(time.Millisecond))
	memo.Note(ctx, waiting)
	p.session.Log(ctx, "Huawei Cloud request is tried again", map[string]string{
		"operation": operation, "delay": delay.Round(time.Millisecond).String(),
		"asked_by_service": strconv.FormatBool(asked), "reason": failed.Error(),
	})
	if err := p.session.clock.Sleep(ctx, delay); err != nil {
		return fmt.Errorf("%w, but %w", waiting, err)
	}
	p.attempted = p.session.clock.Now()
	return nil
}

// atOncePace spaces attempts where the service asks for no pause again and again.
var atOncePace = wait.Backoff{Base: 100 * time.Millisecond, Max: 30 * time.Second, Jitter: wait.NoJitter}

// delay returns how long to wait, and whether the service said so.
func (p *Patience) delay(failed error) (delay time.Duration, asked bool) {
	var refused *Error
	if !errors.As(failed, &refused) || !refused.asked {
		p.zeros = 0
		return backoff.Delay(p.attempts), false
	}
	if refused.retryAfter >= atOncePace.Base {
		p.zeros = 0
		return refused.retryAfter, true
	}
	p.zeros++
	return atOncePace.Delay(p.zeros), true
}
