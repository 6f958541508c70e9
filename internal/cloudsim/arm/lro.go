package arm

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// operation is one long-running operation. It ends when it was polled often
// enough or when its time has come, whichever is first.
type operation struct {
	id       string
	location string
	capture  *capture
	due      time.Time
	polls    int
	needed   int
	done     bool
	failure  *errorDetail
	finish   func(*operation)
	// monitor and result are the query strings that polls have to repeat.
	monitor, result string
	// method is the method of the request that started it.
	method string
	// body is what the operation answers with in the end; nil for nothing.
	body any
	// earliest is before when no poll ends it; zero for any time.
	earliest time.Time
}

// start begins an operation on a capture.
func (s *Service) start(c *call, on *capture, failure *errorDetail, finish func(*operation)) *operation {
	started := s.begin(c, on.watcher.location, failure, finish)
	started.capture = on
	return started
}

// begin begins an operation whose id is the request's.
func (s *Service) begin(c *call, location string, failure *errorDetail, finish func(*operation)) *operation {
	needed := s.switches.Int(SwitchInProgressPolls)
	started := &operation{
		id: c.requestID, location: location,
		due:    s.core.Clock.Now().Add(s.switches.Duration(SwitchOperationTime) * time.Duration(needed+1)),
		needed: needed, failure: failure, finish: finish, method: c.r.Method,
		monitor: s.signedQuery(c.version), result: s.signedQuery(c.version),
	}
	s.operations[started.id] = started
	s.pending = append(s.pending, started)
	return started
}

// delay lets nothing end the operation for that time.
func (s *Service) delay(o *operation, d time.Duration) {
	if d <= 0 {
		return
	}
	o.earliest = s.core.Clock.Now().Add(d)
	if o.due.Before(o.earliest) {
		o.due = o.earliest
	}
}

// signedQuery is the query string of a polling URL: about 3 KB since 2024,
// with time, certificate, signature and hash.
func (s *Service) signedQuery(version string) string {
	return fmt.Sprintf("api-version=%s&t=%d&c=%s&s=%s&h=%s",
		version, s.core.Clock.Now().UnixNano()/100, simcore.RandomText(1850), simcore.RandomText(256), simcore.RandomText(32))
}

// settle ends the operations whose time has come. Handlers run after it.
func (s *Service) settle() {
	now := s.core.Clock.Now()
	for _, o := range slices.Clone(s.pending) {
		if !now.Before(o.due) {
			s.complete(o)
		}
	}
}

func (s *Service) complete(o *operation) {
	o.done = true
	s.pending = slices.DeleteFunc(s.pending, func(other *operation) bool { return other == o })
	o.finish(o)
}

func (s *Service) poll(o *operation) {
	if o.done {
		return
	}
	o.polls++
	if o.polls > o.needed && s.switches.Get(SwitchOperationEnds) == "polled" && !s.core.Clock.Now().Before(o.earliest) {
		s.complete(o)
	}
}

func (o *operation) url(c *call, kind, query string) string {
	scheme := "https"
	if c.r.TLS == nil {
		scheme = "http"
	}
	return fmt.Sprintf("%s://%s/subscriptions/%s/providers/Microsoft.Network/locations/%s/%s/%s?%s",
		scheme, c.r.Host, c.parameters["subscription"], o.location, kind, o.id, query)
}

func (o *operation) announceMonitor(c *call) {
	c.w.Header().Set("Azure-AsyncOperation", o.url(c, "operations", o.monitor))
	c.w.Header().Set("Azure-AsyncNotification", "Enabled")
}

func (o *operation) announceLocation(c *call) {
	c.w.Header().Set("Location", o.url(c, "operationResults", o.result))
	c.w.Header().Set("Azure-AsyncNotification", "Enabled")
}

func (s *Service) announceRetry(c *call) {
	wait := s.switches.Duration(SwitchRetryAfter)
	switch {
	case wait <= 0 && s.switches.Get(SwitchRetryAfterZero) == "absent":
	case wait%time.Second == 0:
		c.w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
	default:
		c.w.Header().Set("retry-after-ms", strconv.Itoa(int(wait/time.Millisecond)))
	}
}

// accept answers 202 without a body.
func (s *Service) accept(c *call, o *operation) {
	o.announceMonitor(c)
	o.announceLocation(c)
	s.announceRetry(c)
	c.w.WriteHeader(http.StatusAccepted)
}

func operationFailure(c *call) *errorDetail {
	if fault := simcore.LROFault(c.r.Context()); fault != nil {
		return faultDetail(fault)
	}
	return nil
}

func faultDetail(fault *simcore.Fault) *errorDetail {
	detail := &errorDetail{Code: fault.ErrorCode, Message: fault.Message, Details: []errorDetail{}}
	if detail.Code == "" {
		detail.Code = "InternalServerError"
	}
	if detail.Message == "" {
		detail.Message = "An error occurred."
	}
	return detail
}

// operationOf finds the operation that a poll asks for. The query string has
// to be the announced one, byte for byte.
func (s *Service) operationOf(c *call, query func(*operation) string) (*operation, *refusal) {
	found := s.operations[strings.ToLower(c.parameters["operation"])]
	if found == nil || !strings.EqualFold(found.location, c.parameters["location"]) {
		return nil, refuse(http.StatusNotFound, "OperationNotFound", "Operation %s not found.", c.parameters["operation"])
	}
	if c.r.URL.RawQuery != query(found) {
		return nil, refuse(http.StatusForbidden, "InvalidOperationSignature", "The signature of the polling URL of operation %s does not match: send back the URL of the answer's header unchanged.", found.id)
	}
	return found, nil
}

type operationStatus struct {
	Status     string       `json:"status"`
	Properties *struct{}    `json:"properties,omitempty"`
	Error      *errorDetail `json:"error,omitempty"`
}

// getOperation serves the status monitor (Azure-AsyncOperation).
func (s *Service) getOperation(c *call) *refusal {
	found, refused := s.operationOf(c, func(o *operation) string { return o.monitor })
	if refused != nil {
		return refused
	}
	s.poll(found)
	status := operationStatus{Status: "Succeeded"}
	switch {
	case !found.done:
		status.Status = "InProgress"
		s.announceRetry(c)
	case found.failure != nil:
		status.Status, status.Error = "Failed", found.failure
	case found.method == http.MethodPost:
		status.Properties = &struct{}{}
	}
	c.answer(http.StatusOK, status)
	return nil
}

// getOperationResult serves the Location.
func (s *Service) getOperationResult(c *call) *refusal {
	found, refused := s.operationOf(c, func(o *operation) string { return o.result })
	if refused != nil {
		return refused
	}
	s.poll(found)
	switch {
	case !found.done:
		found.announceLocation(c)
		s.announceRetry(c)
		c.w.WriteHeader(http.StatusAccepted)
		return nil
	case found.failure != nil:
		return &refusal{status: s.switches.Int(SwitchFailedResultStatus), detail: *found.failure}
	case found.body != nil:
		found.announceMonitor(c)
		found.announceLocation(c)
		c.answer(http.StatusOK, found.body)
		return nil
	case found.method == http.MethodDelete:
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	default:
		c.answer(http.StatusOK, nil)
		return nil
	}
}
