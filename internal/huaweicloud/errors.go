package huaweicloud

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Error is what a service, or a gateway before it, refused or failed with.
type Error struct {
	// Operation is the vendor's operation name.
	Operation string
	// Host is who answered.
	Host string
	// Status is the HTTP status. CFW refuses nearly everything with 400.
	Status int
	// Code is the service's code, for example "CFW.00200005"; IAM has none,
	// and gives the status' name instead.
	Code string
	// Message is the service's text, redacted and of bounded length.
	Message string
	// RequestID identifies the call to the vendor's support; it may be empty.
	RequestID string

	// retryAfter is how long the service asked to wait, if asked is true.
	retryAfter time.Duration
	asked      bool
}

// Error names operation, status, code, message and request id, and what to
// do where that is certain.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s at %s answered %d", e.Operation, e.Host, e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.RequestID != "" {
		text += " (request id " + e.RequestID + ")"
	}
	if remedy := e.Remedy(); remedy != "" {
		text += ". " + remedy
	}
	return text
}

// Remedy says what to do, or "" where that is not certain.
func (e *Error) Remedy() string {
	switch {
	case e.Status == http.StatusUnauthorized:
		return "Check the credentials, that temporary ones have not expired and come with their security token, and this machine's clock"
	case e.Status == http.StatusForbidden:
		return "The credentials are valid, but may not do this: check the user's permissions, the region and the project"
	case e.Code == "APIGW.0101":
		return "The service is not published at this endpoint: check the region and the endpoint"
	case e.Status == http.StatusTooManyRequests:
		return "The service limits how often it may be called: try again later, or run with a lower -parallelism"
	case e.Status == http.StatusProxyAuthRequired:
		return "This is the answer of a proxy, which wants to know who asks: put user and password into the proxy's URL (HTTPS_PROXY), or list the host in NO_PROXY"
	case e.Status >= 300 && e.Status < 400:
		return "Redirects are not followed, because they would carry credentials to another host: check the endpoint"
	}
	return ""
}

// LostAnswerError says that a request which must not be sent twice was sent,
// and that its fate is unknown: the answer did not arrive, or came from
// something that cannot know whether the service acted.
type LostAnswerError struct {
	// Operation is the vendor's operation name.
	Operation string
	// SentAt is when the request was sent.
	SentAt time.Time
	// RequestID is the gateway's id of the call, when one answered.
	RequestID string
	// Cause is what happened instead of an answer.
	Cause error
}

// Error says what was sent, when, and what came back.
func (e *LostAnswerError) Error() string {
	return fmt.Sprintf("%s was sent at %s, but whether the service acted on it is unknown: %s",
		e.Operation, e.SentAt.UTC().Format(time.RFC3339), e.Cause)
}

// Unwrap returns the cause.
func (e *LostAnswerError) Unwrap() error { return e.Cause }

// envelope is the union of what CFW ({"error_code","error_msg"}), the API
// gateway (the same with request_id) and IAM ({"error":{...}}) send.
type envelope struct {
	Code      text        `json:"error_code"`
	Message   text        `json:"error_msg"`
	RequestID text        `json:"request_id"`
	Error     nestedError `json:"error"`
}

// text is a string, or what a gateway writes instead.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, (*string)(t))
	}
	if string(data) != "null" {
		*t = text(data)
	}
	return nil
}

type nestedError struct {
	Code    text `json:"code"`
	Message text `json:"message"`
	Title   text `json:"title"`
}

// UnmarshalJSON also takes a bare text.
func (e *nestedError) UnmarshalJSON(data []byte) error {
	type plain nestedError
	if data[0] == '{' {
		return json.Unmarshal(data, (*plain)(e))
	}
	return e.Message.UnmarshalJSON(data)
}

// maxPage is how far into a page its title is looked for.
const maxPage = 64 << 10

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.{0,200}?)</title>`)

// newError reads an answer that is no success. Nothing of a body that is not
// understood is kept.
func (s *Session) newError(operation string, response *http.Response, body []byte) *Error {
	failed := &Error{
		Operation: operation, Host: response.Request.URL.Host, Status: response.StatusCode,
		RequestID: s.requestID(response.Header),
	}
	failed.retryAfter, failed.asked = wait.RetryAfter(response.Header, s.clock.Now())
	var sent envelope
	if err := json.Unmarshal(body, &sent); err != nil {
		failed.Message = http.StatusText(response.StatusCode) + ", without the JSON of the service"
		failed.Message += s.pageTitle(body)
		return failed
	}
	failed.Code, failed.Message = s.clean(string(sent.Code)), s.clean(string(sent.Message))
	if failed.Code == "" && failed.Message == "" {
		title := cmp.Or(sent.Error.Title, sent.Error.Code)
		failed.Code, failed.Message = strings.ReplaceAll(s.clean(string(title)), " ", ""), s.clean(string(sent.Error.Message))
	}
	if failed.RequestID == "" {
		failed.RequestID = s.clean(string(sent.RequestID))
	}
	return failed
}
