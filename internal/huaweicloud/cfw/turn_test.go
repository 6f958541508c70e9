package cfw

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

func TestASlotTakenBySomebodyElseIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{"published code": "CFW.00200024", "unknown code": "CFW.00999999"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.Set(t, map[string]string{"running_limit_code": code})
			// It runs already, but the list is behind.
			h.CFW.AddTask(simcfw.Seed{Name: "somebody's", CreatedAt: h.Clock.Now(), VisibleAfter: time.Second})
			task := h.mustCapture(t, example("mine"))
			if task.Name != "mine" || len(h.CFW.Tasks()) != 2 {
				t.Errorf("got %+v, the service has %v", task, h.CFW.Tasks())
			}
			h.wantCalls(t, map[string]int{"CreateCaptureTask": 2})
		})
	}
}

// TestAListThatCameLateDoesNotExplainARefusal has the look that follows the
// refusal begin before somebody's capture shows, and end when all time for
// looks is over.
func TestAListThatCameLateDoesNotExplainARefusal(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.CFW.AddTask(simcfw.Seed{Name: "somebody's", CreatedAt: h.Clock.Now(), VisibleAfter: time.Second})
	h.delayFirstListAfterCreate(t)
	h.mustCapture(t, example("mine"))
	h.wantCalls(t, map[string]int{"CreateCaptureTask": 2})
}

func TestFiveCapturesOnAFirewallThatRunsOneAtATime(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	tasks := make([]Captured, 5)
	var wg sync.WaitGroup
	for i := range tasks {
		wg.Go(func() {
			var err error
			if tasks[i], err = h.client.Capture(t.Context(), h.firewall, example(fmt.Sprintf("capture-%d", i)), nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	made := h.CFW.Tasks()
	if len(made) != 5 {
		t.Fatalf("made %v", made)
	}
	for i := 1; i < len(made); i++ {
		if gap := made[i].CreatedAt.Sub(made[i-1].CreatedAt); gap < 3*time.Minute {
			t.Errorf("capture %d began %s after the one before, which took 3m", i, gap)
		}
	}
	for i, task := range tasks {
		if task.Name != fmt.Sprintf("capture-%d", i) {
			t.Errorf("capture %d is bound to %+v", i, task)
		}
	}
	h.wantCalls(t, map[string]int{"CreateCaptureTask": 5, "ListFirewallDetail": 1})
}

func TestTurnsAreTakenInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := New(huaweicloud.NewSession(huaweicloud.Config{Region: "cn-north-4"}), DefaultPace())
		firewall := client.complete(Firewall{ID: "fw-1"})
		release, err := client.takeTurn(t.Context(), firewall)
		if err != nil {
			t.Fatal(err)
		}
		var order []int
		for i := range 5 {
			go func() {
				release, err := client.takeTurn(t.Context(), firewall)
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, i)
				release()
			}()
			synctest.Wait()
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := client.takeTurn(impatient, firewall); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waited on: %v", err)
		}
		other, err := client.takeTurn(t.Context(), client.complete(Firewall{ID: "fw-2"}))
		if err != nil {
			t.Errorf("another firewall: %v", err)
		}
		other()
		release()
		synctest.Wait()
		if !slices.Equal(order, []int{0, 1, 2, 3, 4}) {
			t.Errorf("turns were taken in the order %v", order)
		}
	})
}

func TestCancelledBeforeThePostNothingIsCreated(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.running("somebody's")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := h.client.Capture(ctx, h.firewall, example("never"), func(context.Context, Progress) { cancel() })
	if !errors.As(err, new(*wait.Interrupted)) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	wantMentioned(t, err, "a free slot on the firewall", `"somebody's"`, "running")
	h.wantCalls(t, map[string]int{"CreateCaptureTask": 0})
	// The turn was given back.
	h.Clock.Advance(time.Hour)
	h.mustCapture(t, example("next"))
}

func TestCancelledAfterThePostTheIDIsStillFound(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]*simcore.Fault{
		"while it is looked for": nil,
		"while it is posted":     {Kind: simcore.KindDropAfterCommit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			cancelAtPost := h.Observe
			h.Observe = func(exchange simcore.Exchange) {
				cancelAtPost(exchange)
				if fault != nil && exchange.Operation == "CreateCaptureTask" {
					cancel()
				}
			}
			if fault != nil {
				h.Fail(t, "CreateCaptureTask", *fault)
			}
			task, err := h.client.Capture(ctx, h.firewall, example("kept"), func(context.Context, Progress) { cancel() })
			if err != nil || ctx.Err() == nil {
				t.Fatalf("got %v, context %v", err, ctx.Err())
			}
			if made := h.CFW.Tasks(); len(made) != 1 || made[0].ID != task.ID {
				t.Errorf("got %+v, the service has %v", task, made)
			}
		})
	}
}
