// Package failure is the vocabulary in which the clients of both clouds say
// what went wrong, and in which the Terraform side reports it.
package failure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

// Details is what is known about a failure. Fields without a value are empty;
// none holds a secret or a URL query.
type Details struct {
	// Summary says what went wrong in one phrase, for example
	// "the service answered HTTP 403 Forbidden".
	Summary string
	// Code is the service's error code, for example "AuthorizationFailed",
	// "AADSTS7000215" or "CFW.00200005".
	Code string
	// Message is the service's own explanation.
	Message string
	// RequestID is what the vendor's support asks for.
	RequestID string
	// Status is the HTTP status; 0 if there was no answer. A failed
	// long-running operation of Azure is reported with status 200.
	Status int
	// Next is what to do, one remedy an entry, where one is certain.
	Next []string
	// Err is the error that the other fields describe.
	Err error
}

// Describer is an error that knows its own details.
type Describer interface {
	error
	Describe() Details
}

// String puts everything but the remedies into one sentence.
func (d Details) String() string {
	text := d.Summary
	for _, part := range []string{d.Code, d.Message} {
		if part != "" {
			text += ": " + part
		}
	}
	text = strings.TrimPrefix(text, ": ")
	if d.RequestID != "" {
		text += fmt.Sprintf(" (request id %s)", d.RequestID)
	}
	return text
}

// What a service can at most put into an error, in characters. Messages of
// Azure Resource Manager that list failed checks come to some 1,500.
const (
	MaxMessage = 2000
	MaxCode    = 200
	// maxSummary is for our own texts, which quote several such parts.
	maxSummary = 6000
)

// Printable makes the service's parts fit for a terminal. Summary and Next
// are ours, but may quote it.
func (d Details) Printable() Details {
	d.Code, d.RequestID = printable.Line(d.Code, MaxCode), printable.Line(d.RequestID, MaxCode)
	d.Message = printable.Line(d.Message, MaxMessage)
	d.Summary = printable.Lines(d.Summary, maxSummary)
	d.Next = slices.Clone(d.Next)
	for i, next := range d.Next {
		d.Next[i] = printable.Lines(next, maxSummary)
	}
	return d
}
