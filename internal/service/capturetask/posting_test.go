package capturetask_test

import (
	"encoding/json"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// lostPosting returns a state without an id, whose private state remembers of
// the posting what remember leaves; made says whether the service made the task.
func lostPosting(t *testing.T, cloud *cloudsim.Cloud, p *acctest.Provider, made bool, remember func(private, posting map[string]any)) *acctest.Object {
	t.Helper()
	fate := simcore.Fault{Operation: "CreateCaptureTask", Kind: simcore.KindReset}
	if made {
		fate.Kind = simcore.KindDropAfterCommit
	}
	acctest.AddFault(t, cloud, "cfw", fate)
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "ListCaptureTask", Kind: simcore.KindReset, Skip: 1, Times: -1})
	object, diagnostics := p.Apply(t.Context(), typeName, nil, web(cloud, nil))
	acctest.ExpectError(t, diagnostics, "may be running", "the answer was lost")
	cloud.Faults.Clear()
	var private map[string][]byte
	var posting map[string]any
	if err := json.Unmarshal(object.Private, &private); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(private["posting"], &posting); err != nil {
		t.Fatal(err)
	}
	kept := map[string]any{"posting": posting}
	for name, value := range private {
		if name != "posting" {
			kept[name] = value
		}
	}
	remember(kept, posting)
	if rest, found := kept["posting"]; found {
		text, err := json.Marshal(rest)
		if err != nil {
			t.Fatal(err)
		}
		kept["posting"] = text
	}
	text, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	object.Private = text
	return object
}

// TestAStateThatForgotWhatWasPostedIsNotDroppedInSilence has the private state
// of a posted task be lost, empty, or from an earlier version.
func TestAStateThatForgotWhatWasPostedIsNotDroppedInSilence(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		remember func(private, posting map[string]any)
		said     string
	}{
		"nothing": {func(private, _ map[string]any) { delete(private, "posting") }, "at a time that"},
		"empty":   {func(_, posting map[string]any) { clear(posting) }, "at a time that"},
		"earlier version": {func(_, posting map[string]any) {
			for _, member := range []string{"from", "until", "zone", "accepted"} {
				delete(posting, member)
			}
		}, "was posted"},
	} {
		for _, made := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				cloud, run := fastRuns(t)
				set(t, cloud, map[string]string{"capture_minute": "1h"})
				object := lostPosting(t, cloud, run(), made, test.remember)
				kept, diagnostics := run().Read(t.Context(), typeName, object)
				destroyed, last := run().Apply(t.Context(), typeName, object, nil)
				if !kept.Exists() {
					t.Error("the refresh forgot a task that may be running")
				}
				if made {
					id := cloud.CFW.Tasks()[0].ID
					acctest.ExpectWarning(t, diagnostics, "may be running", test.said, "what the service answered is not known", id, "cannot be told", "state rm")
					acctest.ExpectError(t, last, "may be running", id, "state rm")
				} else {
					acctest.ExpectWarning(t, diagnostics, "Capture task is not listed", test.said, "what the service answered is not known", "stop and delete it there")
					acctest.ExpectWarning(t, last, "Capture task is not listed", "stop and delete it there")
				}
				if destroyed.Exists() != made {
					t.Errorf("after the destroy the state exists: %v", destroyed.Exists())
				}
			})
		}
	}
}

// TestACandidateThatMayBeOursIsKeptAndNamed has the list show no dates after the
// answer to a create was lost.
func TestACandidateThatMayBeOursIsKeptAndNamed(t *testing.T) {
	t.Parallel()
	cloud, run := fastRuns(t)
	set(t, cloud, map[string]string{"capture_minute": "1h"})
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "CreateCaptureTask", Kind: simcore.KindDropAfterCommit})
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{
		Operation: "ListCaptureTask", Kind: simcore.KindEdited, Body: json.RawMessage(`{"data":{"records":{"created_date":null}}}`), Times: -1,
	})
	object, diagnostics := run().Apply(t.Context(), typeName, nil, web(cloud, nil))
	acctest.ExpectError(t, diagnostics, "may be running", cloud.CFW.Tasks()[0].ID, "cannot be told", "Import it", "state rm")
	if !object.Exists() || acctest.IsSet(t, object.Value, "task_id") {
		t.Errorf("the state is %s", object.Value)
	}
}
