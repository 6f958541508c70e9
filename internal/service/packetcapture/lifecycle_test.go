package packetcapture_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

func TestClassicCaptureLifecycle(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	config := classic(cloud, acctest.Config{
		"filters": []acctest.Config{{"protocol": "tcp", "local_port": "443"}, {"remote_ip_address": "10.0.0.4-10.0.0.9"}},
	})
	object := p.MustApply(t, typeName, nil, config)
	expect(t, object,
		"id", cloud.ARM.Seeded().NetworkWatcherID+"/packetCaptures/web",
		"target_type", "AzureVM",
		"provisioning_state", "Succeeded",
		"bytes_to_capture_per_packet", "0",
		"total_bytes_per_session", "1073741824",
		"time_limit_in_seconds", "18000",
		"filters.0.protocol", "tcp",
		"filters.1.protocol", "Any",
		"desired_state", "running",
	)
	if path := acctest.Get(t, object.Value, "storage_location.storage_path"); !strings.HasSuffix(path, ".cap") {
		t.Errorf("storage_path is %q", path)
	}
	p.ExpectAction(t, typeName, p.MustRead(t, typeName, object), config, "no-op")

	cloud.Clock.Advance(5 * time.Hour)
	object = p.MustRead(t, typeName, object)
	expect(t, object, "status", "Stopped", "stop_reason", "TimeExceeded")
	p.ExpectAction(t, typeName, object, config, "no-op")

	object = p.MustApply(t, typeName, object, nil)
	if object.Exists() || len(cloud.ARM.Snapshot().PacketCaptures) != 0 {
		t.Errorf("left behind: %v", cloud.ARM.Snapshot().PacketCaptures)
	}
}

func TestContinuousCaptureSendsNoClassicLimits(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	config := ring(cloud, acctest.Config{"instances": acctest.Config{"include": []string{"0", "1"}}})
	// The simulated service refuses the classic limits, as the real one does.
	object := p.MustApply(t, typeName, nil, config)
	expect(t, object, "target_type", "AzureVMSS", "total_bytes_per_session", acctest.Null, "time_limit_in_seconds", acctest.Null,
		"capture_settings.file_count", "2", "instances.include", "0,1")
	p.ExpectAction(t, typeName, p.MustRead(t, typeName, object), config, "no-op")

	// Without capture_settings the service's defaults are planned and sent.
	defaults := ring(cloud, acctest.Config{"name": "defaults", "capture_settings": nil})
	object = p.MustApply(t, typeName, nil, defaults)
	expect(t, object, "capture_settings.file_count", "10", "capture_settings.session_time_limit_in_seconds", "86400")
	p.ExpectAction(t, typeName, p.MustRead(t, typeName, object), defaults, "no-op")
}

func TestTheKindOfTargetIsPlanned(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	machine, scaleSet := classic(cloud, nil), classic(cloud, acctest.Config{"target_id": cloud.ARM.Seeded().VMSSID})
	if kind := acctest.Get(t, p.ExpectAction(t, typeName, nil, machine, "create").Value, "target_type"); kind != "AzureVM" {
		t.Errorf("a new capture on a machine plans %q", kind)
	}
	if kind := acctest.Get(t, p.ExpectAction(t, typeName, p.MustApply(t, typeName, nil, machine), scaleSet, "replace").Value, "target_type"); kind != "AzureVMSS" {
		t.Errorf("a capture that moves to a scale set plans %q", kind)
	}
}

func TestStoppingAnEndedCaptureCallsNothing(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	object := p.MustApply(t, typeName, nil, classic(cloud, nil))
	cloud.Clock.Advance(5 * time.Hour)
	object = p.MustRead(t, typeName, object)
	cloud.Journal.Reset()
	object = p.MustApply(t, typeName, object, classic(cloud, acctest.Config{"desired_state": "stopped"}))
	expect(t, object, "stop_reason", "TimeExceeded")
	if calls := cloud.Journal.Count("arm", ""); calls != 0 {
		t.Errorf("%d calls: %v", calls, cloud.Journal.Summary())
	}
}

func TestWaitForCompletion(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes acctest.Config
		end     func(*cloudsim.Cloud, string) error
		status  string
	}{
		"time limit": {nil, func(cloud *cloudsim.Cloud, _ string) error { cloud.Clock.Advance(5 * time.Hour); return nil }, "TimeExceeded"},
		"byte cap":   {nil, func(cloud *cloudsim.Cloud, id string) error { return cloud.ARM.ReachByteCap(id) }, "SizeExceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{Observe: nil})
			p := acctest.NewProvider(t, cloud)
			id := cloud.ARM.Seeded().NetworkWatcherID + "/packetCaptures/web"
			endWhenRunning(t, cloud, func() error { return test.end(cloud, id) })
			config := classic(cloud, acctest.Changed(acctest.Config{"wait_for_completion": true}, test.changes))
			object := p.MustApply(t, typeName, nil, config)
			expect(t, object, "status", "Stopped", "stop_reason", test.status)
			p.ExpectAction(t, typeName, p.MustRead(t, typeName, object), config, "no-op")
		})
	}
}

// endWhenRunning calls end once the simulated session was asked about while
// it ran.
func endWhenRunning(t *testing.T, cloud *cloudsim.Cloud, end func() error) {
	t.Helper()
	done := make(chan struct{})
	t.Cleanup(func() { <-done })
	ctx := t.Context()
	go func() {
		defer close(done)
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-ticker.C:
				captures := cloud.ARM.Snapshot().PacketCaptures
				if len(captures) == 1 && captures[0].Status == "Running" && cloud.Journal.Count("arm", "PacketCaptures_GetStatus") > 0 {
					if err := end(); err != nil {
						t.Error(err)
					}
					return
				}
			}
		}
	}()
}

func TestWaitForCompletionReportsWhatWentWrong(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	config := classic(cloud, acctest.Config{
		"wait_for_completion": true,
		"storage_location":    acctest.Config{"storage_account_id": cloud.ARM.Seeded().StorageWithoutSharedKey},
	})
	object, diagnostics := p.Apply(t.Context(), typeName, nil, config)
	acctest.ExpectError(t, diagnostics, "Packet capture ended with an error", `"web"`, "StorageFailed", "shared key access")
	if !object.Exists() {
		t.Error("the failed capture is not in the state")
	}
}

// TestACreateOfUnknownOutcomeBlamesNoAgent has something else answer in place
// of the operation's state, and nobody tell the session's.
func TestACreateOfUnknownOutcomeBlamesNoAgent(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	for _, operation := range []string{arm.OperationsGet, arm.PacketCapturesGet, arm.PacketCapturesGetStatus} {
		fault := simcore.Fault{Service: "arm", Operation: operation, Kind: simcore.KindReplaced, Body: json.RawMessage(`{}`), Times: -1}
		if err := cloud.Faults.Add(fault); err != nil {
			t.Fatal(err)
		}
	}
	p := acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: acctest.NewFastClock(1000), RetryDelay: time.Millisecond}, acctest.Config{})
	object, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", "is not the state of the operation", "untaint")
	if said := strings.Join(diagnostics.Errors(), ""); strings.Contains(said, "agent") || !object.Exists() {
		t.Errorf("exists: %v, and said: %s", object.Exists(), said)
	}
}

func TestCreateFailureAsksForTheCause(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	object, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"target_id": cloud.ARM.Seeded().VMWithoutAgentID}))
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", "NetworkWatcherAgentNotInstalled", "Request ID",
		"Microsoft.Azure.NetworkWatcher", "machine is running", "168.63.129.16:8037")
	expect(t, object, "id", cloud.ARM.Seeded().NetworkWatcherID+"/packetCaptures/web")
	if got := cloud.Journal.Count("arm", "PacketCaptures_GetStatus"); got != 1 {
		t.Errorf("the status was asked for %d times, want once", got)
	}
	// The tainted capture can be destroyed.
	if object = p.MustApply(t, typeName, object, nil); object.Exists() {
		t.Error("the failed capture is still there")
	}
}

func TestExistingCaptureOffersTheImport(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.NewProvider(t, cloud).MustApply(t, typeName, nil, classic(cloud, nil))
	object, diagnostics := acctest.NewProvider(t, cloud).Apply(t.Context(), typeName, nil, classic(cloud, nil))
	id := cloud.ARM.Seeded().NetworkWatcherID + "/packetCaptures/web"
	acctest.ExpectError(t, diagnostics, "Packet capture already exists", "terraform import "+typeName+".NAME '"+id+"'")
	if object.Exists() {
		t.Error("somebody else's capture is in the state")
	}
	if puts := cloud.Journal.Count("arm", "PacketCaptures_Create"); puts != 1 {
		t.Errorf("%d PUTs, want only the first apply's", puts)
	}
}

// TestACaptureThatIsBeingMadeIsToBeWaitedFor has a capture that a provider
// began to make before it was killed, and that cannot be read until it is made.
func TestACaptureThatIsBeingMadeIsToBeWaitedFor(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	for name, value := range map[string]string{arm.SwitchCreateVisible: "false", arm.SwitchInProgressPolls: "1000", arm.SwitchOperationTime: "1m"} {
		if err := cloud.ARM.Switches().Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	lost, diagnostics := acctest.NewProvider(t, cloud).Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"timeouts": acctest.Config{"create": "1s"}}))
	if len(diagnostics.Errors()) == 0 || !lost.Exists() {
		t.Fatal("the first create was not cut off")
	}
	_, diagnostics = acctest.NewProvider(t, cloud).Apply(t.Context(), typeName, nil, classic(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", "409", "Request ID", "wait a minute and apply again")
	cloud.Clock.Advance(24 * time.Hour)
	_, diagnostics = acctest.NewProvider(t, cloud).Apply(t.Context(), typeName, nil, classic(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Packet capture already exists", "terraform import")
}

func TestMissingWatcherIsAnErrorNotARemoval(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	object := p.MustApply(t, typeName, nil, classic(cloud, nil))
	cloud.ARM.Delete(cloud.ARM.Seeded().NetworkWatcherID)
	kept, diagnostics := p.Read(t.Context(), typeName, object)
	acctest.ExpectError(t, diagnostics, "Could not read packet capture", "missing network watcher", "NetworkWatcher_westeurope")
	if !kept.Exists() {
		t.Error("the capture was removed from the state")
	}
}

func TestServiceNormalisationsAreNoDiff(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		arm.SwitchIDCasing:            "lower",
		arm.SwitchProtocolCasing:      "lower",
		arm.SwitchUnsetFilterMembers:  "absent",
		arm.SwitchInstanceIDs:         "as_given",
		arm.SwitchUndocumentedMembers: "true",
		arm.SwitchCaptureSettings:     "absent",
		arm.SwitchStatusIn202:         "false",
		arm.SwitchCreateVisible:       "false",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			if err := cloud.ARM.Switches().Set(name, value); err != nil {
				t.Fatal(err)
			}
			p := acctest.NewProvider(t, cloud)
			for _, config := range []acctest.Config{
				classic(cloud, acctest.Config{"filters": []acctest.Config{{"protocol": "Udp", "remote_port": "53"}}}),
				classic(cloud, acctest.Config{"name": "nofilters", "filters": []acctest.Config{}}),
				ring(cloud, acctest.Config{"instances": acctest.Config{"exclude": []string{"2"}}}),
			} {
				object := p.MustApply(t, typeName, nil, config)
				p.ExpectAction(t, typeName, p.MustRead(t, typeName, object), config, "no-op")
			}
		})
	}
}
