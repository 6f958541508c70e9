package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Details is what is known about a failure. Fields without a value are empty;
// none holds a secret or a URL query.
type Details struct {
	// Summary says what went wrong in one phrase, for example
	// "the service answered HTTP 403 Forbidden".
	Summary string
	// Code is the service's error code, for example "AuthorizationFailed" or
	// "AADSTS7000215".
	Code string
	// Message is the service's own explanation.
	Message string
	// RequestID is what Azure support asks for.
	RequestID string
	// Status is the HTTP status; 0 if there was no answer. A failed
	// long-running operation is reported with status 200.
	Status int
	// Next is what to do, one remedy an entry, where one is certain.
	Next []string
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
// Resource Manager that list failed checks come to some 1,500.
const (
	maxMessage = 2000
	maxCode    = 200
	// maxSummary is for our own texts, which quote several such parts.
	maxSummary = 6000
)

// printable makes the service's parts fit for a terminal. Summary and Next
// are ours, but may quote it.
func (d Details) printable() Details {
	d.Code, d.RequestID = printable.Line(d.Code, maxCode), printable.Line(d.RequestID, maxCode)
	d.Message = printable.Line(d.Message, maxMessage)
	d.Summary = printable.Lines(d.Summary, maxSummary)
	d.Next = slices.Clone(d.Next)
	for i, next := range d.Next {
		d.Next[i] = printable.Lines(next, maxSummary)
	}
	return d
}

// Describer is an error that knows its own details.
type Describer interface {
	error
	Describe() Details
}

// Describe extracts what is known about an error of any Azure client. What a
// service said in it is printable, and of bounded length.
func Describe(err error) Details {
	if err == nil {
		return Details{}
	}
	return describe(err).printable()
}

func describe(err error) Details {
	var describer Describer
	var authentication *azidentity.AuthenticationFailedError
	var response *azcore.ResponseError
	var details Details
	switch {
	case errors.As(err, &describer):
		return describer.Describe()
	case errors.As(err, &authentication):
		details = describeAuthentication(authentication)
	case errors.As(err, &response):
		details = describeResponse(response)
	default:
		return describeOther(err)
	}
	details.Next = append(details.Next, remedies(details)...)
	return details
}

func describeOther(err error) Details {
	var interrupted *wait.Interrupted
	var failed *url.Error
	switch {
	case errors.As(err, &interrupted):
		return Details{Summary: withDescribedCause(*interrupted).Error()}
	case errors.Is(err, context.DeadlineExceeded):
		return Details{Summary: "the time allowed for it has passed"}
	case errors.Is(err, context.Canceled):
		return Details{Summary: "it was cancelled"}
	case errors.As(err, &failed):
		// Only the innermost error: texts around it may quote the URL whole.
		return Details{Summary: "the service did not answer: " + withoutQuery(failed).Error()}
	default:
		return Details{Summary: err.Error()}
	}
}

// withDescribedCause replaces what the last look failed with by its details:
// the SDK's own text quotes the whole answer.
func withDescribedCause(interrupted wait.Interrupted) *wait.Interrupted {
	if interrupted.LastError != nil {
		interrupted.LastError = errors.New(Describe(interrupted.LastError).String())
	}
	return &interrupted
}

// envelope is the error format of Azure Resource Manager and of its
// asynchronous operations.
type envelope struct {
	Error errorBody `json:"error"`
}

type errorBody struct {
	Code    string      `json:"code"`
	Message string      `json:"message"`
	Details []errorBody `json:"details"`
}

// maxErrorDepth is far more than errors are nested in practice.
const maxErrorDepth = 8

// text joins the messages, the outer ones first, as far as they fit.
func (b errorBody) text() string {
	var text strings.Builder
	b.writeTo(&text, maxErrorDepth)
	return text.String()
}

func (b errorBody) writeTo(text *strings.Builder, depth int) {
	text.WriteString(printable.Line(b.Message, maxMessage))
	if depth == 0 {
		return
	}
	for _, detail := range b.Details {
		if text.Len() > maxMessage {
			return
		}
		var inner strings.Builder
		detail.writeTo(&inner, depth-1)
		if inner.Len() == 0 {
			continue
		}
		if text.Len() > 0 {
			text.WriteString("; ")
		}
		if detail.Code != "" {
			text.WriteString(printable.Line(detail.Code, maxCode) + ": ")
		}
		text.WriteString(inner.String())
	}
}

func describeResponse(err *azcore.ResponseError) Details {
	details := Details{Code: err.ErrorCode, Status: err.StatusCode, Summary: "the operation failed"}
	if err.StatusCode >= http.StatusBadRequest {
		details.Summary = answered(err.StatusCode)
	}
	if err.RawResponse == nil {
		return details
	}
	details.RequestID = requestID(err.RawResponse.Header)
	if asked, told := wait.RetryAfter(err.RawResponse.Header, time.Now()); told && asked > 0 && err.StatusCode == http.StatusTooManyRequests {
		details.Summary += fmt.Sprintf(" and asks to wait %s", asked)
	}
	body, readErr := runtime.Payload(err.RawResponse)
	if readErr != nil {
		details.Message = readErr.Error()
		return details
	}
	var parsed envelope
	if json.Unmarshal(body, &parsed) == nil && parsed.Error.Code+parsed.Error.Message != "" {
		details.Message = parsed.Error.text()
		if parsed.Error.Code != "" {
			details.Code = parsed.Error.Code
		}
		return details
	}
	details.Message = foreign(body)
	return details
}

func answered(status int) string {
	return strings.TrimSpace(fmt.Sprintf("the service answered HTTP %d %s", status, http.StatusText(status)))
}

// foreign describes an answer that is not an error of the service, such as a
// gateway's page, in a few words.
func foreign(body []byte) string {
	text := strings.Join(strings.Fields(tags.ReplaceAllString(string(body), " ")), " ")
	if text == "" {
		return "the answer has no body"
	}
	const enough = 200
	if runes := []rune(text); len(runes) > enough {
		text = string(runes[:enough]) + "..."
	}
	return fmt.Sprintf("the answer is not one of the service's errors: %q", text)
}

var tags = regexp.MustCompile(`<[^>]*>`)

func requestID(header http.Header) string {
	for _, name := range []string{requestIDHeader, "x-ms-correlation-request-id"} {
		if id := header.Get(name); id != "" {
			return id
		}
	}
	return ""
}

// tokenError is the error format of Microsoft Entra's token endpoint
// (RFC 6749 section 5.2).
type tokenError struct {
	Error            string `json:"error"`
	ErrorDescription string `json:"error_description"`
	CorrelationID    string `json:"correlation_id"`
}

const notTheAuthority = "Something else answered in place of Microsoft Entra ID: check for a proxy or a login page on the way, and azure.endpoints.active_directory, if that is set."

// unreadableToken recognises the identity library's errors about answers that
// it cannot use. Those about connections quote a URL.
var unreadableToken = regexp.MustCompile(`json decode error|unable to resolve an endpoint|response is missing|^\w+: \S*: \.$`)

var entraCode = regexp.MustCompile(`AADSTS\d+`)

// describeAuthentication leaves out everything but code and explanation: the
// SDK's text quotes the whole answer.
func describeAuthentication(err *azidentity.AuthenticationFailedError) Details {
	details := Details{Summary: "cannot sign in to Azure"}
	if err.RawResponse == nil {
		details.Code, details.Message = entraCode.FindString(err.Error()), withoutAnswer(err.Error())
		if unreadableToken.MatchString(details.Message) && !strings.Contains(details.Message, "://") {
			details.Next = []string{notTheAuthority}
		}
		return details
	}
	details.Status, details.RequestID = err.RawResponse.StatusCode, requestID(err.RawResponse.Header)
	body, readErr := runtime.Payload(err.RawResponse)
	var parsed tokenError
	if readErr != nil || json.Unmarshal(body, &parsed) != nil || parsed.Error == "" {
		details.Message, details.Next = "the answer is not one of the identity service's", []string{notTheAuthority}
		return details
	}
	details.Code = parsed.Error
	if code := entraCode.FindString(parsed.ErrorDescription); code != "" {
		details.Code = code
	}
	if details.RequestID == "" {
		details.RequestID = parsed.CorrelationID
	}
	details.Message = strings.TrimPrefix(firstLine(parsed.ErrorDescription), details.Code+": ")
	return details
}

// withoutAnswer is the text of an error of the identity library without the
// answer, tokens and all, that some of them quote after the first line. The
// first line is only an announcement where it ends with a colon.
func withoutAnswer(text string) string {
	first, rest, _ := strings.Cut(text, "\n")
	if strings.HasSuffix(first, ":") {
		first += " " + firstLine(rest)
	}
	first, _, _ = strings.Cut(first, " To troubleshoot, visit ")
	return firstLine(first)
}

// firstLine drops the trace id, correlation id and timestamp that Entra
// appends to its explanations.
func firstLine(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	text, _, _ = strings.Cut(text, " Trace ID:")
	return strings.TrimSpace(text)
}

// OperationError says what failed, on which object, and what is known about
// it.
type OperationError struct {
	// Doing names operation and object, for example
	// `create packet capture "web"`.
	Doing string
	cause error
}

// Wrap returns err as an *OperationError, or nil for nil. An error that is
// one already is returned as it is.
func Wrap(doing string, err error) error {
	var wrapped *OperationError
	if err == nil || errors.As(err, &wrapped) {
		return err
	}
	return &OperationError{Doing: doing, cause: err}
}

// Error says it in one sentence.
func (e *OperationError) Error() string {
	return "cannot " + e.Doing + ": " + Describe(e.cause).String()
}

// Unwrap returns the client's error.
func (e *OperationError) Unwrap() error { return e.cause }
