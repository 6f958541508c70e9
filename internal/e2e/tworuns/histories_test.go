package tworuns

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestAThrottledPostOfTwoRuns has two runs make the same task; the post of one
// is throttled until the other's has gone through.
func TestAThrottledPostOfTwoRuns(t *testing.T) {
	t.Parallel()
	var lists atomic.Int64
	firstList := make(chan struct{})
	w := newWorld(t, map[string]string{"capture_minute": "3s", "task_visible_after": "2s"}, func(exchange simcore.Exchange) {
		if exchange.Operation == "ListCaptureTask" && lists.Add(1) == 1 {
			close(firstList)
		}
	})
	ten := 10
	w.fail(t, simcore.Fault{Service: "cfw", Operation: "CreateCaptureTask", Kind: simcore.KindStatus, Code: 429, RetryAfter: &ten})
	runs := []*workspace{w.workspace(t), w.workspace(t)}
	configuration := huawei("same", "same", 1, "")
	outputs := make([]string, len(runs))
	var running sync.WaitGroup
	running.Go(func() { outputs[0] = runs[0].mustApply(t, configuration) })
	<-firstList
	running.Go(func() { outputs[1] = runs[1].mustApply(t, configuration) })
	running.Wait()
	w.expectEachInOneState(t, outputs, runs...)
	if n := len(w.CFW.Tasks()); n != 2 {
		t.Errorf("%d tasks were made", n)
	}
	// Destroying one leaves the other's.
	if output, ok := runs[1].run(t, "destroy", "-auto-approve", "-no-color"); !ok {
		t.Errorf("the destroy failed: %s", output)
	}
	w.expectEachInOneState(t, outputs, runs[0])
}

// TestALaterTaskOfAnotherRun resets a post; half an hour later another run
// makes the same task, and then the first one applies again.
func TestALaterTaskOfAnotherRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil, nil)
	first, second := w.workspace(t), w.workspace(t)
	configuration := huawei("same", "same", 60, "")
	w.fail(t, simcore.Fault{Service: "cfw", Operation: "CreateCaptureTask", Kind: simcore.KindReset})
	lost, ok := first.apply(t, configuration)
	if ok {
		t.Fatalf("the lost answer is not reported: %s", lost)
	}
	expectSaid(t, lost, "may be running", "the answer was lost", "Apply again")
	w.Clock.Advance(30 * time.Minute)
	other := second.mustApply(t, configuration)
	made := second.ids(t, "task_id")
	again, _ := first.apply(t, strings.ReplaceAll(configuration, "max_packets", "timeouts = { create = \"10s\" }\n  max_packets"))
	w.expectEachInOneState(t, []string{lost, other, again}, first, second)
	if !slices.Equal(second.ids(t, "task_id"), made) || slices.Contains(first.ids(t, "task_id"), made[0]) {
		t.Errorf("the other run's task is in the states %v and %v", first.ids(t, "task_id"), second.ids(t, "task_id"))
	}
	if _, exists := w.CFW.Task(made[0]); !exists {
		t.Errorf("the other run's task was deleted: %s", again)
	}
	expectSaid(t, again, made[0])
}

const (
	createFirst = "  lifecycle {\n    create_before_destroy = true\n  }\n"
	// dependent passes create_before_destroy on to what it depends on.
	dependent = `
resource "terraform_data" "dependent" {
  input = %s.id
  lifecycle {
    create_before_destroy = true
  }
  triggers_replace = [%s.id]
}
`
)

// TestCreateBeforeDestroy replaces a running capture before it is destroyed, by
// the resource's own setting and by that of a dependent.
func TestCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	inherited := func(address string) string { return strings.ReplaceAll(dependent, "%s", address) }
	for name, test := range map[string]struct {
		before, after, service, create string
		said                           []string
	}{
		"Huawei Cloud": {
			huawei("a", "a", 600, createFirst), huawei("a", "a", 500, "  timeouts = { create = \"20s\" }\n"+createFirst), "cfw", "CreateCaptureTask",
			[]string{"which has the same name", "If this apply replaces that task", "Remove create_before_destroy", "resources that depend on it", "nothing was created"},
		},
		"Huawei Cloud, inherited": {
			huawei("a", "a", 600, "") + inherited("cloudtap_huaweicloud_capture_task.a"),
			huawei("a", "a", 500, "  timeouts = { create = \"20s\" }\n") + inherited("cloudtap_huaweicloud_capture_task.a"), "cfw", "CreateCaptureTask",
			[]string{"If this apply replaces that task", "Remove create_before_destroy"},
		},
		"Azure": {
			azure("a", "a", 600, createFirst), azure("a", "a", 500, createFirst), "arm", "PacketCaptures_Create",
			[]string{"exists already", "If this apply replaces the capture", "remove create_before_destroy", "resources that depend on it", "another name"},
		},
		"Azure, inherited": {
			azure("a", "a", 600, "") + inherited("cloudtap_azure_packet_capture.a"), azure("a", "a", 500, "") + inherited("cloudtap_azure_packet_capture.a"),
			"arm", "PacketCaptures_Create", []string{"exists already", "If this apply replaces the capture", "remove create_before_destroy"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil, nil)
			workspace := w.workspace(t)
			workspace.mustApply(t, test.before)
			made := workspace.ids(t, "id")
			output, ok := workspace.apply(t, test.after)
			if ok {
				t.Fatalf("the replacement was made beside the old one: %s", output)
			}
			expectSaid(t, output, test.said...)
			if strings.Contains(output, "not in this state") {
				t.Errorf("what is in the state is said not to be: %s", output)
			}
			if n := w.Journal.Count(test.service, test.create); n != 1 {
				t.Errorf("%d creates were sent", n)
			}
			if now := workspace.ids(t, "id"); !slices.Equal(now, made) {
				t.Errorf("the state had %v, and has %v", made, now)
			}
			// The way out that is named is one.
			workspace.mustApply(t, strings.NewReplacer("create_before_destroy = true", "", "triggers_replace", "#").Replace(test.after))
		})
	}
}

// TestTheSameNameTwice has two resources of one configuration with the same
// name.
func TestTheSameNameTwice(t *testing.T) {
	t.Parallel()
	t.Run("Huawei Cloud", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"capture_minute": "3s"}, nil)
		workspace := w.workspace(t)
		output := workspace.mustApply(t, huawei("a", "same", 1, "")+huawei("b", "same", 1, ""))
		expectSaid(t, output, "Capture task is planned twice", "give each of them its own name", "take turns", "2 minutes in all")
		w.expectEachInOneState(t, nil, workspace)
		if n := len(w.CFW.Tasks()); n != 2 {
			t.Errorf("%d tasks were made", n)
		}
		if output, _ := workspace.run(t, "plan", "-no-color"); !strings.Contains(output, "No changes") {
			t.Errorf("the second plan: %s", output)
		}
	})
	t.Run("Azure", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, nil, nil)
		workspace := w.workspace(t)
		output, ok := workspace.apply(t, azure("a", "same", 600, "")+azure("b", "same", 600, ""))
		if ok {
			t.Fatalf("one capture is two resources: %s", output)
		}
		expectSaid(t, output, "Packet capture is planned twice", "this run created it a moment ago", "Give each of the resources a name of its own")
		if ids := workspace.ids(t, "id"); len(ids) != 1 {
			t.Errorf("the state has %v", ids)
		}
	})
}
