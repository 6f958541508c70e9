package azure_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
)

const canary = "canary-secret-7f3a"

// recorded is a request as a test server saw it.
type recorded struct {
	*http.Request
	body string
}

// server answers with handler and records what it was asked.
type server struct {
	*httptest.Server
	mu   sync.Mutex
	seen []recorded
}

func newServer(t *testing.T, useTLS bool, handler http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		s.seen = append(s.seen, recorded{r, string(body)})
		s.mu.Unlock()
		handler(w, r)
	}))
	if useTLS {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

func (s *server) requests() []recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]recorded(nil), s.seen...)
}

// newSession trusts all of httptest's servers, as they share a certificate.
func newSession(t *testing.T, trusted *server, config azure.Config) *azure.Session {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(trusted.Certificate())
	session := azure.NewSession(config, azure.WithRootCAs(pool))
	t.Cleanup(session.CloseIdleConnections)
	return session
}

type staticToken struct{}

func (staticToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: canary, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func armClient(t *testing.T, session *azure.Session) *arm.Client {
	t.Helper()
	client, err := arm.NewClient("test", "v1.0.0", staticToken{}, session.ARMOptions())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// answer is one that the pipeline has read and closed.
type answer struct{ raw *http.Response }

func do(ctx context.Context, client *arm.Client, method, url string) (answer, error) {
	request, err := runtime.NewRequest(ctx, method, url)
	if err != nil {
		return answer{}, err
	}
	response, err := client.Pipeline().Do(request) //nolint:bodyclose // the pipeline has read and closed it
	return answer{response}, err
}

func writeJSON(t *testing.T, w http.ResponseWriter, value any) {
	t.Helper()
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		t.Error(err)
	}
}

func TestUserAgentStartsWithTheProviderWhole(t *testing.T) {
	t.Parallel()
	s := newServer(t, true, func(http.ResponseWriter, *http.Request) {})
	const userAgent = "terraform-provider-cloudtap/1.20.300-rc4"
	session := newSession(t, s, azure.Config{UserAgent: userAgent, Endpoints: azure.Endpoints{ResourceManager: s.URL}})
	if _, err := do(t.Context(), armClient(t, session), http.MethodGet, s.URL+"/x"); err != nil {
		t.Fatal(err)
	}
	got := s.requests()[0].UserAgent()
	if !strings.HasPrefix(got, userAgent+" azsdk-go-test/") || strings.Count(got, userAgent) != 1 {
		t.Errorf("User-Agent is %q", got)
	}
}

func TestPollingURLsElsewhereNeverGetTheToken(t *testing.T) {
	t.Parallel()
	thief := newServer(t, true, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(t, w, map[string]string{"status": "Succeeded"})
	})
	for name, header := range map[string]string{"status monitor": "Azure-AsyncOperation", "result": "Location"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, true, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(header, thief.URL+"/operations/1?sig=stolen")
				w.WriteHeader(http.StatusAccepted)
			})
			client := armClient(t, newSession(t, s, azure.Config{Endpoints: azure.Endpoints{ResourceManager: s.URL}}))
			response, err := do(t.Context(), client, http.MethodDelete, s.URL+"/x")
			if err != nil {
				t.Fatal(err)
			}
			poller, err := runtime.NewPoller[struct{}](response.raw, client.Pipeline(), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = poller.Poll(t.Context()) //nolint:bodyclose // the pipeline has read and closed it
			if err == nil || !strings.Contains(err.Error(), "points to another host") || strings.Contains(err.Error(), "stolen") {
				t.Errorf("got %v", err)
			}
			if len(thief.requests()) != 0 {
				t.Error("the other host was called")
			}
		})
	}
}

func TestOriginIsComparedWhole(t *testing.T) {
	t.Parallel()
	session := azure.NewSession(azure.Config{Endpoints: azure.Endpoints{ResourceManager: "https://arm.invalid"}})
	client := armClient(t, session)
	for _, url := range []string{
		"http://arm.invalid/x", "https://arm.invalid:8443/x", "https://arm.invalid.example.com/x",
		"https://user@arm.invalid/x", "https://arm.invalid@example.com/x", "https://sub.arm.invalid/x",
	} {
		if _, err := do(t.Context(), client, http.MethodGet, url); err == nil || !strings.Contains(err.Error(), "refused to call") {
			t.Errorf("%s: got %v", url, err)
		}
	}
}

func TestRedirectsToAnotherHostAreNotFollowed(t *testing.T) {
	t.Parallel()
	thief := newServer(t, true, func(http.ResponseWriter, *http.Request) {})
	s := newServer(t, true, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL+"/taken?sig=stolen", http.StatusTemporaryRedirect)
	})
	session := newSession(t, s, azure.Config{Endpoints: azure.Endpoints{ResourceManager: s.URL}})
	_, err := do(t.Context(), armClient(t, session), http.MethodGet, s.URL+"/x")
	if err == nil || !strings.Contains(err.Error(), "requests with credentials are not sent to another host") || strings.Contains(err.Error(), "stolen") {
		t.Errorf("got %v", err)
	}
	if len(thief.requests()) != 0 || len(s.requests()) != 1 {
		t.Errorf("%d requests to the other host, %d to the right one", len(thief.requests()), len(s.requests()))
	}
}

func TestRedirectsOnTheSameHostAreFollowed(t *testing.T) {
	t.Parallel()
	s := newServer(t, true, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusTemporaryRedirect)
		}
	})
	session := newSession(t, s, azure.Config{Endpoints: azure.Endpoints{ResourceManager: s.URL}})
	if _, err := do(t.Context(), armClient(t, session), http.MethodGet, s.URL+"/old"); err != nil {
		t.Fatal(err)
	}
	if seen := s.requests(); len(seen) != 2 || seen[1].URL.Path != "/new" {
		t.Errorf("%d requests", len(seen))
	}
}

func TestEndlessAnswersAreCutOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t, true, func(w http.ResponseWriter, _ *http.Request) {
		block := make([]byte, 1<<20)
		for range 40 {
			if _, err := w.Write(block); err != nil {
				return // The client has had enough, as it should.
			}
		}
	})
	session := newSession(t, s, azure.Config{Endpoints: azure.Endpoints{ResourceManager: s.URL}})
	_, err := do(t.Context(), armClient(t, session), http.MethodGet, s.URL+"/x")
	if err == nil || !strings.Contains(err.Error(), "larger than 32 MiB") {
		t.Errorf("got %v", err)
	}
	if len(s.requests()) != 1 {
		t.Errorf("%d requests; asking again cannot help", len(s.requests()))
	}
}

func TestAnswersOfExactlyTheBoundAreRead(t *testing.T) {
	t.Parallel()
	const bound = 32 << 20
	s := newServer(t, true, func(w http.ResponseWriter, _ *http.Request) {
		if _, err := w.Write(make([]byte, bound)); err != nil {
			t.Error(err)
		}
	})
	session := newSession(t, s, azure.Config{Endpoints: azure.Endpoints{ResourceManager: s.URL}})
	response, err := do(t.Context(), armClient(t, session), http.MethodGet, s.URL+"/x")
	if err != nil {
		t.Fatal(err)
	}
	body, err := runtime.Payload(response.raw)
	if err != nil || len(body) != bound {
		t.Errorf("read %d bytes, %v", len(body), err)
	}
}

func TestManyRequestsShareFourConnections(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	s := &server{Server: httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))}
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	session := newSession(t, s, azure.Config{Endpoints: azure.Endpoints{ResourceManager: s.URL}})
	client := armClient(t, session)
	var group sync.WaitGroup
	for i := range 60 {
		group.Go(func() {
			if _, err := do(t.Context(), client, http.MethodGet, fmt.Sprintf("%s/%d", s.URL, i)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := connections.Load(); got < 1 || got > 4 {
		t.Errorf("%d connections", got)
	}
}

func TestEndpointsOfTheEnvironments(t *testing.T) {
	t.Parallel()
	for environment, want := range map[string][2]string{
		"":             {"https://management.azure.com", "https://login.microsoftonline.com/"},
		"public":       {"https://management.azure.com", "https://login.microsoftonline.com/"},
		"usgovernment": {"https://management.usgovcloudapi.net", "https://login.microsoftonline.us/"},
		"china":        {"https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn/"},
		// As other tools write them.
		"AzureCloud":             {"https://management.azure.com", "https://login.microsoftonline.com/"},
		"Public":                 {"https://management.azure.com", "https://login.microsoftonline.com/"},
		"AzurePublicCloud":       {"https://management.azure.com", "https://login.microsoftonline.com/"},
		"AzureUSGovernment":      {"https://management.usgovcloudapi.net", "https://login.microsoftonline.us/"},
		"AZUREUSGOVERNMENTCLOUD": {"https://management.usgovcloudapi.net", "https://login.microsoftonline.us/"},
		"AzureChinaCloud":        {"https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn/"},
		"public + mine":          {"https://arm.example.com", "https://aad.example.com"},
	} {
		t.Run(environment, func(t *testing.T) {
			t.Parallel()
			config := azure.Config{Environment: environment}
			if environment == "public + mine" {
				config = azure.Config{Endpoints: azure.Endpoints{ResourceManager: want[0], ActiveDirectory: want[1]}}
			}
			options := azure.NewSession(config).ARMOptions()
			if got := options.Cloud.Services["resourceManager"]; got.Endpoint != want[0] || got.Audience == "" {
				t.Errorf("Resource Manager is %q with audience %q", got.Endpoint, got.Audience)
			}
			if got := options.Cloud.ActiveDirectoryAuthorityHost; got != want[1] {
				t.Errorf("authority is %q", got)
			}
			if !options.DisableRPRegistration {
				t.Error("the SDK would try to register resource providers")
			}
		})
	}
}
