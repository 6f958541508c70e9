package edgecapture

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

// UncertainError says that the service may or may not have done what it was
// asked for.
type UncertainError struct {
	// What was asked for, for example `the start of a packet capture on ...`.
	What  string
	cause error
}

// Error says what is not known, and why.
func (e *UncertainError) Error() string { return e.Describe().String() }

// Unwrap returns what the request failed with.
func (e *UncertainError) Unwrap() error { return e.cause }

// Describe adds what is not known to what is.
func (e *UncertainError) Describe() failure.Details {
	details := azure.Describe(e.cause)
	details.Summary = fmt.Sprintf("the answer to %s was lost, so the service may or may not have acted: %s", e.What, details.Summary)
	return details
}

// FailedError says that the service accepted an operation and reports that it
// failed, or that it answered with a failure.
type FailedError struct {
	What  string
	cause error
}

// Error says what the service said.
func (e *FailedError) Error() string { return e.Describe().String() }

// Unwrap returns the service's answer.
func (e *FailedError) Unwrap() error { return e.cause }

// Describe adds the remedy that belongs to the service's code.
func (e *FailedError) Describe() failure.Details {
	return (&refusedError{e.cause}).Describe()
}

// BusyError says that another capture ran on the firewall for as long as there
// was time to wait.
type BusyError struct {
	// Holder is the file name of the capture of this run that holds the
	// firewall; empty if it is somebody else's.
	Holder string
	// Ends is when the holder ends at the latest.
	Ends time.Time
	// Status is what the service last said; zero if it was not asked.
	Status FirewallStatus
	cause  error
}

// Error says whose the capture is.
func (e *BusyError) Error() string { return e.Describe().String() }

// Unwrap returns the interruption.
func (e *BusyError) Unwrap() error { return e.cause }

// Describe says whose the capture is.
func (e *BusyError) Describe() failure.Details {
	details := failure.Details{Summary: "a firewall makes one capture at a time, and ", Code: string(e.Status.Code), Message: e.Status.Message}
	if e.Holder != "" {
		details.Summary += fmt.Sprintf("the capture %q of this run holds it until %s at the latest", e.Holder, e.Ends.UTC().Format(time.RFC3339))
		details.Next = []string{"Wait for it with a longer timeouts.create, or have one capture depend on the other."}
		return details
	}
	details.Summary += "another one runs, which this run did not start; the service does not say whose it is"
	details.Next = []string{"It ends by itself, at most 30 minutes after its start: apply again then, or allow more time with timeouts.create. " +
		"If nobody needs it, stop it in the portal, under Packet Capture of the firewall."}
	return details
}

// AnswerError says that an answer with a success status does not answer the
// question. Nothing follows from it about what was asked for.
type AnswerError struct {
	// Asked is the question, for example `the status of a packet capture`.
	Asked string
	// Lacks is what is wrong with the answer.
	Lacks string

	answer *http.Response
}

// Error says what was asked, and what came instead.
func (e *AnswerError) Error() string { return e.Describe().String() }

// Describe quotes the answer, or the error that it carries.
func (e *AnswerError) Describe() failure.Details {
	payload, err := azure.Payload(e.answer)
	details := failure.Details{Status: e.answer.StatusCode, RequestID: e.answer.Header.Get("x-ms-request-id")}
	details.Summary = fmt.Sprintf("the answer (HTTP %d) is not %s: %s", e.answer.StatusCode, e.Asked, e.Lacks)
	said, _ := azure.ParseErrorBody(payload)
	const limit = 120
	switch {
	case err != nil:
	case said.Code != "":
		details.Code, details.Message = said.Code, said.Message
	case len(bytes.TrimSpace(payload)) > 0:
		details.Summary += fmt.Sprintf("; it reads: %q", printable.Line(string(payload), limit))
	}
	details.Next = []string{"Nothing was concluded from this answer. If it comes again, check that azure.endpoints.resource_manager is an Azure Resource Manager, " +
		"and that no proxy answers in its place."}
	return details
}
