package networkwatcher

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// outcome is what an error says about a request that must not be repeated
// blindly.
type outcome int

const (
	// outcomeLost: the service may have acted in spite of the error.
	outcomeLost outcome = iota
	// outcomeRefused: it did not, and asking again would not help.
	outcomeRefused
	// outcomeThrottled: it did not, and asks to come back later.
	outcomeThrottled
	// outcomeUnsent: it never saw the request, and may see the next.
	outcomeUnsent
)

// outcomeOf judges a failed request. answer is nil if there was none.
func outcomeOf(answer *http.Response, err error) outcome {
	if busy(err) {
		return outcomeThrottled
	}
	if response, ok := errors.AsType[*azcore.ResponseError](err); ok {
		return outcomeOfStatus(response.StatusCode)
	}
	var network *net.OpError
	switch {
	case answer != nil:
		// There was an answer that could not be read.
		return outcomeLost
	case refused(err):
		return outcomeRefused
	case errors.As(err, &network) && network.Op == "dial":
		return outcomeUnsent
	default:
		return outcomeLost
	}
}

func outcomeOfStatus(status int) outcome {
	switch {
	case status == http.StatusTooManyRequests:
		return outcomeThrottled
	case status == http.StatusRequestTimeout, status >= http.StatusInternalServerError, status < http.StatusBadRequest:
		return outcomeLost
	default:
		return outcomeRefused
	}
}

// refused recognises errors of the time before a request went out.
func refused(err error) bool {
	return failure.NeverSent(err) || errors.As(err, new(*azure.CredentialError)) || errors.As(err, new(*tls.CertificateVerificationError))
}
