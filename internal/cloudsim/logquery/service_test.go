package logquery_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

var start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const queryPath = "/v1/workspaces/" + logstore.SeededWorkspaceID + "/query"

// directory takes the token "good" for this API and "other" for another.
type directory struct{}

func (directory) Verify(token string, audiences ...string) error {
	if token == "good" && (len(audiences) == 0 || slices.Contains(audiences, "https://api.loganalytics.io")) || token == "other" && len(audiences) == 0 {
		return nil
	}
	return errors.New("not valid")
}

// subscription has one machine besides the workspace.
type subscription struct{}

const (
	groupID   = "/subscriptions/s/resourceGroups/g"
	machineID = groupID + "/providers/Microsoft.Compute/virtualMachines/web"
	tapLogsID = groupID + "/providers/Microsoft.OperationalInsights/workspaces/tap-logs"
)

func (subscription) WorkspaceID() string      { return tapLogsID }
func (subscription) SubscriptionName() string { return "Contoso" }

func (subscription) Exists(id string) bool {
	return slices.ContainsFunc([]string{groupID, machineID, tapLogsID}, func(known string) bool { return strings.EqualFold(id, known) })
}

type world struct {
	t       *testing.T
	core    *simcore.Core
	store   *logstore.Store
	service *logquery.Service
	server  *httptest.Server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	core := simcore.NewCore(simcore.NewStoppedClock(start))
	w := &world{t: t, core: core, store: logstore.New(core.Clock)}
	w.service = logquery.New(core, w.store, directory{}, logquery.Options{Resources: subscription{}})
	w.server = httptest.NewServer(core.Handler(w.service))
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) fill() {
	w.t.Helper()
	body := `[{"at":"2026-11-21T09:00:00Z","name":"a","n":1},{"at":"2026-11-21T05:00:00Z","name":"b","n":2}]`
	if _, err := w.store.IngestClassic(logstore.ClassicPost{Workspace: logstore.SeededWorkspaceID, LogType: "T", TimeField: "at", Body: []byte(body)}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) ask(method, path, body string, change func(*http.Request)) (int, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, strings.NewReader(body))
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
	return response.StatusCode, string(text)
}

func query(t *testing.T, kql, timespan string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": kql, "timespan": timespan})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const rows = `{"tables":[{"name":"PrimaryResult","columns":[{"name":"name_s","type":"string"}],"rows":[["a"]]}]}`
	const one = `{"tables":[{"name":"PrimaryResult","columns":[{"name":"Count","type":"long"}],"rows":[[1]]}]}`
	authorization := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", value) }
	}
	for name, test := range map[string]struct {
		method, path, body string
		change             func(*http.Request)
		status             int
		want               string
	}{
		"post":             {"POST", queryPath, query(t, `T_CL | where name_s == "a" | project name_s`, ""), nil, 200, rows},
		"get":              {"GET", queryPath + "?query=" + url.QueryEscape(`T_CL | where n_d == 1 | project name_s`), "", nil, 200, rows},
		"timespan":         {"POST", queryPath, query(t, "T_CL | count", "PT2H"), nil, 200, one},
		"interval":         {"POST", queryPath, query(t, "T_CL | count", "2026-11-21T04:00:00Z/2026-11-21T06:00:00Z"), nil, 200, one},
		"fraction of s":    {"POST", queryPath, query(t, "T_CL | count", "PT7200.0S"), nil, 200, one},
		"fraction of h":    {"POST", queryPath, query(t, "T_CL | count", "PT1.5H"), nil, 200, one},
		"comma":            {"POST", queryPath, query(t, "T_CL | count", "PT1,5H"), nil, 200, one},
		"three years":      {"POST", queryPath, query(t, "T_CL | count", "PT94608000000.0S"), nil, 200, `[[2]]`},
		".NET's longest":   {"POST", queryPath, query(t, "T_CL | count", "P10675199DT2H48M5.4775807S"), nil, 200, `[[2]]`},
		"beyond floats":    {"POST", queryPath, query(t, "T_CL | count", "PT1e999S"), nil, 200, `[[2]]`},
		"exponent":         {"POST", queryPath, query(t, "T_CL | count", "PT1e-05S"), nil, 200, `[[0]]`},
		"no exponent":      {"POST", queryPath, query(t, "T_CL", "PT1eS"), nil, 400, `"InvalidTimespan"`},
		"months":           {"POST", queryPath, query(t, "T_CL | count", "P1Y1M"), nil, 200, `[[2]]`},
		"start and length": {"POST", queryPath, query(t, "T_CL | count", "2026-11-21T04:00:00Z/PT90M"), nil, 200, one},
		"length and end":   {"POST", queryPath, query(t, "T_CL | count", "P1D/2026-11-21T06:00:00Z"), nil, 200, one},
		"bad timespan":     {"POST", queryPath, query(t, "T_CL", "soon"), nil, 400, `"InvalidTimespan"`},
		"bad query":        {"POST", queryPath, query(t, "T_CL |", ""), nil, 400, `"SyntaxError"`},
		"batch": {"POST", "/v1/$batch", `{"requests":[{"id":"1","method":"POST","path":"/query","workspace":"` + logstore.SeededWorkspaceID + `","body":{"query":"T_CL | count","timespan":"PT2H"}},
			{"id":"2","method":"POST","path":"/query","workspace":"none","body":{"query":"T_CL"}}]}`, nil, 200, `{"responses":[{"id":"1","status":200,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":` + one + `},{"id":"2","status":400,`},
		"batch without token":      {"POST", "/v1/$batch", `{}`, func(r *http.Request) { r.Header.Del("Authorization") }, 401, `"AuthenticationFailed"`},
		"empty batch":              {"POST", "/v1/$batch", `{"requests":[]}`, nil, 400, `"BadArgumentError"`},
		"workspace by resource id": {"POST", "/v1/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/tap-logs/query", query(t, "T_CL | count", "PT2H"), nil, 200, one},
		"another resource":         {"GET", "/v1/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web/query?query=" + url.QueryEscape("T_CL | count"), "", nil, 200, `[[0]]`},
		"statistics":               {"POST", queryPath, query(t, "T_CL | count", ""), func(r *http.Request) { r.Header.Set("Prefer", "wait=600, include-statistics=true") }, 200, `"statistics":{"query":{"executionTime":0.0156`},
		"render":                   {"POST", queryPath, query(t, "T_CL | count", ""), func(r *http.Request) { r.Header.Set("Prefer", "include-render=true") }, 200, `"title":null,"visualization":null,`},
		"rendered":                 {"POST", queryPath, query(t, "T_CL | count | render barchart title='24H'", ""), func(r *http.Request) { r.Header.Set("Prefer", "include-render=true") }, 200, `"title":"24H","visualization":"barchart",`},
		"rendered for nobody":      {"POST", queryPath, query(t, "T_CL | where n_d == 1 | count | render barchart", ""), nil, 200, one},
		"not simulated":            {"POST", queryPath, query(t, "T_CL | where n_d between (1 .. 2)", ""), nil, 400, `"message":"Query could not be parsed at 'between' on line [1,17]: \"between\" is not simulated`},
		"statement":                {"POST", queryPath, query(t, "let x = 1; T_CL", ""), nil, 400, `"message":"Query could not be parsed at 'let' on line [1,0]: \"let\" is not simulated`},
		"end of the query":         {"POST", queryPath, query(t, "T_CL |", ""), nil, 400, `{"code":"SYN0002","message":"Query could not be parsed at '\u003cEOF\u003e' on line [1,6]","line":1,"pos":6,"token":"\u003cEOF\u003e"}`},
		"begins with a bar":        {"POST", queryPath, query(t, "| count", ""), nil, 400, `"message":"Query could not be parsed at '|' on line [1,0]","line":1,"pos":0,"token":"|"`},
		"unresolved in a join":     {"POST", queryPath, query(t, "T_CL | join None_CL on name_s", ""), nil, 400, `"code":"SEM0100","message":"'join' operator: Failed`},
		"operator":                 {"POST", queryPath, query(t, "T_CL | project-keep name_s", ""), nil, 400, `"pos":7,"token":"project-keep"`},
		"no such table":            {"POST", queryPath, query(t, "U_CL", ""), nil, 400, `"SemanticError"`},
		"bad JSON":                 {"POST", queryPath, "{", nil, 400, `"BadArgumentError"`},
		"no body":                  {"POST", queryPath, "", nil, 200, ""},
		"no content type":          {"POST", queryPath, query(t, "T_CL", ""), func(r *http.Request) { r.Header.Del("Content-Type") }, 200, ""},
		"no token":                 {"POST", queryPath, query(t, "T_CL", ""), func(r *http.Request) { r.Header.Del("Authorization") }, 401, `"AuthenticationFailed"`},
		"content type in capitals": {"POST", queryPath, query(t, "T_CL | count", "PT2H"), func(r *http.Request) { r.Header.Set("Content-Type", "Application/JSON;Charset=UTF-8") }, 200, one},
		"scheme in small letters":  {"POST", queryPath, query(t, "T_CL | count", "PT2H"), authorization("bearer good"), 200, one},
		"another scheme":           {"POST", queryPath, query(t, "T_CL | count", "PT2H"), authorization("Basic good"), 403, `"InvalidAuthenticationToken"`},
		"bad token":                {"POST", queryPath, query(t, "T_CL", ""), authorization("Bearer bad"), 403, `"InvalidAuthenticationToken"`},
		"other audience":           {"POST", queryPath, query(t, "T_CL", ""), authorization("Bearer other"), 403, `"InvalidAuthenticationTokenAudience"`},
		"other workspace":          {"POST", "/v1/workspaces/none/query", query(t, "T_CL", ""), nil, 403, `"InsufficientAccessError"`},
		"other path":               {"POST", "/v2/x", "", nil, 404, `"PathNotFoundError"`},
		"other method":             {"PUT", queryPath, "", nil, 404, `"PathNotFoundError"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.fill()
			status, text := w.ask(test.method, test.path, test.body, test.change)
			if status != test.status || !strings.Contains(text, test.want) || test.want == "" && text != "" {
				t.Errorf("got %d %s, want %d %s", status, text, test.status, test.want)
			}
		})
	}
}

func TestSwitches(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set    map[string]string
		fill   bool
		kql    string
		status int
		want   string
	}{
		"row limit":       {map[string]string{"max_rows": "1"}, true, "T_CL | project name_s", 200, `"error":{"code":"PartialError"`},
		"delay":           {map[string]string{"ingestion_delay": "1m"}, true, "T_CL | count", 200, `[[0]]`},
		"new table":       {map[string]string{"new_table_delay": "1m"}, true, "T_CL | count", 400, "SemanticError"},
		"empty workspace": {map[string]string{"empty_workspace": "no_content"}, false, "T_CL | count", 204, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if test.fill {
				w.fill()
			}
			for name, value := range test.set {
				if err := w.service.Switches().Set(name, value); err != nil {
					t.Fatal(err)
				}
			}
			if status, text := w.ask("POST", queryPath, query(t, test.kql, ""), nil); status != test.status || !strings.Contains(text, test.want) {
				t.Errorf("got %d %s", status, text)
			}
			w.core.Clock.Advance(time.Minute)
			if status, text := w.ask("POST", queryPath, query(t, "T_CL | count", ""), nil); test.fill && (status != 200 || !strings.Contains(text, `[[2]]`)) {
				t.Errorf("a minute later: %d %s", status, text)
			}
		})
	}
}

// TestExchangesFitThePublishedDefinition checks the shapes. The definition
// says that all cells are strings, but the service sends JSON scalars; so the
// queries here give strings.
func TestExchangesFitThePublishedDefinition(t *testing.T) {
	t.Parallel()
	definitions := simtest.LoadDefinitions(t, "azure-log-ingest/log-analytics-query-v1.swagger.json")
	w := newWorld(t)
	w.fill()
	checked := 0
	w.core.Observe = func(e simcore.Exchange) {
		checked++
		if err := definitions.CheckResponse(e.Operation, e.Status, e.Body); err != nil {
			t.Error(err)
		}
	}
	w.ask("POST", queryPath, query(t, "T_CL | project name_s, TimeGenerated", "PT12H"), nil)
	w.ask("POST", queryPath, query(t, "T_CL | where", ""), nil)
	w.ask("POST", queryPath, query(t, "T_CL", ""), func(r *http.Request) { r.Header.Del("Authorization") })
	if checked != 3 {
		t.Errorf("%d exchanges checked", checked)
	}
}
