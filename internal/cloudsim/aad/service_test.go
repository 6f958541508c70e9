package aad_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/golang-jwt/jwt/v5"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

const managementScope = "https://management.azure.com/.default"

type fixture struct {
	core      *simcore.Core
	directory *aad.Service
	url       string
	client    *http.Client
}

func newFixture(t *testing.T, options aad.Options) *fixture {
	t.Helper()
	core := simcore.NewCore(simcore.NewStoppedClock(time.Date(2025, 1, 31, 16, 39, 41, 0, time.UTC)))
	directory, err := aad.New(core, options)
	if err != nil {
		t.Fatal(err)
	}
	ca := simtest.NewCA(t)
	return &fixture{
		core: core, directory: directory,
		url: simtest.Serve(t, core, ca, directory), client: simtest.Client(t, ca),
	}
}

func (f *fixture) clientOptions() azcore.ClientOptions {
	return azcore.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: f.url + "/"},
		Transport: f.client,
		Retry:     policy.RetryOptions{MaxRetries: -1},
	}
}

func (f *fixture) do(t *testing.T, method, path, contentType, body string) (int, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, f.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	answer, err := f.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, content
}

// The official clients get tokens with every kind of credential that a
// service has.
func TestCredentials(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{})
	tenant, client := f.directory.TenantID(), f.directory.ClientID()
	certificate, err := f.directory.NewClientCertificate()
	if err != nil {
		t.Fatal(err)
	}
	certificates, key, err := azidentity.ParseCertificates(certificate, nil)
	if err != nil {
		t.Fatal(err)
	}
	federated, err := f.directory.FederatedToken(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	tokenFile := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(tokenFile, []byte(federated), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		make func() (azcore.TokenCredential, error)
	}{
		{"secret", func() (azcore.TokenCredential, error) {
			return azidentity.NewClientSecretCredential(tenant, client, f.directory.ClientSecret(), &azidentity.ClientSecretCredentialOptions{
				ClientOptions: f.clientOptions(), DisableInstanceDiscovery: true,
			})
		}},
		{"certificate, tenant by its domain", func() (azcore.TokenCredential, error) {
			return azidentity.NewClientCertificateCredential(f.directory.DefaultDomain(), client, certificates, key, &azidentity.ClientCertificateCredentialOptions{
				ClientOptions: f.clientOptions(), DisableInstanceDiscovery: true,
			})
		}},
		{"certificate", func() (azcore.TokenCredential, error) {
			return azidentity.NewClientCertificateCredential(tenant, client, certificates, key, &azidentity.ClientCertificateCredentialOptions{
				ClientOptions: f.clientOptions(), DisableInstanceDiscovery: true,
			})
		}},
		{"workload identity", func() (azcore.TokenCredential, error) {
			return azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
				ClientOptions: f.clientOptions(), DisableInstanceDiscovery: true,
				TenantID: tenant, ClientID: client, TokenFilePath: tokenFile,
			})
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			credential, err := test.make()
			if err != nil {
				t.Fatal(err)
			}
			token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{managementScope}})
			if err != nil {
				t.Fatal(err)
			}
			if err := f.directory.Verify(token.Token, "https://management.azure.com/"); err != nil {
				t.Errorf("the token is not accepted: %v", err)
			}
			if !strings.Contains(strings.Join(f.directory.Secrets(), "\n"), token.Token) {
				t.Error("the token is not among the secrets")
			}
		})
	}
}

func TestWrongSecretIsNotRepeatedByTheClient(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{})
	credential, err := azidentity.NewClientSecretCredential(f.directory.TenantID(), f.directory.ClientID(), "wrong", &azidentity.ClientSecretCredentialOptions{
		ClientOptions: f.clientOptions(), DisableInstanceDiscovery: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{managementScope}})
	var failed *azidentity.AuthenticationFailedError
	if !errors.As(err, &failed) || failed.RawResponse.StatusCode != http.StatusUnauthorized || !strings.Contains(err.Error(), "AADSTS7000215") {
		t.Fatalf("got %v, want a 401 with AADSTS7000215", err)
	}
	if got := f.core.Journal.Count("aad", aad.OperationToken); got != 1 {
		t.Errorf("%d token requests, want 1", got)
	}
}

func TestTokenRefusals(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{})
	good := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {f.directory.ClientID()},
		"client_secret": {f.directory.ClientSecret()}, "scope": {managementScope + " openid offline_access profile"},
	}
	const form = "application/x-www-form-urlencoded"
	tests := []struct {
		name        string
		tenant      string
		contentType string
		change      map[string]string
		wantStatus  int
		wantError   string
		wantCode    int
	}{
		{"wrong secret", "", form, map[string]string{"client_secret": "x"}, 401, "invalid_client", 7000215},
		{"no secret", "", form, map[string]string{"client_secret": ""}, 401, "invalid_client", 7000218},
		{"unknown client", "", form, map[string]string{"client_id": "0b1f6471-1bf0-4dda-aec3-cb9272f09590"}, 400, "unauthorized_client", 700016},
		{"no client", "", form, map[string]string{"client_id": ""}, 400, "invalid_request", 900144},
		{"no grant", "", form, map[string]string{"grant_type": ""}, 400, "invalid_request", 900144},
		{"another grant", "", form, map[string]string{"grant_type": "password"}, 400, "unsupported_grant_type", 70003},
		{"no scope", "", form, map[string]string{"scope": ""}, 400, "invalid_request", 900144},
		{"scope without .default", "", form, map[string]string{"scope": "https://management.azure.com/user_impersonation"}, 400, "invalid_scope", 1002012},
		{"two resources", "", form, map[string]string{"scope": managementScope + " https://monitor.azure.com/.default"}, 400, "invalid_scope", 28000},
		{"unknown resource", "", form, map[string]string{"scope": "https://example.org/.default"}, 400, "invalid_resource", 500011},
		{"unknown tenant", "6babcaad-604b-40ac-a9d7-9fd97c0b779f", form, nil, 400, "invalid_request", 90002},
		{"no tenant in particular", "common", form, nil, 400, "invalid_request", 50059},
		{"not a form", "", "application/json", nil, 400, "invalid_request", 900144},
		{"malformed assertion", "", form, map[string]string{"client_secret": "", "client_assertion": "x", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, 401, "invalid_client", 50027},
		{"assertion without its type", "", form, map[string]string{"client_secret": "", "client_assertion": "x"}, 400, "invalid_request", 900144},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			values := url.Values{}
			for name := range good {
				values.Set(name, good.Get(name))
			}
			for name, value := range test.change {
				values.Set(name, value)
			}
			tenant := f.directory.TenantID()
			if test.tenant != "" {
				tenant = test.tenant
			}
			status, body := f.do(t, http.MethodPost, "/"+tenant+"/oauth2/v2.0/token", test.contentType, values.Encode())
			checkRefusal(t, status, body, test.wantStatus, test.wantError, test.wantCode)
			if strings.Contains(string(body), f.directory.ClientSecret()) {
				t.Error("the answer repeats the secret")
			}
		})
	}
}

func checkRefusal(t *testing.T, status int, body []byte, wantStatus int, wantError string, wantCode int) {
	t.Helper()
	var got struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Codes       []int  `json:"error_codes"`
		TraceID     string `json:"trace_id"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	if status != wantStatus || got.Error != wantError || len(got.Codes) != 1 || got.Codes[0] != wantCode {
		t.Errorf("got %d %s %v, want %d %s %d", status, got.Error, got.Codes, wantStatus, wantError, wantCode)
	}
	if !strings.HasPrefix(got.Description, "AADSTS") || got.TraceID == "" {
		t.Errorf("description %q, trace id %q", got.Description, got.TraceID)
	}
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{})
	tenant := f.directory.TenantID()
	tests := []struct {
		name, path string
		wantStatus int
		want       map[string]string
	}{
		{"openid configuration", "/" + strings.ToUpper(tenant) + "/v2.0/.well-known/openid-configuration", 200, map[string]string{
			"issuer":                 f.url + "/" + tenant + "/v2.0",
			"token_endpoint":         f.url + "/" + tenant + "/oauth2/v2.0/token",
			"authorization_endpoint": f.url + "/" + tenant + "/oauth2/v2.0/authorize",
			"jwks_uri":               f.url + "/" + tenant + "/discovery/v2.0/keys",
		}},
		{"openid configuration of another tenant", "/other/v2.0/.well-known/openid-configuration", 400, map[string]string{"error": "invalid_tenant"}},
		{"instance", "/common/discovery/instance?api-version=1.1&authorization_endpoint=" + url.QueryEscape(f.url+"/"+tenant+"/oauth2/v2.0/authorize"), 200, map[string]string{
			"tenant_discovery_endpoint": f.url + "/" + tenant + "/v2.0/.well-known/openid-configuration",
		}},
		{"openid configuration by domain", "/CloudSim.onmicrosoft.com/v2.0/.well-known/openid-configuration", 200, map[string]string{
			"issuer": f.url + "/" + tenant + "/v2.0", "token_endpoint": f.url + "/" + tenant + "/oauth2/v2.0/token",
		}},
		{"openid configuration of any tenant", "/common/v2.0/.well-known/openid-configuration", 200, map[string]string{
			"issuer": f.url + "/{tenantid}/v2.0", "token_endpoint": f.url + "/common/oauth2/v2.0/token", "jwks_uri": f.url + "/common/discovery/v2.0/keys",
		}},
		{"openid configuration of any organization", "/Organizations/v2.0/.well-known/openid-configuration", 200, map[string]string{
			"issuer": f.url + "/{tenantid}/v2.0", "authorization_endpoint": f.url + "/organizations/oauth2/v2.0/authorize",
		}},
		{"openid configuration of nobody's tenant", "/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration", 400, map[string]string{"error": "invalid_tenant"}},
		{"instance of any tenant", "/common/discovery/instance?api-version=1.1&authorization_endpoint=" + url.QueryEscape(f.url+"/organizations/oauth2/v2.0/authorize"), 200, map[string]string{
			"tenant_discovery_endpoint": f.url + "/organizations/v2.0/.well-known/openid-configuration",
		}},
		{"instance of another authority", "/common/discovery/instance?api-version=1.1&authorization_endpoint=https%3A%2F%2Fexample.org%2F", 400, map[string]string{"error": "invalid_instance"}},
		{"instance without version", "/common/discovery/instance", 400, map[string]string{"error": "invalid_request"}},
		{"token by GET", "/" + tenant + "/oauth2/v2.0/token", 400, map[string]string{"error": "invalid_request"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, body := f.do(t, http.MethodGet, test.path, "", "")
			var got map[string]any
			if err := json.Unmarshal(body, &got); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			if status != test.wantStatus {
				t.Errorf("status %d, want %d: %s", status, test.wantStatus, body)
			}
			for name, want := range test.want {
				if got[name] != want {
					t.Errorf("%s is %v, want %s", name, got[name], want)
				}
			}
		})
	}
	if status, body := f.do(t, http.MethodGet, "/nothing/here", "", ""); status != http.StatusNotFound || !strings.Contains(string(body), `"error_description":"AADSTS9002313: Invalid request.`) {
		t.Errorf("unknown path: status %d, want 404: %s", status, body)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	f := newFixture(t, aad.Options{Realistic: true})
	other := newFixture(t, aad.Options{TenantID: f.directory.TenantID()})
	token, err := f.directory.IssueToken("https://management.azure.com/", f.directory.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.directory.IssueToken("https://management.azure.com/", f.directory.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name      string
		token     string
		audiences []string
		want      error
	}{
		{"own audience", token.AccessToken, []string{"https://management.azure.com"}, nil},
		{"one of several, other casing", token.AccessToken, []string{"https://monitor.azure.com", "HTTPS://Management.azure.com/"}, nil},
		{"any audience", token.AccessToken, nil, nil},
		{"wrong audience", token.AccessToken, []string{"https://monitor.azure.com"}, jwt.ErrTokenInvalidAudience},
		{"another directory's", foreign.AccessToken, nil, jwt.ErrTokenSignatureInvalid},
		{"garbage", "x", nil, jwt.ErrTokenMalformed},
	}
	for _, test := range tests {
		if err := f.directory.Verify(test.token, test.audiences...); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.want)
		}
	}
	f.core.Clock.Advance(59 * time.Minute)
	if err := f.directory.Verify(token.AccessToken); err != nil {
		t.Errorf("after 59 minutes: %v", err)
	}
	f.core.Clock.Advance(2 * time.Minute)
	if err := f.directory.Verify(token.AccessToken); !errors.Is(err, jwt.ErrTokenExpired) {
		t.Errorf("after an hour: got %v, want an expired token", err)
	}
	for _, audience := range []string{"https://api.loganalytics.io", "https://api.loganalytics.azure.com", "https://api.loganalytics.us", "https://api.loganalytics.azure.cn", "https://monitor.azure.com", "https://graph.microsoft.com/.default", "https://vault.azure.net"} {
		if _, err := f.directory.IssueToken(audience, f.directory.ClientID()); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.directory.IssueToken("https://example.org", f.directory.ClientID()); err == nil {
		t.Error("a token for an unknown resource was issued")
	}
}
