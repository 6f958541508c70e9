package huaweicloud

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Request is one call of a service.
type Request struct {
	Service Service
	// Operation is the vendor's operation name, for errors and logs.
	Operation string
	Method    string
	// Path is the vendor's path; "{project_id}" is replaced by the id of the
	// region's project.
	Path  string
	Query url.Values
	// Body is sent as JSON; nil sends none.
	Body any
	// Repeatable says that sending the request twice does no more than
	// sending it once. A GET always is.
	Repeatable bool
	// Check returns what contradicts this request in what its answer was
	// decoded into, after the answer's own Check; nil checks no more.
	Check func() error
	// Region replaces the configured one.
	Region string
}

func (r Request) repeatable() bool { return r.Repeatable || r.Method == http.MethodGet }

const projectPlaceholder = "{project_id}"

// maxAnswer bounds how much of an answer is read. A page of 1,024 capture
// tasks is below 1 MB.
const maxAnswer = 16 << 20

// maxValues bounds how many values an answer may have. A page of 1,024
// firewalls has about 200,000; the value of two bytes that a struct of 300 is
// made for is what an attack has.
const maxValues = 300_000

// Do sends a request and decodes the answer's JSON into into, which may be
// nil. An into with a method Check decides whether it answers the request.
//
// A repeatable request is sent again, up to Config.MaxRetries times, when the
// service asked to send it later (429), and when it failed on the way or in
// the service (5xx); within ctx, and at the pace that the service asks for.
// Another one is sent once: who sends it again looks first at what became of
// it. Errors are *Error for what a service refused, also with a status of
// success; *NoAnswerError for an answer that does not answer the request; and
// *LostAnswerError for a request that is not repeatable and whose fate is
// unknown.
func (s *Session) Do(ctx context.Context, request Request, into any) error {
	_, err := s.DoDated(ctx, request, into)
	return err
}

// DoDated is Do, and returns the service's time of the answer: its Date
// header, or the session's clock if there is none.
func (s *Session) DoDated(ctx context.Context, request Request, into any) (time.Time, error) {
	answer, err := s.do(ctx, request, into)
	if err != nil {
		return time.Time{}, err
	}
	date, err := http.ParseTime(answer.header.Get("Date"))
	if err != nil {
		date = s.clock.Now()
	}
	return date, nil
}

func (s *Session) do(ctx context.Context, request Request, into any) (answer, error) {
	if request.Region == "" {
		request.Region = s.config.Region
	}
	prepared, err := s.prepare(ctx, request)
	if err != nil {
		return answer{}, err
	}
	prepared.into = into
	credential, err := s.credential()
	if err != nil {
		return answer{}, err
	}
	return s.sendAgain(ctx, prepared, credential)
}

// prepared is a request whose every part is known but the authentication.
type prepared struct {
	Request
	url       *url.URL
	projectID string
	body      []byte
	// into is what the answer is decoded into; nil reads no more of it than
	// whether it is an error.
	into any
}

func (s *Session) prepare(ctx context.Context, request Request) (prepared, error) {
	ready := prepared{Request: request}
	base, err := s.endpoints.endpoint(request.Service, request.Region)
	if err != nil {
		return ready, err
	}
	if strings.Contains(request.Path, projectPlaceholder) {
		if ready.projectID, err = s.ProjectID(ctx, request.Region); err != nil {
			return ready, err
		}
	}
	if strings.ContainsAny(ready.projectID, "/?#%") {
		return ready, fmt.Errorf("%q is not a Huawei Cloud project id", ready.projectID)
	}
	path := strings.TrimRight(base.Path, "/") + strings.ReplaceAll(request.Path, projectPlaceholder, ready.projectID)
	target := url.URL{Scheme: base.Scheme, Host: base.Host, Path: path, RawQuery: encodeQuery(request.Query)}
	target.RawPath = encodePath(path)
	ready.url = &target
	if request.Body != nil {
		if ready.body, err = json.Marshal(request.Body); err != nil {
			return ready, fmt.Errorf("%s: encode the request: %w", request.Operation, err)
		}
	}
	return ready, nil
}

// transportError is a request that got no answer.
type transportError struct {
	text string
	// sent says that the service may have received it.
	sent bool
	// connected says that there was a connection.
	connected bool
	cause     error
}

func (e *transportError) Error() string { return e.text }
func (e *transportError) Unwrap() error { return e.cause }

// authorizeError keeps what went wrong with getting a token or key apart
// from what went wrong with the request, which was never sent.
type authorizeError struct{ cause error }

func (e *authorizeError) Error() string { return e.cause.Error() }
func (e *authorizeError) Unwrap() error { return e.cause }

// send makes one attempt. Its errors are *Error, *NoAnswerError,
// *transportError and *authorizeError.
func (s *Session) send(ctx context.Context, ready prepared, credential credential, attempt int) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, ready.Method, ready.url.String(), bytes.NewReader(ready.body))
	if err != nil {
		return answer{}, err
	}
	s.setHeaders(request, ready)
	if err := credential.authorize(ctx, request, ready); err != nil {
		return answer{}, &authorizeError{err}
	}
	var written, connected atomic.Bool
	request = request.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:      func(httptrace.GotConnInfo) { connected.Store(true) },
		WroteHeaders: func() { written.Store(true) },
	}))
	started := s.clock.Now()
	response, body, err := roundTrip(s.client, request) //nolint:bodyclose // roundTrip has read and closed it
	if err != nil {
		s.logAttempt(ctx, ready, attempt, started, "no answer", nil)
		cause := withoutURL(err)
		text := fmt.Sprintf("%s: no answer from %s: %s", ready.Operation, ready.url.Host, s.clean(cause.Error()))
		return answer{}, &transportError{text: text, sent: written.Load(), connected: connected.Load(), cause: cause}
	}
	s.logAttempt(ctx, ready, attempt, started, strconv.Itoa(response.StatusCode), response.Header)
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return answer{}, s.newError(ready.Operation, response, body)
	}
	got := answer{operation: ready.Operation, header: response.Header, requestID: s.requestID(response.Header), body: body}
	return got, s.understand(ready, response, got)
}

func (s *Session) requestID(header http.Header) string {
	return s.clean(header.Get("X-Request-Id"))
}

func (s *Session) setHeaders(request *http.Request, ready prepared) {
	request.Header.Set("Accept", "application/json")
	if s.config.UserAgent != "" {
		request.Header.Set("User-Agent", s.config.UserAgent)
	}
	if ready.body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if ready.projectID != "" {
		request.Header.Set(projectHeader, ready.projectID)
	}
}

func (s *Session) logAttempt(ctx context.Context, ready prepared, attempt int, started time.Time, status string, header http.Header) {
	s.Log(ctx, "Huawei Cloud request", map[string]string{
		"operation": ready.Operation, "method": ready.Method, "host": ready.url.Host, "path": ready.url.Path,
		"status": status, "attempt": strconv.Itoa(attempt), "request_id": header.Get("X-Request-Id"),
		"duration": s.clock.Now().Sub(started).Round(time.Millisecond).String(),
	})
}
