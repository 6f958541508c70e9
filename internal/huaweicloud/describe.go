package huaweicloud

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
)

// Description is an error in parts, for callers that lay them out.
type Description struct {
	// Summary says what happened, without the service's own words if these
	// are in the other members.
	Summary string
	// Code, Message and RequestID are the service's.
	Code, Message, RequestID string
	// Status is the HTTP status; 0 if there was no answer.
	Status int
	// Next is what to do, where that is certain.
	Next []string
	// Local says that nothing was asked: the error itself says what to
	// correct.
	Local bool
}

// Describe takes an error of a Huawei Cloud client apart. One that tells
// more than a single refusal stays in one piece.
func Describe(err error) Description {
	var refused *Error
	if errors.As(err, &refused) {
		return describeRefusal(err, refused)
	}
	description := Description{Summary: err.Error()}
	noAnswer, unanswered := new(NoAnswerError), new(transportError)
	switch {
	case errors.As(err, &noAnswer):
		description.Status = noAnswer.Status
		description.Next = []string{"What came is not from the service, or not as Huawei Cloud documents it: check the endpoint, and what answers in its place, such as a proxy or a login page."}
	case errors.As(err, &unanswered):
		description.Next = []string{unanswered.remedy()}
	default:
		description.Local = true
	}
	return description
}

func describeRefusal(err error, refused *Error) Description {
	remedy := refused.Remedy()
	description := Description{Status: refused.Status, Summary: err.Error()}
	if remedy != "" {
		description.Summary = strings.Replace(description.Summary, ". "+remedy, "", 1)
		description.Next = []string{remedy + "."}
	}
	if err.Error() == refused.Error() {
		description.Summary = fmt.Sprintf("%s at %s answered %d", refused.Operation, refused.Host, refused.Status)
		description.Code, description.Message, description.RequestID = refused.Code, refused.Message, refused.RequestID
	}
	return description
}

// remedy is what to do about a request that got no answer.
func (e *transportError) remedy() string {
	var authority x509.UnknownAuthorityError
	var noHost *net.DNSError
	switch {
	case errors.As(e.cause, &authority):
		return "The certificate is from an authority that this machine does not trust. If a proxy or a private endpoint has one of its own, name the authority's file in SSL_CERT_FILE."
	case errors.As(e.cause, &noHost) && noHost.IsNotFound:
		return "There is no such host: check the spelling of region and endpoint, and this machine's DNS."
	case strings.Contains(e.cause.Error(), "Proxy Authentication Required"):
		return "A proxy wants to know who asks: put user and password into the proxy's URL (HTTPS_PROXY), or list the host in NO_PROXY."
	case !e.connected:
		return "There was no connection: check that the host can be reached from here, through DNS, proxies (HTTPS_PROXY, NO_PROXY) and firewalls."
	}
	return "The connection broke before the answer had come: run it again. If that happens each time, look at the proxies and firewalls on the way."
}
