package arm_test

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// fixture is a Resource Manager with its directory, served over TLS on a
// stopped clock.
type fixture struct {
	core      *simcore.Core
	directory *aad.Service
	service   *arm.Service
	ids       arm.Seeded
	ca        *simcore.CA
	url       string
	client    *http.Client
	token     string
	// mediaType is that of bodies; empty means application/json.
	mediaType string
}

var noon = time.Date(2025, 1, 31, 16, 39, 41, 77_000_000, time.UTC)

func newFixture(t *testing.T, options arm.Options) *fixture {
	t.Helper()
	core := simcore.NewCore(simcore.NewStoppedClock(noon))
	directory, err := aad.New(core, aad.Options{})
	if err != nil {
		t.Fatal(err)
	}
	token, err := directory.IssueToken("https://management.azure.com", directory.ClientID())
	if err != nil {
		t.Fatal(err)
	}
	service := arm.New(core, directory, options)
	ca := simtest.NewCA(t)
	return &fixture{
		core: core, directory: directory, service: service, ids: service.Seeded(), ca: ca,
		url: simtest.Serve(t, core, ca, service), client: simtest.Client(t, ca), token: token.AccessToken,
	}
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request; a target that begins with "/" is on the service and gets
// an api-version if it has no query.
func (f *fixture) do(t *testing.T, method, target, body string) answer {
	t.Helper()
	if strings.HasPrefix(target, "/") {
		target = f.url + target
		if !strings.Contains(target, "?") {
			target += "?api-version=2025-05-01"
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if f.token != "" {
		request.Header.Set("Authorization", "Bearer "+f.token)
	}
	if body != "" {
		request.Header.Set("Content-Type", cmp.Or(f.mediaType, "application/json"))
	}
	response, err := f.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := response.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{status: response.StatusCode, header: response.Header, body: content}
}

func (a answer) want(t *testing.T, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// wantError checks an error answer's status, code and form.
func (a answer) wantError(t *testing.T, status int, code string) {
	t.Helper()
	var envelope struct {
		Error struct {
			Code, Message string
			Details       []json.RawMessage
		}
	}
	if err := json.Unmarshal(a.body, &envelope); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	if a.status != status || envelope.Error.Code != code {
		t.Errorf("got %d %s, want %d %s", a.status, a.body, status, code)
	}
	if envelope.Error.Message == "" || envelope.Error.Details == nil {
		t.Errorf("message or details are missing: %s", a.body)
	}
	if a.header.Get("x-ms-request-id") == "" || a.header.Get("x-ms-correlation-request-id") == "" {
		t.Errorf("no request ids in %v", a.header)
	}
}

func (a answer) decode(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// captureID is the id of a capture of the first network watcher.
func (f *fixture) captureID(name string) string {
	return f.ids.NetworkWatcherID + "/packetCaptures/" + name
}

// vmBody asks for a capture of the Linux machine; extra members may follow,
// each with a leading comma.
func (f *fixture) vmBody(extra string) string {
	return f.body(f.ids.VMID, `{"storageId":"`+f.ids.StorageAccountID+`"}`, extra)
}

func (f *fixture) body(target, storage, extra string) string {
	return `{"properties":{"target":"` + target + `","storageLocation":` + storage + extra + `}}`
}

// create makes a capture and lets its operation and its start delay pass.
func (f *fixture) create(t *testing.T, name, body string) {
	t.Helper()
	created := f.do(t, http.MethodPut, f.captureID(name), body).want(t, http.StatusCreated)
	f.do(t, http.MethodGet, created.header.Get("Azure-AsyncOperation"), "").want(t, http.StatusOK)
	f.core.Clock.Advance(f.service.Switches().Duration(arm.SwitchStartDelay))
}

func (f *fixture) set(t *testing.T, name, value string) {
	t.Helper()
	if err := f.service.Switches().Set(name, value); err != nil {
		t.Fatal(err)
	}
}

type status struct {
	StartTime  string   `json:"captureStartTime"`
	Status     string   `json:"packetCaptureStatus"`
	StopReason string   `json:"stopReason"`
	Errors     []string `json:"packetCaptureError"`
}

func (f *fixture) queryStatus(t *testing.T, name string) (int, status) {
	t.Helper()
	got := f.do(t, http.MethodPost, f.captureID(name)+"/queryStatus", "")
	var body status
	got.decode(t, &body)
	return got.status, body
}

type captureBody struct {
	Name       string
	ID         string
	ETag       string
	Type       string
	Properties map[string]json.RawMessage
}

func (f *fixture) get(t *testing.T, name string) captureBody {
	t.Helper()
	var body captureBody
	f.do(t, http.MethodGet, f.captureID(name), "").want(t, http.StatusOK).decode(t, &body)
	return body
}
