package packetcapture_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// TestACaptureThatIsFoundAfterALostAnswerIsTold has creates without an answer: the
// capture that is there then may be another run's.
func TestACaptureThatIsFoundAfterALostAnswerIsTold(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"lost": {Kind: simcore.KindDropAfterCommit}, "a page": {Kind: simcore.KindReplaced, Body: json.RawMessage(`{"html":"log in"}`)},
		"unavailable": {Kind: simcore.KindReplaced, Code: 503, Body: json.RawMessage(`"<html>"`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			p := acctest.NewProvider(t, cloud)
			fault.Operation = arm.PacketCapturesCreate
			acctest.AddFault(t, cloud, "arm", fault)
			object, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, nil))
			acctest.ExpectWarning(t, diagnostics, "Packet capture was found after a lost answer", `"web"`, "another run made the same capture")
			expect(t, object, "status", "Running")
		})
	}
}

// TestACreationWithoutAnEndKeepsWhatRuns never sees the end of an operation whose
// capture runs as it was asked for.
func TestACreationWithoutAnEndKeepsWhatRuns(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"in progress": {Kind: simcore.KindReplaced, Body: json.RawMessage(`{"status":"InProgress"}`), Times: -1},
		"tomorrow":    {Kind: simcore.KindReplaced, Body: json.RawMessage(`{"status":"InProgress"}`), RetryAfter: new(86400)},
		"unknown":     {Kind: simcore.KindReplaced, Body: json.RawMessage(`{"status":"Weird"}`), Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := acctest.NewFastClock(200)
			cloud := acctest.StartCloud(t, cloudsim.Options{Clock: clock.Clock})
			p := acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: clock, RetryDelay: time.Millisecond}, acctest.Config{})
			fault.Operation = arm.OperationsGet
			acctest.AddFault(t, cloud, "arm", fault)
			object, diagnostics := p.Apply(t.Context(), typeName, nil, classic(cloud, acctest.Config{"time_limit_in_seconds": 18000, "timeouts": acctest.Config{"create": "3s"}}))
			acctest.ExpectWarning(t, diagnostics, "Packet capture exists, and its creation did not end in time", `"web"`, "Running", "The capture is kept")
			expect(t, object, "status", "Running")
		})
	}
}

// TestACaptureThatIsStillCreatedDoesNotLeaveTheState interrupts a create of which the
// service shows nothing before it has ended.
func TestACaptureThatIsStillCreatedDoesNotLeaveTheState(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	for name, value := range map[string]string{arm.SwitchCreateVisible: "false", arm.SwitchInProgressPolls: "1000"} {
		if err := cloud.ARM.Switches().Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	config := classic(cloud, acctest.Config{"timeouts": acctest.Config{"create": "1s"}})
	object, diagnostics := p.Apply(t.Context(), typeName, nil, config)
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", "tainted")
	expect(t, object, "provisioning_state", "Updating")
	object, diagnostics = p.Read(t.Context(), typeName, object)
	acctest.ExpectWarning(t, diagnostics, "Packet capture does not show yet", `"web"`, "stays in the state")
	if !object.Exists() {
		t.Fatal("it left the state")
	}
	_, diagnostics = p.Apply(t.Context(), typeName, object, nil)
	acctest.ExpectWarning(t, diagnostics, "Packet capture was deleted before it was seen", `"web"`, "no state has it")
}

// TestAnErrorWithoutAReasonIsTold refreshes a capture whose session has failed, and
// does not say why.
func TestAnErrorWithoutAReasonIsTold(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	object := p.MustApply(t, typeName, nil, classic(cloud, nil))
	acctest.AddFault(t, cloud, "arm", simcore.Fault{Operation: arm.PacketCapturesGetStatus, Kind: simcore.KindEdited, Body: json.RawMessage(`{"packetCaptureStatus":"Error"}`)})
	_, diagnostics := p.Read(t.Context(), typeName, object)
	acctest.ExpectWarning(t, diagnostics, "Packet capture ended with an error", `"web"`)
}
