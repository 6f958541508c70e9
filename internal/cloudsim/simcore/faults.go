package simcore

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
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
	// KindCutAnswer handles the request and cuts the connection in the middle
	// of the answer: after its status and headers, and half of its body.
	KindCutAnswer Kind = "cut_answer"
	// KindReplaced handles the request and sends Code (200 unless given) and
	// Body in place of the answer.
	KindReplaced Kind = "replaced"
	// KindEdited handles the request and merges Body into the answer: null
	// removes a member, and what meets a list goes into each of its elements.
	KindEdited Kind = "edited"
)

var kinds = []Kind{
	KindStatus, KindReset, KindDropAfterCommit, KindDelay, KindMalformed, KindCutAnswer, KindLROFailed, KindReplaced, KindEdited,
}

// Fault is a misbehaviour of one operation.
type Fault struct {
	// Service is a service's name; "*" and empty mean every one.
	Service string `json:"service,omitempty"`
	// Operation is the vendor's operation name; "*" and empty mean every one.
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
	// RetryAfter, in seconds, is sent as Retry-After of a status or replaced fault.
	RetryAfter *int `json:"retry_after,omitempty"`
	// RetryAfterMilliseconds is sent as retry-after-ms of the same.
	RetryAfterMilliseconds *int `json:"retry_after_ms,omitempty"`
	// Delay is a delay fault's duration in Go's notation ("1.5s").
	Delay string `json:"delay,omitempty"`
	// ErrorCode and Message describe the failure of an lro_failed fault.
	ErrorCode string `json:"error_code,omitempty"`
	Message   string `json:"message,omitempty"`

	// MayNotHappen says that a test draws the fault at random, and does not
	// rely on it. See Faults.Unused.
	MayNotHappen bool `json:"-"`
}

// Planned is a fault as it stands.
type Planned struct {
	Fault
	// Remaining is how often it still has to happen; -1 means without end.
	Remaining int `json:"remaining"`
	// Happened is how often it has happened.
	Happened int `json:"happened"`

	// matched counts the requests that it concerns.
	matched int
	// number tells in which order the faults were planned.
	number int
	// dropped tells that it is no longer to happen.
	dropped bool
}

// Faults holds the faults that are still to happen.
type Faults struct {
	mu         sync.Mutex
	operations map[string][]string
	// longRunning are those of the operations that an lro_failed fault can meet.
	longRunning map[string][]string
	pending     []*Planned
	// taken are those that are used up unless they are given back.
	taken  []*Planned
	unused []Fault
	added  int
}

// serve makes a service's operations known. A fault of anything else is
// refused: it would never happen.
func (f *Faults) serve(service Service) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.operations == nil {
		f.operations, f.longRunning = map[string][]string{}, map[string][]string{}
	}
	f.operations[service.Name()] = service.Operations()
	if service, starts := service.(LongRunner); starts {
		f.longRunning[service.Name()] = service.LongRunning()
	}
}

// Add plans a fault. It fails on a fault that could not happen as described.
func (f *Faults) Add(fault Fault) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.checkTarget(fault); err != nil {
		return err
	}
	if err := fault.checkKind(); err != nil {
		return err
	}
	if fault.Every < 0 || fault.Skip < 0 || fault.Times < -1 {
		return fmt.Errorf(`"every" and "skip" are counts of requests, and "times" is one or -1, got %d, %d and %d`, fault.Every, fault.Skip, fault.Times)
	}
	if fault.Kind == KindReplaced && fault.Code == 0 {
		fault.Code = http.StatusOK
	}
	if fault.Times == 0 {
		fault.Times = 1
	}
	f.added++
	f.pending = append(f.pending, &Planned{Fault: fault, Remaining: fault.Times, number: f.added})
	return nil
}

// Clear drops all faults.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drop()
}

func (f *Faults) drop() {
	for _, fault := range append(f.pending, f.taken...) {
		fault.dropped = true
		f.noteUnused(fault)
	}
	f.pending, f.taken = nil, nil
}

func (f *Faults) noteUnused(fault *Planned) {
	if fault.Happened == 0 && !fault.MayNotHappen {
		f.unused = append(f.unused, fault.Fault)
	}
}

// Pending returns the faults that are still to happen.
func (f *Faults) Pending() []Planned {
	f.mu.Lock()
	defer f.mu.Unlock()
	pending := make([]Planned, 0, len(f.pending))
	for _, fault := range f.pending {
		pending = append(pending, *fault)
	}
	return pending
}

// Unused drops all faults, and returns those of this and earlier drops that
// never happened, so that a test does not pass without what it tests.
func (f *Faults) Unused() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drop()
	unused := f.unused
	f.unused = nil
	return unused
}

// take returns the fault that a request meets, or nil. Only a handler knows
// whether it starts a long-running operation: the faults of those are taken apart.
func (f *Faults) take(service, operation string, longRunning bool) *Planned {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.pending {
		if !fault.concerns(service, operation) || (fault.Kind == KindLROFailed) != longRunning {
			continue
		}
		fault.matched++
		if turn := fault.matched - fault.Skip; turn <= 0 || turn%max(1, fault.Every) != 0 {
			continue
		}
		fault.Happened++
		if fault.Remaining > 0 {
			fault.Remaining--
		}
		if fault.Remaining == 0 {
			f.pending = slices.Delete(f.pending, i, i+1)
			f.taken = append(f.taken, fault)
		}
		return fault
	}
	return nil
}

// giveBack takes it back that a fault has happened: its request was answered
// with nothing that it could change.
func (f *Faults) giveBack(fault *Planned) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault.Happened--
	if fault.dropped {
		f.noteUnused(fault)
		return
	}
	if fault.Remaining < 0 {
		return
	}
	fault.Remaining++
	if at := slices.Index(f.taken, fault); at >= 0 {
		f.taken = slices.Delete(f.taken, at, at+1)
		f.pending = append(f.pending, fault)
		slices.SortFunc(f.pending, func(a, b *Planned) int { return a.number - b.number })
	}
}

type faultKey struct{}

// LROFault returns the lro_failed fault that the long-running operation has to
// honour, or nil. Handlers call it once, for an operation that they start.
func LROFault(ctx context.Context) *Fault {
	claim, _ := ctx.Value(faultKey{}).(func() *Fault)
	if claim == nil {
		return nil
	}
	return claim()
}
