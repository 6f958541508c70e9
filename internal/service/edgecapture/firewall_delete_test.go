package edgecapture_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// lostStart returns a capture of which the answer to the start was lost.
func (e *edge) lostStart(t *testing.T, changes acctest.Config) *acctest.Object {
	t.Helper()
	return e.startLostBy(t, simcore.KindDropAfterCommit, changes)
}

func (e *edge) startLostBy(t *testing.T, kind simcore.Kind, changes acctest.Config) *acctest.Object {
	t.Helper()
	e.set(t, azurefirewall.SwitchStatusAnswer, azurefirewall.StatusAtOnce)
	acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: arm.AzureFirewallsCaptureOperation, Kind: kind, Skip: 1})
	object, diagnostics := e.run(t).Apply(t.Context(), firewallType, nil, e.firewall(changes))
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", "was lost", "tainted", "waits until this one must have ended")
	acctest.ExpectAttributes(t, object.Value, "status", "unknown")
	return object
}

// TestALostStartIsNotStopped: what runs may be somebody else's.
func TestALostStartIsNotStopped(t *testing.T) {
	t.Parallel()
	for _, kind := range []simcore.Kind{simcore.KindDropAfterCommit, simcore.KindCutAnswer} {
		e := newEdge(t, nil)
		object := e.startLostBy(t, kind, acctest.Config{"time_limit_in_seconds": 600})
		e.run(t).MustApply(t, firewallType, object, nil)
		e.expectIdle(t)
		e.expectStops(t, 0)
	}
}

// TestAWaitForWhatIsNotOursSaysWhy has a destroy that has too little time.
func TestAWaitForWhatIsNotOursSaysWhy(t *testing.T) {
	t.Parallel()
	e := newEdgeAt(t, 10, nil) // The capture takes three minutes.
	object := e.lostStart(t, acctest.Config{"time_limit_in_seconds": 1800, "timeouts": acctest.Config{"delete": "2s"}})
	_, diagnostics := e.run(t).Plan(t.Context(), firewallType, object, nil)
	acctest.ExpectWarning(t, diagnostics, "Destroying may have to wait", "the answer to the start of this one was lost", "stops nothing")
	left, diagnostics := e.run(t).Apply(t.Context(), firewallType, object, nil)
	acctest.ExpectError(t, diagnostics, "Could not stop packet capture", "somebody else's, as the answer to the start of this one was lost", "destroy again", "timeouts.delete", "in the portal")
	if !left.Exists() {
		t.Error("it left the state")
	}
	e.expectStops(t, 0)
}

// TestDestroyingDoesNotStopAnothersCapture has another capture run by the time
// that one is destroyed which is running as far as the state knows.
func TestDestroyingDoesNotStopAnothersCapture(t *testing.T) {
	t.Parallel()
	theirs := func(e *edge) {
		object := e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"file_name": "theirs", "wait_for_completion": false, "time_limit_in_seconds": 1800}))
		acctest.ExpectAttributes(t, object.Value, "status", "running")
	}
	ours := func(e *edge, limit int, timeout string) *acctest.Object {
		return e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{
			"wait_for_completion": false, "time_limit_in_seconds": limit, "timeouts": acctest.Config{"delete": timeout},
		}))
	}
	t.Run("after the time limit", func(t *testing.T) {
		t.Parallel()
		e := newEdgeAt(t, 10, nil)
		object := ours(e, 60, "2s")
		e.Clock.Advance(2 * time.Minute)
		theirs(e)
		_, diagnostics := e.run(t).Apply(t.Context(), firewallType, object, nil)
		acctest.ExpectError(t, diagnostics, "somebody else's, as the time limit of this one has passed")
		e.expectStops(t, 0)
		e.Clock.Advance(10 * time.Minute)
		e.run(t).MustApply(t, firewallType, object, nil)
		e.expectStops(t, 0)
	})
	t.Run("which this process began", func(t *testing.T) {
		t.Parallel()
		e := newEdgeAt(t, 10, nil)
		p := e.run(t)
		object := p.MustApply(t, firewallType, nil, e.firewall(acctest.Config{"wait_for_completion": false, "time_limit_in_seconds": 1800, "max_packets": 100}))
		e.Clock.Advance(5 * time.Minute) // It ends early.
		p.MustApply(t, firewallType, nil, e.firewall(acctest.Config{"file_name": "theirs", "wait_for_completion": false, "time_limit_in_seconds": 1800}))
		p.MustApply(t, firewallType, object, nil)
		e.expectStops(t, 0)
	})
}

// TestAnotherCapturesResultIsNotOurs has somebody else's capture end after the
// time limit of one that nobody has looked at since.
func TestAnotherCapturesResultIsNotOurs(t *testing.T) {
	t.Parallel()
	e := newEdgeAt(t, 10, nil)
	object := e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"wait_for_completion": false}))
	e.Clock.Advance(2 * time.Minute)
	e.set(t, azurefirewall.SwitchFailingInstances, "2")
	e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"file_name": "theirs", "wait_for_completion": false}))
	read, _ := e.run(t).Read(t.Context(), firewallType, object)
	acctest.ExpectAttributes(t, read.Value, "status", "running")
	e.Clock.Advance(2 * time.Minute)
	read, diagnostics := e.run(t).Read(t.Context(), firewallType, object)
	acctest.ExpectWarning(t, diagnostics, "Azure does not say how")
	acctest.ExpectAttributes(t, read.Value, "status", "ended")
}

// TestAFirewallThatIsGone is one whose destruction nobody waits for.
func TestAFirewallThatIsGone(t *testing.T) {
	t.Parallel()
	for looks, gone := range map[int]bool{1: false, -1: true} {
		e := newEdgeAt(t, 10, nil)
		object := e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"wait_for_completion": false, "time_limit_in_seconds": 1800}))
		acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: arm.AzureFirewallsCaptureOperation, Kind: simcore.KindStatus, Code: 404, Times: looks})
		e.run(t).MustApply(t, firewallType, object, nil)
		e.expectStops(t, map[bool]int64{true: 0, false: 1}[gone])
	}
}

// TestARefusalWhileWaiting names this operation's role.
func TestARefusalWhileWaiting(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	e.set(t, azurefirewall.SwitchStatusAnswer, azurefirewall.StatusAtOnce)
	acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: arm.AzureFirewallsCaptureOperation, Kind: simcore.KindStatus, Code: 403, Skip: 2, Times: -1})
	_, diagnostics := e.run(t).Apply(t.Context(), firewallType, nil, e.firewall(nil))
	acctest.ExpectError(t, diagnostics, "Could not follow packet capture", "AuthorizationFailed", "resource group of firewall or gateway")
	e = newEdge(t, nil)
	acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: arm.OperationsGet, Kind: simcore.KindStatus, Code: 403, Times: -1})
	_, diagnostics = e.run(t).Apply(t.Context(), firewallType, nil, e.firewall(nil))
	acctest.ExpectError(t, diagnostics, "AuthorizationFailed", "resource group of firewall or gateway")
	if said := strings.Join(diagnostics.Errors(), " "); strings.Contains(said, "etwork Watcher") {
		t.Errorf("the advice misleads: %s", said)
	}
}

// TestAServiceThatQuotesTheSignatureInAStatus has the state and all that is said.
func TestAServiceThatQuotesTheSignatureInAStatus(t *testing.T) {
	t.Parallel()
	_, signature, _ := strings.Cut(containerURL(newEdge(t, nil).Cloud, "cw", time.Hour), "sig=")
	e := newEdgeAt(t, 10, nil)
	object := e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"wait_for_completion": false, "time_limit_in_seconds": 1800}))
	body := json.RawMessage(`{"message":"wrote to https://a.example/c?sp=cw\u0026sig=` + signature + `"}`)
	acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: arm.AzureFirewallsCaptureOperation, Kind: simcore.KindEdited, Body: body, Times: -1})
	read, diagnostics := e.run(t).Read(t.Context(), firewallType, object)
	if said := read.Value.String() + strings.Join(append(diagnostics.Warnings(), diagnostics.Errors()...), ""); strings.Contains(said, signature) || !strings.Contains(said, "wrote to https://a.example/c?sp=cw&sig=[redacted]") {
		t.Errorf("%s", said)
	}
}
