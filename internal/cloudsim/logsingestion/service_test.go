package logsingestion_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

var start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

// audience takes the token "good" for the public cloud's audience only.
type audience struct{}

func (audience) Verify(token string, audiences ...string) error {
	if token != "good" || !slices.Contains(audiences, "https://monitor.azure.com") {
		return errors.New("not for this service")
	}
	return nil
}

type world struct {
	t       *testing.T
	core    *simcore.Core
	store   *logstore.Store
	service *logsingestion.Service
	server  *httptest.Server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	core := simcore.NewCore(simcore.NewStoppedClock(start))
	w := &world{t: t, core: core, store: logstore.New(core.Clock)}
	w.service = logsingestion.New(core, w.store, audience{}, logsingestion.Options{})
	w.server = httptest.NewServer(core.Handler(w.service))
	t.Cleanup(w.server.Close)
	return w
}

// answer is what the service said; its body is read and closed.
type answer struct {
	status int
	header http.Header
}

func (w *world) upload(body []byte, change func(*http.Request)) (answer, string) {
	w.t.Helper()
	path := "/dataCollectionRules/" + logsingestion.SeededRuleID + "/streams/" + logsingestion.SeededStream
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.server.URL+path+"?api-version=2023-01-01", bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer good")
	r.Header.Set("Content-Type", "application/json")
	if change != nil {
		change(r)
	}
	response, err := w.server.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); err != nil || closeErr != nil {
		w.t.Fatal(err, closeErr)
	}
	return answer{response.StatusCode, response.Header}, string(text)
}

func compressed(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	if _, err := writer.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func path(rule, stream string) func(*http.Request) {
	return func(r *http.Request) { r.URL.Path = "/dataCollectionRules/" + rule + "/streams/" + stream }
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	turn := func(name, value string) func(*world) {
		return func(w *world) {
			if err := w.service.Switches().Set(name, value); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	auxiliary := func(w *world) {
		if err := w.store.CreateTable(logstore.SeededWorkspaceID, logsingestion.SeededTable, true, logstore.Column{Name: "Name", Type: logstore.String}); err != nil {
			w.t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		body    string
		change  func(*http.Request)
		prepare func(*world)
		status  int
		code    string
	}{
		"array":             {`[{"Name":"a"}]`, nil, nil, 204, ""},
		"empty array":       {`[]`, nil, nil, 204, ""},
		"escaped version":   {`[]`, func(r *http.Request) { r.URL.RawQuery = "api%2Dversion=2023-01-01" }, nil, 204, ""},
		"no version":        {`[]`, func(r *http.Request) { r.URL.RawQuery = "" }, nil, 400, "InvalidApiVersion"},
		"preview version":   {`[]`, func(r *http.Request) { r.URL.RawQuery = "api-version=2021-11-01-preview" }, nil, 204, ""},
		"other version":     {`[]`, func(r *http.Request) { r.URL.RawQuery = "api-version=2016-04-01" }, nil, 400, "InvalidApiVersion"},
		"bare object":       {`{"Name":"a"}`, nil, nil, 400, "InvalidRequestBody"},
		"not JSON":          {`[{]`, nil, nil, 400, "InvalidRequestBody"},
		"not objects":       {`["a"]`, nil, nil, 400, "InvalidRequestBody"},
		"not gzip":          {`[]`, header("Content-Encoding", "gzip"), nil, 400, "InvalidRequestBody"},
		"other encoding":    {`[]`, header("Content-Encoding", "br"), nil, 400, "InvalidRequestBody"},
		"type in capitals":  {`[]`, header("Content-Type", "Application/JSON; charset=utf-8"), nil, 204, ""},
		"small scheme":      {`[]`, header("Authorization", "bearer good"), nil, 204, ""},
		"another scheme":    {`[]`, header("Authorization", "Basic good"), nil, 401, "InvalidAuthenticationToken"},
		"gzip in capitals":  {string(compressed(t, `[]`)), header("Content-Encoding", "GZIP"), nil, 204, ""},
		"no encoding":       {`[]`, header("Content-Encoding", "identity"), nil, 204, ""},
		"content type":      {`[]`, header("Content-Type", "text/plain"), nil, 415, "UnsupportedMediaType"},
		"no token":          {`[]`, func(r *http.Request) { r.Header.Del("Authorization") }, nil, 401, "InvalidAuthenticationToken"},
		"bad token":         {`[]`, header("Authorization", "Bearer bad"), nil, 401, "InvalidAuthenticationToken"},
		"unknown rule":      {`[]`, path("dcr-none", "Custom-X"), nil, 404, "NotFound"},
		"unknown stream":    {`[]`, path(logsingestion.SeededRuleID, "Custom-X"), nil, 400, "InvalidStream"},
		"other path":        {`[]`, func(r *http.Request) { r.URL.Path = "/x" }, nil, 404, "NotFound"},
		"role on its way":   {`[]`, nil, turn("role_delay", "30m"), 403, "OperationFailed"},
		"too many requests": {`[]`, nil, turn("requests_per_minute", "0"), 429, "TooManyRequests"},
		"too many bytes":    {`[]`, nil, turn("bytes_per_minute", "1"), 429, "TooManyRequests"},
		"largest":           {"[" + strings.Repeat(" ", 1048574) + "]", nil, nil, 204, ""},
		"too large":         {"[" + strings.Repeat(" ", 1048575) + "]", nil, nil, 413, "ContentLengthLimitExceeded"},
		"nested, auxiliary": {`[{"Name":{"a":1}}]`, nil, auxiliary, 400, "InvalidRequestBody"},
		"within 30 minutes": {`[{"TimeGenerated":"2026-11-21T09:00:00Z"},{"TimeGenerated":"2026-11-21T09:30:00Z"}]`, nil, auxiliary, 204, ""},
		"over 30 minutes":   {`[{"TimeGenerated":"2026-11-21T09:30:01Z"},{"TimeGenerated":"2026-11-21T09:00:00Z"}]`, nil, auxiliary, 400, "RecordsTimeRangeIsMoreThan30Minutes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if test.prepare != nil {
				test.prepare(w)
			}
			response, text := w.upload([]byte(test.body), test.change)
			var body struct {
				Error struct{ Code, Message string }
			}
			if test.status != 204 {
				if err := json.Unmarshal([]byte(text), &body); err != nil {
					t.Fatalf("%v in %s", err, text)
				}
			}
			if response.status != test.status || body.Error.Code != test.code || response.header.Get("x-ms-error-code") != test.code {
				t.Errorf("got %d %s, want %d %s", response.status, text, test.status, test.code)
			}
			if response.status == 429 && response.header.Get("Retry-After") != "1" {
				t.Error("429 without Retry-After")
			}
		})
	}
}

func TestWhatIsStoredAndWhatIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gzipped := header("Content-Encoding", "gzip")
	body := `[{"TimeGenerated":"2026-11-21T09:00:00Z","Name":"` + strings.Repeat("x", 65537) + `","Packets":"12","Bytes":1.5,"Details":{"a":1},"Undeclared":1,"Cloud":null,"StartedAt":"soon"}]`
	if response, text := w.upload(compressed(t, body), gzipped); response.status != 204 {
		t.Fatal(text)
	}
	snapshot, _ := w.store.Read(logstore.SeededWorkspaceID, logsingestion.SeededTable, logstore.Visibility{})
	row := map[string]logstore.Value{}
	for i, column := range snapshot.Columns {
		row[column.Name] = snapshot.Rows[0][i]
	}
	name, _ := row["Name"].(string)
	details, _ := row["Details"].(json.RawMessage)
	if len(name) != 65536 || row["Packets"] != int64(12) || row["Bytes"] != nil || string(details) != `{"a":1}` || row["StartedAt"] != nil {
		t.Errorf("row has a name of %d bytes, %v, %v, %s, %v", len(name), row["Packets"], row["Bytes"], details, row["StartedAt"])
	}
	if _, there := row["Undeclared"]; there || row["TimeGenerated"] != start.Add(-time.Hour) {
		t.Errorf("row %v", row["TimeGenerated"])
	}
	// 50 MiB and a byte are taken and lost.
	huge := compressed(t, "["+strings.Repeat(" ", 50<<20-26)+`{"Name":"lost in space!!"}]`)
	if response, text := w.upload(huge, gzipped); response.status != 204 {
		t.Fatal(text)
	}
	if rows := w.store.RowCount(logstore.SeededWorkspaceID, logsingestion.SeededTable); rows != 1 {
		t.Errorf("%d rows", rows)
	}
}

func TestRatesCountMinutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.service.Switches().Set("requests_per_minute", "1"); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{204, 429, 204} {
		if i == 2 {
			w.core.Clock.Advance(time.Minute)
		}
		if response, _ := w.upload([]byte("[]"), nil); response.status != want {
			t.Errorf("request %d: %d, want %d", i, response.status, want)
		}
	}
}

func TestRulesCanBeDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if !w.service.Delete(logsingestion.SeededRuleID) || w.service.Delete(logsingestion.SeededRuleID) {
		t.Error("the seeded rule must be there once")
	}
	env := w.service.Env("https://here")
	if len(env) != 4 || env[0] != (simcore.EnvVar{Name: "CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT", Value: "https://here"}) {
		t.Errorf("env %v", env)
	}
}

func TestExchangesFitThePublishedDefinition(t *testing.T) {
	t.Parallel()
	definitions := simtest.LoadDefinitions(t, "azure-log-ingest/logs-ingestion-2023-01-01.swagger.json")
	w := newWorld(t)
	checked := 0
	w.core.Observe = func(e simcore.Exchange) {
		checked++
		if err := definitions.CheckResponse(e.Operation, e.Status, e.Body); err != nil {
			t.Error(err)
		}
		if e.Status == 204 {
			if err := definitions.CheckRequest(e.Operation, e.RequestBody); err != nil {
				t.Error(err)
			}
		}
	}
	w.upload([]byte(`[{"Name":"a"}]`), nil)
	w.upload([]byte(`{}`), nil)
	w.upload([]byte(`[]`), header("Authorization", "none"))
	w.upload([]byte(`[]`), path("none", "none"))
	if checked != 4 {
		t.Errorf("%d exchanges checked", checked)
	}
}
