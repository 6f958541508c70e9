package loganalytics

import (
	"fmt"
	"time"
)

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

// Unwrap returns the connection's error.
func (e *ConnectionError) Unwrap() error { return e.Err }

// RetiredError says that the HTTP Data Collector API seems to be gone. What
// it answers since its end is not documented, so this is recognised by
// answers that it never gave while it lived.
type RetiredError struct{ Err error }

// Error names the way out.
func (e *RetiredError) Error() string { return Text(e.Describe()) }

// Unwrap returns the answer, or the connection's error.
func (e *RetiredError) Unwrap() error { return e.Err }
