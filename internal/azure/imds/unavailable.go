package imds

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// Reason is why no instance metadata service was found.
type Reason string

// The reasons.
const (
	// ReasonRefused: nothing listens at the address.
	ReasonRefused Reason = "connection refused"
	// ReasonTimeout: nothing answers at the address.
	ReasonTimeout Reason = "timeout"
	// ReasonUnreachable: there is no route to the address.
	ReasonUnreachable Reason = "no route"
	// ReasonConnectionClosed: connections are cut before an answer.
	ReasonConnectionClosed Reason = "connection closed"
	// ReasonNotJSON: a proxy, a captive portal or another web server answers.
	ReasonNotJSON Reason = "not the metadata service"
	// ReasonRedirect: the answer points elsewhere, which the service never does.
	ReasonRedirect Reason = "redirect"
	// ReasonOtherCloud: the metadata service of another cloud answers.
	ReasonOtherCloud Reason = "another cloud"
	// ReasonDockerDesktop: Docker Desktop answers for the address.
	ReasonDockerDesktop Reason = "Docker Desktop"
	// ReasonArc: the agent of Azure Arc answers.
	ReasonArc Reason = "Azure Arc"
)

var reasonTexts = map[Reason]string{
	ReasonRefused:          "The connection was refused: nothing listens there, so this is not an Azure virtual machine, or a firewall on it refuses the connection.",
	ReasonTimeout:          "Nothing answered in time, so this is not an Azure virtual machine, or a firewall or changed route drops the traffic (it has to leave from the primary network interface).",
	ReasonUnreachable:      "There is no route to the address, so this is not an Azure virtual machine, or its route to 169.254.169.254 is missing.",
	ReasonConnectionClosed: "The connection was closed without an answer. If the Metadata Security Protocol (guest proxy agent) is on, this process may be missing from the allow-list: see " + guestProxyAgentLogs + ".",
	ReasonNotJSON:          "Something else answers at the address, such as a proxy, a captive portal or another web server.",
	ReasonRedirect:         "The answer was a redirect, which the metadata service never sends: a proxy or captive portal answers at the address.",
	ReasonOtherCloud:       "Another cloud's metadata service answers at the address: this is not an Azure virtual machine.",
	ReasonDockerDesktop:    "Docker Desktop answers for the address and says that it cannot be reached: this container does not run on an Azure virtual machine.",
	ReasonArc:              "This is a machine connected through Azure Arc, whose local agent asks for a secret: Arc machines are not Azure virtual machines and have no instance metadata of this kind.",
}

// UnavailableError says that no Azure instance metadata service was found,
// and what was found instead.
type UnavailableError struct {
	// Endpoint is the origin that was asked.
	Endpoint string
	// Operation is the vendor's operation name.
	Operation string
	// Reason is what was found.
	Reason Reason
	// Status is the HTTP status of a foreign answer; 0 if none came.
	Status int
	// RequestID is the answer's x-ms-request-id, if it had one.
	RequestID string
	// Details are particulars of the answer or of the connection's failure.
	Details string
	// ProxyVariables are the proxy variables that were set and bypassed.
	ProxyVariables []string

	cause error
}

// Error tells what was found and what it means.
func (e *UnavailableError) Error() string {
	text := e.summary() + ": " + reasonTexts[e.Reason]
	if found := e.found(); found != "" {
		text += " (" + found + ")"
	}
	return text + bypassNote()
}

// Describe implements failure.Describer: what Error tells, in parts.
func (e *UnavailableError) Describe() failure.Details {
	return failure.Details{
		Summary: e.summary() + bypassNote(), Message: e.found(), RequestID: e.RequestID, Status: e.Status,
		Next: []string{reasonTexts[e.Reason]},
	}
}

func (e *UnavailableError) summary() string {
	return fmt.Sprintf("no Azure instance metadata service at %s (%s)", e.Endpoint, e.Reason)
}

// found describes the foreign answer, or why there was none.
func (e *UnavailableError) found() string {
	if e.Status == 0 {
		return e.Details
	}
	text := fmt.Sprintf("The answer had status %d %s, %s", e.Status, http.StatusText(e.Status), identifiers(e.RequestID, ""))
	if e.Details != "" {
		text += ", and " + e.Details
	}
	return text
}

// Unwrap returns the connection's error, if there was one.
func (e *UnavailableError) Unwrap() error { return e.cause }

func (c *Client) unavailable(reason Reason, r request, got *answer, cause error) error {
	failure := &UnavailableError{
		Endpoint: c.origin.String(), Operation: r.operation, Reason: reason,
		ProxyVariables: proxyVariables(), cause: cause,
	}
	if got != nil {
		failure.Status, failure.RequestID, failure.Details = got.status, got.requestID(), got.particulars()
	} else if cause != nil {
		failure.Details = connectionProblem(cause)
	}
	return failure
}

// foreign says who else than the service sent an answer; empty means that it
// looks like the service's.
func (a *answer) foreign() Reason {
	foreignCloud := a.header.Get("Metadata-Flavor") != "" || strings.Contains(a.header.Get("Server"), "EC2ws")
	switch {
	case a.status >= http.StatusMultipleChoices && a.status < http.StatusBadRequest:
		return ReasonRedirect
	case a.status == http.StatusUnauthorized && strings.HasPrefix(strings.ToLower(a.header.Get("Www-Authenticate")), "basic realm="):
		return ReasonArc
	case foreignCloud:
		return ReasonOtherCloud
	case a.declaredJSON() || len(bytes.TrimSpace(a.body)) == 0 && a.problem == "":
		return ""
	case a.status == http.StatusForbidden && bytes.Contains(bytes.ToLower(a.body), []byte("unreachable")):
		return ReasonDockerDesktop
	case a.status == http.StatusNotFound || a.status == http.StatusUnauthorized:
		// The service's own errors are JSON; a metadata tree without Azure's
		// paths is what the other clouds have at this address.
		return ReasonOtherCloud
	}
	return ReasonNotJSON
}

// particulars quotes enough of a foreign answer to recognise its sender.
func (a *answer) particulars() string {
	var parts []string
	if a.problem != "" {
		parts = append(parts, a.problem)
	}
	if server := a.header.Get("Server"); server != "" {
		parts = append(parts, fmt.Sprintf("the server calls itself %q", shorten(server)))
	}
	if location, err := url.Parse(a.header.Get("Location")); err == nil && location.Host != "" {
		parts = append(parts, fmt.Sprintf("it points to host %q", shorten(location.Host)))
	}
	return strings.Join(parts, "; ")
}

func connectionReason(err error) Reason {
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(err.Error(), "actively refused"):
		// The text is Windows', whose error number syscall does not map.
		return ReasonRefused
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return ReasonUnreachable
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return ReasonTimeout
	}
	return ReasonConnectionClosed
}

// connectionProblem is the error without the request's URL, which callers
// name themselves.
func connectionProblem(err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return err.Error()
}
