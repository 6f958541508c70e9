package huaweicloud

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// backoff spaces attempts where the service does not say.
var backoff = wait.Backoff{Base: time.Second, Max: 30 * time.Second}

// codeBusy is CFW's "system busy, try later", which comes with status 400.
const codeBusy = "CFW.00100001"

// throttledPerRetry is how many throttled attempts count as one retry: how often
// a request is throttled depends on everybody else's requests.
const throttledPerRetry = 10

// sendAgain sends until an attempt succeeds, may not be repeated, or was the
// last.
func (s *Session) sendAgain(ctx context.Context, ready prepared, credential credential) (answer, error) {
	renewed := false
	failures, throttled := 0, 0
	for attempt := 1; ; attempt++ {
		sentAt := s.clock.Now()
		got, header, err := s.send(ctx, ready, credential, attempt)
		if err == nil {
			return got, nil
		}
		var unauthorized *authorizeError
		if errors.As(err, &unauthorized) {
			return answer{}, unauthorized.cause
		}
		if isStatus(err, http.StatusUnauthorized) && !renewed && credential.renew(ready.Region) {
			// A cached token that was revoked or outlived its clock. The
			// service did nothing, so this is no repetition.
			renewed, attempt = true, attempt-1
			continue
		}
		if !ready.repeatable() && fateUnknown(err) {
			return answer{}, &LostAnswerError{Operation: ready.Operation, SentAt: sentAt, RequestID: s.requestID(header), Cause: err}
		}
		if isStatus(err, http.StatusTooManyRequests) {
			throttled++
		} else {
			failures++
		}
		if ctx.Err() != nil || failures > s.config.MaxRetries || throttled > throttledPerRetry*s.config.MaxRetries || !worthRepeating(err) {
			return answer{}, err
		}
		if err := s.pause(ctx, ready, attempt, header, err); err != nil {
			return answer{}, err
		}
	}
}

// pause waits before the next attempt. If ctx ends first, the error says
// both that and what the last attempt failed with.
func (s *Session) pause(ctx context.Context, ready prepared, attempt int, header http.Header, failed error) error {
	delay, asked := wait.RetryAfter(header, s.clock.Now())
	if !asked {
		delay = backoff.Delay(attempt)
	}
	s.Log(ctx, "Huawei Cloud request is tried again", map[string]string{
		"operation": ready.Operation, "delay": delay.Round(time.Millisecond).String(),
		"asked_by_service": strconv.FormatBool(asked), "reason": failed.Error(),
	})
	if err := s.clock.Sleep(ctx, delay); err != nil {
		return fmt.Errorf("%w; the next attempt was to follow in %s, but %w", failed, delay.Round(time.Second), err)
	}
	return nil
}

// Temporary reports whether a call failed for a reason that may pass by
// itself: no answer, throttling, or a failure inside the service.
func Temporary(err error) bool { return worthRepeating(err) }

// worthRepeating reports whether a later attempt may fare better. What may
// not be repeated has been sorted out before.
func worthRepeating(err error) bool {
	var unanswered *transportError
	if errors.As(err, &unanswered) {
		return !permanent(unanswered.cause)
	}
	var refused *Error
	if !errors.As(err, &refused) {
		return false
	}
	return refused.Status == http.StatusTooManyRequests || refused.Status >= 500 || refused.Code == codeBusy
}

// permanent reports whether another attempt cannot end otherwise: with a host
// that does not exist, one whose certificate is not trusted, or an answer
// without an end.
func permanent(err error) bool {
	var noHost *net.DNSError
	var untrusted *tls.CertificateVerificationError
	return errors.As(err, &noHost) && noHost.IsNotFound || errors.As(err, &untrusted) || errors.Is(err, errTooLarge)
}

// fateUnknown reports whether the service may have acted on the request. A
// request that never left does not count, nor does one that was refused. A
// 503 counts: gateways also send it when they lost the service in the middle
// of a call.
func fateUnknown(err error) bool {
	var unanswered *transportError
	if errors.As(err, &unanswered) {
		return unanswered.sent
	}
	var refused *Error
	return errors.As(err, &refused) && refused.Status >= 500
}

func isStatus(err error, status int) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == status
}
