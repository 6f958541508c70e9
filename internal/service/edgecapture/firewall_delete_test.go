package edgecapture_test

import (
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
	e.set(t, azurefirewall.SwitchStatusAnswer, azurefirewall.StatusAtOnce)
	e.fault(t, simcore.Fault{Operation: arm.AzureFirewallsCaptureOperation, Kind: simcore.KindDropAfterCommit, Skip: 1})
	object, diagnostics := e.run(t).Apply(t.Context(), firewallType, nil, e.firewall(changes))
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", "was lost", "tainted", "waits until this one must have ended")
	acctest.ExpectAttributes(t, object.Value, "status", "unknown")
	return object
}

// TestALostStartIsNotStopped: what runs may be somebody else's.
func TestALostStartIsNotStopped(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	object := e.lostStart(t, acctest.Config{"time_limit_in_seconds": 600})
	e.run(t).MustApply(t, firewallType, object, nil)
	e.expectIdle(t)
	e.expectStops(t, 0)
}

// TestAWaitForWhatIsNotOursSaysWhy has a destroy that has too little time.
func TestAWaitForWhatIsNotOursSaysWhy(t *testing.T) {
	t.Parallel()
	e := newEdgeAt(t, 10, nil) // The capture takes three minutes.
	object := e.lostStart(t, acctest.Config{"time_limit_in_seconds": 1800, "timeouts": acctest.Config{"delete": "2s"}})
	_, diagnostics := e.run(t).Plan(t.Context(), firewallType, object, nil)
	expectWarning(t, diagnostics, "Destroying may have to wait", "the answer to the start of this one was lost", "stops nothing")
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
	t.Run("when the files are there", func(t *testing.T) {
		t.Parallel()
		e := newEdgeAt(t, 10, nil)
		object := ours(e, 1800, "5m")
		e.Clock.Advance(5 * time.Minute)
		e.run(t).MustApply(t, firewallType, object, nil) // It ends early.
		theirs(e)
		e.runWith(t, e.sas).MustApply(t, firewallType, object, nil)
		e.expectStops(t, 1)
	})
}
