package arm_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

const (
	monitorHeader  = "Azure-AsyncOperation"
	locationHeader = "Location"
)

// First answers carry the headers that were recorded, and no others.
func TestFirstAnswers(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{Realistic: true})
	f.create(t, "pc1", f.vmBody(""))
	tests := []struct {
		name, method, path, body string
		status                   int
		monitor, location        bool
	}{
		{"create", http.MethodPut, f.captureID("pc2"), f.vmBody(""), 201, true, false},
		{"queryStatus", http.MethodPost, f.captureID("pc1") + "/queryStatus", "", 202, false, true},
		{"stop", http.MethodPost, f.captureID("pc1") + "/stop", "", 202, true, true},
		{"delete", http.MethodDelete, f.captureID("pc1"), "", 202, true, true},
	}
	for _, test := range tests {
		got := f.do(t, test.method, test.path, test.body).want(t, test.status)
		if has := got.header.Get(monitorHeader) != ""; has != test.monitor {
			t.Errorf("%s: status monitor announced: %t", test.name, has)
		}
		if has := got.header.Get(locationHeader) != ""; has != test.location {
			t.Errorf("%s: Location announced: %t", test.name, has)
		}
		if got.header.Get("Retry-After") != "10" || got.header.Get("retry-after-ms") != "" {
			t.Errorf("%s: Retry-After %q", test.name, got.header.Get("Retry-After"))
		}
		for _, header := range []string{monitorHeader, locationHeader} {
			address := got.header.Get(header)
			if address == "" {
				continue
			}
			parsed, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(address, f.url+"/subscriptions/") || !strings.HasSuffix(parsed.Path, "/"+got.header.Get("x-ms-request-id")) || len(parsed.RawQuery) < 2500 {
				t.Errorf("%s: %s %s", test.name, header, address)
			}
		}
		if test.status == http.StatusAccepted && test.name != "queryStatus" && len(got.body) != 0 {
			t.Errorf("%s: body %s", test.name, got.body)
		}
	}
}

// What the polls of each operation answer until and after it has ended.
func TestPolls(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, suffix string
		monitor, result      string
		resultStatus         int
	}{
		{"stop", http.MethodPost, "/stop", `{"status":"Succeeded","properties":{}}`, `null`, 200},
		{"delete", http.MethodDelete, "", `{"status":"Succeeded"}`, ``, 204},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, arm.Options{})
			f.create(t, "pc1", f.vmBody(""))
			f.set(t, arm.SwitchInProgressPolls, "2")
			first := f.do(t, test.method, f.captureID("pc1")+test.suffix, "").want(t, http.StatusAccepted)
			inProgress := f.do(t, http.MethodGet, first.header.Get(monitorHeader), "").want(t, http.StatusOK)
			f.wantJSON(t, inProgress.body, `{"status":"InProgress"}`)
			if inProgress.header.Get("retry-after-ms") != "20" {
				t.Errorf("retry-after-ms %q", inProgress.header.Get("retry-after-ms"))
			}
			pending := f.do(t, http.MethodGet, first.header.Get(locationHeader), "").want(t, http.StatusAccepted)
			if pending.header.Get(locationHeader) != first.header.Get(locationHeader) {
				t.Error("an unfinished poll does not repeat its Location")
			}
			f.wantJSON(t, f.do(t, http.MethodGet, first.header.Get(monitorHeader), "").want(t, http.StatusOK).body, test.monitor)
			result := f.do(t, http.MethodGet, first.header.Get(locationHeader), "").want(t, test.resultStatus)
			if string(result.body) != test.result {
				t.Errorf("result %q, want %q", result.body, test.result)
			}
		})
	}
}

func TestCreateProvisioning(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	provisioning := func() string { return string(f.get(t, "pc1").Properties["provisioningState"]) }
	f.do(t, http.MethodPut, f.captureID("pc1"), f.vmBody("")).want(t, http.StatusCreated)
	if got := provisioning(); got != `"Updating"` {
		t.Errorf("after the PUT: %s, want Updating", got)
	}
	f.core.Clock.Advance(time.Second)
	if got := provisioning(); got != `"Succeeded"` {
		t.Errorf("after the operation's time: %s, want Succeeded", got)
	}

	f.set(t, arm.SwitchCreateVisible, "false")
	second := f.do(t, http.MethodPut, f.captureID("pc2"), f.vmBody("")).want(t, http.StatusCreated)
	f.do(t, http.MethodGet, f.captureID("pc2"), "").wantError(t, http.StatusNotFound, "NotFound")
	f.do(t, http.MethodGet, second.header.Get(monitorHeader), "").want(t, http.StatusOK)
	f.do(t, http.MethodGet, f.captureID("pc2"), "").want(t, http.StatusOK)
}

func TestDelete(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.create(t, "pc1", f.vmBody(""))
	accepted := f.do(t, http.MethodDelete, f.captureID("pc1"), "").want(t, http.StatusAccepted)
	if got := string(f.get(t, "pc1").Properties["provisioningState"]); got != `"Deleting"` {
		t.Errorf("provisioningState %s, want Deleting", got)
	}
	f.do(t, http.MethodGet, accepted.header.Get(monitorHeader), "").want(t, http.StatusOK)
	f.do(t, http.MethodGet, f.captureID("pc1"), "").wantError(t, http.StatusNotFound, "NotFound")
	if left := f.service.Snapshot(); left.PacketCaptures == nil || len(left.PacketCaptures) != 0 || left.PendingOperations != 0 {
		t.Errorf("left over: %+v", left)
	}
	gone := f.do(t, http.MethodDelete, f.captureID("pc1"), "").want(t, http.StatusNoContent)
	if len(gone.body) != 0 {
		t.Errorf("body %s", gone.body)
	}
	f.set(t, arm.SwitchDeleteMissingStatus, "404")
	f.do(t, http.MethodDelete, f.captureID("pc1"), "").wantError(t, http.StatusNotFound, "NotFound")
}

// Polling URLs work only as they were announced.
func TestPollingURLsAreSigned(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.create(t, "pc1", f.vmBody(""))
	stopped := f.do(t, http.MethodPost, f.captureID("pc1")+"/stop", "").want(t, http.StatusAccepted)
	address := stopped.header.Get(monitorHeader)
	base, query, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	_, locationQuery, _ := strings.Cut(stopped.header.Get(locationHeader), "?")
	for name, altered := range map[string]string{
		"without signature":   "api-version=2025-05-01",
		"sorted":              values.Encode(),
		"one byte less":       query[:len(query)-1],
		"one parameter more":  query + "&x=1",
		"that of the other":   locationQuery,
		"another api-version": strings.Replace(query, "2025-05-01", "2025-03-01", 1),
	} {
		got := f.do(t, http.MethodGet, base+"?"+altered, "")
		if got.status != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", name, got.status)
		}
	}
	f.do(t, http.MethodGet, address, "").want(t, http.StatusOK)
}

func TestRetryAfterSwitch(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	for value, want := range map[string][2]string{"7s": {"7", ""}, "1500ms": {"", "1500"}, "0s": {"", ""}} {
		f.set(t, arm.SwitchRetryAfter, value)
		got := f.do(t, http.MethodPut, f.captureID("pc-"+value), f.vmBody("")).want(t, http.StatusCreated).header
		if got.Get("Retry-After") != want[0] || got.Get("retry-after-ms") != want[1] {
			t.Errorf("%s: Retry-After %q, retry-after-ms %q", value, got.Get("Retry-After"), got.Get("retry-after-ms"))
		}
	}
}

// lro_failed faults fail the operation after it was accepted.
func TestFailedOperations(t *testing.T) {
	t.Parallel()
	fail := func(t *testing.T, f *fixture, operation string) {
		t.Helper()
		if err := f.core.Faults.Add(simcore.Fault{Service: "arm", Operation: operation, Kind: simcore.KindLROFailed, ErrorCode: "Broken", Message: "It broke."}); err != nil {
			t.Fatal(err)
		}
	}
	const failed = `{"status":"Failed","error":{"code":"Broken","message":"It broke.","details":[]}}`

	t.Run("create", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, arm.Options{})
		fail(t, f, arm.PacketCapturesCreate)
		created := f.do(t, http.MethodPut, f.captureID("pc1"), f.vmBody("")).want(t, http.StatusCreated)
		f.wantJSON(t, f.do(t, http.MethodGet, created.header.Get(monitorHeader), "").want(t, http.StatusOK).body, failed)
		if got := string(f.get(t, "pc1").Properties["provisioningState"]); got != `"Failed"` {
			t.Errorf("provisioningState %s, want Failed", got)
		}
		f.core.Clock.Advance(time.Minute)
		if code, got := f.queryStatus(t, "pc1"); code != http.StatusOK || got.StopReason != "Error" {
			t.Errorf("status %d %+v", code, got)
		}
	})
	t.Run("create that leaves nothing", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, arm.Options{})
		fail(t, f, "")
		f.set(t, arm.SwitchFailedCreateRemains, "false")
		f.create(t, "pc1", f.vmBody(""))
		f.do(t, http.MethodGet, f.captureID("pc1"), "").wantError(t, http.StatusNotFound, "NotFound")
	})
	t.Run("stop", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, arm.Options{})
		f.create(t, "pc1", f.vmBody(""))
		fail(t, f, arm.PacketCapturesStop)
		stopped := f.do(t, http.MethodPost, f.captureID("pc1")+"/stop", "").want(t, http.StatusAccepted)
		f.wantJSON(t, f.do(t, http.MethodGet, stopped.header.Get(monitorHeader), "").want(t, http.StatusOK).body, failed)
		f.do(t, http.MethodGet, stopped.header.Get(locationHeader), "").wantError(t, http.StatusBadRequest, "Broken")
		if _, got := f.queryStatus(t, "pc1"); got.Status != "Running" {
			t.Errorf("status %+v, want Running", got)
		}
	})
	t.Run("delete", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, arm.Options{})
		f.create(t, "pc1", f.vmBody(""))
		fail(t, f, arm.PacketCapturesDelete)
		deleted := f.do(t, http.MethodDelete, f.captureID("pc1"), "").want(t, http.StatusAccepted)
		f.wantJSON(t, f.do(t, http.MethodGet, deleted.header.Get(monitorHeader), "").want(t, http.StatusOK).body, failed)
		if got := string(f.get(t, "pc1").Properties["provisioningState"]); got != `"Succeeded"` {
			t.Errorf("provisioningState %s, want Succeeded", got)
		}
	})
	t.Run("queryStatus", func(t *testing.T) {
		t.Parallel()
		f := newFixture(t, arm.Options{})
		f.create(t, "pc1", f.vmBody(""))
		fail(t, f, arm.PacketCapturesGetStatus)
		asked := f.do(t, http.MethodPost, f.captureID("pc1")+"/queryStatus", "").want(t, http.StatusAccepted)
		f.do(t, http.MethodGet, asked.header.Get(locationHeader), "").wantError(t, http.StatusBadRequest, "Broken")
	})
}

func TestBusyCaptureSwitch(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.set(t, arm.SwitchBusyCapture, "refused")
	created := f.do(t, http.MethodPut, f.captureID("pc1"), f.vmBody("")).want(t, http.StatusCreated)
	f.do(t, http.MethodDelete, f.captureID("pc1"), "").wantError(t, http.StatusConflict, "AnotherOperationInProgress")
	f.do(t, http.MethodPost, f.captureID("pc1")+"/stop", "").wantError(t, http.StatusConflict, "AnotherOperationInProgress")
	f.do(t, http.MethodGet, created.header.Get(monitorHeader), "").want(t, http.StatusOK)
	f.do(t, http.MethodDelete, f.captureID("pc1"), "").want(t, http.StatusAccepted)
}

// A capture that is deleted while its creation runs does not come back.
func TestDeleteDuringCreate(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	created := f.do(t, http.MethodPut, f.captureID("pc1"), f.vmBody("")).want(t, http.StatusCreated)
	deleted := f.do(t, http.MethodDelete, f.captureID("pc1"), "").want(t, http.StatusAccepted)
	f.do(t, http.MethodGet, deleted.header.Get(monitorHeader), "").want(t, http.StatusOK)
	f.do(t, http.MethodGet, created.header.Get(monitorHeader), "").want(t, http.StatusOK)
	f.do(t, http.MethodGet, f.captureID("pc1"), "").wantError(t, http.StatusNotFound, "NotFound")
}

func TestInjectedErrors(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	for code, want := range map[int]string{403: "AuthorizationFailed", 429: "TooManyRequests", 500: "InternalServerError", 502: "BadGateway"} {
		if err := f.core.Faults.Add(simcore.Fault{Service: "arm", Kind: simcore.KindStatus, Code: code}); err != nil {
			t.Fatal(err)
		}
		f.do(t, http.MethodGet, f.ids.NetworkWatcherID, "").wantError(t, code, want)
	}
}
