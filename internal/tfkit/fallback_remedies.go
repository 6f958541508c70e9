package tfkit

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// orElse returns what to do: what the error brings, or what fits its kind.
// A local error without remedy gets none. A failed operation is reported with
// a status of success, and a code.
func orElse(next []string, of failure.Details) []string {
	err, status := of.Err, of.Status
	switch {
	case err != nil && ofTheAuthority(err):
		return []string{"This machine does not trust the authority that signed the certificate. Behind a proxy that inspects TLS, or with a private cloud, " +
			"put its CA certificate in a PEM file and set SSL_CERT_FILE to the file's path."}
	case asksForProxyLogin(err, status):
		return []string{"The proxy asks for a login: put user and password into HTTPS_PROXY (http://user:password@host:port), or exempt the service's host with NO_PROXY."}
	case len(next) > 0:
		return next
	case errors.Is(err, context.Canceled):
		return []string{"It was interrupted: run it again."}
	case errors.Is(err, context.DeadlineExceeded):
		return []string{"Run it again; if the service is slow, allow more time with timeouts."}
	case status == 0 && ofTheNetwork(err):
		return []string{"Check that the service can be reached from this machine: DNS, proxies (HTTPS_PROXY, NO_PROXY) and firewalls."}
	case status == 0 && !unreadable(err):
		return nil
	case status < http.StatusBadRequest && of.Code == "":
		return []string{"Check what stands between this machine and the service, such as a proxy; if nothing does, report it."}
	case failure.IsTemporary(status):
		return []string{"This is usually temporary: run it again. If it fails each time, ask the service's support, with the request ID."}
	}
	return []string{"Fix the problem named above, then apply again."}
}

// ofTheAuthority reports whether the certificate of a service is signed by
// an authority that this machine does not trust. Azure's identity library
// keeps only the text of an error.
func ofTheAuthority(err error) bool {
	var certificate x509.UnknownAuthorityError
	return errors.As(err, &certificate) || strings.Contains(err.Error(), certificate.Error())
}

// failedRequest is how net/http begins the error of a request without an
// answer.
var failedRequest = regexp.MustCompile(`\b(?:Get|Head|Post|Put|Delete) "https?://`)

// ofTheNetwork reports whether a connection failed, in contrast to what is
// wrong on this machine.
func ofTheNetwork(err error) bool {
	// Not net.Error: the error of a missing file is one.
	return errors.As(err, new(*url.Error)) || errors.As(err, new(*net.OpError)) || errors.As(err, new(*net.DNSError)) || failedRequest.MatchString(err.Error())
}

// unreadable reports whether an answer came that is not the service's.
func unreadable(err error) bool {
	return errors.As(err, new(*json.SyntaxError)) || errors.As(err, new(*json.UnmarshalTypeError)) || errors.Is(err, io.ErrUnexpectedEOF)
}

// asksForProxyLogin: for HTTPS, where the proxy's answer is no answer of the
// service, net/http reports its status as the text of an error.
func asksForProxyLogin(err error, status int) bool {
	return status == http.StatusProxyAuthRequired ||
		status == 0 && ofTheNetwork(err) && strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired))
}
