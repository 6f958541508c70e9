package imds

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// DefaultEndpoint is the address of the service on every Azure machine.
const DefaultEndpoint = "http://169.254.169.254"

const (
	defaultFirstContactTimeout = 3 * time.Second
	defaultAttemptTimeout      = 30 * time.Second
	// defaultRetryTimeout leaves room for the 70 seconds that a host's
	// update takes.
	defaultRetryTimeout = 90 * time.Second
	dialTimeout         = 2 * time.Second
	requestsPerSecond   = 5
)

// Config says how to reach the service. The zero value is right on an Azure
// machine.
type Config struct {
	// Endpoint is the service's origin; empty means DefaultEndpoint.
	Endpoint string
	// AllowAnyEndpoint takes endpoints that CheckEndpoint refuses.
	AllowAnyEndpoint bool
	// UserAgent is sent with every request.
	UserAgent string
	// Log is told of every request; nil is silent.
	Log azure.LogFunc
	// FirstContactTimeout is how long the service may take to be found; zero
	// means 3 seconds. It is real time for one request, and clock time over
	// repeated ones.
	FirstContactTimeout time.Duration
	// AttemptTimeout bounds one request once the service has answered
	// before; zero means 30 seconds. Scheduled events are bounded by the
	// caller's context alone.
	AttemptTimeout time.Duration
	// RetryTimeout is how long a call keeps trying once the service has
	// answered; zero means 90 seconds. The caller's context may end it
	// earlier.
	RetryTimeout time.Duration
	// Roots are what attested documents must chain to; nil means the
	// operating system's.
	Roots *x509.CertPool
	// CertificateTransport fetches issuing certificates; nil means one that
	// uses the environment's proxy, because that is ordinary internet
	// traffic.
	CertificateTransport http.RoundTripper
}

// Client is safe for concurrent use.
type Client struct {
	config       Config
	origin       *url.URL
	invalid      error
	clock        wait.Clock
	metadata     *http.Client
	certificates *http.Client
	limiter      *rate.Limiter
	// contacted is set by the first answer that can only be the service's.
	contacted  atomic.Bool
	documents  memo.Memo[string, shared[*Document]]
	versions   memo.Memo[string, shared[[]string]]
	negotiated atomic.Pointer[string]
	issuers    sync.Map
}

// NewClient returns a client without contacting anything; clock may be nil
// for the system's. A wrong configuration is reported by every call.
func NewClient(config Config, clock wait.Clock) *Client {
	config.Endpoint = cmp.Or(config.Endpoint, DefaultEndpoint)
	config.FirstContactTimeout = cmp.Or(config.FirstContactTimeout, defaultFirstContactTimeout)
	config.AttemptTimeout = cmp.Or(config.AttemptTimeout, defaultAttemptTimeout)
	config.RetryTimeout = cmp.Or(config.RetryTimeout, defaultRetryTimeout)
	if clock == nil {
		clock = wait.SystemClock{}
	}
	c := &Client{
		config: config, clock: clock,
		metadata: &http.Client{Transport: directTransport(), CheckRedirect: refuseRedirect},
		// A burst of one spaces requests evenly, so that no second of the
		// service's holds more than five.
		limiter: rate.NewLimiter(requestsPerSecond, 1),
	}
	c.documents.AwaitCancelled, c.versions.AwaitCancelled = true, true
	c.certificates = c.certificateClient()
	c.origin, c.invalid = parseEndpoint(config.Endpoint)
	if c.invalid == nil && !config.AllowAnyEndpoint {
		c.invalid = CheckEndpoint(config.Endpoint)
	}
	return c
}

// Close gives idle connections back. The client stays usable.
func (c *Client) Close() {
	c.metadata.CloseIdleConnections()
	c.certificates.CloseIdleConnections()
}

// CheckEndpoint reports what is wrong with an endpoint: it has to be an
// origin, and because whatever answers there is believed, its host has to be
// a loopback or link-local address.
func CheckEndpoint(endpoint string) error {
	parsed, err := parseEndpoint(endpoint)
	if err != nil {
		return err
	}
	host := parsed.Hostname()
	if strings.EqualFold(host, "localhost") {
		return nil
	}
	address, err := netip.ParseAddr(host)
	if err != nil || (!address.IsLoopback() && !address.IsLinkLocalUnicast()) {
		return fmt.Errorf("instance metadata endpoint %q: the host has to be localhost, a loopback address or a link-local address, because whatever answers there is believed", endpoint)
	}
	return nil
}

func parseEndpoint(endpoint string) (*url.URL, error) {
	parsed, err := url.Parse(endpoint)
	if err != nil {
		// A *url.Error repeats the address, which may hold a password.
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err
		}
		return nil, fmt.Errorf("instance metadata endpoint is not a URL: %w", err)
	}
	switch {
	case parsed.User != nil:
		return nil, errors.New("instance metadata endpoint must not hold a user name or password")
	case (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" || parsed.Hostname() == "":
		return nil, fmt.Errorf("instance metadata endpoint %q has to look like %s", endpoint, DefaultEndpoint)
	case (parsed.Path != "" && parsed.Path != "/") || parsed.RawQuery != "" || parsed.Fragment != "":
		return nil, fmt.Errorf("instance metadata endpoint %q: only scheme, host and port are allowed, the paths are the client's", endpoint)
	}
	origin := &url.URL{Scheme: parsed.Scheme, Host: parsed.Host}
	if _, err := url.Parse(origin.String()); err != nil {
		// The zone of an IPv6 address may hold what cannot be written back.
		return nil, errors.New("instance metadata endpoint has a host that no request can be sent to")
	}
	return origin, nil
}

func (c *Client) log(ctx context.Context, message string, fields map[string]string) {
	if c.config.Log != nil {
		c.config.Log(ctx, message, fields)
	}
}
