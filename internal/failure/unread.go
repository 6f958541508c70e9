package failure

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// UnreadAnswerError is an answer of which only the status is known: it broke off,
// or nobody wants to read it to its end. The service may have done what it was asked
// for.
type UnreadAnswerError struct {
	// Status is the HTTP status.
	Status int
	// Broken means that the connection ended before the answer did, which
	// another attempt may not meet.
	Broken bool
	Err    error
}

// Error says what came of the answer.
func (e *UnreadAnswerError) Error() string { return e.Describe().Summary }

// Describe implements Describer.
func (e *UnreadAnswerError) Describe() Details {
	if !e.Broken {
		return Details{Summary: e.Err.Error(), Status: e.Status}
	}
	// The SDK names the part of it that was reading.
	cause := strings.TrimPrefix(e.Err.Error(), "body download policy: ")
	details := Details{Summary: fmt.Sprintf("the answer (HTTP %d) %s: %s", e.Status, BrokeOff, cause), Status: e.Status}
	if !errors.Is(e.Err, context.Canceled) && !errors.Is(e.Err, context.DeadlineExceeded) {
		details.Next = []string{ConnectionBroke}
	}
	return details
}

// Unwrap returns what reading it failed with.
func (e *UnreadAnswerError) Unwrap() error { return e.Err }

// BrokeOff is what the text of a UnreadAnswerError says that is Broken. The identity
// library hands on nothing but the text.
const BrokeOff = "broke off"

// ConnectionBroke is what to do about a request whose answer did not arrive, or
// not whole.
const ConnectionBroke = "The connection broke before the answer had come: run it again. If that happens each time, look at the proxies and firewalls on the way."

// NeverSent reports whether an error is final and of the time before a request
// went out, so that the service did nothing.
func NeverSent(err error) bool { return IsFinal(err) && !errors.As(err, new(*UnreadAnswerError)) }
