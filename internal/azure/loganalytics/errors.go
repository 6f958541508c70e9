package loganalytics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

var (
	_ failure.Describer = (*ServiceError)(nil)
	_ failure.Describer = (*AnswerError)(nil)
	_ failure.Describer = (*ConnectionError)(nil)
	_ failure.Describer = (*RetiredError)(nil)
)

// Text is the text of an error with these details: with what to do next, and
// without a full stop.
func Text(details failure.Details) string {
	return strings.TrimRight(strings.Join(append([]string{strings.TrimRight(details.String(), ". ") + "."}, details.Next...), " "), ".")
}

// ServiceError is a refusal: the service answered, and did not do what was
// asked.
type ServiceError struct {
	API API
	// Target names what was written to, for example "workspace ...".
	Target string
	// Status is the HTTP status.
	Status int
	// Code, Message and RequestID are the service's; any may be empty.
	Code, Message, RequestID string
	// InnerCodes are the codes of the errors inside, from the outermost to
	// the innermost.
	InnerCodes []string
	// RetryAfter is how long the service asked to wait; 0 if it did not.
	RetryAfter time.Duration
	// Remedy says what to do next.
	Remedy string
}

// Error says what the service answered, and what to do next.
func (e *ServiceError) Error() string { return Text(e.Describe()) }

// Describe implements failure.Describer.
func (e *ServiceError) Describe() failure.Details {
	details := failure.Details{
		Summary: strings.TrimSpace(fmt.Sprintf("the %s (%s) answered HTTP %d %s", e.API, e.Target, e.Status, http.StatusText(e.Status))),
		Code:    e.Code, Message: e.Message, RequestID: e.RequestID, Status: e.Status,
	}
	if e.Remedy != "" {
		details.Next = []string{strings.TrimRight(e.Remedy, ".") + "."}
	}
	return details
}

// AnswerError is an answer that says neither that the request was handled
// nor that it was refused: something else than the service sends, such as a
// proxy's page or an object without what was asked for.
type AnswerError struct {
	API    API
	Target string
	// Status is the HTTP status.
	Status int
	// Problem says what is wrong with the answer, and Body how it begins.
	Problem, Body string
	// Handled means that the service may have handled the request all the
	// same.
	Handled bool
	// Remedy says what to do next; it may be empty.
	Remedy string
}

// Error says what came instead of an answer.
func (e *AnswerError) Error() string { return Text(e.Describe()) }

// Describe implements failure.Describer.
func (e *AnswerError) Describe() failure.Details {
	details := failure.Details{Summary: strings.TrimRight(e.summary(), "."), Status: e.Status}
	if e.Remedy != "" {
		details.Next = []string{e.Remedy + "."}
	}
	return details
}

func (e *AnswerError) summary() string {
	text := fmt.Sprintf("the %s (%s) answered HTTP %d, but %s", e.API, e.Target, e.Status, e.Problem)
	if e.Body != "" {
		text += ": " + e.Body
	}
	return text
}

// ConnectionError is a request without an answer.
type ConnectionError struct {
	API    API
	Target string
	// Sent means that the whole request had been sent: the service may have
	// stored its records.
	Sent bool
	// Cut means that the connection broke while the request was being sent.
	Cut bool
	Err error
}

// Error says whether the request can have been handled.
func (e *ConnectionError) Error() string {
	if e.Cut {
		return fmt.Sprintf("the %s (%s) cut the connection while the records were being sent: %s", e.API, e.Target, e.Err)
	}
	if e.Sent {
		return fmt.Sprintf("the answer of the %s (%s) was lost, so that nobody knows whether it stored the records: %s", e.API, e.Target, e.Err)
	}
	return fmt.Sprintf("the %s (%s) could not be reached, and nothing was sent: %s", e.API, e.Target, e.Err)
}

// Describe implements failure.Describer.
func (e *ConnectionError) Describe() failure.Details {
	details := failure.Details{Summary: strings.TrimRight(e.Error(), ".")}
	switch {
	case behindProxy(e.Err):
		details.Next = []string{proxyRemedy + "."}
	case e.Sent && !errors.Is(e.Err, context.Canceled) && !errors.Is(e.Err, context.DeadlineExceeded):
		details.Next = []string{failure.ConnectionBroke}
	}
	return details
}

// Unwrap returns the connection's error.
func (e *ConnectionError) Unwrap() error { return e.Err }

// RetiredError says that the HTTP Data Collector API seems to be gone. What
// it answers since its end is not documented, so this is recognised by
// answers that it never gave while it lived.
type RetiredError struct{ Err error }

// Error names the way out.
func (e *RetiredError) Error() string { return Text(e.Describe()) }

// Describe implements failure.Describer.
func (e *RetiredError) Describe() failure.Details {
	details := azure.Describe(e.Err)
	details.Next = append([]string{"This is how a retired service looks. " + RetirementAdvice + "."}, details.Next...)
	if HostGone(e.Err) {
		details.Next = append(details.Next, "If other services cannot be reached from this machine either, check DNS, proxies (HTTPS_PROXY, NO_PROXY) and firewalls.")
	}
	return details
}

// Unwrap returns the answer, or the connection's error.
func (e *RetiredError) Unwrap() error { return e.Err }

// behindProxy reports whether a proxy refused to connect to the service for want
// of credentials; net/http returns that as an error, not as an answer.
func behindProxy(err error) bool {
	return err != nil && strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired))
}
