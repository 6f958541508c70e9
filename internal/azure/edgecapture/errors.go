package edgecapture

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

// UncertainError says that the service may or may not have done what it was
// asked for.
type UncertainError struct {
	// What was asked for, for example `the start of a packet capture on ...`.
	What  string
	cause error
}

// Error says what is not known, and why.
func (e *UncertainError) Error() string { return e.Describe().String() }

// Unwrap returns what the request failed with.
func (e *UncertainError) Unwrap() error { return e.cause }

// Describe adds what is not known to what is.
func (e *UncertainError) Describe() failure.Details {
	details := azure.Describe(e.cause)
	details.Summary = fmt.Sprintf("the answer to %s was lost, so the service may or may not have acted: %s", e.What, details.Summary)
	return details
}

// FailedError says that the service accepted an operation and reports that it
// failed, or that it answered with a failure.
type FailedError struct {
	What  string
	cause error
}

// Error says what the service said.
func (e *FailedError) Error() string { return e.Describe().String() }

// Unwrap returns the service's answer.
func (e *FailedError) Unwrap() error { return e.cause }

// Describe adds the remedy that belongs to the service's code.
func (e *FailedError) Describe() failure.Details {
	return (&refusedError{e.cause}).Describe()
}

// AnswerError says that an answer with a success status does not answer the
// question. Nothing follows from it about what was asked for.
type AnswerError struct {
	// Asked is the question, for example `the status of a packet capture`.
	Asked string
	// Lacks is what is wrong with the answer.
	Lacks string

	answer *http.Response
}

// Error says what was asked, and what came instead.
func (e *AnswerError) Error() string { return e.Describe().String() }

// Describe quotes the answer, or the error that it carries.
func (e *AnswerError) Describe() failure.Details {
	payload, err := azure.Payload(e.answer)
	details := failure.Details{Status: e.answer.StatusCode, RequestID: e.answer.Header.Get("x-ms-request-id")}
	details.Summary = fmt.Sprintf("the answer (HTTP %d) is not %s: %s", e.answer.StatusCode, e.Asked, e.Lacks)
	said, _ := azure.ParseErrorBody(payload)
	const most = 120
	switch {
	case err != nil:
	case said.Code != "":
		details.Code, details.Message = said.Code, said.Message
	case len(bytes.TrimSpace(payload)) > 0:
		details.Summary += fmt.Sprintf("; it reads: %q", printable.Line(string(payload), most))
	}
	details.Next = []string{"Nothing was concluded from this answer. If it comes again, check that azure.endpoints.resource_manager is an Azure Resource Manager, " +
		"and that no proxy answers in its place."}
	return details
}

// unsent recognises errors of the time before a request went out.
func unsent(err error) bool {
	var credential *azure.CredentialError
	var certificate *tls.CertificateVerificationError
	var network *net.OpError
	return failure.NeverSent(err) || errors.As(err, &credential) || errors.As(err, &certificate) || errors.As(err, &network) && network.Op == "dial"
}

// uncertainUnlessRefused returns err if the service certainly did nothing.
func uncertainUnlessRefused(what string, answer *http.Response, err error) error {
	response := new(azcore.ResponseError)
	switch {
	case errors.As(err, &response) && (refusal(response.StatusCode) || throttled(response.StatusCode) || isMissing(response.StatusCode)),
		answer == nil && unsent(err):
		return &refusedError{err}
	}
	return &UncertainError{What: what, cause: err}
}

// refusedError adds the remedies of captures to an error. Those of other
// requests speak of network watchers.
type refusedError struct{ error }

func (e *refusedError) Unwrap() error { return e.error }

func (e *refusedError) Describe() failure.Details {
	details := azure.Describe(e.error)
	if next := remedies(details.Code); next != nil {
		details.Next = next
	}
	return details
}

// codeBusy is Resource Manager's while a gateway or firewall is being changed.
//
// Source: https://learn.microsoft.com/azure/networking/troubleshoot-failed-state
const codeBusy = "AnotherOperationInProgress"

// turnedAway reports whether the service did nothing because it is busy.
func turnedAway(response *azcore.ResponseError) bool {
	return throttled(response.StatusCode) || response.StatusCode == http.StatusConflict && response.ErrorCode == codeBusy
}

func throttled(status int) bool { return status == http.StatusTooManyRequests }

// IsGone reports whether an error is the service's word that firewall or gateway, or
// their resource group, are not there. One word is not enough to believe it.
func IsGone(err error) bool {
	details := azure.Describe(err)
	return err != nil && details.Status == http.StatusNotFound && (details.Code == "ResourceNotFound" || details.Code == "ResourceGroupNotFound")
}

func isMissing(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound
}

// refusal reports whether a status is the service's clear no.
func refusal(status int) bool {
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError && status != http.StatusRequestTimeout && !throttled(status) && !isMissing(status)
}

func temporary(err error) bool {
	response := new(azcore.ResponseError)
	noAnswer := new(AnswerError)
	switch {
	case errors.As(err, &response):
		return failure.IsTemporary(response.StatusCode)
	case errors.As(err, &noAnswer):
		return true
	}
	return !unsent(err) && !failure.IsFinal(err)
}

// notStored is what to look at when a file could not be stored.
func notStored() []string {
	return []string{
		"The container in the URL must exist: the service makes none.",
		"The signature must not have expired, and permit create or write. Make a new one, put it into sas_url_wo, and change sas_url_wo_version.",
		"The storage account's network rules must let the service in: allow trusted Azure services, or all networks for the time of the capture.",
	}
}

// remedies by the service's code.
//
// Sources: https://learn.microsoft.com/azure/vpn-gateway/packet-capture and
// https://learn.microsoft.com/azure/firewall/packet-capture
func remedies(code string) []string {
	switch code {
	case "AuthorizationFailed", "LinkedAuthorizationFailed":
		return []string{"Give the identity that runs this a role with the action that the message names; Network Contributor on the resource group of firewall or gateway is enough. New assignments take some minutes to act."}
	case codeBusy:
		return []string{"Firewall or gateway is being changed: apply again when that is over."}
	case "ResourceNotFound", "NotFound", "ResourceGroupNotFound":
		return []string{"Check name, resource group and subscription in the ID, and that the identity that runs this may see them."}
	case codeNoData:
		return append(notStored(), "The filter must be one that the service can read, which it tries only when it stores the file.")
	case string(FirewallStartFailedToUpload):
		return notStored()
	case string(FirewallFailed):
		return []string{"Look into the container: instances whose capture did not fail may have stored their files. Check that the firewall is not being updated, then apply again."}
	case string(FirewallNotImplemented):
		return []string{"Captures need a firewall with a management NIC: it is there on the Basic SKU and in virtual hubs, elsewhere it has to be enabled."}
	}
	if strings.HasSuffix(code, "NotSupported") {
		return []string{"VPN captures need a route-based gateway: policy-based ones and ExpressRoute gateways make none. Set target_id to another gateway or connection, " +
			"or capture at a virtual machine behind it (cloudtap_azure_packet_capture)."}
	}
	if strings.HasSuffix(code, "LimitReached") {
		return []string{"A gateway makes five captures at a time, its connections' among them: wait until one has been stopped, then apply again."}
	}
	if strings.HasPrefix(code, "AzureFirewallPacketCaptureStart") {
		return []string{"Check that the firewall has a management NIC and is not being updated, and the filters; then apply again."}
	}
	return nil
}
