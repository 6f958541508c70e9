package networkwatcher_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// stub answers requests in turn with what a test wants to be answered, and
// signs in whoever asks.
type stub struct {
	*httptest.Server
	client *networkwatcher.Client

	mu      sync.Mutex
	answers []http.HandlerFunc
	asked   []string
}

func newStub(t *testing.T, answers ...http.HandlerFunc) *stub {
	t.Helper()
	s := &stub{answers: answers}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "openid-configuration"):
			answer(t, w, http.StatusOK, fmt.Sprintf(`{"token_endpoint":"%[1]s/t/token","issuer":"%[1]s/t/v2.0","authorization_endpoint":"%[1]s/t/authorize"}`, s.URL))
		case strings.HasSuffix(r.URL.Path, "/token"):
			answer(t, w, http.StatusOK, `{"token_type":"Bearer","expires_in":3600,"access_token":"token"}`)
		default:
			s.next(r)(w, r)
		}
	}))
	t.Cleanup(s.Close)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	session := azure.NewSession(azure.Config{
		TenantID: "t", ClientID: "c", ClientSecret: "s",
		Endpoints: azure.Endpoints{ResourceManager: s.URL, ActiveDirectory: s.URL},
	}, azure.WithRootCAs(pool))
	t.Cleanup(session.CloseIdleConnections)
	s.client = networkwatcher.NewClient(session, waittest.NewClock(noon, nil))
	return s
}

func (s *stub) next(r *http.Request) http.HandlerFunc {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method)
	if len(s.answers) == 0 {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }
	}
	next := s.answers[0]
	s.answers = s.answers[1:]
	return next
}

func (s *stub) wantAsked(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if fmt.Sprint(s.asked) != fmt.Sprint(want) {
		t.Errorf("asked %v, want %v", s.asked, want)
	}
}

func answer(t *testing.T, w http.ResponseWriter, status int, body string) {
	t.Helper()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if _, err := io.WriteString(w, body); err != nil {
		t.Error(err)
	}
}

// answers with status and body, and with headers given as name, value, ...
func answers(t *testing.T, status int, body string, headers ...string) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		answer(t, w, status, body)
	}
}

var stubID = networkwatcher.PacketCaptureID{Watcher: networkwatcher.WatcherID{SubscriptionID: "s", ResourceGroupName: "NetworkWatcherRG", Name: "nw"}, Name: "web"}

func stubCapture(state string) string {
	return `{"id":"` + captureText + `","name":"web","properties":{"provisioningState":"` + state + `","target":"vm","storageLocation":{"filePath":"a.cap"}}}`
}

func stubRequest() armnetwork.PacketCapture {
	return armnetwork.PacketCapture{Properties: &armnetwork.PacketCaptureParameters{
		Target: new("VM"), StorageLocation: &armnetwork.PacketCaptureStorageLocation{FilePath: new("a.cap")},
	}}
}

func TestAnswersToACreate(t *testing.T) {
	t.Parallel()
	const monitor = "Azure-AsyncOperation"
	for name, test := range map[string]struct {
		answers []http.HandlerFunc
		asked   []string
		fails   string
	}{
		"no operation to ask": {[]http.HandlerFunc{
			answers(t, http.StatusCreated, stubCapture("Updating")),
			answers(t, http.StatusOK, stubCapture("Updating")),
			answers(t, http.StatusOK, stubCapture("Succeeded")),
		}, []string{"PUT", "GET", "GET"}, ""},
		"created at once": {[]http.HandlerFunc{
			answers(t, http.StatusCreated, stubCapture("Succeeded"), monitor, "https://example.com/never"),
		}, []string{"PUT"}, ""},
		"failed at once": {[]http.HandlerFunc{
			answers(t, http.StatusCreated, strings.Replace(stubCapture("Failed"), `{"id"`, `{"error":{"code":"Broken","message":"Why."},"id"`, 1), monitor, "https://example.com/never"),
		}, []string{"PUT"}, "Broken: Why."},
		"200 is looked into": {[]http.HandlerFunc{
			answers(t, http.StatusOK, stubCapture("Succeeded")),
			answers(t, http.StatusOK, stubCapture("Succeeded")),
		}, []string{"PUT", "GET"}, ""},
		"another capture in the answer": {[]http.HandlerFunc{
			answers(t, http.StatusCreated, `{"id":"/other","properties":{}}`),
			answers(t, http.StatusOK, stubCapture("Succeeded")),
		}, []string{"PUT", "GET"}, ""},
		"cancelled": {[]http.HandlerFunc{
			answers(t, http.StatusCreated, stubCapture("Updating")),
			answers(t, http.StatusOK, stubCapture("Canceled")),
		}, []string{"PUT", "GET"}, "provisioning state is now Canceled"},
		"no state is a good state": {[]http.HandlerFunc{
			answers(t, http.StatusCreated, stubCapture("")),
		}, []string{"PUT"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t, test.answers...)
			creation, err := s.client.Create(t.Context(), stubID, stubRequest())
			if err == nil {
				_, err = creation.Wait(t.Context())
			}
			if test.fails != "" {
				wantText(t, err, test.fails)
			} else if err != nil {
				t.Error(err)
			}
			s.wantAsked(t, test.asked...)
		})
	}
}

func TestTheTokenStaysWithResourceManager(t *testing.T) {
	t.Parallel()
	thief := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other host was called") }))
	t.Cleanup(thief.Close)
	s := newStub(t, answers(t, http.StatusCreated, stubCapture("Updating"), "Azure-AsyncOperation", thief.URL+"/operations/1?s=signed"))
	creation, err := s.client.Create(t.Context(), stubID, stubRequest())
	if err != nil {
		t.Fatal(err)
	}
	_, err = creation.Wait(t.Context())
	wantText(t, err, "refused to call "+thief.URL, "must not get the credentials")
	if strings.Contains(err.Error(), "signed") {
		t.Errorf("%q has the query", err)
	}
}

func TestAStatusNeedsNoLocation(t *testing.T) {
	t.Parallel()
	s := newStub(t, answers(t, http.StatusAccepted, `{"id":"`+captureText+`","packetCaptureStatus":"Running","captureStartTime":"2023-07-04T16:35:50.9687031Z","packetCaptureError":[]}`))
	status, err := s.client.Status(t.Context(), stubID)
	if err != nil || *status.PacketCaptureStatus != armnetwork.PcStatusRunning || status.CaptureStartTime.Nanosecond() != 968703100 {
		t.Errorf("got %v, %v", status, err)
	}
	s.wantAsked(t, "POST")
}

func TestAnswersThatAreNotTheServices(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		call   func(context.Context, *networkwatcher.Client) error
		text   string
	}{
		"get": {answers(t, http.StatusOK, `{}`), func(ctx context.Context, c *networkwatcher.Client) error {
			_, err := c.Find(ctx, stubID)
			return err
		}, "it has no id"},
		"get of another": {answers(t, http.StatusOK, `{"id":"/other","properties":{}}`), func(ctx context.Context, c *networkwatcher.Client) error {
			_, err := c.Find(ctx, stubID)
			return err
		}, `is not packet capture "web": it has the id /other`},
		"list": {answers(t, http.StatusOK, `<html>`), func(ctx context.Context, c *networkwatcher.Client) error {
			_, err := c.List(ctx, stubID.Watcher)
			return err
		}, `list packet captures of network watcher "nw"`},
		"status": {answers(t, http.StatusOK, `{}`), func(ctx context.Context, c *networkwatcher.Client) error {
			_, err := c.Status(ctx, stubID)
			return err
		}, "no status of the session"},
		"delete": {answers(t, http.StatusOK, `{}`), func(ctx context.Context, c *networkwatcher.Client) error {
			return c.Delete(ctx, stubID)
		}, `cannot delete packet capture "web"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantText(t, test.call(t.Context(), newStub(t, test.answer).client), test.text)
		})
	}
}

func TestWithoutCredentialsNothingIsCertainlyCreated(t *testing.T) {
	t.Parallel()
	client := networkwatcher.NewClient(azure.NewSession(azure.Config{ClientSecret: "s", ClientID: "c"}), waittest.NewClock(noon, nil))
	_, err := client.Create(t.Context(), stubID, stubRequest())
	wantText(t, err, `cannot create packet capture "web"`, "azure.tenant_id (ARM_TENANT_ID or AZURE_TENANT_ID)")
	if errors.As(err, new(*networkwatcher.UncertainError)) {
		t.Error("nothing was sent, so nothing is uncertain")
	}
	for name, err := range map[string]error{
		"find": func() error { _, err := client.Find(t.Context(), stubID); return err }(),
		"list": func() error { _, err := client.List(t.Context(), stubID.Watcher); return err }(),
		"stat": func() error { _, err := client.Status(t.Context(), stubID); return err }(),
		"in":   func() error { _, err := client.WatcherIn(t.Context(), "s", "x"); return err }(),
		"get":  func() error { _, err := client.Watcher(t.Context(), stubID.Watcher); return err }(),
		"stop": client.Stop(t.Context(), stubID), "delete": client.Delete(t.Context(), stubID), "check": client.CheckAbsent(t.Context(), stubID),
	} {
		if !errors.As(err, new(*azure.CredentialError)) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAnAddressThatDoesNotAnswerCreatesNothing(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	// Signed in, but Resource Manager is not there any more.
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	session := azure.NewSession(azure.Config{
		TenantID: "t", ClientID: "c", ClientSecret: "s", Endpoints: azure.Endpoints{ResourceManager: "https://127.0.0.1:1", ActiveDirectory: s.URL},
	}, azure.WithRootCAs(pool))
	t.Cleanup(session.CloseIdleConnections)
	clock := waittest.NewClock(noon, nil)
	_, err := networkwatcher.NewClient(session, clock).Create(t.Context(), stubID, stubRequest())
	wantText(t, err, "the service did not answer", "connection refused")
	if errors.As(err, new(*networkwatcher.UncertainError)) || len(clock.Sleeps()) != 4 {
		t.Errorf("got %v after %v", err, clock.Sleeps())
	}
}

func TestNothingSecretIsLoggedOrTold(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told strings.Builder
	s := newSim(t)
	s.reopen(func(_ context.Context, message string, fields map[string]string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(&told, message, fields)
	})
	s.create(t, "web")
	for _, err := range []error{
		s.client.CheckAbsent(t.Context(), s.id("web")),
		s.client.Stop(t.Context(), s.id("gone")),
		s.client.Delete(t.Context(), s.id("web")),
	} {
		fmt.Fprintln(&told, err)
	}
	mu.Lock()
	defer mu.Unlock()
	if lines := strings.Count(told.String(), "Azure request"); lines < 6 {
		t.Errorf("%d requests in the log", lines)
	}
	for _, secret := range append(s.directory.Secrets(), "&s=", "Bearer", aad.SecretPrefix) {
		if strings.Contains(told.String(), secret) {
			t.Errorf("%.20q... was told", secret)
		}
	}
}
