package arm_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

// step is a status asked for at a time after the PUT.
type step struct {
	at     time.Duration
	code   int
	status string
	reason string
}

func TestSessionEndsByItself(t *testing.T) {
	t.Parallel()
	const start = 1500 * time.Millisecond
	tests := []struct {
		name, storage, extra string
		switches             map[string]string
		steps                []step
	}{
		{"time limit", `{"filePath":"/var/captures/x.cap"}`, `,"timeLimitInSeconds":60`, nil, []step{
			{0, 202, "NotStarted", ""}, {start, 202, "Running", ""}, {start + 59*time.Second, 202, "Running", ""}, {start + time.Minute, 200, "Stopped", "TimeExceeded"}, {29 * 24 * time.Hour, 200, "Stopped", "TimeExceeded"},
		}},
		{"default time limit", `{"filePath":"/var/captures/x.cap"}`, ``, nil, []step{
			{start + 17999*time.Second, 202, "Running", ""}, {start + 18000*time.Second, 200, "Stopped", "TimeExceeded"},
		}},
		{"time limit 0", `{"filePath":"/var/captures/x.cap"}`, `,"timeLimitInSeconds":0`, nil, []step{
			{start + time.Hour, 202, "Running", ""}, {start + 18000*time.Second, 200, "Stopped", "TimeExceeded"},
		}},
		{"time limit 0, at once", `{"filePath":"/var/captures/x.cap"}`, `,"timeLimitInSeconds":0`, map[string]string{arm.SwitchZeroTimeLimit: "at_once"}, []step{
			{start, 200, "Stopped", "TimeExceeded"},
		}},
		{"continuous session limit", `{"localPath":"/var/captures/x.cap"}`, `,"continuousCapture":false,"captureSettings":{"sessionTimeLimitInSeconds":60}`, nil, []step{
			{start + 59*time.Second, 202, "Running", ""}, {start + time.Minute, 200, "Stopped", "TimeExceeded"},
		}},
		{"continuous session's default limit", `{"localPath":"/var/captures/x.cap"}`, `,"continuousCapture":false`, map[string]string{arm.SwitchCaptureSettings: "absent"}, []step{
			{start + 86399*time.Second, 202, "Running", ""}, {start + 86400*time.Second, 200, "Stopped", "TimeExceeded"},
		}},
		{"continuous capture runs on", `{"localPath":"/var/captures/x.cap"}`, `,"continuousCapture":true,"captureSettings":{"sessionTimeLimitInSeconds":60}`, nil, []step{
			{29 * 24 * time.Hour, 202, "Running", ""},
		}},
		{"continuous capture with an end", `{"localPath":"/var/captures/x.cap"}`, `,"continuousCapture":true,"captureSettings":{"sessionTimeLimitInSeconds":60}`, map[string]string{arm.SwitchContinuousEnd: "session_time_limit"}, []step{
			{start + time.Minute, 200, "Stopped", "TimeExceeded"},
		}},
		{"byte cap by traffic", `{"filePath":"/var/captures/x.cap"}`, `,"totalBytesPerSession":1000`, map[string]string{arm.SwitchTraffic: "100", arm.SwitchByteCapReason: "Full"}, []step{
			{start + 9*time.Second, 202, "Running", ""}, {start + 10*time.Second, 200, "Stopped", "Full"},
		}},
		{"time limit before the byte cap", `{"filePath":"/var/captures/x.cap"}`, `,"totalBytesPerSession":1000,"timeLimitInSeconds":5`, map[string]string{arm.SwitchTraffic: "100"}, []step{
			{start + 5*time.Second, 200, "Stopped", "TimeExceeded"},
		}},
		{"slow storage", `{"filePath":"/var/captures/x.cap"}`, `,"timeLimitInSeconds":60`, map[string]string{arm.SwitchStorageDelay: "30s"}, []step{
			{start + 89*time.Second, 202, "Running", ""}, {start + 90*time.Second, 200, "Stopped", "TimeExceeded"},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, arm.Options{Realistic: true})
			for name, value := range test.switches {
				f.set(t, name, value)
			}
			f.do(t, http.MethodPut, f.captureID("pc1"), f.body(f.ids.VMID, test.storage, test.extra)).want(t, http.StatusCreated)
			var now time.Duration
			for _, want := range test.steps {
				f.core.Clock.Advance(want.at - now)
				now = want.at
				code, got := f.queryStatus(t, "pc1")
				if code != want.code || got.Status != want.status || got.StopReason != want.reason || got.Errors == nil {
					t.Errorf("after %s: %d %+v, want %+v", want.at, code, got, want)
				}
				wantStart := "2025-01-31T16:39:42.5770000Z"
				if want.status == "NotStarted" {
					wantStart = ""
				}
				if got.StartTime != wantStart {
					t.Errorf("after %s: start time %q, want %q", want.at, got.StartTime, wantStart)
				}
			}
			if got := string(f.get(t, "pc1").Properties["provisioningState"]); got != `"Succeeded"` && now > time.Minute {
				t.Errorf("provisioningState %s: GET must not tell that a session ended", got)
			}
		})
	}
}

func (f *fixture) stop(t *testing.T, name string) {
	t.Helper()
	stopped := f.do(t, http.MethodPost, f.captureID(name)+"/stop", "").want(t, http.StatusAccepted)
	f.do(t, http.MethodGet, stopped.header.Get(monitorHeader), "").want(t, http.StatusOK)
}

func TestStop(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.create(t, "running", f.vmBody(""))
	f.create(t, "ended", f.vmBody(`,"timeLimitInSeconds":1`))
	f.core.Clock.Advance(time.Second)
	for _, name := range []string{"running", "running", "ended"} {
		f.stop(t, name)
	}
	for name, reason := range map[string]string{"running": "Manual", "ended": "TimeExceeded"} {
		if code, got := f.queryStatus(t, name); code != http.StatusOK || got.Status != "Stopped" || got.StopReason != reason {
			t.Errorf("%s: %d %+v, want Stopped %s", name, code, got, reason)
		}
	}
	var list struct{ Value []captureBody }
	f.do(t, http.MethodGet, f.ids.NetworkWatcherID+"/packetCaptures", "").want(t, http.StatusOK).decode(t, &list)
	if len(list.Value) != 2 || list.Value[0].ETag != list.Value[1].ETag {
		t.Errorf("list %+v, want both stopped captures with one etag", list.Value)
	}
}

// A status query of a running session is an operation of its own; it leaves
// its id on the capture.
func TestQueryStatus(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.create(t, "pc1", f.vmBody(""))
	if _, set := f.get(t, "pc1").Properties["queryPacketCaptureLastOperationId"]; set {
		t.Error("last operation id before the first query")
	}
	running := f.do(t, http.MethodPost, f.captureID("pc1")+"/queryStatus", "").want(t, http.StatusAccepted)
	f.wantJSON(t, running.body, `{"name":"pc1","id":"$WATCHER/packetCaptures/pc1","captureStartTime":"2025-01-31T16:39:41.0970000Z","packetCaptureStatus":"Running","packetCaptureError":[]}`)
	result := f.do(t, http.MethodGet, running.header.Get(locationHeader), "").want(t, http.StatusOK)
	if string(result.body) != string(running.body) || result.header.Get(locationHeader) != running.header.Get(locationHeader) {
		t.Errorf("result %s at %s", result.body, result.header.Get(locationHeader))
	}
	if got := string(f.get(t, "pc1").Properties["queryPacketCaptureLastOperationId"]); got != `"`+running.header.Get("x-ms-request-id")+`"` {
		t.Errorf("last operation id %s", got)
	}
	f.set(t, arm.SwitchStatusIn202, "false")
	empty := f.do(t, http.MethodPost, f.captureID("pc1")+"/queryStatus", "").want(t, http.StatusAccepted)
	if len(empty.body) != 0 {
		t.Errorf("body %s", empty.body)
	}
	f.wantJSON(t, f.do(t, http.MethodGet, empty.header.Get(locationHeader), "").want(t, http.StatusOK).body, string(running.body))
	f.stop(t, "pc1")
	stopped := f.do(t, http.MethodPost, f.captureID("pc1")+"/queryStatus", "").want(t, http.StatusOK)
	if stopped.header.Get(locationHeader)+stopped.header.Get(monitorHeader)+stopped.header.Get("retry-after-ms") != "" {
		t.Errorf("asynchronous headers on the status of a stopped session: %v", stopped.header)
	}
}

// What is wrong with a machine or a storage account shows where the switch
// says.
func TestDefects(t *testing.T) {
	t.Parallel()
	type target struct{ machine, storage func(arm.Seeded) string }
	storage := func(s arm.Seeded) string { return s.StorageAccountID }
	noAgent := target{func(s arm.Seeded) string { return s.VMWithoutAgentID }, storage}
	off := target{func(s arm.Seeded) string { return s.StoppedVMID }, storage}
	farStorage := target{func(s arm.Seeded) string { return s.VMID }, func(s arm.Seeded) string { return s.OtherStorageAccountID }}
	noKeys := target{func(s arm.Seeded) string { return s.VMID }, func(s arm.Seeded) string { return s.StorageWithoutSharedKey }}
	tests := []struct {
		name, switchName, value string
		on                      target
		refusedCode, failedCode string
		errors                  []string
	}{
		{"no agent", "", "", noAgent, "", "NetworkWatcherAgentNotInstalled", []string{"AgentStopped"}},
		{"no agent, refused", arm.SwitchAgentMissing, "refused", noAgent, "NetworkWatcherAgentNotInstalled", "", nil},
		{"no agent, session", arm.SwitchAgentMissing, "session_error", noAgent, "", "", []string{"AgentStopped"}},
		{"stopped machine", "", "", off, "", "VMNotRunning", []string{"AgentStopped"}},
		{"stopped machine, refused", arm.SwitchMachineStopped, "refused", off, "VMNotRunning", "", nil},
		{"storage elsewhere", "", "", farStorage, "", "", []string{"StorageFailed"}},
		{"storage elsewhere, operation", arm.SwitchStorageOtherRegion, "operation_fails", farStorage, "", "StorageAccountNotInSameRegion", []string{"StorageFailed"}},
		{"no shared keys", "", "", noKeys, "", "", []string{"LocalFileFailed", "StorageFailed"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, arm.Options{})
			if test.switchName != "" {
				f.set(t, test.switchName, test.value)
			}
			put := f.do(t, http.MethodPut, f.captureID("pc1"), f.body(test.on.machine(f.ids), `{"storageId":"`+test.on.storage(f.ids)+`"}`, ""))
			if test.refusedCode != "" {
				put.wantError(t, http.StatusBadRequest, test.refusedCode)
				return
			}
			monitor := f.do(t, http.MethodGet, put.want(t, http.StatusCreated).header.Get(monitorHeader), "").want(t, http.StatusOK)
			var operation struct {
				Status string
				Error  struct{ Code string }
			}
			monitor.decode(t, &operation)
			if operation.Error.Code != test.failedCode || (operation.Status == "Failed") != (test.failedCode != "") {
				t.Errorf("operation %s, want failure %q", monitor.body, test.failedCode)
			}
			f.core.Clock.Advance(20 * time.Millisecond)
			code, got := f.queryStatus(t, "pc1")
			if code != http.StatusOK || got.Status != "Stopped" || got.StopReason != "Error" || !reflect.DeepEqual(got.Errors, test.errors) || got.StartTime == "" {
				t.Errorf("status %d %+v, want Error %v", code, got, test.errors)
			}
		})
	}
}

func TestScaleSetInstances(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, scope, reason string
		stopFirst           bool
		running             string
		stopReason          string
		missing             []string
	}{
		{"all", ``, "", false, "Running", "TimeExceeded", nil},
		{"one does not run", ``, "", true, "Running", "", []string{"1"}},
		{"one is excluded", `,"scope":{"exclude":["1"]}`, "", true, "Running", "TimeExceeded", nil},
		{"none exists", `,"scope":{"include":["3","4"]}`, "", false, "Stopped", "", []string{"3", "4"}},
		{"some exist", `,"scope":{"include":["0","6"]}`, "present", false, "Running", "TimeExceeded", []string{"6"}},
		{"never a reason", ``, "absent", false, "Running", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, arm.Options{})
			if test.reason != "" {
				f.set(t, arm.SwitchScaleSetStopReason, test.reason)
			}
			if test.stopFirst {
				if err := f.service.SetInstanceRunning(f.ids.VMSSID, "1", false); err != nil {
					t.Fatal(err)
				}
			}
			f.create(t, "pc1", f.body(f.ids.VMSSID, `{"filePath":"/var/captures/x.cap"}`, `,"targetType":"AzureVMSS","timeLimitInSeconds":60`+test.scope))
			want := []string{}
			for _, instance := range test.missing {
				want = append(want, f.ids.VMSSID+"/virtualMachines/"+instance+" does not exist or is in stopped state.")
			}
			if _, got := f.queryStatus(t, "pc1"); got.Status != test.running || !reflect.DeepEqual(got.Errors, want) {
				t.Errorf("at first %+v, want %s %v", got, test.running, want)
			}
			f.core.Clock.Advance(time.Minute)
			if _, got := f.queryStatus(t, "pc1"); got.Status != "Stopped" || got.StopReason != test.stopReason || !reflect.DeepEqual(got.Errors, want) {
				t.Errorf("at last %+v, want stop reason %q, errors %v", got, test.stopReason, want)
			}
		})
	}
}

// Objects change and vanish behind the clients' backs.
func TestDrift(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	for _, name := range []string{"mutated", "full", "failed", "deleted"} {
		f.create(t, name, f.vmBody(""))
	}
	if err := f.service.Mutate(strings.ToUpper(f.captureID("mutated")), func(p *arm.CaptureProperties) { p.BytesToCapturePerPacket = 96 }); err != nil {
		t.Fatal(err)
	}
	if got := string(f.get(t, "mutated").Properties["bytesToCapturePerPacket"]); got != "96" {
		t.Errorf("bytesToCapturePerPacket %s, want 96", got)
	}
	if err := f.service.ReachByteCap(f.captureID("full")); err != nil {
		t.Fatal(err)
	}
	if err := f.service.FailSession(f.captureID("full"), "CaptureFailed"); err != nil {
		t.Fatal(err)
	}
	if _, got := f.queryStatus(t, "full"); got.Status != "Stopped" || got.StopReason != "SizeExceeded" {
		t.Errorf("status %+v, want the first ending to stay", got)
	}
	if err := f.service.FailSession(f.captureID("failed"), "CaptureFailed"); err != nil {
		t.Fatal(err)
	}
	if _, got := f.queryStatus(t, "failed"); got.StopReason != "Error" || !reflect.DeepEqual(got.Errors, []string{"CaptureFailed"}) {
		t.Errorf("status %+v", got)
	}
	if !f.service.Delete(strings.ToLower(f.captureID("deleted"))) || f.service.Delete(f.captureID("deleted")) {
		t.Error("a capture can be deleted exactly once")
	}
	f.do(t, http.MethodGet, f.captureID("deleted"), "").wantError(t, http.StatusNotFound, "NotFound")
	if got := len(f.service.Snapshot().PacketCaptures); got != 3 {
		t.Errorf("%d captures in the state, want 3", got)
	}
	for _, id := range []string{f.ids.NetworkWatcherID, f.ids.VMID, f.ids.StorageAccountID} {
		if !f.service.Delete(id) {
			t.Errorf("%s cannot be deleted", id)
		}
	}
	f.do(t, http.MethodGet, f.captureID("mutated"), "").wantError(t, http.StatusNotFound, "ResourceNotFound")
	for name, err := range map[string]error{
		"Mutate": f.service.Mutate("x", nil), "ReachByteCap": f.service.ReachByteCap("x"),
		"FailSession": f.service.FailSession("x"), "SetInstanceRunning": f.service.SetInstanceRunning(f.ids.VMID, "0", true),
	} {
		if err == nil {
			t.Errorf("%s of an unknown object succeeded", name)
		}
	}
}
