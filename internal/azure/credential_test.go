package azure_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

const tenant = "11111111-2222-3333-4444-555555555555"

func TestTheFirstConfiguredWayIsChosen(t *testing.T) {
	t.Parallel()
	certificate, tokenFile := writeCertificate(t), writeFile(t, "token", "a.b.c")
	all := azure.Config{
		TenantID: tenant, ClientID: "client", ClientSecret: canary, ClientCertificatePath: certificate,
		OIDCTokenFilePath: tokenFile, UseManagedIdentity: true, UseCLI: true,
	}
	for i, test := range []struct {
		drop func(*azure.Config)
		want string
	}{
		{func(*azure.Config) {}, "*azidentity.ClientSecretCredential"},
		{func(c *azure.Config) { c.ClientSecret = "" }, "*azidentity.ClientCertificateCredential"},
		{func(c *azure.Config) { c.ClientCertificatePath = "" }, "*azidentity.WorkloadIdentityCredential"},
		{func(c *azure.Config) { c.OIDCTokenFilePath = "" }, "*azidentity.ManagedIdentityCredential"},
		{func(c *azure.Config) { c.UseManagedIdentity = false }, "*azure.cliCredential"},
	} {
		test.drop(&all)
		credential, err := azure.NewSession(all).Credential()
		if got := fmt.Sprintf("%T", credential); err != nil || got != test.want {
			t.Errorf("step %d: got %s, %v; want %s", i, got, err, test.want)
		}
	}
}

func TestTheCredentialIsBuiltOnce(t *testing.T) {
	t.Parallel()
	session := azure.NewSession(azure.Config{UseCLI: true})
	first, err := session.Credential()
	if err != nil {
		t.Fatal(err)
	}
	second, err := session.Credential()
	if err != nil || first != second {
		t.Errorf("got another credential, %v", err)
	}
}

// reason returns what this operating system says of a file that is missing.
func reason(t *testing.T, path string) string {
	t.Helper()
	var failed *fs.PathError
	if _, err := os.Stat(path); !errors.As(err, &failed) {
		t.Fatalf("%s: %v", path, err)
	}
	return failed.Err.Error()
}

func TestIncompleteSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config     azure.Config
		attributes []string
		parts      []string
	}{
		"nothing": {azure.Config{}, nil, []string{
			"azure.client_secret (ARM_CLIENT_SECRET or AZURE_CLIENT_SECRET)", "azure.tenant_id (ARM_TENANT_ID or AZURE_TENANT_ID)",
			"azure.client_certificate_path", "azure.oidc_token_file_path", "azure.use_managed_identity = true (ARM_USE_MSI)", "azure.use_cli = true",
		}},
		"secret without tenant": {azure.Config{ClientSecret: canary, ClientID: "client", UseCLI: true}, []string{"azure.tenant_id"},
			[]string{"a client secret", "azure.client_secret", "but not azure.tenant_id (ARM_TENANT_ID or AZURE_TENANT_ID)"}},
		"secret alone": {azure.Config{ClientSecret: canary}, []string{"azure.tenant_id", "azure.client_id"},
			[]string{"azure.tenant_id (ARM_TENANT_ID or AZURE_TENANT_ID) and azure.client_id (ARM_CLIENT_ID or AZURE_CLIENT_ID)"}},
		"certificate without client": {azure.Config{ClientCertificatePath: "/x", TenantID: tenant}, []string{"azure.client_id"}, []string{"a client certificate"}},
		"token file alone":           {azure.Config{OIDCTokenFilePath: "/x"}, []string{"azure.tenant_id", "azure.client_id"}, []string{"a workload identity"}},
		"unknown environment":        {azure.Config{UseCLI: true, Environment: "german"}, []string{"azure.environment"}, []string{`"german"`, `"usgovernment"`}},
		"no certificate there": {azure.Config{ClientCertificatePath: "/does/not/exist", TenantID: tenant, ClientID: "client"},
			[]string{"azure.client_certificate_path"}, []string{"/does/not/exist: " + reason(t, "/does/not/exist")}},
		"no certificate there, on Windows": {azure.Config{ClientCertificatePath: `C:\does\not\exist`, TenantID: tenant, ClientID: "client"},
			[]string{"azure.client_certificate_path"}, []string{`C:\does\not\exist: ` + reason(t, `C:\does\not\exist`)}},
		"no certificate in it": {azure.Config{ClientCertificatePath: writeFile(t, "c.pem", "nonsense"), ClientCertificatePassword: canary, TenantID: tenant, ClientID: "client"},
			[]string{"azure.client_certificate_path"}, []string{"no PEM or PKCS#12 file"}},
		"malformed tenant": {azure.Config{ClientSecret: canary, ClientID: "client", TenantID: "a/../b"}, []string{"azure.client_secret"}, []string{"tenant"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := azure.NewSession(test.config).Credential()
			var failed *azure.CredentialError
			if !errors.As(err, &failed) {
				t.Fatalf("got %v", err)
			}
			if !slices.Equal(failed.Attributes, test.attributes) {
				t.Errorf("attributes at fault: %v, want %v", failed.Attributes, test.attributes)
			}
			simtest.Says(t, err.Error(), test.parts...)
			if strings.Contains(err.Error(), canary) {
				t.Errorf("%q holds a secret", err)
			}
		})
	}
}

// entra serves what the identity library asks an authority for.
func entra(t *testing.T) *server {
	t.Helper()
	return entraWith(t, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(t, w, map[string]any{"token_type": "Bearer", "expires_in": 3599, "access_token": "the-token"})
	})
}

// entraWith is entra that answers requests for tokens as a test says.
func entraWith(t *testing.T, token http.HandlerFunc) *server {
	t.Helper()
	var s *server
	s = newServer(t, true, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/" + tenant + "/v2.0/.well-known/openid-configuration":
			authority := s.URL + "/" + tenant
			writeJSON(t, w, map[string]string{
				"token_endpoint": authority + "/oauth2/v2.0/token", "issuer": authority + "/v2.0", "authorization_endpoint": authority + "/oauth2/v2.0/authorize",
			})
		case "/" + tenant + "/oauth2/v2.0/token":
			token(w, r)
		default:
			http.NotFound(w, r)
		}
	})
	return s
}

func TestTokensComeFromTheConfiguredAuthorityOnly(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config azure.Config
		form   url.Values
	}{
		"client secret": {azure.Config{ClientSecret: canary}, url.Values{"client_secret": {canary}, "client_id": {"client"}}},
		"workload identity": {azure.Config{OIDCTokenFilePath: writeFile(t, "token", "federated.token")},
			url.Values{"client_assertion": {"federated.token"}, "client_id": {"client"}}},
		"client certificate": {azure.Config{ClientCertificatePath: writeCertificate(t)},
			url.Values{"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			authority := entra(t)
			config := test.config
			config.TenantID, config.ClientID, config.UserAgent = tenant, "client", "terraform-provider-cloudtap/1.2.3"
			config.Endpoints.ActiveDirectory = authority.URL
			credential, err := newSession(t, authority, config).Credential()
			if err != nil {
				t.Fatal(err)
			}
			if len(authority.requests()) != 0 {
				t.Error("building the credential made requests")
			}
			scopes := policy.TokenRequestOptions{Scopes: []string{"https://management.core.windows.net//.default"}}
			for range 2 {
				token, err := credential.GetToken(t.Context(), scopes)
				if err != nil || token.Token != "the-token" {
					t.Fatalf("got %q, %v", token.Token, err)
				}
			}
			seen := authority.requests()
			if len(seen) != 2 {
				t.Fatalf("%d requests, want the discovery of the authority and one token", len(seen))
			}
			if !strings.HasPrefix(seen[1].UserAgent(), config.UserAgent+" ") {
				t.Errorf("User-Agent is %q", seen[1].UserAgent())
			}
			form, err := url.ParseQuery(seen[1].body)
			if err != nil {
				t.Fatal(err)
			}
			for key := range test.form {
				if form.Get(key) != test.form.Get(key) {
					t.Errorf("%s is %q, want %q", key, form.Get(key), test.form.Get(key))
				}
			}
		})
	}
}

func TestManagedIdentityAsksTheConfiguredEndpoint(t *testing.T) {
	t.Parallel()
	for _, clientID := range []string{"", "99999999-8888-7777-6666-555555555555"} {
		t.Run("client id "+clientID, func(t *testing.T) {
			t.Parallel()
			metadata := newServer(t, false, func(w http.ResponseWriter, _ *http.Request) {
				writeJSON(t, w, map[string]string{
					"access_token": "machine-token", "expires_in": "3599", "token_type": "Bearer",
					"expires_on": fmt.Sprint(time.Now().Add(time.Hour).Unix()), "resource": "https://management.core.windows.net/",
				})
			})
			session := azure.NewSession(azure.Config{
				UseManagedIdentity: true, ClientID: clientID, Endpoints: azure.Endpoints{InstanceMetadata: metadata.URL},
			})
			t.Cleanup(session.CloseIdleConnections)
			credential, err := session.Credential()
			if err != nil {
				t.Fatal(err)
			}
			// A scope of its own, as the library shares a cache between
			// credentials of the same identity.
			scope := "https://example.com/" + strings.ReplaceAll(metadata.URL, ":", "") + "/.default"
			token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{scope}})
			if err != nil || token.Token != "machine-token" {
				t.Fatalf("got %q, %v", token.Token, err)
			}
			request := metadata.requests()[0]
			if request.URL.Path != "/metadata/identity/oauth2/token" || request.Header.Get("Metadata") != "true" ||
				request.URL.Query().Get("client_id") != clientID || request.Host != strings.TrimPrefix(metadata.URL, "http://") {
				t.Errorf("asked %s %s with %v", request.Host, request.URL, request.Header)
			}
		})
	}
}

// TestManagedIdentityWithoutAMachine has an address where nothing listens. It
// is asked once: the SDK would go on for minutes.
func TestManagedIdentityWithoutAMachine(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	session := azure.NewSession(azure.Config{
		UseManagedIdentity: true, Endpoints: azure.Endpoints{InstanceMetadata: simtest.Closed(t)},
		Log: func(_ context.Context, message string, _ map[string]string) {
			if strings.HasPrefix(message, "Azure request") {
				tries.Add(1)
			}
		},
	})
	credential, err := session.Credential()
	if err != nil {
		t.Fatal(err)
	}
	_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://nowhere.example/.default"}})
	if err == nil || tries.Load() != 1 {
		t.Errorf("%d tries, %v", tries.Load(), err)
	}
}

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func writeCertificate(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	content := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	return writeFile(t, "certificate.pem", string(content))
}

// TestWithoutAnyCredentialAllWaysAreNamed cannot run beside other tests, as
// the PATH is the process's.
func TestWithoutAnyCredentialAllWaysAreNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	credential, err := azure.NewSession(azure.Config{UseCLI: true}).Credential()
	if err != nil {
		t.Fatal(err)
	}
	_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://management.azure.com/.default"}})
	text := azure.Describe(err).String()
	last := -1
	for _, part := range []string{
		"no Azure credential was found", "ARM_CLIENT_SECRET or AZURE_CLIENT_SECRET", "ARM_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE",
		"ARM_USE_MSI", "az was not found on the PATH", "Run az login",
	} {
		at := strings.Index(text, part)
		if at <= last {
			t.Errorf("%q is missing or out of order in: %s", part, text)
		}
		last = at
	}
}

// TestATokenThatBreaksOff has the connection end in the middle of every token.
func TestATokenThatBreaksOff(t *testing.T) {
	t.Parallel()
	authority := entraWith(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		panic(http.ErrAbortHandler)
	})
	config := azure.Config{TenantID: tenant, ClientID: "client", ClientSecret: canary, RetryDelay: time.Millisecond}
	config.Endpoints.ActiveDirectory = authority.URL
	credential, err := newSession(t, authority, config).Credential()
	if err != nil {
		t.Fatal(err)
	}
	_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{"https://management.core.windows.net//.default"}})
	if details := azure.Describe(err); !slices.Equal(details.Next, []string{failure.ConnectionBroke}) {
		t.Errorf("got %v, and next %q", err, details.Next)
	}
}
