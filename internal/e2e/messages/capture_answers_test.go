package messages

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// fault lets a service misbehave.
func fault(faults ...simcore.Fault) func(*testing.T, *cloudsim.Cloud) {
	return func(t *testing.T, cloud *cloudsim.Cloud) {
		t.Helper()
		for _, fault := range faults {
			if err := cloud.Faults.Add(fault); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// answers lets an operation answer with a status and a body.
func answers(service, operation string, status int, body string) func(*testing.T, *cloudsim.Cloud) {
	f := simcore.Fault{Service: service, Operation: operation, Kind: simcore.KindStatus, Code: status, Times: -1}
	if body != "" {
		f.Body = json.RawMessage(body)
	}
	return fault(f)
}

// toggled sets switches of Resource Manager.
func toggled(pairs map[string]string) func(*testing.T, *cloudsim.Cloud) {
	return func(t *testing.T, cloud *cloudsim.Cloud) {
		t.Helper()
		for name, value := range pairs {
			if err := cloud.ARM.Switches().Set(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// page is a proxy's.
const page = `"<html><head><title>Login</title></head><body>Please log in</body></html>"`

// captureAnswers are mistakes that only the service knows of.
func captureAnswers() []mistake {
	good := goodCapture()
	start := create(capture, good)
	var all []mistake
	for _, m := range []struct {
		title   string
		prepare func(*testing.T, *cloudsim.Cloud)
		call    step
	}{
		{"the watcher does not exist", nil, create(capture, with(good, acctest.Config{"network_watcher_id": wrongWatcher()}))},
		{"the subscription does not exist", nil, create(capture, with(good, acctest.Config{"network_watcher_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"}))},
		{"the machine does not exist", nil, create(capture, with(good, acctest.Config{"target_id": machine + "x"}))},
		{"the storage account does not exist", nil, create(capture, with(good, acctest.Config{"storage_location": acctest.Config{"storage_account_id": account + "x"}}))},
		{"the machine has no agent", nil, create(capture, with(good, acctest.Config{"name": "agent", "target_id": noAgent}))},
		{"the storage account is in another region", nil, create(capture, with(good, acctest.Config{"name": "far", "storage_location": acctest.Config{"storage_account_id": farAccount}}))},
		{"the storage account is in another region, and the end is waited for", nil, create(capture, with(good, acctest.Config{
			"name": "far-and-waited-for", "wait_for_completion": true, "time_limit_in_seconds": 60, "storage_location": acctest.Config{"storage_account_id": farAccount},
		}))},
		{"the data source's capture does not exist", nil, read(capture, acctest.Config{"name": "gone", "network_watcher_id": watcher})},
		{"the stop action's capture does not exist", nil, invoke(capture+"_stop", acctest.Config{"packet_capture_id": watcher + "/packetCaptures/gone"})},
		{"the quota is used up", toggled(map[string]string{arm.SwitchCaptureQuota: "0"}), start},
		{"the role is missing", answers("arm", arm.PacketCapturesCreate, 403, `{"error":{"code":"AuthorizationFailed","message":"The client 'app' does not have authorization to perform action 'Microsoft.Network/networkWatchers/packetCaptures/write'."}}`), start},
		{"the token has expired", answers("arm", "", 401, `{"error":{"code":"ExpiredAuthenticationToken","message":"The access token expiry UTC time is earlier than current UTC time."}}`), start},
		{"the service has a fault", answers("arm", arm.PacketCapturesCreate, 400, `{"error":{"code":"SomethingNew","message":"The request is invalid."}}`), start},
		{"throttled for longer than the timeout", fault(simcore.Fault{Service: "arm", Kind: simcore.KindStatus, Code: 429, RetryAfter: new(86400), Times: -1}),
			create(capture, with(good, acctest.Config{"timeouts": acctest.Config{"create": "1s"}}))},
		{"a proxy's page instead of the list", answers("arm", arm.PacketCapturesList, 200, page), start},
		{"an error with status 200", answers("arm", arm.PacketCapturesList, 200, `{"error":{"code":"ServerBusy","message":"Try later."}}`), start},
		{"the proxy wants a login", answers("arm", "", 407, page), start},
		{"reported as failed, and runs", answers("arm", arm.OperationsGet, 200, `{"status":"Failed","error":{"code":"InternalServerError","message":"An error occurred."}}`), start},
		{"the name is taken", nil, steps(takenByOthers)},
		{"the name is taken by this run", nil, steps(takenByThisRun)},
		{"created before the one that it replaces is destroyed", nil, steps(takenByThisState)},
		{"a refresh learns that the session failed", nil, steps(failedSession)},
		{"it cannot be stopped in time", toggled(map[string]string{arm.SwitchOperationEnds: "time", arm.SwitchOperationTime: "1h"}),
			create(capture, with(good, acctest.Config{"timeouts": acctest.Config{"create": "1s"}}))},
	} {
		all = append(all, mistake{title: capture + ": " + m.title, prepare: m.prepare, call: m.call})
	}
	return all
}

func takenByOthers(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	config := inCloud(cloud, with(goodCapture(), acctest.Config{"name": "taken"}))
	acctest.NewProvider(t, cloud).MustApply(t, capture, nil, config)
	_, diagnostics := p.Apply(t.Context(), capture, nil, config)
	return diagnostics
}

func takenByThisRun(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	config := inCloud(cloud, with(goodCapture(), acctest.Config{"name": "taken-here"}))
	p.MustApply(t, capture, nil, config)
	_, diagnostics := p.Apply(t.Context(), capture, nil, config)
	return diagnostics
}

func takenByThisState(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	config := inCloud(cloud, with(goodCapture(), acctest.Config{"name": "replaced"}))
	object := acctest.NewProvider(t, cloud).MustApply(t, capture, nil, config)
	config["time_limit_in_seconds"] = 60
	p.Plan(t.Context(), capture, object, config)
	_, diagnostics := p.Apply(t.Context(), capture, nil, config)
	return diagnostics
}

func failedSession(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	object := p.MustApply(t, capture, nil, inCloud(cloud, with(goodCapture(), acctest.Config{"name": "failed"})))
	if err := cloud.ARM.FailSession(acctest.Get(t, object.Value, "id"), "StorageFailed"); err != nil {
		t.Fatal(err)
	}
	_, diagnostics := p.Read(t.Context(), capture, object)
	return diagnostics
}

// untrusted is a server whose certificate nobody trusts.
func untrusted(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	return server.URL
}
