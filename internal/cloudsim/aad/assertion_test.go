package aad_test

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
)

type signer struct {
	key        crypto.PrivateKey
	thumbprint string
}

func newSigner(t *testing.T, directory *aad.Service) signer {
	t.Helper()
	content, err := directory.NewClientCertificate()
	if err != nil {
		t.Fatal(err)
	}
	certificate, rest := pem.Decode(content)
	private, _ := pem.Decode(rest)
	key, err := x509.ParsePKCS8PrivateKey(private.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(certificate.Bytes)
	return signer{key: key, thumbprint: base64.StdEncoding.EncodeToString(sum[:])}
}

func (s signer) sign(t *testing.T, claims jwt.RegisteredClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodPS256, claims)
	token.Header["x5t#S256"] = s.thumbprint
	signed, err := token.SignedString(s.key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (f *fixture) present(t *testing.T, assertion string) (int, []byte) {
	t.Helper()
	return f.do(t, http.MethodPost, "/"+f.directory.TenantID()+"/oauth2/v2.0/token", "application/x-www-form-urlencoded", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {f.directory.ClientID()}, "scope": {managementScope},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion},
	}.Encode())
}

func TestCertificateAssertions(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	f := newFixture(t, aad.Options{ClientClock: func() time.Time { return now }})
	registered := newSigner(t, f.directory)
	stranger := newSigner(t, newFixture(t, aad.Options{ClientClock: func() time.Time { return now }}).directory)
	client := f.directory.ClientID()
	good := jwt.RegisteredClaims{
		Issuer: client, Subject: client,
		Audience:  jwt.ClaimStrings{f.url + "/" + f.directory.TenantID() + "/oauth2/v2.0/token"},
		NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(10 * time.Minute)),
	}
	tests := []struct {
		name     string
		signer   signer
		change   func(*jwt.RegisteredClaims)
		wantCode int
	}{
		{"good", registered, func(*jwt.RegisteredClaims) {}, 0},
		{"unregistered certificate", stranger, func(*jwt.RegisteredClaims) {}, 700027},
		{"signed with another key", signer{key: stranger.key, thumbprint: registered.thumbprint}, func(*jwt.RegisteredClaims) {}, 700027},
		{"for another audience", registered, func(c *jwt.RegisteredClaims) { c.Audience = jwt.ClaimStrings{"https://example.org"} }, 700023},
		{"expired", registered, func(c *jwt.RegisteredClaims) { c.ExpiresAt = jwt.NewNumericDate(now.Add(-time.Hour)) }, 700024},
		{"without expiry", registered, func(c *jwt.RegisteredClaims) { c.ExpiresAt = nil }, 700024},
		{"not valid yet", registered, func(c *jwt.RegisteredClaims) { c.NotBefore = jwt.NewNumericDate(now.Add(time.Hour)) }, 700024},
		{"of another client", registered, func(c *jwt.RegisteredClaims) { c.Subject = "someone" }, 700021},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			claims := good
			test.change(&claims)
			status, body := f.present(t, test.signer.sign(t, claims))
			if test.wantCode == 0 {
				if status != http.StatusOK || !strings.Contains(string(body), "access_token") {
					t.Errorf("got %d %s, want a token", status, body)
				}
				return
			}
			checkRefusal(t, status, body, http.StatusUnauthorized, "invalid_client", test.wantCode)
		})
	}
}

func TestFederatedAssertions(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{})
	other := newFixture(t, aad.Options{})
	tests := []struct {
		name      string
		directory *aad.Service
		life      time.Duration
		change    func(*jwt.RegisteredClaims)
		wantCode  int
	}{
		{"good", f.directory, time.Hour, func(*jwt.RegisteredClaims) {}, 0},
		{"expired", f.directory, -time.Hour, func(*jwt.RegisteredClaims) {}, 700024},
		{"signed by another issuer", other.directory, time.Hour, func(*jwt.RegisteredClaims) {}, 700027},
		{"of another subject", f.directory, time.Hour, func(c *jwt.RegisteredClaims) { c.Subject = "repo:someone/else:ref:refs/heads/main" }, 700213},
		{"for another audience", f.directory, time.Hour, func(c *jwt.RegisteredClaims) { c.Audience = jwt.ClaimStrings{"api://other"} }, 700023},
		{"of an unknown issuer", f.directory, time.Hour, func(c *jwt.RegisteredClaims) { c.Issuer = "https://example.org" }, 700213},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assertion, err := test.directory.FederatedToken(test.life, test.change)
			if err != nil {
				t.Fatal(err)
			}
			status, body := f.present(t, assertion)
			if test.wantCode == 0 {
				if status != http.StatusOK {
					t.Errorf("got %d %s, want a token", status, body)
				}
				return
			}
			checkRefusal(t, status, body, http.StatusUnauthorized, "invalid_client", test.wantCode)
		})
	}
}

func TestObjects(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{})
	if !strings.HasPrefix(f.directory.ClientSecret(), aad.SecretPrefix) || len(f.directory.ClientSecret()) < len(aad.SecretPrefix)+32 {
		t.Errorf("the secret does not begin with the prefix or is too short")
	}
	variables := map[string]string{}
	for _, variable := range f.directory.Env(f.url) {
		variables[variable.Name] = variable.Value
	}
	for name, want := range map[string]string{
		"ARM_TENANT_ID": f.directory.TenantID(), "ARM_CLIENT_ID": f.directory.ClientID(),
		"ARM_CLIENT_SECRET": f.directory.ClientSecret(), "CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT": f.url + "/",
	} {
		if variables[name] != want {
			t.Errorf("%s is %q, want %q", name, variables[name], want)
		}
	}
	assertion, err := f.directory.FederatedToken(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if !f.directory.Delete(f.directory.ClientID()) || f.directory.Delete(f.directory.ClientID()) {
		t.Error("the application can be deleted exactly once")
	}
	status, body := f.present(t, assertion)
	checkRefusal(t, status, body, http.StatusBadRequest, "unauthorized_client", 700016)
}
