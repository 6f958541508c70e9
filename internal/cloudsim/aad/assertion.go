package aad

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// The federated identity credential of the registered application.
//
// Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
const (
	FederatedIssuer   = "https://token.actions.githubusercontent.com"
	FederatedSubject  = "repo:cloudtap/demo:environment:production"
	FederatedAudience = "api://AzureADTokenExchange"
)

// checkAssertion accepts what a client signs with a registered certificate, or
// a token of the federated issuer.
func (s *Service) checkAssertion(assertion string, tokenEndpoints ...string) *refusal {
	var claims jwt.RegisteredClaims
	unverified, _, err := jwt.NewParser().ParseUnverified(assertion, &claims)
	if err != nil {
		return invalidClient(50027, "JWT token is invalid or malformed.")
	}
	if claims.Issuer == FederatedIssuer {
		return s.checkFederated(assertion)
	}
	thumbprint, ok := unverified.Header["x5t#S256"].(string)
	if !ok {
		return invalidClient(700213, "No matching federated identity record found for presented assertion issuer '%s'.", claims.Issuer)
	}
	certificate := s.certificate(thumbprint)
	if certificate == nil {
		return invalidClient(700027, "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '%s']", thumbprint)
	}
	_, err = jwt.ParseWithClaims(assertion, &claims,
		func(*jwt.Token) (any, error) { return certificate.PublicKey, nil },
		jwt.WithValidMethods([]string{"PS256", "RS256"}),
		jwt.WithTimeFunc(s.clientClock), jwt.WithExpirationRequired(), jwt.WithLeeway(5*time.Minute),
		jwt.WithAudience(tokenEndpoints...), jwt.WithIssuer(s.clientID), jwt.WithSubject(s.clientID),
	)
	return assertionRefusal(err)
}

func (s *Service) checkFederated(assertion string) *refusal {
	_, err := jwt.Parse(assertion,
		func(*jwt.Token) (any, error) { return &s.issuerKey.PublicKey, nil },
		jwt.WithValidMethods([]string{"ES256"}),
		jwt.WithTimeFunc(s.clientClock), jwt.WithExpirationRequired(),
		jwt.WithAudience(FederatedAudience), jwt.WithSubject(FederatedSubject),
	)
	if errors.Is(err, jwt.ErrTokenInvalidSubject) {
		return invalidClient(700213, "No matching federated identity record found for presented assertion subject. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion.")
	}
	return assertionRefusal(err)
}

func assertionRefusal(err error) *refusal {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jwt.ErrTokenExpired), errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenRequiredClaimMissing):
		return invalidClient(700024, "Client assertion is not within its valid time range. Please review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials.")
	case errors.Is(err, jwt.ErrTokenInvalidAudience):
		return invalidClient(700023, "Client assertion audience claim does not match Realm issuer.")
	case errors.Is(err, jwt.ErrTokenInvalidIssuer), errors.Is(err, jwt.ErrTokenInvalidSubject):
		return invalidClient(700021, "Client assertion application identifier doesn't match 'client_id' parameter.")
	default:
		return invalidClient(700027, "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The signature is not valid.]")
	}
}

// certificate finds a registered certificate by the base64 (standard or URL
// alphabet) of its SHA-256 thumbprint: clients send both.
func (s *Service) certificate(thumbprint string) *x509.Certificate {
	normal := strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(thumbprint), "=")
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.certificates[normal]
}

// RegisterCertificate adds a certificate to the application registration.
func (s *Service) RegisterCertificate(certificate *x509.Certificate) {
	sum := sha256.Sum256(certificate.Raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.certificates[base64.RawURLEncoding.EncodeToString(sum[:])] = certificate
}

// NewClientCertificate makes a self-signed certificate, registers it, and
// returns certificate and RSA private key as PEM.
func (s *Service) NewClientCertificate() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make the client's key: %w", err)
	}
	now := s.clientClock()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "cloudsim client " + s.clientID},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(30 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make the client's certificate: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read the client's certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("write the client's key: %w", err)
	}
	s.RegisterCertificate(certificate)
	return append(
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...), nil
}

// FederatedToken returns a token of the federated issuer, as a workload finds
// it in its OIDC token file. It is valid for life from now; changes may make it
// one that the directory refuses.
func (s *Service) FederatedToken(life time.Duration, changes ...func(*jwt.RegisteredClaims)) (string, error) {
	now := s.clientClock()
	claims := jwt.RegisteredClaims{
		Issuer: FederatedIssuer, Subject: FederatedSubject, Audience: jwt.ClaimStrings{FederatedAudience},
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now.Add(-time.Minute)),
		ExpiresAt: jwt.NewNumericDate(now.Add(life)), ID: uuid.NewString(),
	}
	for _, change := range changes {
		change(&claims)
	}
	return jwt.NewWithClaims(jwt.SigningMethodES256, claims).SignedString(s.issuerKey)
}
