package packetcapture_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestFaultsOfCreateLoseNothing lets one thing go wrong during a create. The
// capture must exist once afterwards, and the state must know it.
func TestFaultsOfCreateLoseNothing(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"answer to PUT lost":   {Operation: "PacketCaptures_Create", Kind: simcore.KindDropAfterCommit},
		"PUT cut":              {Operation: "PacketCaptures_Create", Kind: simcore.KindReset},
		"PUT throttled":        {Operation: "PacketCaptures_Create", Kind: simcore.KindStatus, Code: 429, RetryAfterMilliseconds: new(10)},
		"PUT 503":              {Operation: "PacketCaptures_Create", Kind: simcore.KindStatus, Code: 503, RetryAfterMilliseconds: new(10)},
		"PUT answer malformed": {Operation: "PacketCaptures_Create", Kind: simcore.KindMalformed},
		"poll cut":             {Operation: "Operations_Get", Kind: simcore.KindReset},
		"poll 500":             {Operation: "Operations_Get", Kind: simcore.KindStatus, Code: 500},
		"status 500":           {Operation: "PacketCaptures_GetStatus", Kind: simcore.KindStatus, Code: 500},
		"check 503":            {Operation: "PacketCaptures_List", Kind: simcore.KindStatus, Code: 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			p := acctest.NewProvider(t, cloud)
			acctest.AddFault(t, cloud, "arm", fault)
			config := classic(cloud, nil)
			object := p.MustApply(t, typeName, nil, config)
			if pending := cloud.Faults.Pending(); len(pending) > 0 {
				t.Fatalf("the fault did not happen: %v", pending)
			}
			if captures := cloud.ARM.Snapshot().PacketCaptures; len(captures) != 1 || captures[0].ID != acctest.Get(t, object.Value, "id") {
				t.Errorf("the cloud holds %v", captures)
			}
			p.ExpectAction(t, typeName, p.MustRead(t, typeName, object), config, "no-op")
		})
	}
}

// TestInterruptedCreateKeepsTheID cancels the create's context at every
// request that it makes after the check.
func TestInterruptedCreateKeepsTheID(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"PacketCaptures_Create", "Operations_Get", "PacketCaptures_GetStatus"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var once sync.Once
			cloud := acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
				if exchange.Operation == operation {
					once.Do(cancel)
				}
			}})
			p := acctest.NewProvider(t, cloud)
			config := classic(cloud, acctest.Config{"wait_for_completion": true})
			object, diagnostics := p.Apply(ctx, typeName, nil, config)
			if len(diagnostics.Errors()) == 0 {
				t.Fatal("the interrupted create reports no error")
			}
			captures := cloud.ARM.Snapshot().PacketCaptures
			if len(captures) != 1 || acctest.Get(t, object.Value, "id") != captures[0].ID {
				t.Fatalf("the cloud holds %v, the state %q", captures, acctest.Get(t, object.Value, "id"))
			}
			if p.Identity(typeName, object) == nil {
				t.Error("the state has no identity")
			}
			p.MustApply(t, typeName, object, nil)
		})
	}
}

// TestAMissingStatusFailsNoCreate lets every status query fail: the capture
// runs all the same.
func TestAMissingStatusFailsNoCreate(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	acctest.AddFault(t, cloud, "arm", simcore.Fault{Operation: "PacketCaptures_GetStatus", Kind: simcore.KindStatus, Code: 403, Times: -1})
	object, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, nil))
	if errors, warnings := diagnostics.Errors(), diagnostics.Warnings(); len(errors) > 0 || len(warnings) != 1 || !strings.Contains(warnings[0], "status is not known yet") {
		t.Fatalf("errors %v, warnings %v", errors, warnings)
	}
	cloud.Faults.Clear()
	expect(t, p.MustRead(t, typeName, object), "status", "Running")
}

// TestAFailedStopIsMadeUpFor creates a capture that shall be stopped, and
// cannot be. Once it is no longer tainted, the next apply stops it.
func TestAFailedStopIsMadeUpFor(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	config := classic(cloud, acctest.Config{"desired_state": "stopped"})
	acctest.AddFault(t, cloud, "arm", simcore.Fault{Operation: "PacketCaptures_Stop", Kind: simcore.KindLROFailed, ErrorCode: "AgentBroke", Message: "The agent broke."})
	object, diagnostics := p.Apply(t.Context(), typeName, nil, config)
	acctest.ExpectError(t, diagnostics, "Could not stop packet capture", `"web"`, "AgentBroke", "terraform untaint")
	object = p.MustRead(t, typeName, object)
	expect(t, object, "status", "Running")
	p.ExpectAction(t, typeName, object, config, "update")
	object = p.MustApply(t, typeName, object, config)
	expect(t, object, "status", "Stopped")
	p.ExpectAction(t, typeName, object, config, "no-op")
}

func TestCreateTimeoutSaysWhatWasLastSeen(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	object, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{
		"wait_for_completion": true, "timeouts": acctest.Config{"create": "5s"},
	}))
	acctest.ExpectError(t, diagnostics, "Packet capture did not end in time", `"web"`, "timeout", "Running", "terraform untaint")
	expect(t, object, "id", cloud.ARM.Seeded().NetworkWatcherID+"/packetCaptures/web", "status", "Running")
}

// TestAFailedWaitSaysWhatToDo has the status fail once, and work when it is
// asked for the error's sake.
func TestAFailedWaitSaysWhatToDo(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	for name, value := range map[string]string{"in_progress_polls": "2", "status_in_202": "false"} {
		if err := cloud.ARM.Switches().Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	acctest.AddFault(t, cloud, "arm", simcore.Fault{Operation: "PacketCaptures_GetStatus", Kind: simcore.KindLROFailed, ErrorCode: "AgentBroke", Message: "The agent broke.", Times: 1})
	_, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"wait_for_completion": true, "timeouts": acctest.Config{"create": "20s"}}))
	acctest.ExpectError(t, diagnostics, "Packet capture did not end in time", `"web"`, "AgentBroke", "Running", "terraform untaint")
}

func TestStopProviderInMidCreateKeepsTheID(t *testing.T) {
	t.Parallel()
	started := make(chan struct{})
	var once sync.Once
	cloud := acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		if exchange.Operation == "PacketCaptures_GetStatus" {
			once.Do(func() { close(started) })
		}
	}})
	p := acctest.NewProvider(t, cloud)
	ctx, stop := context.WithCancel(t.Context())
	go func() { <-started; stop() }()
	object, diagnostics := p.Apply(ctx, typeName, nil, ring(cloud, acctest.Config{"wait_for_completion": true}))
	acctest.ExpectError(t, diagnostics, "Packet capture did not end in time", "cancelled")
	expect(t, object, "name", "ring")
}

func TestUncertainCreateIsInTheState(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	acctest.AddFault(t, cloud, "arm", simcore.Fault{Operation: "PacketCaptures_Create", Kind: simcore.KindDropAfterCommit})
	acctest.AddFault(t, cloud, "arm", simcore.Fault{Operation: "PacketCaptures_Get", Kind: simcore.KindStatus, Code: 403, Times: -1})
	object, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", "may or may not", "AuthorizationFailed")
	cloud.Faults.Clear()
	if object = p.MustRead(t, typeName, object); !object.Exists() {
		t.Fatal("the capture that does exist is lost")
	}
	p.MustApply(t, typeName, object, nil)
	if left := cloud.ARM.Snapshot().PacketCaptures; len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFailedOperationsSayWhatTheServiceSaid(t *testing.T) {
	t.Parallel()
	for operation, test := range map[string]struct {
		summary string
		hint    string
		change  acctest.Config
		destroy bool
	}{
		"PacketCaptures_Create": {summary: "Could not start packet capture", hint: "shared key access"},
		"PacketCaptures_Stop":   {summary: "Could not stop packet capture", change: acctest.Config{"desired_state": "stopped"}},
		"PacketCaptures_Delete": {summary: "Could not delete packet capture", destroy: true},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			p := acctest.NewProvider(t, cloud)
			var object *acctest.Object
			config := classic(cloud, nil)
			if test.change != nil || test.destroy {
				object = p.MustApply(t, typeName, nil, config)
				config = classic(cloud, test.change)
			}
			if test.destroy {
				config = nil
			}
			acctest.AddFault(t, cloud, "arm", simcore.Fault{Operation: operation, Kind: simcore.KindLROFailed, ErrorCode: "AgentBroke", Message: "The agent broke."})
			object, diagnostics := p.Apply(t.Context(), typeName, object, config)
			acctest.ExpectError(t, diagnostics, test.summary, `"web"`, "AgentBroke", "The agent broke.", test.hint)
			if !object.Exists() {
				t.Error("the capture is lost from the state")
			}
		})
	}
}

func TestRequestCounts(t *testing.T) {
	t.Parallel()
	const captures = 100
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	objects := make([]*acctest.Object, captures)
	acctest.Together(captures, func(i int) {
		objects[i], _ = p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"name": fmt.Sprintf("web-%d", i)}))
	})
	if got := cloud.Journal.Count("arm", ""); got > 3*captures+1 {
		t.Errorf("creating took %d requests, want 3 each and a list: %v", got, cloud.Journal.Summary())
	}
	cloud.Clock.Advance(5 * time.Hour)
	refresh := func() {
		// Terraform makes a new provider process for every walk.
		p = acctest.NewProvider(t, cloud)
		cloud.Journal.Reset()
		acctest.Together(captures, func(i int) {
			read, diagnostics := p.Read(t.Context(), typeName, objects[i])
			if len(diagnostics.Errors()) == 0 {
				objects[i] = read
			}
		})
	}
	refresh()
	if lists, statuses := cloud.Journal.Count("arm", "PacketCaptures_List"), cloud.Journal.Count("arm", "PacketCaptures_GetStatus"); lists != 1 || statuses != captures {
		t.Errorf("the refresh that finds the captures ended: %v", cloud.Journal.Summary())
	}
	refresh()
	if got := cloud.Journal.Count("arm", ""); got != 1 {
		t.Errorf("refreshing ended captures took %d requests, want 1: %v", got, cloud.Journal.Summary())
	}
	cloud.Journal.Reset()
	acctest.Together(captures, func(i int) {
		if _, diagnostics := p.Apply(t.Context(), typeName, objects[i], nil); len(diagnostics.Errors()) > 0 {
			t.Error(diagnostics.Errors())
		}
	})
	if got := cloud.Journal.Count("arm", ""); got > 2*captures+captures/4 {
		t.Errorf("destroying took %d requests, want 2 each and some lists that they share: %v", got, cloud.Journal.Summary())
	}
	if left := cloud.ARM.Snapshot().PacketCaptures; len(left) > 0 {
		t.Errorf("%d captures left", len(left))
	}
}

func TestALoneReadIsAGet(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	object := acctest.NewProvider(t, cloud).MustApply(t, typeName, nil, classic(cloud, nil))
	cloud.Clock.Advance(time.Second)
	p := acctest.NewProvider(t, cloud)
	cloud.Journal.Reset()
	p.MustRead(t, typeName, object)
	summary := cloud.Journal.Summary()
	if summary["arm PacketCaptures_Get"] != 1 || summary["arm PacketCaptures_GetStatus"] != 1 || cloud.Journal.Count("arm", "") != 2 {
		t.Errorf("refreshing one running capture: %v, want a GET and a status query, and no waiting", summary)
	}
}

func TestErrorsOfTheServiceReachTheUser(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*cloudsim.Cloud) error
		want    []string
	}{
		"quota": {func(cloud *cloudsim.Cloud) error { return cloud.ARM.Switches().Set(arm.SwitchCaptureQuota, "0") },
			[]string{"PacketCaptureLimitReached", "Request ID"}},
		"forbidden": {func(cloud *cloudsim.Cloud) error {
			return cloud.Faults.Add(simcore.Fault{Service: "arm", Operation: "PacketCaptures_Create", Kind: simcore.KindStatus, Code: 403})
		}, []string{"AuthorizationFailed", "does not have authorization"}},
		"gateway page": {func(cloud *cloudsim.Cloud) error {
			return cloud.Faults.Add(simcore.Fault{Service: "arm", Operation: "PacketCaptures_Create", Kind: simcore.KindStatus, Code: 404, Body: []byte(`"<html><h1>Our gateway</h1></html>"`)})
		}, []string{"404", "Our gateway"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			p := acctest.NewProvider(t, cloud)
			if err := test.prepare(cloud); err != nil {
				t.Fatal(err)
			}
			object, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, nil))
			acctest.ExpectError(t, diagnostics, append(test.want, "Could not start packet capture", `"web"`)...)
			if object.Exists() || strings.Contains(strings.Join(diagnostics.Errors(), ""), "%!") {
				t.Errorf("state %v, errors %v", object, diagnostics.Errors())
			}
		})
	}
}
