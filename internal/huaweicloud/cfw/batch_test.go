package cfw

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// gather lets batches go out only when n deletions have joined.
func (h *harness) gather(n int) {
	h.whenWaiting(func(d time.Duration) {
		for d == h.client.pace.BatchWindow {
			h.client.mu.Lock()
			joined := 0
			for _, open := range h.client.batches {
				joined += len(open.ids)
			}
			h.client.mu.Unlock()
			if joined >= n {
				return
			}
			runtime.Gosched()
		}
	})
}

func TestDeletionsTogetherShareTheirRequests(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	ids := h.CFW.AddTasks(10)
	h.gather(10)
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			if err := h.client.Delete(t.Context(), h.firewall, id, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if left := h.CFW.Tasks(); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	h.wantCalls(t, map[string]int{"DeleteCaptureTask": 1, "CancelCaptureTask": 0})
	// One list before, and a few that wait for the list to follow; far from
	// one for every task and look.
	if lists := h.Calls("ListCaptureTask"); lists > 12 {
		t.Errorf("%d lists for 10 deletions", lists)
	}
}

func TestOneBadTaskDoesNotHoldUpABatch(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	firewall := h.client.complete(h.firewall)
	good := h.CFW.AddTasks(2)
	running := h.running("running")
	h.gather(4)
	errs := map[string]error{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, id := range append(good, running, "nobody") {
		wg.Go(func() {
			err := h.client.deleteTogether(t.Context(), firewall, id)
			mu.Lock()
			defer mu.Unlock()
			errs[id] = err
		})
	}
	wg.Wait()
	for _, id := range good {
		if errs[id] != nil {
			t.Errorf("good: %v", errs[id])
		}
	}
	var refused *huaweicloud.Error
	if !errors.As(errs[running], &refused) || refused.Code != "CFW.00200003" || !isNotFound(errs["nobody"]) {
		t.Errorf("running: %v; nobody: %v", errs[running], errs["nobody"])
	}
	h.wantCalls(t, map[string]int{"DeleteCaptureTask": 5})
}

func TestACancelledDeletionLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	firewall := h.client.complete(h.firewall)
	ids := h.CFW.AddTasks(2)
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		err := h.client.deleteTogether(ctx, firewall, ids[0])
		left <- err
	}()
	once := sync.OnceFunc(func() {
		// Both have joined; the first leaves before the batch goes out.
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("the cancelled one got %v", err)
		}
	})
	h.whenWaiting(func(d time.Duration) {
		for h.joined(firewall) < 2 && d == h.client.pace.BatchWindow {
			runtime.Gosched()
		}
		once()
	})
	if err := h.client.deleteTogether(t.Context(), firewall, ids[1]); err != nil {
		t.Error(err)
	}
	if remaining := h.CFW.Tasks(); len(remaining) != 1 || remaining[0].ID != ids[0] {
		t.Errorf("left %v", remaining)
	}
}

func (h *harness) joined(firewall Firewall) int {
	h.client.mu.Lock()
	defer h.client.mu.Unlock()
	if open := h.client.batches[firewall]; open != nil {
		return len(open.ids)
	}
	return 0
}

func TestABatchThatEverybodyLeftIsNotSent(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	firewall := h.client.complete(h.firewall)
	id := h.CFW.AddTask(simcfw.Seed{})
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan struct{})
	h.whenWaiting(func(time.Duration) { cancel(); <-gone })
	if err := h.client.deleteTogether(ctx, firewall, id); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(gone)
	h.whenWaiting(nil)
	if err := h.client.deleteTogether(t.Context(), firewall, id); err != nil {
		t.Errorf("the next batch: %v", err)
	}
	h.wantCalls(t, map[string]int{"DeleteCaptureTask": 1})
}
