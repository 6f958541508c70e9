package edgecapture

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

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
