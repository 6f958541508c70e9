package edgecapture_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

var (
	noon     = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	firewall = edgecapture.FirewallID{SubscriptionID: "11111111-2222-3333-4444-555555555555", ResourceGroupName: "edge", Name: "hub"}
)

const (
	// canary is the signature of the tests' container.
	canary = "Y2FuYXJ5LXNpZ25hdHVyZT5vZj9hLXRlc3QzMmJ5dGU%3D"
	// canaryWord is of it what no encoding changes.
	canaryWord = "Y2FuYXJ5LXNpZ25hdHVyZT5vZj9hLXRlc3QzMmJ5dGU"
	// pollCanary signs the addresses of operations.
	pollCanary = "cG9sbGluZy1zaWduYXR1cmU"
)

func container(t *testing.T) sas.Container {
	t.Helper()
	found, err := sas.Parse("https://captures.blob.core.windows.net/edge?sv=2022-11-02&sr=c&sp=cw&se=2030-01-01&sig=" + canary)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// brokenOff is a result whose body does not come.
const brokenOff = "..."

// request is what the fake received.
type request struct {
	path string
	body map[string]any
}

// fake answers as a test says. Operations are asked for at an Azure-AsyncOperation,
// and their results at a Location, both with a signature.
type fake struct {
	t      *testing.T
	url    string
	clock  *waittest.Clock
	client *edgecapture.Client

	mu       sync.Mutex
	requests []request
	// onPost answers a POST.
	onPost func(w http.ResponseWriter, r request)
	// polls are the answers to the polls to come; after them operations have
	// succeeded. result is what their Location has.
	polls   []string
	result  string
	onSleep func(time.Duration)
	onLog   func(fields map[string]string)
	logged  []string
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{t: t, result: `"{\"Status\":\"Successful\",\"Data\":\"\"}"`}
	f.onPost = func(w http.ResponseWriter, _ request) { f.accept(w, true, true) }
	f.clock = waittest.NewClock(noon, func(d time.Duration) {
		if f.onSleep != nil {
			f.onSleep(d)
		}
	})
	core := simcore.NewCore(simcore.NewStoppedClock(noon))
	directory, err := aad.New(core, aad.Options{})
	if err != nil {
		t.Fatal(err)
	}
	entra, arm := httptest.NewTLSServer(core.Handler(directory)), httptest.NewTLSServer(f)
	t.Cleanup(entra.Close)
	t.Cleanup(arm.Close)
	f.url = arm.URL
	trusted := entra.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:forcetypeassert // httptest says so
	session := azure.NewSession(azure.Config{
		TenantID: directory.TenantID(), ClientID: directory.ClientID(), ClientSecret: directory.ClientSecret(), RetryDelay: time.Millisecond,
		Endpoints: azure.Endpoints{ResourceManager: arm.URL, ActiveDirectory: entra.URL},
		Log: func(_ context.Context, message string, fields map[string]string) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.logged = append(f.logged, fmt.Sprint(message, fields))
			if f.onLog != nil {
				f.onLog(fields)
			}
		},
	}, azure.WithRootCAs(trusted))
	t.Cleanup(session.CloseIdleConnections)
	f.client = edgecapture.NewClient(session, f.clock)
	return f
}

// accept answers 202 with the addresses of an operation.
func (f *fake) accept(w http.ResponseWriter, async, location bool) {
	prefix := f.url + "/subscriptions/" + firewall.SubscriptionID + "/providers/Microsoft.Network/locations/westus/"
	if async {
		w.Header().Set("Azure-AsyncOperation", prefix+"operations/1?t="+pollCanary)
	}
	if location {
		w.Header().Set("Location", prefix+"operationResults/1?t="+pollCanary)
	}
	w.WriteHeader(http.StatusAccepted)
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("x-ms-request-id", "request-1")
	switch {
	case r.Method == http.MethodPost:
		received := request{path: r.URL.Path}
		body, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(body, &received.body) != nil || r.URL.Query().Get("api-version") != "2025-09-01" {
			f.t.Errorf("%s: %s, %v", r.URL, body, err)
		}
		f.requests = append(f.requests, received)
		f.onPost(w, received)
	case r.URL.Query().Get("t") != pollCanary:
		f.t.Errorf("polled without the signature: %s", r.URL)
	case strings.Contains(r.URL.Path, "/operations/") && len(f.polls) > 0:
		answer := f.polls[0]
		f.polls = f.polls[1:]
		f.write(w, answer)
	case strings.Contains(r.URL.Path, "/operations/"):
		f.write(w, `{"status":"Succeeded"}`)
	case len(f.polls) > 0:
		f.polls = f.polls[1:]
		w.Header().Set("Location", "https://"+r.Host+r.URL.String())
		w.WriteHeader(http.StatusAccepted)
	case f.result == brokenOff:
		w.Header().Set("Content-Length", "100")
		if err := http.NewResponseController(w).Flush(); err != nil {
			f.t.Error(err)
		}
		panic(http.ErrAbortHandler)
	default:
		f.write(w, f.result)
	}
}

func (f *fake) write(w http.ResponseWriter, text string) {
	if _, err := io.WriteString(w, text); err != nil {
		f.t.Error(err)
	}
}

// posts are the requests so far, polls not among them.
func (f *fake) posts() []request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]request(nil), f.requests...)
}

// expectNoSecret searches an error and the log.
func (f *fake) expectNoSecret(err error) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	said := strings.Join(f.logged, "\n")
	if err != nil {
		said += err.Error() + azure.Describe(err).String()
	}
	for _, secret := range []string{canaryWord, pollCanary} {
		if strings.Contains(said, secret) {
			f.t.Errorf("a signature is shown: %s", said)
		}
	}
}
