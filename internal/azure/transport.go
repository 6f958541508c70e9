package azure

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"
)

const (
	maxConnectionsPerHost = 4
	maxRedirects          = 10
	dialTimeout           = 10 * time.Second
	// maxResponseBytes is far above any answer of the APIs in use: a list of
	// 10,000 packet captures takes about 20 MB.
	maxResponseBytes = 32 << 20
	// maxHeaderBytes is for all headers of an answer together; real ones take
	// below 4 KB.
	maxHeaderBytes = 256 << 10
)

func newHTTPClient(config Config, rootCAs *x509.CertPool) *http.Client {
	dial := config.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext
	}
	transport := &http.Transport{
		Proxy:                 proxyUnlessLocal(config.Endpoints.InstanceMetadata, http.ProxyFromEnvironment),
		DialContext:           dial,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: rootCAs},
		TLSHandshakeTimeout:   10 * time.Second,
		ForceAttemptHTTP2:     true,
		HTTP2:                 &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 10 * time.Second},
		MaxConnsPerHost:       maxConnectionsPerHost,
		MaxIdleConnsPerHost:   maxConnectionsPerHost,
		IdleConnTimeout:       90 * time.Second,
		ResponseHeaderTimeout: 2 * time.Minute,

		MaxResponseHeaderBytes: maxHeaderBytes,
	}
	connections := &connections{now: config.Clock.Now, log: config.Log}
	return &http.Client{Transport: boundedTransport{base: transport, connections: connections}, CheckRedirect: checkRedirect}
}

// proxyUnlessLocal never sends requests for the instance metadata service, or
// for the identity endpoint of an App Service, through a proxy: they answer
// only the machine itself.
func proxyUnlessLocal(instanceMetadata string, proxy func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	metadata, err := url.Parse(instanceMetadata)
	return func(r *http.Request) (*url.URL, error) {
		if err == nil && metadata.Host != "" && r.URL.Host == metadata.Host {
			return nil, nil
		}
		if address, err := netip.ParseAddr(r.URL.Hostname()); err == nil && address.IsLinkLocalUnicast() {
			return nil, nil
		}
		if slices.ContainsFunc(credentialHeaders, func(name string) bool { return r.Header.Get(name) != "" }) {
			return nil, nil
		}
		return proxy(r)
	}
}

// checkRedirect refuses redirects to another origin. Requests carry tokens,
// keys and secrets in headers and bodies, and no service in use redirects.
func checkRedirect(r *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return &refusedError{fmt.Errorf("stopped after %d redirects", len(via))}
	}
	if from := via[0].URL; !sameOrigin(from, r.URL) {
		return &refusedError{fmt.Errorf("%s redirects to %s; requests with credentials are not sent to another host", from.Host, r.URL.Host)}
	}
	return nil
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && a.Hostname() == b.Hostname() && port(a) == port(b)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	default:
		return "80"
	}
}

// refusedError is an error of our own making, which a retry cannot cure. The
// SDK's retry policy knows it by its NonRetriable method.
type refusedError struct{ error }

func (*refusedError) NonRetriable()   {}
func (e *refusedError) Unwrap() error { return e.error }

// boundedTransport keeps an endless answer from filling the memory. It works
// below the pipeline, because the SDK reads bodies whole before its policies
// see them.
type boundedTransport struct {
	base        *http.Transport
	connections *connections
}

func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	start := t.connections.now()
	response, err := t.base.RoundTrip(r)
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return nil, &refusedError{err}
	}
	if err = t.connections.judge(r.Context(), r.URL.Host, start, err); err != nil {
		return nil, err
	}
	response.Body = &boundedBody{ReadCloser: response.Body, left: maxResponseBytes}
	return response, nil
}

func (t boundedTransport) CloseIdleConnections() { t.base.CloseIdleConnections() }

type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	// One byte more than allowed tells a body that fits from one that does not.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n, errTooLarge
	}
	return n, err
}

var errTooLarge = &refusedError{errors.New("the answer is larger than 32 MiB, which no answer of this service should be")}
