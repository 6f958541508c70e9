package huaweicloud

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// Temporary reports whether a call failed for a reason that may pass by
// itself: no answer, throttling, or a failure inside the service.
func Temporary(err error) bool {
	if unanswered, ok := errors.AsType[*transportError](err); ok {
		return !permanent(unanswered.cause)
	}
	if noAnswer := new(NoAnswerError); errors.As(err, &noAnswer) {
		return !noAnswer.final
	}
	var refused *Error
	if !errors.As(err, &refused) {
		return false
	}
	return failure.IsTemporary(refused.Status) || refused.Code == codeBusy
}

// Unreachable reports whether a call failed before there was a connection.
func Unreachable(err error) bool {
	var unanswered *transportError
	return errors.As(err, &unanswered) && !unanswered.connected
}

// requestIDOf returns the gateway's id of a call, when one answered.
func requestIDOf(err error) string {
	if refused := new(Error); errors.As(err, &refused) {
		return refused.RequestID
	}
	if noAnswer := new(NoAnswerError); errors.As(err, &noAnswer) {
		return noAnswer.RequestID
	}
	return ""
}

// permanent reports whether another attempt cannot end otherwise: with a host
// that does not exist, one whose certificate is not trusted, or an answer
// without an end.
func permanent(err error) bool {
	var noHost *net.DNSError
	return errors.As(err, &noHost) && noHost.IsNotFound || errors.As(err, new(*tls.CertificateVerificationError)) || errors.Is(err, errTooLarge)
}

// fateUnknown reports whether the service may have acted on the request. A
// request that never left does not count, nor does one that was refused.
func fateUnknown(err error) bool {
	if unanswered, ok := errors.AsType[*transportError](err); ok {
		return unanswered.sent
	}
	if noAnswer := new(NoAnswerError); errors.As(err, &noAnswer) {
		return true
	}
	var failed *Error
	return errors.As(err, &failed) && !failed.refuses()
}

// refusingGateway are the API gateway's codes for what it does not pass on: the
// API does not exist, authentication and throttling, addresses, quotas, users
// that the region does not admit. Its others, as "APIGW.0201 Backend timeout",
// may be about a request that the service has received.
var refusingGateway = []string{"APIGW.01", "APIGW.03", "APIGW.04", "APIGW.05", "APIGW.08"}

// failedBehind are CFW's codes for a failure of what it calls, or of itself. It
// may have acted before that.
var failedBehind = []string{"CFW.00000008", "CFW.00109", "CFW.00600003", "CFW.008"}

// refuses reports whether an error says for certain that the service did not
// act: the service, or the gateway before it, refused with a code of its own.
// Anything else may come from something that lost the service in the middle of
// a call, whatever its status.
func (e *Error) refuses() bool {
	starts := func(prefix string) bool { return strings.HasPrefix(e.Code, prefix) }
	service := starts("CFW.") && !slices.ContainsFunc(failedBehind, starts)
	switch {
	case e.Status == http.StatusTooManyRequests:
		return true
	case e.Status < 300:
		// A gateway that refuses says so in the status.
		return service
	case e.Status < 400 || e.Status >= 500 || e.Status == http.StatusRequestTimeout:
		return false
	}
	return service || slices.ContainsFunc(refusingGateway, starts)
}

func isStatus(err error, status int) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == status
}
