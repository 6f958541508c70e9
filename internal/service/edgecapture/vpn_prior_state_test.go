package edgecapture_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

// lost returns a capture of whose start or stop the answer was lost.
func (e *edge) lost(t *testing.T, fault simcore.Fault, status string) *acctest.Object {
	t.Helper()
	acctest.AddFault(t, e.Cloud, "arm", fault)
	object, diagnostics := e.run(t).Apply(t.Context(), vpnType, nil, e.vpn(nil))
	acctest.ExpectWarning(t, diagnostics, "the next apply stops it")
	acctest.ExpectAttributes(t, object.Value, "status", status)
	return object
}

// lostAnswers are what may become of a request whose answer was lost, where in
// the end nothing runs.
func lostAnswers() map[string]struct {
	fault        simcore.Fault
	status, says string
} {
	return map[string]struct {
		fault        simcore.Fault
		status, says string
	}{
		"a start that was refused": {simcore.Fault{Operation: arm.VirtualNetworkGatewaysStart, Kind: simcore.KindStatus, Code: 503}, "unknown", "No packet capture runs"},
		"a start that was cut off": {simcore.Fault{Operation: arm.VirtualNetworkGatewaysStart, Kind: simcore.KindReset}, "unknown", "No packet capture runs"},
		"a stop without an answer": {simcore.Fault{Operation: arm.VirtualNetworkGatewaysStop, Kind: simcore.KindDropAfterCommit}, "running", "Packet capture was stopped before"},
	}
}

// TestWhatEndedUnseenIsSettled: no lost answer leads to a dead end.
func TestWhatEndedUnseenIsSettled(t *testing.T) {
	t.Parallel()
	for name, test := range lostAnswers() {
		for _, idle := range []string{"operation_fails", "refused"} {
			t.Run(name+", a stop of nothing: "+idle, func(t *testing.T) {
				t.Parallel()
				e := newEdge(t, nil)
				e.set(t, vpngateway.SwitchIdleStop, idle)
				object := e.lost(t, test.fault, test.status)
				e.expectIdle(t)
				e.run(t).ExpectAction(t, vpnType, object, e.vpn(nil), "update")
				object, diagnostics := e.run(t).Apply(t.Context(), vpnType, object, e.vpn(nil))
				if test.status == "unknown" { // One word of the service does not settle it.
					acctest.ExpectWarning(t, diagnostics, "Packet capture may run on", "the next apply stops it again", "NoPacketCaptureResponseDataFound")
					acctest.ExpectAttributes(t, object.Value, "status", "unknown")
					object, diagnostics = e.run(t).Apply(t.Context(), vpnType, object, e.vpn(nil))
				}
				acctest.ExpectWarning(t, diagnostics, test.says, "recapture_triggers", "NoPacketCaptureResponseDataFound")
				if said := strings.Join(diagnostics.Warnings(), " "); strings.Contains(said, "must exist") || strings.Contains(said, "abandon") && test.status == "running" {
					t.Errorf("the advice misleads: %s", said)
				}
				e.expectNoSecret(t, object, diagnostics)
				acctest.ExpectAttributes(t, object.Value, "status", "ended", "stopped_at", acctest.Null)
				e.run(t).ExpectAction(t, vpnType, object, e.vpn(nil), "no-op")
				again := e.vpn(acctest.Config{"recapture_triggers": acctest.Config{"again": "1"}})
				object = e.run(t).MustApply(t, vpnType, object, again)
				acctest.ExpectAttributes(t, object.Value, "status", "completed")
				e.expectIdle(t)
			})
		}
		t.Run(name+", destroyed", func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			object := e.lost(t, test.fault, test.status)
			if test.status == "unknown" {
				_, diagnostics := e.runWith(t, e.sas).Plan(t.Context(), vpnType, object, nil)
				acctest.ExpectWarning(t, diagnostics, "Packet capture may be somebody else's", "Destroying it stops")
				object, diagnostics = e.runWith(t, e.sas).Apply(t.Context(), vpnType, object, nil)
				acctest.ExpectError(t, diagnostics, "Packet capture may run on", "destroy again")
				if said := strings.Join(diagnostics.Warnings(), " "); !strings.Contains(said, "Packet capture may be somebody else's") {
					t.Errorf("warned of %s", said)
				}
			}
			gone, diagnostics := e.runWith(t, e.sas).Apply(t.Context(), vpnType, object, nil)
			acctest.ExpectNoError(t, diagnostics)
			acctest.ExpectText(t, diagnostics.Warnings(), test.says)
			if gone.Exists() {
				t.Error("it is still in the state")
			}
		})
	}
}

// TestALostStopOfAnUpdateIsRemembered, and one of a destroy.
func TestALostStopOfAnUpdateIsRemembered(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]func(*edge) acctest.Config{
		"update":  func(e *edge) acctest.Config { return e.vpn(nil) },
		"destroy": func(*edge) acctest.Config { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			// The stop of the create does not reach the service, the next one's answer is lost.
			object := e.lost(t, simcore.Fault{Operation: arm.VirtualNetworkGatewaysStop, Kind: simcore.KindReset}, "running")
			acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: arm.VirtualNetworkGatewaysStop, Kind: simcore.KindDropAfterCommit})
			object, diagnostics := e.runWith(t, e.sas).Apply(t.Context(), vpnType, object, config(e))
			acctest.ExpectError(t, diagnostics, "Could not stop packet capture", "was lost", "in the state as it was")
			e.expectIdle(t)
			object, diagnostics = e.run(t).Apply(t.Context(), vpnType, object, e.vpn(nil))
			acctest.ExpectWarning(t, diagnostics, "Packet capture was stopped before")
			acctest.ExpectAttributes(t, object.Value, "status", "ended")
		})
	}
}

// TestAnUpdateWhoseFileIsLost corrects nothing: the container is missing at the
// stop of a later apply, too.
func TestAnUpdateWhoseFileIsLost(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	object := e.left(t, nil)
	e.Clock.Advance(100000 * time.Second)
	config := e.vpn(acctest.Config{"duration_in_seconds": 100000, "sas_url_wo": strings.Replace(e.sas, "packet-captures", "nowhere", 1)})
	object, diagnostics := e.run(t).Apply(t.Context(), vpnType, object, config)
	acctest.ExpectWarning(t, diagnostics, "Packet capture may run on", "filter", "the next apply stops it again")
	object, diagnostics = e.run(t).Apply(t.Context(), vpnType, object, config)
	acctest.ExpectError(t, diagnostics, "Packet capture is lost", "container in the URL must exist", "recapture_triggers")
	acctest.ExpectAttributes(t, object.Value, "status", "failed")
	e.run(t).MustApply(t, vpnType, object, nil)
	e.expectIdle(t)
}

// TestAnUnknownStartBesideAnother warns before the stop of what may be somebody
// else's, and leaves it alone if it shall.
func TestAnUnknownStartBesideAnother(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	theirs := e.left(t, nil)
	object := e.lost(t, simcore.Fault{Operation: arm.VirtualNetworkGatewaysStart, Kind: simcore.KindDropAfterCommit}, "unknown")
	_, diagnostics := e.run(t).Plan(t.Context(), vpnType, object, e.vpn(nil))
	acctest.ExpectWarning(t, diagnostics, "Packet capture may be somebody else's", "a stop ends theirs", `remove sas_url_wo, set on_destroy = "abandon"`)
	object, diagnostics = e.run(t).Apply(t.Context(), vpnType, object, e.vpn(acctest.Config{"sas_url_wo": nil, "on_destroy": "abandon"}))
	acctest.ExpectWarning(t, diagnostics, "Packet capture was not stopped")
	object, diagnostics = e.run(t).Apply(t.Context(), vpnType, object, nil)
	acctest.ExpectWarning(t, diagnostics, "Packet capture was abandoned")
	if object.Exists() || len(e.running()) != 1 {
		t.Errorf("exists %v, running %v", object.Exists(), e.running())
	}
	_, diagnostics = e.run(t).Plan(t.Context(), vpnType, theirs, e.vpn(acctest.Config{"duration_in_seconds": 100000}))
	if len(diagnostics) > 0 {
		t.Errorf("a capture that is certainly ours: %v", diagnostics.Warnings())
	}
}

// TestAnswersThatSayNothing to a start or a stop, after which the capture runs, or does
// not: the next apply stops what runs.
func TestAnswersThatSayNothing(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"no content": {Code: 204}, "an error beside the status": {Code: 200, Body: []byte(`{"status":"Successful","data":"","error":{"code":"Boom","message":"No."}}`)},
	} {
		fault.Kind = simcore.KindStatus
		t.Run(name+", stop", func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			answer := fault
			answer.Operation = arm.VirtualNetworkGatewaysStop
			object := e.lost(t, answer, "running")
			if len(e.running()) != 1 {
				t.Errorf("running %v", e.running())
			}
			object, diagnostics := e.run(t).Apply(t.Context(), vpnType, object, e.vpn(nil))
			acctest.ExpectNoError(t, diagnostics)
			acctest.ExpectAttributes(t, object.Value, "status", "completed")
			e.expectIdle(t)
		})
		t.Run(name+", start", func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			answer := fault
			answer.Operation = arm.VirtualNetworkGatewaysStart
			e.lost(t, answer, "unknown")
		})
	}
}
