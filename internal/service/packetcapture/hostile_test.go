package packetcapture_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

const ownNotFound = `{"error":{"code":"NotFound","message":"Resource ID not found.","details":[]}}`

// noAnswers are answers of no operation. ID, OTHER and WATCHER stand for ids.
var noAnswers = []struct {
	name   string
	status int
	body   string
}{
	{"a page", 200, `"<html><body>log in</body></html>"`},
	{"a page's JSON", 200, `{"html":"x"}`},
	{"an empty object", 200, `{}`},
	{"null", 200, `null`},
	{"nothing", 200, `""`},
	{"a list", 200, `[]`},
	{"a number", 200, `7`},
	{"null for a list", 200, `{"value":null}`},
	{"an error inside", 200, `{"error":{"code":"ServerBusy","message":"Try later."}}`},
	{"an error beside a list", 200, `{"value":[],"error":{"code":"ServerBusy","message":"Try later."}}`},
	{"errors beside a list", 200, `{"value":[],"errors":[{"code":"ServerBusy"}]}`},
	{"a bare error beside a list", 200, `{"value":[],"code":"ServerBusy","message":"Try later."}`},
	{"two lists", 200, `{"value":[{"id":"ID"}],"Value":[]}`},
	{"a filter that is null", 200, `{"id":"ID","name":"web","properties":{"target":"x","storageLocation":{},"filters":[null]}}`},
	{"a scope of null", 200, `{"value":[{"id":"ID","name":"web","properties":{"target":"x","storageLocation":{},"scope":{"exclude":[null]}}}]}`},
	{"truncated", 200, `"{\"value\":[{\"id\":\"ID"`},
	{"wrong types", 200, `{"value":7,"id":7,"name":7,"properties":7,"packetCaptureStatus":7,"status":7}`},
	{"null in a list", 200, `{"value":[null]}`},
	{"entry without id", 200, `{"value":[{"name":"web","properties":{"target":"x","storageLocation":{}}}]}`},
	{"entry without properties", 200, `{"value":[{"id":"ID","name":"web"}]}`},
	{"entry with another id", 200, `{"value":[{"id":"OTHER","name":"web","properties":{"target":"x","storageLocation":{}}}]}`},
	{"more at itself", 200, `{"value":[],"nextLink":"LIST"}`},
	{"more at nowhere", 200, `{"value":[],"nextLink":"https://127.0.0.1:1/next"}`},
	{"of another", 200, `{"id":"OTHER","name":"other","packetCaptureStatus":"Stopped","properties":{"target":"x","storageLocation":{}}}`},
	{"without content", 204, `""`},
	{"accepted", 202, `""`},
	{"its own not found", 404, ownNotFound},
	{"a gateway's not found", 404, `"<html>404</html>"`},
	{"unauthorized", 401, `{"error":{"code":"ExpiredAuthenticationToken","message":"The access token expiry is over."}}`},
	{"forbidden", 403, `{"error":{"code":"AuthorizationFailed","message":"The client has no authorization."}}`},
	{"failed", 500, `{"error":{"code":"InternalServerError","message":"An error occurred.","details":[]}}`},
	{"unavailable", 503, `"<html>503</html>"`},
}

// reader is something that asks the service about a capture that runs.
type reader struct {
	operations []string
	// run returns what the state has afterwards, and what was said.
	run func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics)
	// readsOn says that it reads the capture where the service has forgotten
	// the operation, and so finds the truth.
	readsOn bool
}

func readers() map[string]reader {
	data := func(name string, config func(*cloudsim.Cloud) acctest.Config) func(*testing.T, *acctest.Provider, *cloudsim.Cloud, *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
		return func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			_, diagnostics := p.ReadData(t.Context(), name, config(cloud))
			return object, diagnostics
		}
	}
	onWatcher := func(changes acctest.Config) func(*cloudsim.Cloud) acctest.Config {
		return func(cloud *cloudsim.Cloud) acctest.Config {
			return acctest.Changed(acctest.Config{"network_watcher_id": cloud.ARM.Seeded().NetworkWatcherID}, changes)
		}
	}
	apply := func(changes acctest.Config, destroy bool) func(*testing.T, *acctest.Provider, *cloudsim.Cloud, *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
		return func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			config := classic(cloud, changes)
			if destroy {
				config = nil
			}
			return p.Apply(t.Context(), typeName, object, config)
		}
	}
	get, list, status := arm.PacketCapturesGet, arm.PacketCapturesList, arm.PacketCapturesGetStatus
	return map[string]reader{
		"a lone refresh": {operations: []string{get, status}, run: func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			return p.Read(t.Context(), typeName, object)
		}},
		"refreshes together": {operations: []string{list}, run: refreshTogether},
		"the data source":    {operations: []string{get, status}, run: data(typeName, onWatcher(acctest.Config{"name": "web"}))},
		"the list":           {operations: []string{list}, run: data(typeName+"s", onWatcher(nil))},
		"list and status":    {operations: []string{list, status}, run: data(typeName+"s", onWatcher(acctest.Config{"include_status": true}))},
		"the watcher by name": {operations: []string{arm.NetworkWatchersGet}, run: data("cloudtap_azure_network_watcher", func(*cloudsim.Cloud) acctest.Config {
			return acctest.Config{"name": "NetworkWatcher_westeurope", "resource_group_name": "NetworkWatcherRG"}
		})},
		"the watcher by region": {operations: []string{arm.NetworkWatchersListAll}, run: data("cloudtap_azure_network_watcher", func(*cloudsim.Cloud) acctest.Config {
			return acctest.Config{"location": "westeurope"}
		})},
		"the list resource": {operations: []string{list, status}, run: func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			_, diagnostics := p.List(t.Context(), typeName, onWatcher(nil)(cloud), 0, true, 0)
			return object, diagnostics
		}},
		"the stop action": {operations: []string{arm.PacketCapturesStop, arm.OperationsGet, status}, run: func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			_, diagnostics := p.Invoke(t.Context(), typeName+"_stop", acctest.Config{"packet_capture_id": acctest.Get(t, object.Value, "id"), "timeouts": acctest.Config{"invoke": "2s"}})
			return object, diagnostics
		}},
		"a stop in place": {operations: []string{arm.PacketCapturesStop, arm.OperationsGet, status}, run: apply(acctest.Config{"desired_state": "stopped", "timeouts": acctest.Config{"update": "2s"}}, false)},
		"a destroy":       {operations: []string{arm.PacketCapturesDelete, arm.OperationsGet}, run: apply(nil, true)},
		"a create": {operations: []string{arm.PacketCapturesCreate, arm.OperationsGet, status}, run: func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			made, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"name": "new", "timeouts": acctest.Config{"create": "2s"}}))
			for _, capture := range cloud.ARM.Snapshot().PacketCaptures {
				if strings.HasSuffix(capture.ID, "/new") && !made.Exists() {
					t.Errorf("%s was made, and is in no state: %q", capture.ID, diagnostics.Errors())
				}
				if strings.HasSuffix(capture.ID, "/new") {
					cloud.ARM.Delete(capture.ID)
				}
			}
			return object, diagnostics
		}, readsOn: true},
		"an import": {operations: []string{get, status}, run: func(t *testing.T, p *acctest.Provider, _ *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			_, diagnostics := p.Import(t.Context(), typeName, acctest.Get(t, object.Value, "id"))
			return object, diagnostics
		}},
		"a check before another create": {operations: []string{list}, run: func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
			t.Helper()
			_, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"name": "new"}))
			return object, diagnostics
		}},
	}
}

// refreshTogether refreshes until a list was asked for: on a busy machine
// reads may miss each other, and be single ones. It returns a capture that was
// dropped, if one was.
func refreshTogether(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, object *acctest.Object) (*acctest.Object, acctest.Diagnostics) {
	t.Helper()
	for range 50 {
		objects, said := make([]*acctest.Object, 3), make([]acctest.Diagnostics, 3)
		acctest.Together(3, func(i int) { objects[i], said[i] = p.Read(t.Context(), typeName, object) })
		if cloud.Journal.Count("arm", arm.PacketCapturesList) == 0 {
			continue
		}
		for i, after := range objects {
			if !after.Exists() {
				return after, said[i]
			}
		}
		return objects[0], slices.Concat(said...)
	}
	t.Fatal("three reads never shared a list")
	return nil, nil
}

// TestHostileAnswers gives every reader every answer that is none, to every
// operation that it asks. The capture runs all the time: the state must keep
// it, and something must be said, unless the reader came to the truth in
// another way.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	var combinations atomic.Int64
	t.Cleanup(func() { t.Logf("%d combinations of answer, operation and reader", combinations.Load()) })
	for name, reader := range readers() {
		for _, operation := range reader.operations {
			t.Run(name+"/"+operation, func(t *testing.T) {
				t.Parallel()
				cloud := acctest.StartCloud(t, cloudsim.Options{})
				var object *acctest.Object
				for _, answer := range noAnswers {
					combinations.Add(1)
					object = running(t, cloud, object)
					hostile(t, cloud, object, reader, operation, answer.name, answer.status, answer.body)
				}
			})
		}
	}
}

// running returns a capture that runs: the one that is given, if it does.
func running(t *testing.T, cloud *cloudsim.Cloud, object *acctest.Object) *acctest.Object {
	t.Helper()
	p := acctest.NewProvider(t, cloud)
	cloud.Clock.Advance(2 * time.Second)
	if captures := cloud.ARM.Snapshot().PacketCaptures; len(captures) == 1 && captures[0].Status == "Running" && captures[0].ProvisioningState == "Succeeded" && object != nil {
		return object
	}
	for _, capture := range cloud.ARM.Snapshot().PacketCaptures {
		cloud.ARM.Delete(capture.ID)
	}
	object = p.MustApply(t, typeName, nil, classic(cloud, acctest.Config{"timeouts": acctest.Config{"delete": "2s"}}))
	cloud.Clock.Advance(2 * time.Second)
	return acctest.NewProvider(t, cloud).MustRead(t, typeName, object)
}

func hostile(t *testing.T, cloud *cloudsim.Cloud, object *acctest.Object, reader reader, operation, name string, status int, body string) {
	t.Helper()
	id := acctest.Get(t, object.Value, "id")
	body = strings.NewReplacer("OTHER", strings.TrimSuffix(id, "web")+"other", "ID", id).Replace(body)
	if err := cloud.Faults.Add(simcore.Fault{Service: "arm", Operation: operation, Kind: simcore.KindStatus, Code: status, Body: json.RawMessage(body), Times: -1}); err != nil {
		t.Fatal(err)
	}
	clock := acctest.NewFastClock(1000)
	p := acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: clock, RetryDelay: time.Millisecond}, acctest.Config{})
	if operation == arm.PacketCapturesList {
		// Reads find each other in the machine's time only.
		p = acctest.NewProvider(t, cloud)
	}
	cloud.Journal.Reset()
	after, diagnostics := reader.run(t, p, cloud, object)
	asked := cloud.Journal.Count("arm", operation)
	cloud.Faults.Clear()
	said := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
	what := fmt.Sprintf("%s: %d %s", name, status, body)
	exists := len(cloud.ARM.Snapshot().PacketCaptures) > 0
	switch {
	case asked == 0:
		t.Errorf("%s: the service was not asked", what)
	case exists && !after.Exists():
		t.Errorf("%s: the capture exists, and is not in the state", what)
	case after.Exists() && acctest.Get(t, after.Value, "id") != id:
		t.Errorf("%s: the state has the id %q", what, acctest.Get(t, after.Value, "id"))
	case strings.Contains(said, "unknown value") || strings.Contains(said, "%!"):
		t.Errorf("%s: said %s", what, said)
	case said == "" && reader.readsOn && operation == arm.OperationsGet && status == http.StatusNotFound:
		// It was read.
	case said == "" && !silentlyRight(operation, status, cloud, after):
		t.Errorf("%s: nothing was said", what)
	case said != "" && status >= http.StatusUnauthorized && status != http.StatusNotFound && !strings.Contains(said, strconv.Itoa(status)):
		t.Errorf("%s: what came is not said: %s", what, said)
	}
}

// silentlyRight reports whether nothing had to be said: the reader found the
// truth by another look.
func silentlyRight(operation string, status int, cloud *cloudsim.Cloud, after *acctest.Object) bool {
	captures := cloud.ARM.Snapshot().PacketCaptures
	switch operation {
	case arm.OperationsGet, arm.PacketCapturesDelete, arm.PacketCapturesStop:
		// What became of the operation shows in the capture.
		stopped := len(captures) > 0 && captures[0].Status == "Stopped"
		return !after.Exists() && len(captures) == 0 || stopped
	case arm.PacketCapturesGet:
		// The list contradicts it.
		return status == http.StatusNotFound
	case arm.PacketCapturesGetStatus:
		// A running session's status may be left for later.
		return status == http.StatusAccepted && after.Exists()
	}
	return false
}
