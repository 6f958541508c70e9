package simcore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Kind is what a fault does.
type Kind string

// The kinds of faults.
const (
	// KindStatus answers with an error status instead of handling.
	KindStatus Kind = "status"
	// KindReset cuts the connection before the request is handled.
	KindReset Kind = "reset"
	// KindDropAfterCommit handles the request and cuts the connection
	// instead of answering.
	KindDropAfterCommit Kind = "drop_after_commit"
	// KindDelay waits before it handles the request.
	KindDelay Kind = "delay"
	// KindMalformed handles the request and sends an answer that is not
	// valid JSON.
	KindMalformed Kind = "malformed"
	// KindLROFailed accepts the request, and lets the long-running
	// operation that it started fail.
	KindLROFailed Kind = "lro_failed"
	// KindReplaced handles the request and sends Code (200 unless given) and
	// Body in place of the answer.
	KindReplaced Kind = "replaced"
	// KindEdited handles the request and merges Body into the answer: null
	// removes a member, and what meets a list goes into each of its elements.
	KindEdited Kind = "edited"
)

var kinds = []Kind{
	KindStatus, KindReset, KindDropAfterCommit, KindDelay, KindMalformed, KindLROFailed, KindReplaced, KindEdited,
}

// Fault is a misbehaviour of one operation.
type Fault struct {
	Service string `json:"service"`
	// Operation is the vendor's operation name; empty means every one.
	Operation string `json:"operation,omitempty"`
	Kind      Kind   `json:"kind"`
	// Skip lets that many matching requests pass first.
	Skip int `json:"skip,omitempty"`
	// Every lets the requests between pass: with 2 only the second, the
	// fourth and so on of the matching requests fail; 0 and 1 mean all.
	Every int `json:"every,omitempty"`
	// Times is how many matching requests fail; 0 means one, -1 all.
	Times int `json:"times,omitempty"`
	// Code is the HTTP status of a status or replaced fault.
	Code int `json:"code,omitempty"`
	// Body is the body of a status or replaced fault: a JSON value, or a JSON
	// string whose text is sent as it is; absent, the service's own error body.
	// For an edited fault it is the change.
	Body json.RawMessage `json:"body,omitempty"`
	// RetryAfter, in seconds, is sent as Retry-After of a status fault.
	RetryAfter *int `json:"retry_after,omitempty"`
	// RetryAfterMilliseconds is sent as retry-after-ms of a status fault.
	RetryAfterMilliseconds *int `json:"retry_after_ms,omitempty"`
	// Delay is a delay fault's duration in Go's notation ("1.5s").
	Delay string `json:"delay,omitempty"`
	// ErrorCode and Message describe the failure of an lro_failed fault.
	ErrorCode string `json:"error_code,omitempty"`
	Message   string `json:"message,omitempty"`

	// matched counts the matching requests since those that Skip let pass.
	matched int
}

// Faults holds the faults that are still to happen.
type Faults struct {
	mu      sync.Mutex
	pending []Fault
}

// Add plans a fault. It fails on a fault that could not happen as described.
func (f *Faults) Add(fault Fault) error {
	if fault.Service == "" {
		return errors.New(`fault without "service"`)
	}
	if !slices.Contains(kinds, fault.Kind) {
		return fmt.Errorf("unknown fault kind %q, want one of %v", fault.Kind, kinds)
	}
	if fault.Kind == KindStatus && http.StatusText(fault.Code) == "" {
		return fmt.Errorf(`a status fault needs an HTTP status as "code", got %d`, fault.Code)
	}
	if (fault.Kind == KindReplaced || fault.Kind == KindEdited) && fault.Body == nil {
		return fmt.Errorf(`a fault of the kind %q needs a "body"`, fault.Kind)
	}
	if fault.Kind == KindReplaced && fault.Code == 0 {
		fault.Code = http.StatusOK
	}
	if fault.Kind == KindDelay {
		if _, err := time.ParseDuration(fault.Delay); err != nil {
			return fmt.Errorf(`a delay fault needs a duration as "delay": %w`, err)
		}
	}
	if fault.Every < 0 {
		return fmt.Errorf(`"every" is a count of requests, got %d`, fault.Every)
	}
	if fault.Times == 0 {
		fault.Times = 1
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending = append(f.pending, fault)
	return nil
}

// Clear drops all faults.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending = nil
}

// Pending returns the faults that are still to happen.
func (f *Faults) Pending() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.pending)
}

func (f *Faults) take(service, operation string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.pending {
		fault := &f.pending[i]
		if fault.Service != service || (fault.Operation != "" && fault.Operation != operation) {
			continue
		}
		if fault.Skip > 0 {
			fault.Skip--
			continue
		}
		if fault.matched++; fault.matched%max(1, fault.Every) != 0 {
			continue
		}
		taken := *fault
		if fault.Times > 0 {
			fault.Times--
		}
		if fault.Times == 0 {
			f.pending = slices.Delete(f.pending, i, i+1)
		}
		return &taken
	}
	return nil
}

type faultKey struct{}

// LROFault returns the lro_failed fault that the request's operation has to
// honour, or nil.
func LROFault(ctx context.Context) *Fault {
	fault, _ := ctx.Value(faultKey{}).(*Fault)
	return fault
}
