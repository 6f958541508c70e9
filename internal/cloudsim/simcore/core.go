package simcore

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"time"
)

// Core is the part of a simulation that its services share.
type Core struct {
	Clock   *Clock
	Journal *Journal
	Faults  *Faults
	// Observe, when set, sees every exchange whole, so that tests can check
	// both sides against the vendors' published definitions.
	Observe func(Exchange)
}

// NewCore returns a core with an empty journal and no faults.
func NewCore(clock *Clock) *Core {
	return &Core{Clock: clock, Journal: NewJournal(), Faults: &Faults{}}
}

// Exchange is one request with its answer.
type Exchange struct {
	Service, Operation string
	Request            *http.Request
	RequestBody        []byte
	Status             int
	Header             http.Header
	Body               []byte
}

// Handler serves a service with journal and faults.
func (c *Core) Handler(service Service) http.Handler {
	c.Faults.serve(service)
	operations := append(service.Operations(), "")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		operation := service.Route(r)
		if !slices.Contains(operations, operation.Name) {
			panic("simulator routes to the undeclared operation " + operation.Name)
		}
		finish := c.Journal.begin(Request{
			Service: service.Name(), Operation: operation.Name,
			Method: r.Method, Path: r.URL.Path, Time: c.Clock.Now(),
		})
		fault := c.Faults.take(service.Name(), operation.Name, false)
		answer, kind := c.answer(service, operation, fault, r)
		if answer == nil {
			finish(0, kind)
			// The documented way to cut a connection from a handler.
			panic(http.ErrAbortHandler)
		}
		finish(answer.Code, kind)
		// Answers carry the simulated time, unless the service says otherwise.
		w.Header().Set("Date", c.Clock.Now().Format(http.TimeFormat))
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		body := answer.Body.Bytes()
		if kind == KindCutAnswer {
			body = body[:len(body)/2]
		}
		w.WriteHeader(answer.Code)
		if _, err := w.Write(body); err != nil {
			return // The client has gone, which is its right.
		}
		if kind == KindCutAnswer {
			_ = http.NewResponseController(w).Flush() // The client may have gone.
			panic(http.ErrAbortHandler)
		}
	})
}

// answer returns what is to be sent, or nil when the connection is to be cut.
func (c *Core) answer(service Service, operation Operation, fault *Planned, r *http.Request) (*httptest.ResponseRecorder, Kind) {
	if fault == nil {
		return c.handleLongRunning(service, operation, r)
	}
	switch fault.Kind {
	case KindReset:
		return nil, fault.Kind
	case KindStatus:
		return fault.statusAnswer(service), fault.Kind
	case KindDelay:
		if !pause(r.Context(), fault.Delay) {
			return nil, fault.Kind
		}
	case KindDropAfterCommit, KindMalformed, KindCutAnswer, KindReplaced, KindEdited, KindLROFailed:
	}
	answer := c.handle(service, operation, r)
	switch fault.Kind {
	case KindDropAfterCommit:
		return nil, fault.Kind
	case KindMalformed:
		if answer.Body.Len() == 0 {
			c.Faults.giveBack(fault)
			return answer, ""
		}
		answer.Body = bytes.NewBufferString(`{"value": [{"id": `)
		answer.Header().Del("Content-Length")
	case KindCutAnswer:
		if r.Method == http.MethodHead || answer.Code == http.StatusNoContent || answer.Code == http.StatusNotModified {
			// Such an answer ends with its headers.
			c.Faults.giveBack(fault)
			return answer, ""
		}
		if answer.Body.Len() == 0 {
			answer.Header().Del("Content-Length")
		}
	case KindReplaced:
		return fault.statusAnswer(service), fault.Kind
	case KindEdited:
		edited, changed := edit(answer.Body, fault.Body)
		if !changed {
			c.Faults.giveBack(fault)
			return answer, ""
		}
		answer.Body = edited
		answer.Header().Del("Content-Length")
	case KindStatus, KindReset, KindDelay, KindLROFailed:
	}
	return answer, fault.Kind
}

// handleLongRunning lets the handler take a fault for an operation that it
// starts.
func (c *Core) handleLongRunning(service Service, operation Operation, r *http.Request) (answer *httptest.ResponseRecorder, kind Kind) {
	claim := func() *Fault {
		fault := c.Faults.take(service.Name(), operation.Name, true)
		if fault == nil {
			return nil
		}
		kind = fault.Kind
		return &fault.Fault
	}
	answer = c.handle(service, operation, r.WithContext(context.WithValue(r.Context(), faultKey{}, claim)))
	return answer, kind
}

func (c *Core) handle(service Service, operation Operation, r *http.Request) *httptest.ResponseRecorder {
	var requestBody bytes.Buffer
	if c.Observe != nil {
		r.Body = io.NopCloser(io.TeeReader(r.Body, &requestBody))
	}
	answer := httptest.NewRecorder()
	operation.Handle(answer, r)
	if c.Observe != nil {
		c.Observe(Exchange{
			Service: service.Name(), Operation: operation.Name,
			Request: r, RequestBody: requestBody.Bytes(),
			Status: answer.Code, Header: answer.Header().Clone(), Body: bytes.Clone(answer.Body.Bytes()),
		})
	}
	return answer
}

func (f *Fault) statusAnswer(service Service) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	if service, ok := service.(FaultHeaders); ok {
		maps.Copy(answer.Header(), service.FaultHeader(f.Code))
	}
	if f.RetryAfter != nil {
		answer.Header().Set("Retry-After", strconv.Itoa(*f.RetryAfter))
	}
	if f.RetryAfterMilliseconds != nil {
		answer.Header().Set("retry-after-ms", strconv.Itoa(*f.RetryAfterMilliseconds))
	}
	var text string
	switch {
	case f.Body == nil:
		writeFault(answer, f.Code, service.FaultBody(f.Code))
	case string(f.Body) != "null" && json.Unmarshal(f.Body, &text) == nil:
		answer.Header().Set("Content-Type", "text/html")
		answer.WriteHeader(f.Code)
		answer.Body.WriteString(text)
	default:
		WriteJSON(answer, f.Code, f.Body)
	}
	return answer
}

// pause waits, and reports false when the client has gone meanwhile.
func pause(ctx context.Context, duration string) bool {
	d, err := time.ParseDuration(duration)
	if err != nil {
		return true // Faults.Add refuses such faults.
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// WriteJSON sends value as JSON with the given status.
func WriteJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		// Only values of the simulator's own types come here.
		panic(err)
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		return // The client has gone, which is its right.
	}
}

// RawBody is an error body that is no JSON.
type RawBody struct{ ContentType, Text string }

func writeFault(w http.ResponseWriter, status int, body any) {
	raw, isRaw := body.(RawBody)
	if !isRaw {
		WriteJSON(w, status, body)
		return
	}
	w.Header().Set("Content-Type", raw.ContentType)
	w.WriteHeader(status)
	if _, err := io.WriteString(w, raw.Text); err != nil {
		return // The answer is recorded, which does not fail.
	}
}
