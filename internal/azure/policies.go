package azure

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// requestIDHeader carries the id that Azure support asks for.
const requestIDHeader = "x-ms-request-id"

// userAgentPolicy puts the provider's name first, whole: the SDK's own
// application id is cut after 24 characters.
type userAgentPolicy struct{ userAgent string }

func (p userAgentPolicy) Do(r *policy.Request) (*http.Response, error) {
	header := r.Raw().Header
	header.Set("User-Agent", strings.TrimSpace(p.userAgent+" "+header.Get("User-Agent")))
	return r.Next()
}

// originPolicy refuses requests to anything but the endpoint of a service.
// Resource Manager's answers name the URLs to poll, and a directory's name
// where tokens are issued: whoever could forge one would be sent the bearer
// token, or the secret itself. It has to run before a token is added.
type originPolicy struct{ endpoint, service string }

func (p originPolicy) Do(r *policy.Request) (*http.Response, error) {
	endpoint, err := url.Parse(p.endpoint)
	if err != nil {
		return nil, &refusedError{err}
	}
	if target := r.Raw().URL; !sameOrigin(endpoint, target) || target.User != nil {
		return nil, &foreignError{service: p.service, refusedError: refusedError{fmt.Errorf(
			"refused to call %s://%s: the answer of %s at %s points to another host, which must not get the credentials", target.Scheme, target.Host, p.service, endpoint.Host)}}
	}
	return r.Next()
}

// foreignError says that an answer led to an address that is not the service's.
type foreignError struct {
	refusedError
	service string
}

// Describe implements failure.Describer.
func (e *foreignError) Describe() failure.Details {
	return failure.Details{Summary: e.Error(), Next: []string{
		"Check that the endpoint of " + e.service + " in azure.endpoints is the service's, and that no proxy answers in its place.",
	}}
}

// logPolicy logs every try: never bodies, headers or queries, which can hold
// secrets and signatures.
type logPolicy struct{ log LogFunc }

func (p logPolicy) Do(r *policy.Request) (*http.Response, error) {
	start := time.Now()
	response, err := r.Next()
	err = withoutQuery(err)
	if p.log == nil {
		return response, err
	}
	fields := map[string]string{
		"method":      r.Raw().Method,
		"url":         bareURL(r.Raw().URL),
		"duration_ms": strconv.FormatInt(time.Since(start).Milliseconds(), 10),
	}
	if err != nil {
		fields["error"] = err.Error()
		p.log(r.Raw().Context(), "Azure request failed; it is tried again if that may help", fields)
		return response, err
	}
	fields["status"] = strconv.Itoa(response.StatusCode)
	fields["request_id"] = response.Header.Get(requestIDHeader)
	p.log(r.Raw().Context(), "Azure request", fields)
	return response, err
}

func bareURL(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// withoutQuery removes the query, which can hold a signature, from the URL
// that net/http puts into its errors.
func withoutQuery(err error) error {
	var failed *url.Error
	if !errors.As(err, &failed) {
		return err
	}
	if parsed, parseErr := url.Parse(failed.URL); parseErr == nil {
		failed.URL = bareURL(parsed)
	}
	return err
}

// metadataPolicy sends what the SDK addresses to the instance metadata
// service to another endpoint. The SDK has that address as a constant.
type metadataPolicy struct{ endpoint string }

const metadataAddress = "169.254.169.254"

func (p metadataPolicy) Do(r *policy.Request) (*http.Response, error) {
	target := r.Raw().URL
	if target.Hostname() != metadataAddress {
		return r.Next()
	}
	endpoint, err := url.Parse(p.endpoint)
	if err != nil {
		return nil, &refusedError{err}
	}
	target.Scheme, target.Host = endpoint.Scheme, endpoint.Host
	r.Raw().Host = endpoint.Host
	return r.Next()
}
