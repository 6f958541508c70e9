package azure

import (
	"crypto/x509"
	"net/http"
	"slices"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Session is what the Azure clients of one provider process share. It is safe
// for concurrent use.
type Session struct {
	config     Config
	client     *http.Client
	credential func() (azcore.TokenCredential, error)
}

// Option changes a new Session.
type Option func(*options)

type options struct {
	rootCAs *x509.CertPool
}

// WithRootCAs makes the session trust these authorities instead of those of
// the operating system.
func WithRootCAs(pool *x509.CertPool) Option {
	return func(o *options) { o.rootCAs = pool }
}

// NewSession returns a session. It does no I/O and cannot fail: what is wrong
// with the configuration is told by Credential.
func NewSession(config Config, opts ...Option) *Session {
	var o options
	for _, option := range opts {
		option(&o)
	}
	if config.Clock == nil {
		config.Clock = wait.SystemClock{}
	}
	s := &Session{config: config, client: newHTTPClient(config, o.rootCAs)}
	s.credential = sync.OnceValues(s.newCredential)
	return s
}

// Credential returns the session's credential. It is built at the first call,
// without a network request. The error tells which settings are missing.
func (s *Session) Credential() (azcore.TokenCredential, error) { return s.credential() }

// SubscriptionID returns the configured default subscription; it may be empty.
func (s *Session) SubscriptionID() string { return s.config.SubscriptionID }

// Environment returns which of the Environment constants applies.
func (s *Session) Environment() string { return canonicalEnvironment(s.config.Environment) }

// Endpoints returns the configured replacements of endpoints.
func (s *Session) Endpoints() Endpoints { return s.config.Endpoints }

// Clock returns the session's clock, for code that waits between calls.
func (s *Session) Clock() wait.Clock { return s.config.Clock }

// UserAgent returns what requests name themselves; clients that do not use
// ClientOptions set it.
func (s *Session) UserAgent() string { return s.config.UserAgent }

// HTTPClient returns the client that all requests of the session use: at most
// four connections to a host, no redirects to another host, response bodies
// bounded.
func (s *Session) HTTPClient() *http.Client { return s.client }

// CloseIdleConnections closes connections that no request is using.
func (s *Session) CloseIdleConnections() { s.client.CloseIdleConnections() }

// ClientOptions returns the pipeline configuration for official data-plane
// clients. Every call returns a value of its own.
func (s *Session) ClientOptions() policy.ClientOptions {
	return policy.ClientOptions{
		Cloud:            s.cloud(),
		Transport:        s.client,
		Retry:            policy.RetryOptions{RetryDelay: s.config.RetryDelay},
		PerCallPolicies:  []policy.Policy{userAgentPolicy{userAgent: s.config.UserAgent}},
		PerRetryPolicies: []policy.Policy{unreadAnswerPolicy{}, logPolicy{log: s.config.Log}, redactPolicy{}, answerPolicy{anyLimits}},
	}
}

// ARMOptions returns the pipeline configuration for Resource Manager clients.
// Besides what ClientOptions does, it refuses to call anything but the
// Resource Manager endpoint, so that no polling URL in an answer can lead the
// bearer token elsewhere.
func (s *Session) ARMOptions() *arm.ClientOptions {
	options := s.ClientOptions()
	options.PerCallPolicies = slices.Insert(options.PerCallPolicies, 0,
		policy.Policy(originPolicy{endpoint: s.resourceManager().Endpoint, service: "Azure Resource Manager"}))
	options.PerRetryPolicies = append(options.PerRetryPolicies, answerPolicy{managementLimits})
	return &arm.ClientOptions{ClientOptions: options, DisableRPRegistration: true}
}

// StreamOptions is ClientOptions for files, which are not decoded here, and come
// as they are: only their errors are looked at. The client bounds what it asks for.
func (s *Session) StreamOptions() policy.ClientOptions {
	options := s.ClientOptions()
	options.PerRetryPolicies = []policy.Policy{unreadAnswerPolicy{}, logPolicy{log: s.config.Log}, redactPolicy{errorsOnly: true}}
	return options
}
