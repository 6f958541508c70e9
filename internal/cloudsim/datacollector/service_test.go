package datacollector_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

var start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const workspaceID = logstore.SeededWorkspaceID

type world struct {
	t       *testing.T
	core    *simcore.Core
	store   *logstore.Store
	service *datacollector.Service
	server  *httptest.Server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	core := simcore.NewCore(simcore.NewStoppedClock(start))
	store := logstore.New(core.Clock)
	w := &world{t: t, core: core, store: store, service: datacollector.New(core, store)}
	w.server = httptest.NewServer(core.Handler(w.service))
	t.Cleanup(w.server.Close)
	return w
}

// request is a post; its zero value with a body is a right one.
type request struct {
	body        string
	workspace   string
	secondary   bool
	contentType string
	// signedType and signedLength are signed instead of the right ones.
	signedType   string
	signedLength int
	date         string
	logType      string
	change       func(*http.Request)
}

func (w *world) post(with request) (status int, body string) {
	w.t.Helper()
	orElse := func(value, otherwise string) string {
		if value == "" {
			return otherwise
		}
		return value
	}
	workspace := orElse(with.workspace, workspaceID)
	contentType := orElse(with.contentType, "application/json")
	date := orElse(with.date, w.core.Clock.Now().Format(http.TimeFormat))
	length := len(with.body)
	if with.signedLength != 0 {
		length = with.signedLength
	}
	primary, secondary, _ := w.store.Keys(workspaceID)
	if with.secondary {
		primary = secondary
	}
	key, err := base64.StdEncoding.DecodeString(primary)
	if err != nil {
		w.t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	// A hash takes everything.
	_, _ = fmt.Fprintf(mac, "POST\n%d\n%s\nx-ms-date:%s\n/api/logs", length, orElse(with.signedType, contentType), date)
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.server.URL+"/api/logs?api-version=2016-04-01", strings.NewReader(with.body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "SharedKey "+workspace+":"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("x-ms-date", date)
	r.Header.Set("Log-Type", orElse(with.logType, "Test"))
	if with.change != nil {
		with.change(r)
	}
	response, err := w.server.Client().Do(r)
	if err != nil {
		return 0, err.Error()
	}
	text, err := io.ReadAll(response.Body)
	if err := response.Body.Close(); err != nil {
		w.t.Error(err)
	}
	if err != nil {
		w.t.Error(err)
	}
	return response.StatusCode, string(text)
}

func set(header, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(header, value) }
}

func del(header string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Del(header) }
}

func TestReturnCodes(t *testing.T) {
	t.Parallel()
	const signature = `{"Error":"InvalidAuthorization","Message":"An invalid signature was specified in the Authorization header"}`
	for name, test := range map[string]struct {
		request request
		prepare func(*world)
		status  int
		body    string
	}{
		"array":                  {request{body: `[{"a":1},{"a":2}]`}, nil, 200, ""},
		"bare object":            {request{body: `{"a":1}`}, nil, 200, ""},
		"empty array":            {request{body: `[]`}, nil, 200, ""},
		"secondary key":          {request{body: `[]`, secondary: true}, nil, 200, ""},
		"UTF-8":                  {request{body: `[{"msg":"héllo 漢字 🚀"}]`}, nil, 200, ""},
		"length in UTF-16 units": {request{body: `[{"msg":"héllo 漢字 🚀"}]`, signedLength: 23}, nil, 403, signature},
		"length in characters":   {request{body: `[{"msg":"héllo 漢字 🚀"}]`, signedLength: 22}, nil, 403, signature},
		"charset not signed":     {request{body: `[]`, contentType: "application/json; charset=utf-8", signedType: "application/json"}, nil, 403, signature},
		"charset signed":         {request{body: `[]`, contentType: "application/json; charset=utf-8"}, nil, 403, signature},
		"comma form":             {request{body: "{\"a\":1},\n{\"a\":2}"}, nil, 400, `{"Error":"InvalidDataFormat","Message":null}`},
		"missing comma":          {request{body: `{"a":1 "b":2}`}, nil, 400, `{"Error":"InvalidDataFormat","Message":null}`},
		"not objects":            {request{body: `[1]`}, nil, 400, `{"Error":"InvalidDataFormat","Message":null}`},
		"reserved name":          {request{body: `{"RawData":1}`}, nil, 400, `{"Error":"InvalidDataFormat","Message":null}`},
		"long name":              {request{body: `{"` + strings.Repeat("n", 44) + `":1}`}, nil, 400, `{"Error":"InvalidDataFormat","Message":null}`},
		"no authorization":       {request{body: `[]`, change: del("Authorization")}, nil, 403, `{"Error":"InvalidAuthorization","Message":"No Authorization header was specified"}`},
		"bearer":                 {request{body: `[]`, change: set("Authorization", "Bearer x")}, nil, 403, signature},
		"no content type":        {request{body: `[]`, change: del("Content-Type")}, nil, 400, `{"Error":"MissingContentType","Message":null}`},
		"no log type":            {request{body: `[]`, change: del("Log-Type")}, nil, 400, `{"Error":"MissingLogType","Message":null}`},
		"no version":             {request{body: `[]`, change: func(r *http.Request) { r.URL.RawQuery = "" }}, nil, 400, `{"Error":"MissingApiVersion","Message":null}`},
		"other version":          {request{body: `[]`, change: func(r *http.Request) { r.URL.RawQuery = "api-version=2020-08-01" }}, nil, 400, `{"Error":"InvalidApiVersion","Message":null}`},
		"no GUID":                {request{body: `[]`, workspace: "mine"}, nil, 400, `{"Error":"InvalidCustomerId","Message":null}`},
		"other workspace":        {request{body: `[]`, workspace: "00000000-0000-0000-0000-000000000001"}, nil, 403, signature},
		"bad date":               {request{body: `[]`, date: "2000-01-01T00:00:00"}, nil, 403, `{"Error":"InvalidAuthorization","Message":"An invalid date format used in the x-ms-date header."}`},
		"date in other letters":  {request{body: `[]`, date: strings.ToUpper(start.Format(http.TimeFormat))}, nil, 403, `{"Error":"InvalidAuthorization","Message":"An invalid date format used in the x-ms-date header."}`},
		"old date":               {request{body: `[]`, date: start.Add(-16 * time.Minute).Format(http.TimeFormat)}, nil, 403, signature},
		"oldest date":            {request{body: `[]`, date: start.Add(-15 * time.Minute).Format(http.TimeFormat)}, nil, 200, ""},
		"log type with a dash":   {request{body: `[]`, logType: "a-b"}, nil, 400, `{"Error":"InvalidLogType","Message":null}`},
		"long log type":          {request{body: `[]`, logType: strings.Repeat("a", 101)}, nil, 400, `{"Error":"InvalidLogType","Message":null}`},
		"longest log type":       {request{body: `[]`, logType: "_9" + strings.Repeat("a", 98)}, nil, 200, ""},
		"text":                   {request{body: `[]`, contentType: "text/plain"}, nil, 400, `{"Error":"UnsupportedContentType","Message":null}`},
		"other path":             {request{body: `[]`, change: func(r *http.Request) { r.URL.Path = "/api/log" }}, nil, 404, ""},
		"too large":              {request{body: `["` + strings.Repeat("x", 29_999_996) + `"]`}, nil, 404, ""},
		"closed":                 {request{body: `[]`}, change(func(w *logstore.Workspace) { w.Closed = true }), 400, `{"Error":"InactiveCustomer","Message":null}`},
		"local auth off":         {request{body: `[]`}, change(func(w *logstore.Workspace) { w.LocalAuthDisabled = true }), 403, signature},
		"public ingestion off":   {request{body: `[]`}, change(func(w *logstore.Workspace) { w.PublicIngestionDisabled = true }), 403, signature},
		"over the rate":          {request{body: `[]`}, turn("bytes_per_minute", "1"), 429, ""},
		"retired: gone":          {request{body: `[]`}, turn("retired", "gone"), 410, ""},
		"retired: not found":     {request{body: `[]`}, turn("retired", "not_found"), 404, ""},
		"retired: forbidden":     {request{body: `[]`}, turn("retired", "forbidden"), 403, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if test.prepare != nil {
				test.prepare(w)
			}
			if status, body := w.post(test.request); status != test.status || body != test.body {
				t.Errorf("got %d %s, want %d %s", status, body, test.status, test.body)
			}
		})
	}
}

func change(settings func(*logstore.Workspace)) func(*world) {
	return func(w *world) {
		if err := w.store.Change(workspaceID, settings); err != nil {
			w.t.Fatal(err)
		}
	}
}

func turn(name, value string) func(*world) {
	return func(w *world) {
		if err := w.service.Switches().Set(name, value); err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestCutConnections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	turn("retired", "cut")(w)
	if status, _ := w.post(request{body: "[]"}); status != 0 {
		t.Errorf("a service that is cut off answered %d", status)
	}
	turn("retired", "off")(w)
	turn("oversize", "cut")(w)
	turn("post_limit_bytes", "2")(w)
	if status, _ := w.post(request{body: "[]"}); status != 0 {
		t.Errorf("a post that is cut off was answered with %d", status)
	}
}

func TestRegeneratedKeysStopWorking(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old, _, _ := w.store.Keys(workspaceID)
	if err := w.store.RegenerateKey(workspaceID, false); err != nil {
		t.Fatal(err)
	}
	if renewed, _, _ := w.store.Keys(workspaceID); renewed == old {
		t.Fatal("the key is the same")
	}
	for _, secondary := range []bool{false, true} {
		if status, _ := w.post(request{body: "[]", secondary: secondary}); status != 200 {
			t.Errorf("secondary %v: %d", secondary, status)
		}
	}
}

func TestEveryAnswerHasTheServicesDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	turn("clock_offset", "40m")(w)
	for _, path := range []string{"/api/logs", "/elsewhere"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := w.server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Error(err)
		}
		if got, want := response.Header.Get("Date"), start.Add(40*time.Minute).Format(http.TimeFormat); got != want {
			t.Errorf("%s: Date %q, want %q", path, got, want)
		}
	}
}

func TestFaultBodiesAreTheServices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for status, want := range map[int]string{500: "UnspecifiedError", 503: "ServiceUnavailable", 403: "InvalidAuthorization", 429: ""} {
		if err := w.core.Faults.Add(simcore.Fault{Service: datacollector.Name, Operation: datacollector.OperationPost, Kind: simcore.KindStatus, Code: status}); err != nil {
			t.Fatal(err)
		}
		got, text := w.post(request{body: "[]"})
		var body struct{ Error string }
		if err := json.Unmarshal([]byte(text), &body); err != nil || got != status || body.Error != want {
			t.Errorf("got %d %s, %v", got, text, err)
		}
	}
}

func TestEnvNamesTheSeededWorkspace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	primary, _, _ := w.store.Keys(workspaceID)
	want := []simcore.EnvVar{
		{Name: "CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT", Value: "https://here"},
		{Name: "CLOUDTAP_SIM_WORKSPACE_ID", Value: workspaceID},
		{Name: "CLOUDTAP_SIM_WORKSPACE_KEY", Value: primary},
	}
	if got := w.service.Env("https://here"); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

// TestDatesAreJudgedByTheClientsClock moves the simulated clock, of which an
// ordinary client knows nothing.
func TestDatesAreJudgedByTheClientsClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.core.Clock.Advance(48 * time.Hour)
	right := start.Format(http.TimeFormat)
	if status, body := w.post(request{body: `[{"a":1}]`, date: right}); status != http.StatusOK {
		t.Errorf("a right date got %d %s", status, body)
	}
	if err := w.service.Switches().Set(datacollector.SwitchDateClock, "simulated"); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.post(request{body: `[{"a":1}]`, date: right}); status != http.StatusForbidden {
		t.Errorf("the simulated clock's skew got %d", status)
	}
}

func TestPropertyNamesFollowTheSwitch(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int{"refuse": http.StatusBadRequest, "underscore": http.StatusOK, "drop": http.StatusOK} {
		w := newWorld(t)
		if err := w.service.Switches().Set(datacollector.SwitchPropertyNames, value); err != nil {
			t.Fatal(err)
		}
		if status, _ := w.post(request{body: `[{"a b":1,"@c":{"d.e":1}}]`}); status != want {
			t.Errorf("%s: %d, want %d", value, status, want)
		}
	}
}
