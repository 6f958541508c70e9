// Package aad simulates the part of Microsoft Entra ID (Azure AD) that service
// clients use: the discovery documents and the token endpoint with client
// credentials (secret, certificate, federated token).
//
// Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
package aad

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// SecretPrefix begins every client secret of the simulation, so that a search
// for it finds secrets that leaked.
const SecretPrefix = "cloudsim-client-secret-"

const defaultDomain = "cloudsim.onmicrosoft.com"

// Options are the properties of a simulated directory. The zero value is a
// directory with random ids that issues tokens for the Azure services.
type Options struct {
	// Realistic gives tokens the usual life of an hour.
	Realistic bool
	// TenantID and ClientID are GUIDs; random when empty.
	TenantID, ClientID string
	// Resources are application ID URIs that tokens are issued for besides
	// those of the Azure clouds.
	Resources []string
	// ClientClock tells the time that clients sign assertions with; the
	// machine's when nil. It differs from the simulated clock, which may have
	// been advanced by hours that no client has lived through.
	ClientClock func() time.Time
}

// Service is a simulated directory (tenant) with one application registration.
type Service struct {
	core     *simcore.Core
	switches *simcore.Switches
	tenantID string
	clientID string
	// objectID is that of the application's service principal.
	objectID    string
	secret      string
	resources   []string
	clientClock func() time.Time
	tokenKey    *ecdsa.PrivateKey
	issuerKey   *ecdsa.PrivateKey

	mu           sync.Mutex
	registered   bool
	certificates map[string]*x509.Certificate
	issued       []string
	// origins maps those of the simulation's services to their resources.
	origins map[string]string
	// sources name further resources, as they are now.
	sources []func() []string
}

var _ simcore.Service = (*Service)(nil)

// New returns a directory. It fails only when no keys can be made.
func New(core *simcore.Core, options Options) (*Service, error) {
	tokenKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the directory's signing key: %w", err)
	}
	issuerKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the federated issuer's signing key: %w", err)
	}
	service := &Service{
		core:         core,
		switches:     newSwitches(options.Realistic),
		tenantID:     orNewGUID(options.TenantID),
		clientID:     orNewGUID(options.ClientID),
		secret:       SecretPrefix + simcore.RandomText(32),
		resources:    slices.Concat(azureResources, otherResources, options.Resources),
		clientClock:  options.ClientClock,
		tokenKey:     tokenKey,
		issuerKey:    issuerKey,
		registered:   true,
		certificates: map[string]*x509.Certificate{},
		objectID:     uuid.NewString(),
		origins:      map[string]string{},
	}
	if service.clientClock == nil {
		service.clientClock = time.Now
	}
	return service, nil
}

// Name implements simcore.Service.
func (s *Service) Name() string { return "aad" }

// Switches implements simcore.Service.
func (s *Service) Switches() *simcore.Switches { return s.switches }

// TenantID is the directory's GUID.
func (s *Service) TenantID() string { return s.tenantID }

// DefaultDomain is the directory's, which names it as well as its GUID does.
func (s *Service) DefaultDomain() string { return defaultDomain }

// ClientID is the GUID of the registered application.
func (s *Service) ClientID() string { return s.clientID }

// ClientSecret is the application's secret; it begins with SecretPrefix.
func (s *Service) ClientSecret() string { return s.secret }

// Secrets returns all text that must never be seen outside memory: the client
// secret and every token issued until now.
func (s *Service) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{s.secret}, s.issued...)
}

// Env returns the variables that let the provider sign in; url is the
// service's origin.
func (s *Service) Env(url string) []simcore.EnvVar {
	return []simcore.EnvVar{
		{Name: "ARM_TENANT_ID", Value: s.tenantID},
		{Name: "ARM_CLIENT_ID", Value: s.clientID},
		{Name: "ARM_CLIENT_SECRET", Value: s.secret},
		{Name: "CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT", Value: url + "/"},
	}
}

// directoryState is what the control API shows. It holds no secrets.
type directoryState struct {
	TenantID     string   `json:"tenantId"`
	Applications []string `json:"applications"`
	Certificates int      `json:"certificates"`
	TokensIssued int      `json:"tokensIssued"`
}

// State implements simcore.Service.
func (s *Service) State() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return directoryState{
		TenantID: s.tenantID, Applications: s.applications(),
		Certificates: len(s.certificates), TokensIssued: len(s.issued),
	}
}

// Objects implements simcore.Service: the registered application.
func (s *Service) Objects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.applications()
}

func (s *Service) applications() []string {
	if !s.registered {
		return []string{}
	}
	return []string{s.clientID}
}

// Delete removes the application registration whose client id is given.
func (s *Service) Delete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id != s.clientID || !s.registered {
		return false
	}
	s.registered = false
	return true
}

// FaultBody implements simcore.Service.
func (s *Service) FaultBody(status int) any {
	if status == http.StatusTooManyRequests {
		return s.errorBody(refusal{name: "temporarily_unavailable", code: 90055, text: "The request was throttled due to excessive request rates."})
	}
	return s.errorBody(refusal{name: "temporarily_unavailable", code: 90033, text: "A transient error has occurred. Please try again."})
}

func newSwitches(realistic bool) *simcore.Switches {
	life := "720h"
	if realistic {
		life = "1h"
	}
	return simcore.NewSwitches(simcore.Switch{
		Name: switchTokenLife, Value: life,
		Description: "life of access tokens on the simulated clock; an hour in reality, longer by default because clients do not live through hours that the clock is advanced by",
	})
}

const switchTokenLife = "token_life"

func orNewGUID(guid string) string {
	if guid == "" {
		return uuid.NewString()
	}
	return guid
}
