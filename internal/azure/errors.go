package azure

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Describe extracts what is known about an error of any Azure client. What a
// service said in it is printable, and of bounded length.
func Describe(err error) failure.Details {
	if err == nil {
		return failure.Details{}
	}
	details := describe(err).Printable()
	details.Err = err
	return details
}

func describe(err error) failure.Details {
	var describer failure.Describer
	var authentication *azidentity.AuthenticationFailedError
	var response *azcore.ResponseError
	var details failure.Details
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

func describeOther(err error) failure.Details {
	var interrupted *wait.Interrupted
	var failed *url.Error
	switch {
	case errors.As(err, &interrupted):
		return failure.Details{Summary: withDescribedCause(*interrupted).Error()}
	case errors.Is(err, context.DeadlineExceeded):
		return failure.Details{Summary: "the time allowed for it has passed"}
	case errors.Is(err, context.Canceled):
		return failure.Details{Summary: "it was cancelled"}
	case errors.As(err, &failed):
		// Only the innermost error: texts around it may quote the URL whole.
		return failure.Details{Summary: "the service did not answer: " + withoutQuery(failed).Error()}
	default:
		return failure.Details{Summary: err.Error()}
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

func describeResponse(err *azcore.ResponseError) failure.Details {
	details := failure.Details{Code: err.ErrorCode, Status: err.StatusCode, Summary: "the operation failed"}
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
	if said, understood := ErrorBodyOf(err); understood {
		details.Code, details.Message = cmp.Or(said.Code, details.Code), said.text()
		return details
	}
	body, readErr := Payload(err.RawResponse)
	if readErr != nil {
		details.Message = readErr.Error()
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
func describeAuthentication(err *azidentity.AuthenticationFailedError) failure.Details {
	details := failure.Details{Summary: "cannot sign in to Azure"}
	if err.RawResponse == nil {
		details.Code, details.Message = entraCode.FindString(err.Error()), withoutAnswer(err.Error())
		if unreadableToken.MatchString(details.Message) && !strings.Contains(details.Message, "://") {
			details.Next = []string{notTheAuthority}
		}
		if strings.Contains(details.Message, ") "+failure.BrokeOff+": ") {
			details.Next = []string{failure.ConnectionBroke}
		}
		return details
	}
	details.Status, details.RequestID = err.RawResponse.StatusCode, requestID(err.RawResponse.Header)
	body, readErr := Payload(err.RawResponse)
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
	if err == nil || errors.As(err, new(*OperationError)) {
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
