package logquery_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

const other = "11111111-2222-3333-4444-555555555555"

// fillOther adds a second workspace, whose table has another column.
func (w *world) fillOther() {
	w.t.Helper()
	w.store.AddWorkspace(other)
	if _, err := w.store.IngestClassic(logstore.ClassicPost{Workspace: other, LogType: "T", Body: []byte(`[{"name":"c","extra":"e"}]`), ResourceID: machineID}); err != nil {
		w.t.Fatal(err)
	}
}

// TestWhatAQueryReaches names workspaces and resources that there are, and some
// that there are not.
func TestWhatAQueryReaches(t *testing.T) {
	t.Parallel()
	const count, three, two, one = `{"query":"T_CL | count","workspaces":`, `[[3]]`, `[[2]]`, `[[1]]`
	const denied, missing = `"InsufficientAccessError"`, `"code":"ResourceNotFoundError","message":"The resource `
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		want               string
	}{
		"with another":               {"POST", queryPath, count + `["` + other + `"]}`, 200, three},
		"with itself":                {"POST", queryPath, count + `["` + strings.ToUpper(logstore.SeededWorkspaceID) + `"]}`, 200, two},
		"with itself by name":        {"POST", queryPath, count + `["tap-logs"]}`, 200, two},
		"with itself by resource id": {"POST", queryPath, count + `["` + tapLogsID + `"]}`, 200, two},
		"with itself in full":        {"POST", queryPath, count + `["contoso/G/TAP-logs"]}`, 200, two},
		"of another subscription":    {"POST", queryPath, count + `["fabrikam/g/tap-logs"]}`, 403, denied},
		"of another group":           {"GET", queryPath + "?query=T_CL%7Ccount&workspaces=Contoso/h/tap-logs", "", 403, denied},
		"from the other":             {"POST", "/v1/workspaces/" + other + "/query", count + `["tap-logs"]}`, 200, three},
		"with an unknown id":         {"POST", queryPath, count + `["` + other + `","00000000-0000-0000-0000-000000000000"]}`, 403, denied},
		"with an unknown name":       {"POST", queryPath, count + `["nobody"]}`, 403, denied},
		"with an unknown resource":   {"POST", queryPath, count + `["` + tapLogsID + `x"]}`, 403, denied},
		"workspaces that are none":   {"POST", queryPath, count + `"tap-logs"}`, 400, `"code":"InvalidJsonBody"`},
		"with none":                  {"POST", queryPath, count + `[]}`, 200, two},
		"get with another":           {"GET", queryPath + "?query=T_CL%7Ccount&workspaces=" + other + ",tap-logs", "", 200, three},
		"get with an unknown":        {"GET", queryPath + "?query=T_CL%7Ccount&workspaces=nobody", "", 403, denied},
		"joined columns":             {"POST", queryPath, `{"query":"T_CL | where extra_s == 'e' | project name_s, n_d","workspaces":["` + other + `"]}`, 200, `[["c",null]]`},
		"of a resource":              {"POST", "/v1" + machineID + "/query", count + `["` + other + `"]}`, 200, one},
		"of a group":                 {"POST", "/v1" + strings.ToUpper(groupID) + "/query", count + `["` + other + `"]}`, 200, one},
		"of the workspace's id":      {"POST", "/v1" + tapLogsID + "/query", count + `[]}`, 200, two},
		"of no such machine":         {"POST", "/v1" + machineID + "x/query", count + `[]}`, 404, missing + machineID + `x was not found"`},
		"of no such workspace":       {"GET", "/v1" + tapLogsID + "x/query?query=T_CL", "", 404, missing},
		"of no such group":           {"POST", "/v1" + groupID + "x/query", count + `[]}`, 404, missing},
		"of no such subscription":    {"POST", "/v1/subscriptions/t/query", count + `[]}`, 404, missing},
		"of a workspace without id":  {"POST", "/v1/workspaces//query", count + `[]}`, 404, `"PathNotFoundError"`},
		"of no resource":             {"POST", "/v1/machines/x/query", count + `[]}`, 404, `"PathNotFoundError"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.fill()
			w.fillOther()
			status, text := w.ask(test.method, test.path, test.body, nil)
			if status != test.status || !strings.Contains(text, test.want) {
				t.Errorf("got %d %s, want %d %s", status, text, test.status, test.want)
			}
			if err := w.service.Switches().Set(logquery.SwitchUnknownWorkspace, "not_resolved"); err != nil {
				t.Fatal(err)
			}
			status, text = w.ask(test.method, test.path, test.body, nil)
			if test.want == denied && (status != 400 || !strings.Contains(text, `"FailedToResolveResource"`)) {
				t.Errorf("not resolved: got %d %s", status, text)
			}
		})
	}
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	const statistics, render, sources, permissions = `"statistics":{"query":`, `"render":{"accumulate":false,`, `"dataSources":[{"resourceId":"` + tapLogsID + `","region":"westeurope","tables":["T_CL"]}]`,
		`"permissions":{"resources":[],"dataSources":[{"resourceId":"` + tapLogsID + `"}]}`
	for _, test := range []struct {
		prefer []string
		want   []string
	}{
		{[]string{"include-statistics"}, []string{statistics}},
		{[]string{"include-statistics=true"}, []string{statistics}},
		{[]string{`Include-Statistics="true"`}, []string{statistics}},
		{[]string{"include-statistics=false"}, nil},
		{[]string{"include-statistics=false,include-statistics"}, nil},
		{[]string{"include-render"}, []string{render}},
		{[]string{"wait=600", "include-render, include-statistics"}, []string{statistics, render}},
		{[]string{"wait=600; include-statistics=true"}, []string{statistics}},
		{[]string{"include-dataSources=true"}, []string{sources}},
		{[]string{"include-dataSources,include-permissions=true,include-render=0"}, []string{sources, permissions}},
		{[]string{"include-everything", "return=minimal"}, nil},
		{nil, nil},
	} {
		w := newWorld(t)
		w.fill()
		_, text := w.ask("POST", queryPath, query(t, "T_CL | count", ""), func(r *http.Request) { r.Header["Prefer"] = test.prefer })
		for _, part := range []string{statistics, render, sources, permissions} {
			wanted := false
			for _, want := range test.want {
				wanted = wanted || want == part
			}
			if strings.Contains(text, part) != wanted {
				t.Errorf("%q: %s is there: %v\n%s", test.prefer, part, !wanted, text)
			}
		}
	}
	w := newWorld(t)
	w.fill()
	_, text := w.ask("POST", "/v1"+machineID+"/query", query(t, "T_CL | count", ""), func(r *http.Request) { r.Header.Set("Prefer", "include-permissions") })
	if want := `"resources":[{"resourceId":"` + machineID + `","dataSources":["` + tapLogsID + `"]}]`; !strings.Contains(text, want) {
		t.Errorf("a resource's permissions are not %s: %s", want, text)
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	member := func(id, rest string) string {
		return `{"id":"` + id + `","workspace":"` + logstore.SeededWorkspaceID + `","path":"/query"` + rest + `}`
	}
	post := `,"method":"POST","body":{"query":"T_CL | count"}`
	for name, test := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"no method is GET":     {`{"requests":[` + strings.Replace(member("1", `,"body":{"query":"none"}`), "/query", "/query?query="+url.QueryEscape("T_CL | count"), 1) + `]}`, 200, `[[2]]`},
		"statistics":           {`{"requests":[` + member("1", post+`,"headers":{"prefer":"include-statistics"}`) + `]}`, 200, `"statistics":{`},
		"another method":       {`{"requests":[` + member("1", `,"method":"PUT"`) + `,` + member("2", post) + `]}`, 200, `{"id":"1","status":404,"headers":{"Content-Type":"application/json; charset=utf-8"},"body":{"error":{"code":"PathNotFoundError"`},
		"another path":         {`{"requests":[` + strings.Replace(member("1", post), "/query", "/fake", 1) + `]}`, 200, `"status":404`},
		"unknown workspace":    {`{"requests":[{"id":"1","method":"POST","path":"/query","workspace":"x","body":{"query":"T_CL"}}]}`, 200, `"FailedToResolveResource"`},
		"unknown additional":   {`{"requests":[` + member("1", `,"method":"POST","body":{"query":"T_CL","workspaces":["x"]}`) + `]}`, 200, `"FailedToResolveResource"`},
		"ids that are equal":   {`{"requests":[` + member("1", post) + `,` + member("1", post) + `]}`, 400, `"InvalidBatch"`},
		"no workspace":         {`{"requests":[{"id":"1","path":"/query"}]}`, 400, `"InvalidBatch"`},
		"cut off":              {`{"requests":[`, 400, `"innererror":{"code":"QueryValidationError","message":"Failed parsing the query","details":[{"code":"InvalidJsonBody","message":"Unexpected end of JSON input","target":null}]}`},
		"not JSON":             {`requests`, 400, `"message":"Unexpected token in JSON at position 1"`},
		"a list":               {`[]`, 400, `"message":"Unexpected array in JSON at position 1"`},
		"text behind it":       {`{"requests":[]} x`, 400, `"InvalidJsonBody"`},
		"requests of a number": {`{"requests":1}`, 400, `"message":"Unexpected number in JSON`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.fill()
			if status, text := w.ask("POST", "/v1/$batch", test.body, nil); status != test.status || !strings.Contains(text, test.want) {
				t.Errorf("got %d %s, want %d %s", status, text, test.status, test.want)
			}
		})
	}
	w := newWorld(t)
	if err := w.service.Switches().Set(logquery.SwitchEmptyWorkspace, "no_content"); err != nil {
		t.Fatal(err)
	}
	if _, text := w.ask("POST", "/v1/$batch", `{"requests":[`+member("1", post)+`]}`, nil); !strings.Contains(text, `"status":204`) || !strings.Contains(text, "WorkspaceNotPlacedError") {
		t.Errorf("an empty workspace: %s", text)
	}
}
