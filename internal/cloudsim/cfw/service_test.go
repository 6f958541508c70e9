package cfw_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
)

func TestVisibilityLag(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	c.Set(t, map[string]string{"task_visible_after": "3s", "deletion_visible_after": "2s", "deleted_record_kept_for": "5s"})
	c.create(t, createExample)
	if records := c.records(t); len(records) != 0 {
		t.Fatalf("listed at once: %v", records)
	}
	c.Clock.Advance(3 * time.Second)
	id := c.records(t)[0]["task_id"].(string)
	c.Clock.Advance(time.Hour)
	c.call(t, http.MethodPost, "capture-task/batch-delete", nil, `{"task_ids":["`+id+`"]}`)
	if len(c.CFW.Tasks()) != 0 {
		t.Error("the service itself still has the task")
	}
	for _, step := range []struct {
		after   time.Duration
		deleted float64
	}{{0, 0}, {2 * time.Second, 1}} {
		c.Clock.Advance(step.after)
		if records := c.records(t); len(records) != 1 || records[0]["is_deleted"] != step.deleted {
			t.Fatalf("after %s: %v", step.after, records)
		}
	}
	c.Clock.Advance(5 * time.Second)
	if records := c.records(t); len(records) != 0 {
		t.Fatalf("still listed: %v", records)
	}
}

func TestStatusFollowsTheClock(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	status := func() any { t.Helper(); return c.records(t)[0]["status"] }
	c.create(t, createExample)
	c.Clock.Advance(3*time.Minute - time.Second)
	if status() != 2.0 {
		t.Error("ended before its time")
	}
	c.Clock.Advance(time.Second)
	if record := c.records(t)[0]; record["status"] != 1.0 || record["capture_size"] == "--" || record["modified_date"] == record["created_date"] {
		t.Errorf("after its time: %v", record)
	}
	c.create(t, createExample)
	id := c.records(t)[0]["task_id"].(string)
	c.call(t, http.MethodPost, "capture-task/stop", nil, `{"task_id":"`+id+`"}`)
	if status() != 5.0 {
		t.Error("not stopping after a stop")
	}
	c.Clock.Advance(10 * time.Second)
	if status() != 4.0 {
		t.Error("not stopped in the end")
	}
	c.create(t, createExample)
	c.CFW.FailTask(c.records(t)[0]["task_id"].(string))
	if status() != 0.0 {
		t.Error("not failed")
	}
	c.CFW.SetStatus(id, 3)
	if got, _ := c.CFW.Task(id); got.Status != 3 {
		t.Error("the unknown status 3 cannot be set")
	}
}

func TestRecordsExpire(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	c.create(t, createExample)
	for day := 7; day >= 0; day-- {
		if records := c.records(t); len(records) != 1 || records[0]["remaining_days"] != float64(day) {
			t.Fatalf("with %d days left: %v", day, records)
		}
		c.Clock.Advance(24 * time.Hour)
	}
	if records := c.records(t); len(records) != 0 {
		t.Fatalf("outlived its retention: %v", records)
	}
}

func TestListOrderShapeAndPages(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	ids := c.CFW.AddTasks(1030)
	for order, first := range map[string]string{"newest_first": ids[1029], "oldest_first": ids[0], "by_id": slices.Min(ids)} {
		c.Set(t, map[string]string{"list_order": order})
		if records := c.records(t); len(records) != 1024 || records[0]["task_id"] != first {
			t.Errorf("%s begins with %v, want %s", order, records[0]["task_id"], first)
		}
	}
	second := c.call(t, http.MethodGet, "capture-task", url.Values{"limit": {"1024"}, "offset": {"1024"}}, "")
	if len(recordsOf(t, second)) != 6 || member(t, second.body, "data", "total") != 1030.0 {
		t.Errorf("second page: %v", second.body)
	}
	for _, wrong := range []url.Values{
		{"limit": {"0"}, "offset": {"0"}}, {"limit": {"1025"}, "offset": {"0"}}, {"limit": {"1"}, "offset": {"-1"}},
		{"limit": {"1"}}, {"offset": {"0"}}, {"limit": {"x"}, "offset": {"0"}},
	} {
		if got := c.call(t, http.MethodGet, "capture-task", wrong, ""); got.status != http.StatusBadRequest {
			t.Errorf("%v: %d", wrong, got.status)
		}
	}
	for name, wrong := range map[string]url.Values{
		"unknown firewall": {"fw_instance_id": {"x"}, "limit": {"1"}, "offset": {"0"}},
		"no firewall":      {"fw_instance_id": {""}, "limit": {"1"}, "offset": {"0"}},
	} {
		if got := c.call(t, http.MethodGet, "capture-task", wrong, ""); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, got.status)
		}
	}
}

func TestStopAndDeleteRefuse(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	ended := c.CFW.AddTask(cfw.Seed{})
	c.create(t, createExample)
	running := c.records(t)[0]["task_id"].(string)
	stop := func(id string) reply {
		return c.call(t, http.MethodPost, "capture-task/stop", nil, `{"task_id":"`+id+`"}`)
	}
	remove := func(ids ...string) reply {
		return c.call(t, http.MethodPost, "capture-task/batch-delete", nil, `{"task_ids":["`+strings.Join(ids, `","`)+`"]}`)
	}
	wantCode(t, stop("nobody"), "CFW.00200005")
	wantCode(t, stop(""), "CFW.00200001")
	wantCode(t, remove("nobody"), "CFW.00200005")
	wantCode(t, c.call(t, http.MethodPost, "capture-task/batch-delete", nil, `{"task_ids":[]}`), "CFW.00200001")
	wantCode(t, remove(running), "CFW.00200003")
	// All or nothing: the ended task survives a batch that is refused.
	wantCode(t, remove(ended, "nobody"), "CFW.00200005")
	if _, exists := c.CFW.Task(ended); !exists {
		t.Error("a refused batch deleted a task")
	}
	if got := stop(ended); got.status != http.StatusOK {
		t.Errorf("stop of an ended task by default: %d", got.status)
	}
	c.Set(t, map[string]string{"stop_of_ended": "refuse", "delete_of_running": "accept", "delete_of_unknown": "accept"})
	if got := stop(ended); got.status != http.StatusBadRequest {
		t.Errorf("stop of an ended task with the switch: %d", got.status)
	}
	if got := remove(running, ended, "nobody"); got.status != http.StatusOK || len(c.CFW.Tasks()) != 0 {
		t.Errorf("deletion with the switches: %d, left %v", got.status, c.CFW.Tasks())
	}
}

func TestResult(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	c.create(t, createExample)
	id := c.records(t)[0]["task_id"].(string)
	result := func(extra url.Values) reply {
		query := url.Values{"task_id": {id}}
		for name, values := range extra {
			query[name] = values
		}
		return c.call(t, http.MethodGet, "capture-task/capture-result", query, "")
	}
	wantCode(t, result(nil), "CFW.00200003")
	c.Clock.Advance(time.Hour)
	first, second := result(nil), result(url.Values{"type": {"1"}, "ip": {"10.0.0.0/8", "1.2.3.4"}})
	if first.status != http.StatusOK || second.status != http.StatusOK || member(t, first.body, "data", "url") == member(t, second.body, "data", "url") {
		t.Errorf("got %v and %v, want two different links", first.body, second.body)
	}
	if text, ok := member(t, first.body, "data", "captcha").(string); !ok || len(text) != 6 {
		t.Errorf("captcha %v", text)
	}
	for name, wrong := range map[string]url.Values{
		"limited to nobody": {"type": {"1"}}, "no address": {"type": {"1"}, "ip": {"x"}},
		"four ranges": {"type": {"1"}, "ip": {"1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"}}, "unknown type": {"type": {"2"}},
	} {
		if got := result(wrong); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	wantCode(t, result(url.Values{"task_id": {"nobody"}}), "CFW.00200005")
	c.Set(t, map[string]string{"result_shape": "file_list"})
	data := member(t, result(nil).body, "data").(map[string]any)
	if data["captcha"] != nil || data["url"] != nil || data["expires"] != nil || len(data["file_list"].([]any)) != 1 {
		t.Errorf("file list: %v", data)
	}
}

func TestFirewalls(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	page := url.Values{"limit": {"10"}, "offset": {"0"}, "service_type": {"0"}}
	for id, supports := range map[string]bool{c.firewall: true, c.CFW.FirewallWithoutCaptureID(): false} {
		page.Set("fw_instance_id", id)
		records := recordsOf(t, c.call(t, http.MethodGet, "firewall/exist", page, ""))
		if len(records) != 1 || member(t, records[0], "feature_toggle", "is_support_capture") != supports {
			t.Errorf("%s: %v", id, records)
		}
	}
	page.Set("fw_instance_id", c.CFW.FirewallWithoutIPv6ID())
	if records := recordsOf(t, c.call(t, http.MethodGet, "firewall/exist", page, "")); records[0]["support_ipv6"] != false {
		t.Errorf("without IPv6: %v", records)
	}
	page.Set("fw_instance_id", "nobody")
	if records := recordsOf(t, c.call(t, http.MethodGet, "firewall/exist", page, "")); len(records) != 0 {
		t.Errorf("unknown: %v", records)
	}
	c.Set(t, map[string]string{"unknown_firewall_detail": "refuse"})
	wantCode(t, c.call(t, http.MethodGet, "firewall/exist", page, ""), "CFW.00200005")
	page.Del("service_type")
	wantCode(t, c.call(t, http.MethodGet, "firewall/exist", page, ""), "CFW.00200003")
	for keyWord, want := range map[string]int{"": 3, "sim-firewall": 3, "without-ipv6": 1, c.firewall: 1, "nobody": 0} {
		got := c.call(t, http.MethodPost, "firewalls/list", nil, `{"limit":10,"offset":0,"key_word":`+strconv.Quote(keyWord)+`}`)
		if records := recordsOf(t, got); len(records) != want {
			t.Errorf("%q: %d firewalls, want %d", keyWord, len(records), want)
		}
	}
	wantCode(t, c.call(t, http.MethodPost, "firewalls/list", nil, `{"limit":10}`), "CFW.00200001")
}

func TestGatewayRefuses(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	for name, test := range map[string]struct {
		path, token string
		status      int
		code        string
	}{
		"no token":        {"/v1/" + c.IAM.ProjectID() + "/capture-task", "", http.StatusUnauthorized, "APIGW.0301"},
		"wrong token":     {"/v1/" + c.IAM.ProjectID() + "/capture-task", "nonsense", http.StatusUnauthorized, "APIGW.0301"},
		"foreign project": {"/v1/09bb24e6fe80d23d2fa2c010b53b418c/capture-task", c.token, http.StatusForbidden, "APIGW.0302"},
		"unknown path":    {"/v2/" + c.IAM.ProjectID() + "/capture-task", c.token, http.StatusNotFound, "APIGW.0101"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.CFWURL+test.path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if test.token != "" {
				request.Header.Set("X-Auth-Token", test.token)
			}
			got := c.send(t, request)
			if got.status != test.status || got.body["error_code"] != test.code || got.body["request_id"] != got.header.Get("X-Request-Id") {
				t.Errorf("got %d %v", got.status, got.body)
			}
		})
	}
}

func TestStateListsLiveTasks(t *testing.T) {
	t.Parallel()
	c := newCaller(t)
	id := c.CFW.AddTask(cfw.Seed{Name: "kept"})
	c.CFW.MarkDeleted(c.CFW.AddTask(cfw.Seed{Name: "deleted"}))
	content, err := json.Marshal(c.CFW.State())
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		CaptureTasks []struct{ TaskID, Name string }
	}
	if err := json.Unmarshal(content, &state); err != nil {
		t.Fatal(err)
	}
	if len(state.CaptureTasks) != 1 || state.CaptureTasks[0].TaskID != id {
		t.Errorf("state: %s", content)
	}
	if !c.CFW.Delete(id) || c.CFW.Delete(id) || len(c.records(t)) != 1 {
		t.Error("Delete does not remove exactly that task")
	}
}
