package cfw

import (
	"sync"
	"testing"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func (h *harness) mustFind(t *testing.T, id string) Task {
	t.Helper()
	task, err := h.client.Find(t.Context(), h.firewall, id)
	if err != nil {
		t.Fatal(err)
	}
	return task
}

func TestAWriteToOneTaskLeavesTheListingToTheOthers(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	one, other := h.running("one"), h.CFW.AddTask(simcfw.Seed{Name: "other"})
	if err := h.client.Stop(t.Context(), h.firewall, one); err != nil {
		t.Fatal(err)
	}
	h.mustFind(t, other)
	h.wantCalls(t, map[string]int{"ListCaptureTask": 1})
	if task := h.mustFind(t, one); task.Status != StatusStopping {
		t.Errorf("it was stopped, and is %s", task.Status)
	}
	h.wantCalls(t, map[string]int{"ListCaptureTask": 2})
	if err := h.client.postDelete(t.Context(), h.client.complete(h.firewall), []string{other}); err != nil {
		t.Fatal(err)
	}
	h.mustFind(t, one)
	h.wantCalls(t, map[string]int{"ListCaptureTask": 2})
	if _, err := h.client.List(t.Context(), h.firewall); err != nil {
		t.Fatal(err)
	}
	h.wantCalls(t, map[string]int{"ListCaptureTask": 3})
}

func TestACreateOutdatesTheListingForEveryTask(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	other := h.CFW.AddTask(simcfw.Seed{Name: "other"})
	h.mustFind(t, other)
	body, err := example("new").body()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.client.create(t.Context(), h.client.complete(h.firewall), body); err != nil {
		t.Fatal(err)
	}
	h.mustFind(t, other)
	h.wantCalls(t, map[string]int{"ListCaptureTask": 2})
}

// TestAListingThatIsUnderWayIsTooOldAfterAWrite has a reader of a stopped
// task wait for a listing that began before the stop.
func TestAListingThatIsUnderWayIsTooOldAfterAWrite(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	one, other := h.running("one"), h.CFW.AddTask(simcfw.Seed{Name: "other"})
	arrived, proceed, joined := make(chan struct{}), make(chan struct{}), make(chan struct{})
	observe := h.Observe
	var once sync.Once
	h.Observe = func(exchange simcore.Exchange) {
		observe(exchange)
		if exchange.Operation == "ListCaptureTask" {
			once.Do(func() { close(arrived); <-proceed })
		}
	}
	var readers sync.WaitGroup
	readers.Go(func() {
		if _, err := h.client.Find(t.Context(), h.firewall, other); err != nil {
			t.Error(err)
		}
	})
	<-arrived
	if err := h.client.postStop(t.Context(), h.client.complete(h.firewall), one); err != nil {
		t.Fatal(err)
	}
	readers.Go(func() {
		task, err := h.client.Find(waiting{t.Context(), sync.OnceFunc(func() { close(joined) })}, h.firewall, one)
		if err != nil || task.Status != StatusStopping {
			t.Errorf("it was stopped, and is %s, %v", task.Status, err)
		}
	})
	<-joined
	close(proceed)
	readers.Wait()
	h.wantCalls(t, map[string]int{"ListCaptureTask": 2})
}

func TestTheFirstLookAfterAWriteWaits(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := h.running("one")
	if err := h.client.Stop(t.Context(), h.firewall, id); err != nil {
		t.Fatal(err)
	}
	var atPause []int
	h.whenWaiting(func(time.Duration) { atPause = append(atPause, h.Calls("ListCaptureTask")) })
	if task, err := h.client.WaitEnded(t.Context(), h.firewall, id, nil); err != nil || task.Status != StatusStopped {
		t.Fatalf("%+v, %v", task, err)
	}
	if len(atPause) < 2 || atPause[0] != 1 || atPause[1] != 2 {
		t.Errorf("lists at each pause: %v, want one, from before the stop, at the first, and then one more for each", atPause)
	}
	// Somebody else has looked since: that one serves.
	atPause = nil
	if _, err := h.client.WaitEnded(t.Context(), h.firewall, id, nil); err != nil || len(atPause) != 0 {
		t.Errorf("a task that has ended was waited for: %v, %v", atPause, err)
	}
}
