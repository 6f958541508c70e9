package imds

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

// maxAnswerBytes is far above any document: user data, the largest part, is
// limited to 64 KB.
const maxAnswerBytes = 4 << 20

// maxHeaderBytes is for all headers of an answer together; real ones take
// below 1 KB.
const maxHeaderBytes = 256 << 10

// The operations, by the vendor's names where the definitions have one.
const (
	operationInstance     = "Instances_GetMetadata"
	operationVersions     = "GetVersions"
	operationAttested     = "Attested_GetDocument"
	operationLoadBalancer = "LoadBalancer_Get"
	operationEvents       = "ScheduledEvents_Get"
	operationApprove      = "ScheduledEvents_Approve"
)

// directTransport never uses a proxy: the service refuses to be asked
// through one, and a proxy would answer for its own machine.
func directTransport() *http.Transport {
	return &http.Transport{
		Proxy:               nil,
		DialContext:         (&net.Dialer{Timeout: dialTimeout}).DialContext,
		MaxIdleConnsPerHost: 1,
		IdleConnTimeout:     30 * time.Second,
		// The service does not compress, and a compressed answer could be
		// far larger than what was read of it.
		DisableCompression: true,

		MaxResponseHeaderBytes: maxHeaderBytes,
	}
}

// refuseRedirect hands a redirect to the caller as an answer.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// request is one call of the service.
type request struct {
	operation string
	method    string
	path      string
	query     url.Values
	body      []byte
	// timeout bounds one attempt after first contact; zero leaves it to ctx.
	timeout time.Duration
	// retryTimeout bounds all attempts after first contact.
	retryTimeout time.Duration
	// notFoundTries is how often a 404 is asked again.
	notFoundTries int
	// emptyAllowed is for calls that answer without a body.
	emptyAllowed bool
}

func (c *Client) get(operation, path, version string) request {
	query := url.Values{}
	if version != "" {
		query.Set("api-version", version)
	}
	return request{
		operation: operation, method: http.MethodGet, path: path, query: query,
		timeout: c.config.AttemptTimeout, retryTimeout: c.config.RetryTimeout,
	}
}

// answer is what came back.
type answer struct {
	status          int
	header          http.Header
	body            []byte
	clientRequestID string
	// problem says why the body is not usable as JSON; empty means it is.
	problem string
}

func (a *answer) requestID() string { return shorten(a.header.Get(requestIDHeader)) }

// send makes one attempt. Its errors are those of the connection, or the
// context's.
func (c *Client) send(ctx context.Context, r request, timeout time.Duration) (*answer, error) {
	if err := c.pace(ctx); err != nil {
		return nil, err
	}
	attempt := ctx
	if timeout > 0 {
		var cancel context.CancelFunc
		attempt, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	target := *c.origin
	target.Path, target.RawQuery = r.path, r.query.Encode()
	call, err := http.NewRequestWithContext(attempt, r.method, target.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	id := uuid.NewString()
	call.Header.Set("Metadata", "true")
	call.Header.Set("Accept", "application/json")
	call.Header.Set("x-ms-client-request-id", id)
	call.Header.Set("User-Agent", c.config.UserAgent)
	if r.body != nil {
		call.Header.Set("Content-Type", "application/json")
	}
	response, err := c.metadata.Do(call)
	if err != nil {
		return nil, err
	}
	got := &answer{status: response.StatusCode, header: response.Header, clientRequestID: id}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes+1))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return got, fmt.Errorf("the answer ended early: %w", err)
	}
	got.body = body
	got.problem = got.unusable(r.emptyAllowed)
	c.log(ctx, "asked the instance metadata service", map[string]string{
		"operation": r.operation, "status": strconv.Itoa(got.status), "server": shorten(got.header.Get("Server")),
		requestIDHeader: got.requestID(), "x-ms-client-request-id": id,
	})
	return got, nil
}

// pace waits for the client's own rate limit.
func (c *Client) pace(ctx context.Context) error {
	now := c.clock.Now()
	turn := c.limiter.ReserveN(now, 1)
	if err := c.clock.Sleep(ctx, turn.DelayFrom(now)); err != nil {
		turn.CancelAt(c.clock.Now())
		return err
	}
	return nil
}

func (a *answer) unusable(emptyAllowed bool) string {
	if len(a.body) > maxAnswerBytes {
		return fmt.Sprintf("the answer is longer than %d bytes", maxAnswerBytes)
	}
	if len(bytes.TrimSpace(a.body)) == 0 {
		if emptyAllowed || a.status >= http.StatusBadRequest {
			return ""
		}
		return "the answer is empty"
	}
	if !a.declaredJSON() {
		return fmt.Sprintf("the answer is not JSON but %s", a.contentType())
	}
	if !json.Valid(a.body) {
		return "the answer is not valid JSON: " + jsonProblem(a.body)
	}
	return ""
}

func jsonProblem(body []byte) string {
	var ignored json.RawMessage
	if err := json.Unmarshal(body, &ignored); err != nil {
		return err.Error()
	}
	return "unknown"
}

// declaredJSON reports whether the answer claims to be JSON. Without any
// claim its first byte decides.
func (a *answer) declaredJSON() bool {
	mediaType, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil || mediaType == "" {
		trimmed := bytes.TrimSpace(a.body)
		return len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[')
	}
	return mediaType == "application/json" || mediaType == "text/json" || strings.HasSuffix(mediaType, "+json")
}

func (a *answer) contentType() string {
	if value := a.header.Get("Content-Type"); value != "" {
		return shorten(value)
	}
	return "something without a Content-Type"
}

// shorten keeps foreign text in errors to one short line.
func shorten(text string) string { return printable.Line(text, 120) }
