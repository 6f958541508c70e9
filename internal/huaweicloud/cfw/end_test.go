package cfw

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

func TestStopIsPostedToRunningTasksOnly(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		posts  int
	}{"running": {2, 1}, "stopping": {5, 0}, "completed": {1, 0}, "stopped": {4, 0}, "failed": {0, 0}, "unknown(3)": {3, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			id := h.running("one")
			h.CFW.SetStatus(id, test.status)
			if err := h.client.Stop(t.Context(), h.firewall, id); err != nil {
				t.Error(err)
			}
			h.wantCalls(t, map[string]int{"CancelCaptureTask": test.posts})
		})
	}
}

func TestATaskThatEndsBeforeTheStopArrivesIsStopped(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Set(t, map[string]string{"stop_of_ended": "refuse"})
	id := h.running("one")
	if _, err := h.client.List(t.Context(), h.firewall); err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(time.Hour)
	if err := h.client.Stop(t.Context(), h.firewall, id); err != nil {
		t.Error(err)
	}
	h.wantCalls(t, map[string]int{"CancelCaptureTask": 1})
}

func TestAStopThatIsRefusedWhileTheTaskRunsIsAnError(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := h.running("one")
	h.Fail(t, "CancelCaptureTask", simcore.Fault{
		Kind: simcore.KindStatus, Code: 400, Body: []byte(`{"error_code":"CFW.01100008","error_msg":"cluster capacity expansion"}`),
	})
	wantMentioned(t, h.client.Stop(t.Context(), h.firewall, id), "CFW.01100008", "cluster capacity expansion", "CancelCaptureTask")
}

func TestWaitEnded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		meanwhile func(t *testing.T, h *harness, id string)
		want      Status
	}{
		"completed": {func(*testing.T, *harness, string) {}, StatusCompleted},
		"failed":    {func(_ *testing.T, h *harness, id string) { h.CFW.FailTask(id) }, StatusFailed},
		"stopped": {func(t *testing.T, h *harness, id string) {
			t.Helper()
			if err := h.client.Stop(t.Context(), h.firewall, id); err != nil {
				t.Fatal(err)
			}
		}, StatusStopped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			id := h.running("one")
			test.meanwhile(t, h, id)
			var states []string
			task, err := h.client.WaitEnded(t.Context(), h.firewall, id, func(_ context.Context, progress Progress) {
				states = append(states, progress.State)
			})
			if err != nil || task.Status != test.want || task.CaptureSize == "" {
				t.Errorf("got %+v, %v", task, err)
			}
			if test.want == StatusStopped && (len(states) == 0 || states[0] != "stopping") {
				t.Errorf("states on the way: %v", states)
			}
		})
	}
}

func TestWaitEndedOfWhatNeverEnds(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := h.running("one")
	h.CFW.SetStatus(id, 3)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	looks := 0
	_, err := h.client.WaitEnded(ctx, h.firewall, id, func(context.Context, Progress) {
		if looks++; looks == 3 {
			cancel()
		}
	})
	var interrupted *wait.Interrupted
	if !errors.As(err, &interrupted) || interrupted.LastState != "unknown(3)" {
		t.Errorf("got %v", err)
	}
	h.CFW.Delete(id)
	if err := h.clock.Sleep(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := h.client.WaitEnded(t.Context(), h.firewall, id, nil); !errors.As(err, new(*TaskGoneError)) {
		t.Errorf("got %v", err)
	}
}

func TestDeleteStopsWaitsAndWaitsOutTheList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare        func(t *testing.T, h *harness) (id string)
		stops, deletes int
	}{
		"running": {func(_ *testing.T, h *harness) string { return h.running("one") }, 1, 1},
		"stopping": {func(t *testing.T, h *harness) string {
			t.Helper()
			id := h.running("one")
			if err := h.client.Stop(t.Context(), h.firewall, id); err != nil {
				t.Fatal(err)
			}
			return id
		}, 1, 1},
		"completed": {func(_ *testing.T, h *harness) string { return h.CFW.AddTask(simcfw.Seed{}) }, 0, 1},
		"record stays, marked as deleted": {func(t *testing.T, h *harness) string {
			t.Helper()
			h.Set(t, map[string]string{"deleted_record_kept_for": "24h"})
			return h.CFW.AddTask(simcfw.Seed{})
		}, 0, 1},
		"unknown status": {func(_ *testing.T, h *harness) string {
			id := h.CFW.AddTask(simcfw.Seed{})
			h.CFW.SetStatus(id, 3)
			return id
		}, 1, 1},
		"not there": {func(*testing.T, *harness) string { return "nobody" }, 0, 0},
		"answer lost after it was committed": {func(t *testing.T, h *harness) string {
			t.Helper()
			h.Fail(t, "DeleteCaptureTask", simcore.Fault{Kind: simcore.KindDropAfterCommit})
			return h.CFW.AddTask(simcfw.Seed{})
		}, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			bystander := h.CFW.AddTask(simcfw.Seed{Name: "bystander"})
			id := test.prepare(t, h)
			if err := h.client.Delete(t.Context(), h.firewall, id, nil); err != nil {
				t.Fatal(err)
			}
			if left := h.CFW.Tasks(); len(left) != 1 || left[0].ID != bystander {
				t.Errorf("left %v", left)
			}
			if _, err := h.client.Find(t.Context(), h.firewall, id); !errors.As(err, new(*TaskGoneError)) {
				t.Errorf("still found: %v", err)
			}
			h.wantCalls(t, map[string]int{"CancelCaptureTask": test.stops, "DeleteCaptureTask": test.deletes})
		})
	}
}

func TestADeleteThatIsRefusedBecauseTheListWasBehindStartsOver(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := h.running("one")
	h.CFW.SetStatus(id, 1)
	// The list shows it as completed, and the service knows better.
	h.Fail(t, "DeleteCaptureTask", simcore.Fault{
		Kind: simcore.KindStatus, Code: 400, Body: []byte(`{"error_code":"CFW.00200004","error_msg":"can not delete for used."}`), Times: 2,
	})
	if err := h.client.Delete(t.Context(), h.firewall, id, nil); err != nil {
		t.Error(err)
	}
	h.Fail(t, "DeleteCaptureTask", simcore.Fault{
		Kind: simcore.KindStatus, Code: 400, Body: []byte(`{"error_code":"CFW.00200004","error_msg":"can not delete for used."}`), Times: -1,
	})
	refused := h.CFW.AddTask(simcfw.Seed{})
	if err := h.clock.Sleep(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	wantMentioned(t, h.client.Delete(t.Context(), h.firewall, refused, nil), "CFW.00200004", "DeleteCaptureTask")
}

func TestDeleteEndsWithItsContext(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.Set(t, map[string]string{"deletion_visible_after": "1h"})
	id := h.CFW.AddTask(simcfw.Seed{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := h.client.Delete(ctx, h.firewall, id, func(context.Context, Progress) { cancel() })
	wantMentioned(t, err, fmt.Sprintf("the deleted capture task %s to leave the list", id), "still listed")
}
