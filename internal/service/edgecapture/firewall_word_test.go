package edgecapture_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// says has the firewall answer one request, after others, with a word that is not true.
func (e *edge) says(t *testing.T, word string, after int) {
	t.Helper()
	acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{
		Operation: arm.AzureFirewallsCaptureOperation, Kind: simcore.KindStatus, Code: 200, Skip: after, Times: 1,
		Body: json.RawMessage(`{"statusCode":"` + word + `","message":"So it says."}`),
	})
}

// long returns a capture that runs until it is stopped.
func (e *edge) long(t *testing.T) *acctest.Object {
	t.Helper()
	return e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"wait_for_completion": false, "time_limit_in_seconds": 1800}))
}

// TestAStopThatWasNotSaidToStop leaves the capture in the state, and the next destroy
// stops it.
func TestAStopThatWasNotSaidToStop(t *testing.T) {
	t.Parallel()
	for _, word := range []string{
		"AzureFirewallPacketCaptureFailed", "NotImplemented", "AzureFirewallPacketCaptureStartFailed", "AzureFirewallPacketCaptureStartFailedToUpload", "AzureFirewallPacketCaptureCompleted",
	} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			e := newEdgeAt(t, 10, nil)
			object := e.long(t)
			e.says(t, word, 1)
			object, diagnostics := e.run(t).Apply(t.Context(), firewallType, object, nil)
			acctest.ExpectError(t, diagnostics, "Could not stop packet capture", word+" (So it says.)", "destroy again")
			if !object.Exists() || len(e.running()) != 1 {
				t.Fatalf("exists %v, running %v", object.Exists(), e.running())
			}
			e.run(t).MustApply(t, firewallType, object, nil)
			e.expectIdle(t)
			e.expectStops(t, 1)
		})
	}
}

// TestAWordThatAnswersNoStart leaves it open whether the capture runs: nobody asks on
// and takes what the firewall says of another for its end, and a destroy stops nothing.
func TestAWordThatAnswersNoStart(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"AzureFirewallPacketCaptureCompleted", "AzureFirewallPacketCaptureStopSucceeded", "AzureFirewallPacketCaptureNotInProgress", "Paused"} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			e.says(t, word, 1)
			object, diagnostics := e.run(t).Apply(t.Context(), firewallType, nil, e.firewall(nil))
			acctest.ExpectError(t, diagnostics, "Could not start packet capture", "may or may not have acted", word, "waits until this one must have ended")
			acctest.ExpectAttributes(t, object.Value, "status", "unknown", "message", acctest.Null)
			e.run(t).MustApply(t, firewallType, object, nil)
			e.expectStops(t, 0)
		})
	}
}

// TestOneWordIsNoEnd: a firewall that once says that nothing runs is asked again, and
// what runs is in the state and stopped by a destroy.
func TestOneWordIsNoEnd(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"AzureFirewallPacketCaptureNotInProgress", "AzureFirewallPacketCaptureCompleted", "NotImplemented"} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			e := newEdgeAt(t, 10, nil)
			object := e.long(t)
			e.says(t, word, 0)
			object, diagnostics := e.run(t).Read(t.Context(), firewallType, object)
			acctest.ExpectNoError(t, diagnostics)
			acctest.ExpectAttributes(t, object.Value, "status", "running")
			e.says(t, word, 0)
			e.run(t).MustApply(t, firewallType, object, nil)
			e.expectIdle(t)
			e.expectStops(t, 1)
		})
		t.Run(word+", to a create that waits", func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			e.says(t, word, 2)
			object := e.run(t).MustApply(t, firewallType, nil, e.firewall(nil))
			acctest.ExpectAttributes(t, object.Value, "status", "completed")
			e.expectIdle(t)
		})
	}
}

// TestFilesOfAnotherCaptureAreNoEnd has captures of two firewalls with one name and
// one container; the short one's files are stored.
func TestFilesOfAnotherCaptureAreNoEnd(t *testing.T) {
	t.Parallel()
	e := newEdgeAt(t, 10, nil)
	object := e.long(t)
	e.Clock.Advance(2 * time.Minute)
	e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"firewall_id": e.seed.BasicFirewallID, "wait_for_completion": false, "time_limit_in_seconds": 30}))
	e.Clock.Advance(time.Minute)
	if files := e.files(); len(files) != 2 {
		t.Fatalf("stored %v", files)
	}
	e.runWith(t, e.sas).MustApply(t, firewallType, object, nil)
	e.expectStops(t, 1)
	e.expectIdle(t)
}
