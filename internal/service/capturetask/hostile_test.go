package capturetask_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// hostileAnswers are answers of no operation; those without a status come with
// 200, and the first ones with the other statuses of success as well.
var hostileAnswers = []struct {
	name   string
	status int
	body   string
}{
	{"an error inside", 0, `{"error_code":"CFW.00200003","error_msg":"parameter error"}`},
	{"a page", 0, `"<html><head><title>Log in</title></head></html>"`},
	{"an empty object", 0, `{}`},
	{"busy", 0, `{"error_code":"CFW.00100001","error_msg":"busy"}`},
	{"not found inside", 0, `{"error_code":"CFW.00200005","error_msg":"content does not exist","data":{"total":0,"records":[]}}`},
	{"IAM's error inside", 0, `{"error":{"code":401,"message":"expired","title":"Unauthorized"}}`},
	{"null", 0, `null`},
	{"nothing", 0, `""`},
	{"a list", 0, `[]`},
	{"a number", 0, `7`},
	{"null data", 0, `{"data":null}`},
	{"empty data", 0, `{"data":{}}`},
	{"a list as data", 0, `{"data":[]}`},
	{"no records", 0, `{"data":{"total":0}}`},
	{"a total too high", 0, `{"data":{"total":3,"records":[]}}`},
	{"a record without id", 0, `{"data":{"total":1,"records":[{"name":"web","status":1}]}}`},
	{"cut off", 0, `"{\"data\":{\"total\":0,\"records\":["`},
	{"a link without captcha", 0, `{"data":{"url":"https://a","expires":30}}`},
	{"without content", 204, `""`},
	{"a redirect", 302, `""`},
	{"refused", 400, `{"error_code":"CFW.00200003","error_msg":"parameter error"}`},
	{"a 400 without a code", 400, `{}`},
	{"unauthorized", 401, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information","request_id":"r"}`},
	{"forbidden", 403, `{"error_code":"APIGW.0302","error_msg":"not authorized","request_id":"r"}`},
	{"a gateway's not found", 404, `{"error_code":"APIGW.0101","error_msg":"The API does not exist","request_id":"r"}`},
	{"a page's not found", 404, `"<html>404</html>"`},
	{"a proxy", 407, `"<html>407</html>"`},
	{"throttled", 429, `{"error_code":"APIGW.0308","error_msg":"throttled","request_id":"r"}`},
	{"failed", 500, `{"error_code":"CFW.00000008","error_msg":"internal error"}`},
	{"a gateway's page", 502, `"<html><title>502 Bad Gateway</title></html>"`},
	{"unavailable", 503, `""`},
}

// hostileReader is something that asks the service, about a task that runs.
type hostileReader struct {
	// operations are those whose answers are hostile.
	operations []string
	// skip is how many answers of each come before.
	skip int
	// ended says that the task has ended before.
	ended bool
	// run returns the resource's state afterwards, and what was said.
	run func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics)
}

const (
	listTasks    = "ListCaptureTask"
	createTask   = "CreateCaptureTask"
	stopTask     = "CancelCaptureTask"
	deleteTask   = "DeleteCaptureTask"
	taskResult   = "ListCaptureResult"
	oneFirewall  = "ListFirewallDetail"
	allFirewalls = "ListFirewallList"
	projects     = "KeystoneListProjects"
)

func hostileReaders() map[string]hostileReader {
	type run = func(*testing.T, *acctest.Provider, *cloudsim.Cloud, *acctest.Object) (*acctest.Object, acctest.Diagnostics)
	beside := func(ask func(*testing.T, *acctest.Provider, acctest.Config) acctest.Diagnostics, attributes ...string) run {
		return func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			config := acctest.Config{"fw_instance_id": cloud.CFW.FirewallID()}
			if slices.Contains(attributes, "task_id") {
				config["task_id"] = acctest.Get(t, object.Value, "task_id")
			}
			return object, ask(t, p, config)
		}
	}
	data := func(name string) func(*testing.T, *acctest.Provider, acctest.Config) acctest.Diagnostics {
		return func(t *testing.T, p *acctest.Provider, config acctest.Config) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.ReadData(t.Context(), name, config)
			return diagnostics
		}
	}
	apply := func(changes acctest.Config) run {
		return func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			return p.Apply(t.Context(), typeName, object, long(cloud, changes))
		}
	}
	refresh := func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
		t.Helper()
		return p.Read(t.Context(), typeName, object)
	}
	create := func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
		t.Helper()
		made, diagnostics := p.Apply(t.Context(), typeName, nil, long(cloud, acctest.Config{"name": "new"}))
		for _, task := range cloud.CFW.Tasks() {
			if task.Name == "new" && !made.Exists() {
				t.Errorf("%v was made, and is in no state: %q", task, diagnostics.Errors())
			}
		}
		return object, diagnostics
	}
	return map[string]hostileReader{
		"a refresh":         {[]string{listTasks, projects}, 0, false, refresh},
		"a create":          {[]string{listTasks, createTask, oneFirewall, projects}, 0, true, create},
		"after a create":    {[]string{listTasks}, 1, true, create},
		"a stop in place":   {[]string{listTasks, stopTask}, 0, false, apply(acctest.Config{"desired_state": "stopped"})},
		"the end of a stop": {[]string{listTasks}, 1, false, apply(acctest.Config{"desired_state": "stopped"})},
		"a destroy": {[]string{listTasks, stopTask, deleteTask}, 0, false, func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			return p.Apply(t.Context(), typeName, object, nil)
		}},
		"an import": {[]string{listTasks}, 0, false, func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			_, diagnostics := p.Import(t.Context(), typeName, acctest.Get(t, object.Value, "id"))
			return object, diagnostics
		}},
		"the tasks":    {[]string{listTasks}, 0, false, beside(data("cloudtap_huaweicloud_capture_tasks"))},
		"the result":   {[]string{taskResult}, 0, true, beside(data("cloudtap_huaweicloud_capture_result"), "task_id")},
		"the firewall": {[]string{oneFirewall}, 0, false, beside(data("cloudtap_huaweicloud_firewall"))},
		"the firewall's name": {[]string{allFirewalls}, 0, false, func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			return object, data("cloudtap_huaweicloud_firewall")(t, p, acctest.Config{"name": "sim-firewall"})
		}},
		"the ephemeral result": {[]string{taskResult}, 0, true, beside(func(t *testing.T, p *acctest.Provider, config acctest.Config) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Open(t.Context(), "cloudtap_huaweicloud_capture_result", config)
			return diagnostics
		}, "task_id")},
		"the list resource": {[]string{listTasks}, 0, false, beside(func(t *testing.T, p *acctest.Provider, config acctest.Config) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.List(t.Context(), typeName, config, 0, true, 0)
			return diagnostics
		})},
		"the stop action": {[]string{listTasks, stopTask}, 0, false, beside(func(t *testing.T, p *acctest.Provider, config acctest.Config) acctest.Diagnostics {
			t.Helper()
			_, diagnostics := p.Invoke(t.Context(), typeName+"_stop", config)
			return diagnostics
		}, "task_id")},
	}
}

// long is a task that runs for ten hours.
func long(cloud *cloudsim.Cloud, changes acctest.Config) acctest.Config {
	return web(cloud, acctest.Changed(acctest.Config{
		"duration_in_minutes": 600, "max_packets": 1000000,
		"timeouts": acctest.Config{"create": "20s", "read": "20s", "update": "20s", "delete": "20s"},
	}, changes))
}

// TestHostileAnswers gives every reader every answer that is none, to every
// operation that it asks, for as long as it asks. The state must keep the task,
// and what came must be said.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	var combinations atomic.Int64
	t.Cleanup(func() { t.Logf("%d combinations of reader, operation, status and body", combinations.Load()) })
	for name, reader := range hostileReaders() {
		for _, operation := range reader.operations {
			t.Run(name+"/"+operation, func(t *testing.T) {
				t.Parallel()
				clock := acctest.NewFastClock(1000)
				cloud := acctest.StartCloud(t, cloudsim.Options{Clock: clock.Clock})
				set(t, cloud, map[string]string{"daily_starts": "10000", "capture_minute": "24h"})
				var object *acctest.Object
				for i, answer := range hostileAnswers {
					statuses := []int{answer.status}
					switch {
					case answer.status == 0 && i < 3:
						statuses = []int{200, 201, 202}
					case answer.status == 0:
						statuses = []int{200}
					}
					for _, status := range statuses {
						combinations.Add(1)
						object = reader.expectDisbelief(t, cloud, clock, object, operation, status, answer.body)
					}
				}
			})
		}
	}
}

// expectDisbelief checks what a reader makes of one answer. It returns the task
// that it asked about.
func (r hostileReader) expectDisbelief(t *testing.T, cloud *cloudsim.Cloud, clock acctest.FastClock, object *acctest.Object, operation string, status int, body string) *acctest.Object {
	t.Helper()
	run := func() *acctest.Provider {
		return acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: clock}, acctest.Config{})
	}
	want := statusRunning
	if r.ended {
		want = statusCompleted
	}
	if tasks := cloud.CFW.Tasks(); object == nil || len(tasks) != 1 || tasks[0].Status != want {
		for _, task := range tasks {
			cloud.CFW.Delete(task.ID)
		}
		object = run().MustApply(t, typeName, nil, long(cloud, nil))
		if r.ended {
			cloud.CFW.SetStatus(acctest.Get(t, object.Value, "task_id"), want)
		}
	}
	id := acctest.Get(t, object.Value, "task_id")
	service := "cfw"
	if operation == projects {
		service = "iam"
	}
	fault := simcore.Fault{Service: service, Operation: operation, Kind: simcore.KindStatus, Code: status, Body: json.RawMessage(body), Skip: r.skip, Times: -1}
	if err := cloud.Faults.Add(fault); err != nil {
		t.Fatal(err)
	}
	cloud.Journal.Reset()
	after, diagnostics := r.run(t, run(), cloud, object)
	asked := cloud.Journal.Count(service, operation)
	cloud.Faults.Clear()
	said := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
	what := fmt.Sprintf("%d %s", status, body)
	_, exists := cloud.CFW.Task(id)
	switch {
	case asked <= r.skip:
		t.Errorf("%s: the service was not asked", what)
	case !exists:
		t.Errorf("%s: the task was deleted", what)
	case !after.Exists() || acctest.Get(t, after.Value, "task_id") != id:
		t.Errorf("%s: the task exists, and the state is %s; said was %q", what, after.Value, said)
	case strings.Contains(said, "unknown value") || strings.Contains(said, "%!"):
		t.Errorf("%s: said %s", what, said)
	case strings.Contains(body, "CFW.00200005") && strings.Contains(said, "No firewall has the id"):
		// The service says so, whatever the status.
	case operation == oneFirewall && status == 403 && said == "":
		// The check before a create needs no permission.
	case strings.Contains(said, "gave no answer to the request: the list has 0 records"), strings.Contains(said, "gave no answer to the request: it does not show the firewall"):
		// Several answers were looked at.
	case !strings.Contains(said, "answered "+strconv.Itoa(status)):
		t.Errorf("%s: what came is not said: %q", what, said)
	}
	return object
}
