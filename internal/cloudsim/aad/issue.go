package aad

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// azureResources are the application ID URIs of the services that Azure's
// clouds issue tokens for and that this simulation's services accept.
//
// Source: azcore's cloud configurations and the endpoints page of each service.
var azureResources = []string{
	"https://management.azure.com", "https://management.core.windows.net",
	"https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net",
	"https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn",
	"https://monitor.azure.com", "https://monitor.azure.us", "https://monitor.azure.cn",
	"https://api.loganalytics.io", "https://api.loganalytics.azure.com", "https://api.loganalytics.us", "https://api.loganalytics.azure.cn",
	"https://storage.azure.com",
}

// otherResources are what else the public cloud's metadata name as resources.
// Nothing here accepts their tokens, but every directory issues them, and
// azurerm begins with one for Microsoft Graph to read its claims.
var otherResources = []string{
	"https://graph.microsoft.com", "https://graph.windows.net", "https://vault.azure.net", "https://managedhsm.azure.net",
	"https://batch.core.windows.net", "https://dev.azuresynapse.net", "https://datalake.azure.net", "https://attest.azure.net",
	"https://ossrdbms-aad.database.windows.net", "https://database.windows.net", "https://rest.media.azure.net",
}

const tokenKeyID = "cloudsim-1"

// Token is an access token.
type Token struct {
	AccessToken string
	// Resource is the audience as it was asked for.
	Resource  string
	ExpiresOn time.Time
	ExpiresIn time.Duration
}

// tokenClaims have one audience, which is text as in the directory's tokens: the
// library makes a list of it, which azurerm cannot read.
type tokenClaims struct {
	jwt.RegisteredClaims

	Audience string `json:"aud"`
	AppID    string `json:"appid"`
	ObjectID string `json:"oid"`
	TenantID string `json:"tid"`
	Version  string `json:"ver"`
	// IdentityProvider is the directory itself, as for every application of it.
	IdentityProvider string `json:"idp"`
}

// GetAudience implements jwt.Claims.
func (c tokenClaims) GetAudience() (jwt.ClaimStrings, error) {
	return jwt.ClaimStrings{c.Audience}, nil
}

// IssueToken makes a token for a resource (an application ID URI, with or
// without "/.default") in the name of a client. It fails on a resource that
// the directory does not know.
func (s *Service) IssueToken(resource, clientID string) (Token, error) {
	resource = strings.TrimSuffix(resource, "/.default")
	if !s.knows(resource) {
		return Token{}, fmt.Errorf("the directory has no resource principal named %q", resource)
	}
	now := s.core.Clock.Now()
	life := s.switches.Duration(switchTokenLife)
	claims := tokenClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    "https://sts.windows.net/" + s.tenantID + "/",
			Subject:   s.objectID,
			IssuedAt:  jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(life)),
			ID:        uuid.NewString(),
		},
		Audience: resource, AppID: clientID, ObjectID: s.objectID, TenantID: s.tenantID, Version: "1.0",
	}
	claims.IdentityProvider = claims.Issuer
	unsigned := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
	unsigned.Header["kid"] = tokenKeyID
	signed, err := unsigned.SignedString(s.tokenKey)
	if err != nil {
		return Token{}, fmt.Errorf("sign the access token: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued = append(s.issued, signed)
	return Token{AccessToken: signed, Resource: resource, ExpiresOn: now.Add(life), ExpiresIn: life}, nil
}

// Verify checks that a token comes from this directory, has not expired on the
// simulated clock, and is meant for one of the audiences (any, when none are
// given). Its errors wrap jwt.ErrTokenExpired and jwt.ErrTokenInvalidAudience.
func (s *Service) Verify(token string, audiences ...string) error {
	var claims tokenClaims
	_, err := jwt.ParseWithClaims(token, &claims,
		func(*jwt.Token) (any, error) { return &s.tokenKey.PublicKey, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodES256.Alg()}),
		jwt.WithTimeFunc(s.core.Clock.Now),
		jwt.WithExpirationRequired(),
	)
	if err != nil {
		return err
	}
	if len(audiences) == 0 || slices.ContainsFunc(audiences, func(audience string) bool {
		return sameResource(s.resourceOf(claims.Audience), audience)
	}) {
		return nil
	}
	return fmt.Errorf("%w: the token is for %s, want one of %s",
		jwt.ErrTokenInvalidAudience, claims.Audience, strings.Join(audiences, ", "))
}

// Serve says that a service of the simulation is at an origin: clients that
// make the scope from the endpoint ask for a token for that origin, which is
// then as good as one for the resource.
func (s *Service) Serve(origin, resource string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.origins[normalised(origin)] = resource
	s.origins[normalised(strings.Replace(origin, "127.0.0.1", "localhost", 1))] = resource
}

// resourceOf returns the resource that an origin stands for, or what it was given.
func (s *Service) resourceOf(audience string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.origins[normalised(audience)], audience)
}

// AddSource adds resources that come and go, such as storage accounts, of each of
// which the host is one.
//
// Source: https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory
func (s *Service) AddSource(source func() []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sources = append(s.sources, source)
}

func (s *Service) knows(resource string) bool {
	resource = s.resourceOf(resource)
	s.mu.Lock()
	sources := slices.Clone(s.sources)
	s.mu.Unlock()
	all := slices.Clone(s.resources)
	for _, source := range sources {
		all = append(all, source()...)
	}
	return slices.ContainsFunc(all, func(known string) bool { return sameResource(known, resource) })
}

func sameResource(a, b string) bool {
	return normalised(a) == normalised(b)
}

func normalised(resource string) string {
	return strings.ToLower(strings.TrimSuffix(resource, "/"))
}
