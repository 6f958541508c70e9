// Package huaweicloud is a client for Huawei Cloud's signed JSON APIs: it
// authenticates, finds endpoints and projects, sends, tries again where that
// is safe, and turns what services refuse into errors that can be acted on.
package huaweicloud

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// DefaultMaxRetries is the provider's default for Config.MaxRetries.
const DefaultMaxRetries = 5

// Config says who calls what. Every member is optional until a call needs
// it.
type Config struct {
	// Region is the region of calls that name none, for example cn-north-4.
	Region string

	// AccessKey and SecretKey sign requests (AK/SK); SecurityToken belongs
	// to temporary ones.
	AccessKey, SecretKey, SecurityToken string
	// AuthToken is a ready-made token, sent as X-Auth-Token. It is scoped to
	// one project.
	AuthToken string
	// UserName, Password and DomainName (the account) get a token from IAM.
	UserName, Password, DomainName string

	// ProjectID is the project in Region; empty means that it is looked up
	// once by name.
	ProjectID string
	// ProjectName is the name of the project in Region; empty means the
	// region's own project, which has the region's name.
	ProjectName string
	// EnterpriseProjectID is sent with calls that name none.
	EnterpriseProjectID string

	// MaxRetries is how often a call is tried again; 0 means never.
	MaxRetries int
	// Endpoints replace the regions' own.
	Endpoints Endpoints
	// UserAgent is sent with every request.
	UserAgent string
	// Log receives what happens, without bodies, query strings and secrets; nil
	// means nobody.
	Log func(ctx context.Context, message string, fields map[string]string)

	// Transport replaces the session's own HTTP transport, and Clock the
	// machine's clock. Both are for tests.
	Transport http.RoundTripper
	Clock     wait.Clock
	// Dial makes connections; nil means the machine's network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Session sends requests for one configuration. It is safe for concurrent
// use, and there should be one of it in a process: it caches tokens and
// project ids.
type Session struct {
	config    Config
	clock     wait.Clock
	client    *http.Client
	redactor  *secret.Redactor
	endpoints resolver

	credentialOnce  sync.Once
	credentialValue credential
	credentialErr   error

	projects memo.Memo[string, string]
}

// NewSession returns a session. It does no I/O; a configuration that cannot
// work fails at the first call.
func NewSession(config Config) *Session {
	if config.Log == nil {
		config.Log = func(context.Context, string, map[string]string) {}
	}
	clock := config.Clock
	if clock == nil {
		clock = wait.SystemClock{}
	}
	transport := config.Transport
	if transport == nil {
		transport = newTransport(config.Dial)
	}
	return &Session{
		config: config,
		clock:  clock,
		client: &http.Client{
			Transport: transport,
			// A redirected request would carry its token or signature to a
			// host that nobody configured.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		redactor:  secret.NewRedactor(config.SecretKey, config.SecurityToken, config.AuthToken, config.Password, config.AccessKey),
		endpoints: resolver{overrides: config.Endpoints},
	}
}

// Region returns the configured region.
func (s *Session) Region() string { return s.config.Region }

// EnterpriseProjectID returns the configured enterprise project.
func (s *Session) EnterpriseProjectID() string { return s.config.EnterpriseProjectID }

// Clock returns the session's clock, for code that waits between calls.
func (s *Session) Clock() wait.Clock { return s.clock }

// Log hands a message to Config.Log. The fields' values are redacted.
func (s *Session) Log(ctx context.Context, message string, fields map[string]string) {
	clean := make(map[string]string, len(fields))
	for name, value := range fields {
		clean[name] = s.clean(value)
	}
	s.config.Log(ctx, message, clean)
}

// HTTPClient returns the client of all requests. It follows no redirects.
func (s *Session) HTTPClient() *http.Client { return s.client }

// CloseIdleConnections closes connections that no request uses.
func (s *Session) CloseIdleConnections() { s.client.CloseIdleConnections() }

// maxHeaders bounds all headers of an answer together, in bytes; real ones
// take below 10 KB, most of it tokens.
const maxHeaders = 256 << 10

func newTransport(dial func(ctx context.Context, network, address string) (net.Conn, error)) *http.Transport {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return &http.Transport{Proxy: http.ProxyFromEnvironment, MaxResponseHeaderBytes: maxHeaders}
	}
	transport = transport.Clone()
	// Terraform runs ten operations at a time; with the default of two, eight
	// of ten connections would be thrown away after each call.
	transport.MaxIdleConnsPerHost = 10
	transport.MaxResponseHeaderBytes = maxHeaders
	if transport.DialContext = dial; dial == nil {
		transport.DialContext = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext
	}
	return transport
}

// dialTimeout allows two attempts within reachWithin.
const dialTimeout = 8 * time.Second
