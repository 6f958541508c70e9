package imds

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// Error is an answer of the service that is no success, or that cannot be
// used, or a connection to the service that broke after it had worked.
type Error struct {
	// Operation is the vendor's operation name.
	Operation string
	// URL is what was asked, without its query.
	URL string
	// Status is the HTTP status; 0 if none came.
	Status int
	// Message and Description are the answer's `error` and
	// `error_description`.
	Message     string
	Description string
	// Problem says what was wrong with the answer itself.
	Problem string
	// RequestID and ClientRequestID are for the vendor's support.
	RequestID       string
	ClientRequestID string
	// NewestVersions is what the service offers after an api-version that it
	// does not know.
	NewestVersions []string
	// Attempts and Elapsed tell how often and how long was tried.
	Attempts int
	Elapsed  time.Duration
	// Hint is the likely cause and what to do.
	Hint string

	cause error
}

// Error tells what was asked, what came back and what to do about it.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.operationAndAnswer())
	if e.Message != "" {
		fmt.Fprintf(&text, ", error %q", e.Message)
	}
	if e.Description != "" {
		fmt.Fprintf(&text, " (%s)", e.Description)
	}
	fmt.Fprintf(&text, " [%s]", identifiers(e.RequestID, e.ClientRequestID))
	if tries := e.tries(); tries != "" {
		fmt.Fprintf(&text, ", %s", tries)
	}
	if e.Hint != "" {
		fmt.Fprintf(&text, ". %s", e.Hint)
	}
	return text.String() + bypassNote()
}

// Describe implements failure.Describer: what Error tells, in parts.
func (e *Error) Describe() failure.Details {
	details := failure.Details{Summary: e.operationAndAnswer(), Message: e.Message, Status: e.Status}
	if tries := e.tries(); tries != "" {
		details.Summary += " " + tries
	}
	details.Summary += bypassNote()
	if e.Description != "" {
		details.Message = strings.TrimPrefix(e.Message+": "+e.Description, ": ")
	}
	if e.Status != 0 {
		details.RequestID = strings.TrimPrefix(identifiers(e.RequestID, e.ClientRequestID), requestIDHeader+" ")
	}
	if e.Hint != "" {
		details.Next = []string{e.Hint}
	}
	return details
}

func (e *Error) operationAndAnswer() string {
	text := fmt.Sprintf("%s (%s): ", e.Operation, e.URL)
	switch {
	case e.Status == 0:
		return text + "the connection failed: " + e.Problem
	case e.Problem != "":
		return text + fmt.Sprintf("status %d, but %s", e.Status, e.Problem)
	}
	return text + fmt.Sprintf("status %d %s", e.Status, http.StatusText(e.Status))
}

func (e *Error) tries() string {
	if e.Attempts <= 1 {
		return ""
	}
	return fmt.Sprintf("after %d attempts in %s", e.Attempts, e.Elapsed.Round(time.Second))
}

// Unwrap returns the connection's error, if there was one.
func (e *Error) Unwrap() error { return e.cause }

const requestIDHeader = "x-ms-request-id"

func identifiers(requestID, clientRequestID string) string {
	if requestID == "" {
		requestID = "none"
	}
	text := requestIDHeader + " " + requestID
	if clientRequestID != "" {
		text += ", x-ms-client-request-id " + clientRequestID
	}
	return text
}

// serviceError is the service's error body, in the forms of all endpoints.
type serviceError struct {
	Error          string   `json:"error"`
	Description    string   `json:"error_description"`
	NewestVersions []string `json:"newest-versions"`
}

func (a *answer) serviceError() serviceError {
	var parsed serviceError
	if json.Unmarshal(a.body, &parsed) != nil {
		return serviceError{}
	}
	return parsed
}

// refused makes the error of a final answer; got is nil if none came.
func (a *attempts) refused(got *answer, cause error) error {
	failure := &Error{
		Operation: a.request.operation, URL: a.client.origin.String() + a.request.path,
		Attempts: a.count, Elapsed: a.elapsed(), cause: cause,
	}
	if cause != nil {
		failure.Problem = connectionProblem(cause)
	}
	if got == nil {
		failure.Hint = "The service had answered before; if this machine is being updated or moved, it comes back within about 70 seconds: run Terraform again."
		return failure
	}
	service := got.serviceError()
	failure.Status, failure.RequestID, failure.ClientRequestID = got.status, got.requestID(), got.clientRequestID
	failure.Message, failure.Description = shorten(service.Error), shorten(service.Description)
	failure.NewestVersions = plausibleVersions(service.NewestVersions)
	if failure.Problem == "" {
		failure.Problem = got.problem
	}
	failure.Hint = hint(got, service)
	return failure
}

// Where the guest proxy agent of the Metadata Security Protocol logs what it
// refuses.
const guestProxyAgentLogs = `/var/lib/azure-proxy-agent/ProxyAgent.Connection.log or C:\WindowsAzure\ProxyAgent\Logs\ProxyAgent.Connection.log`

func hint(got *answer, service serviceError) string {
	switch status := got.status; {
	case status == http.StatusBadRequest && strings.Contains(strings.ToLower(service.Error), "metadata header"):
		return "Something between this process and the service removes the Metadata header; the service must be asked directly."
	case status == http.StatusBadRequest && len(service.NewestVersions) > 0:
		return "The host does not know this api-version; the newest it knows are " + strings.Join(plausibleVersions(service.NewestVersions), ", ") + "."
	case status == http.StatusForbidden:
		return "Access is blocked. If the Metadata Security Protocol (guest proxy agent) is on, this process may be missing from the allow-list even though other programs have access: see " + guestProxyAgentLogs + "."
	case status == http.StatusNotFound:
		return "The host does not have this endpoint or api-version, or its endpoint is being updated."
	case status == http.StatusGone:
		return "The host is being updated, which takes up to 70 seconds: run Terraform again."
	case status == http.StatusTooManyRequests:
		return "The machine as a whole may ask 5 times a second; other agents on it share that limit."
	case status == http.StatusBadGateway, status == http.StatusGatewayTimeout:
		return "The service does not send this status by itself; usually a proxy or gateway got in the way."
	case status >= http.StatusInternalServerError, status == http.StatusRequestTimeout:
		return "The service has a fault of its own: run Terraform again, and quote the request id to the vendor's support if it stays."
	}
	return ""
}

// proxyVariables returns the proxy variables that are set. Their values may
// hold passwords, and stay where they are.
func proxyVariables() []string {
	var set []string
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		if os.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	// Windows has one variable under both spellings.
	return slices.CompactFunc(set, strings.EqualFold)
}

func bypassNote() string {
	set := proxyVariables()
	if len(set) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s set, but bypassed: the metadata service is always asked directly)", strings.Join(set, ", "))
}
