package huaweicloud

import (
	"crypto/tls"
	"errors"
	"net"

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
// request that never left does not count, nor does one that was refused. A
// 503 counts: gateways also send it when they lost the service in the middle
// of a call.
func fateUnknown(err error) bool {
	if unanswered, ok := errors.AsType[*transportError](err); ok {
		return unanswered.sent
	}
	if noAnswer := new(NoAnswerError); errors.As(err, &noAnswer) {
		return true
	}
	var refused *Error
	return errors.As(err, &refused) && refused.Status >= 500
}

func isStatus(err error, status int) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == status
}
