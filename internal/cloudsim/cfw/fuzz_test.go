package cfw_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/iam"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// FuzzRequests: a request is refused in the service's words and changes
// nothing, or makes the one task that its body describes.
func FuzzRequests(f *testing.F) {
	f.Add("capture-task", createExample, "10", "0")
	f.Add("capture-task/stop", `{"task_id":null}`, "", "-1")
	f.Add("capture-task/batch-delete", `{"task_ids":[7]}`, "1025", "99999999999999999999")
	f.Add("firewalls/list", `{"limit":1,"offset":9223372036854775807}`, "1", "9223372036854775807")
	f.Fuzz(func(t *testing.T, path, body, limit, offset string) {
		core := simcore.NewCore(simcore.NewStoppedClock(time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)))
		accounts := iam.New(core, iam.Options{})
		service := cfw.New(core, accounts, cfw.Options{})
		token := accounts.IssueToken(accounts.ProjectID(), time.Hour)
		query := url.Values{"fw_instance_id": {service.FirewallID()}, "limit": {limit}, "offset": {offset}, "service_type": {limit}, "task_id": {body}, "type": {offset}, "ip": {path}}
		for _, method := range []string{http.MethodPost, http.MethodGet} {
			before := len(service.Tasks())
			request := httptest.NewRequestWithContext(t.Context(), method, "/", strings.NewReader(body))
			request.URL = &url.URL{Path: "/v1/" + accounts.ProjectID() + "/" + path, RawQuery: query.Encode()}
			request.Header.Set("X-Auth-Token", token)
			recorder := httptest.NewRecorder()
			service.Route(request).Handle(recorder, request)
			var answer struct {
				Code    string `json:"error_code"`
				Message string `json:"error_msg"`
				Data    any    `json:"data"`
			}
			if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || recorder.Code >= 500 {
				t.Fatalf("%s %q: %d %q, %v", method, path, recorder.Code, recorder.Body, err)
			}
			if accepted := recorder.Code == http.StatusOK; accepted != (answer.Code == "") || accepted != (answer.Data != nil) {
				t.Fatalf("%s %q: %d %q", method, path, recorder.Code, recorder.Body)
			}
			tasks := service.Tasks()
			switch made := len(tasks) - before; {
			case made == 0 && (recorder.Code != http.StatusOK || method != http.MethodPost || path != "capture-task"):
			case made == 1 && recorder.Code == http.StatusOK && method == http.MethodPost && path == "capture-task":
				checkMade(t, body, tasks[len(tasks)-1])
			default:
				t.Fatalf("%s %q with %q: %d, and %d tasks more", method, path, body, recorder.Code, made)
			}
		}
	})
}

// checkMade compares a task with the request for it.
func checkMade(t *testing.T, body string, made cfw.Task) {
	t.Helper()
	var asked struct {
		Name     string
		Duration int
	}
	if err := json.Unmarshal([]byte(body), &asked); err != nil || asked.Name != made.Name || asked.Duration != made.DurationInMinutes || asked.Duration < 1 || made.Status != 2 {
		t.Fatalf("%q makes %+v, %v", body, made, err)
	}
}
