package huaweicloud

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

// Describe takes an error of a Huawei Cloud client apart. One that tells
// more than a single refusal stays in one piece.
func Describe(err error) failure.Details {
	if refused, ok := errors.AsType[*Error](err); ok {
		return describeRefusal(err, refused)
	}
	details := failure.Details{Summary: err.Error(), Err: err}
	noAnswer, unanswered := new(NoAnswerError), new(transportError)
	switch {
	case errors.As(err, &noAnswer):
		details.Status = noAnswer.Status
		details.Next = []string{"What came is not from the service, or not as Huawei Cloud documents it: check the endpoint, and what answers in its place, such as a proxy or a login page."}
	case errors.As(err, &unanswered):
		details.Next = []string{unanswered.remedy()}
	}
	return details
}

func describeRefusal(err error, refused *Error) failure.Details {
	remedy := refused.Remedy()
	details := failure.Details{Status: refused.Status, Summary: err.Error(), Err: err}
	if remedy != "" {
		details.Summary = strings.Replace(details.Summary, ". "+remedy, "", 1)
		details.Next = []string{remedy + "."}
	}
	if err.Error() == refused.Error() {
		details.Summary = fmt.Sprintf("%s at %s answered %d", refused.Operation, refused.Host, refused.Status)
		details.Code, details.Message, details.RequestID = refused.Code, refused.Message, refused.RequestID
	}
	return details
}

// remedy is what to do about a request that got no answer.
func (e *transportError) remedy() string {
	var noHost *net.DNSError
	switch {
	case errors.As(e.cause, new(x509.UnknownAuthorityError)):
		return "The certificate is from an authority that this machine does not trust. If a proxy or a private endpoint has one of its own, name the authority's file in SSL_CERT_FILE."
	case errors.As(e.cause, &noHost) && noHost.IsNotFound:
		return "There is no such host: check the spelling of region and endpoint, and this machine's DNS."
	case strings.Contains(e.cause.Error(), "Proxy Authentication Required"):
		return "A proxy wants to know who asks: put user and password into the proxy's URL (HTTPS_PROXY), or list the host in NO_PROXY."
	case !e.connected:
		return "There was no connection: check that the host can be reached from here, through DNS, proxies (HTTPS_PROXY, NO_PROXY) and firewalls."
	}
	return failure.ConnectionBroke
}

// maxMessage bounds what a service can put into an error.
const maxMessage = 600

// clean redacts text, and makes one printable line of bounded length of it.
func (s *Session) clean(text string) string {
	text = s.redactor.Clean(text)
	// What is dropped as not printable may have stood inside of a secret.
	text = s.redactor.Clean(printable.Line(text, len(text)))
	return printable.Line(text, maxMessage)
}
