package cfw

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	simcfw "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

func TestRefreshingManyTasksTakesOneListPerPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ tasks, lists int }{
		"1000 tasks": {1000, 1}, "a full page": {1024, 1}, "one more": {1025, 2}, "2500 tasks": {2500, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			ids := h.CFW.AddTasks(test.tasks)
			// As many at a time as Terraform walks.
			work := make(chan string)
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					for id := range work {
						if task, err := h.client.Find(t.Context(), h.firewall, id); err != nil || task.ID != id {
							t.Errorf("%s: %+v, %v", id, task, err)
						}
					}
				})
			}
			for _, id := range ids {
				work <- id
			}
			close(work)
			wg.Wait()
			h.wantCalls(t, map[string]int{"ListCaptureTask": test.lists})
		})
	}
}

func TestAListingServesUntilAWriteOrItsAge(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := h.running("one")
	lists := func() int { return h.Calls("ListCaptureTask") }
	find := func() {
		t.Helper()
		if _, err := h.client.Find(t.Context(), h.firewall, id); err != nil {
			t.Fatal(err)
		}
	}
	find()
	find()
	if lists() != 1 {
		t.Errorf("two reads took %d lists", lists())
	}
	// The write is addressed with another enterprise project.
	other := Firewall{ID: h.firewall.ID, Scope: Scope{EnterpriseProjectID: "default"}}
	if err := h.client.Stop(t.Context(), other, id); err != nil {
		t.Fatal(err)
	}
	before := lists()
	find()
	if lists() != before+1 {
		t.Error("a read after a write was served from before it")
	}
	if err := h.clock.Sleep(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	find()
	if lists() != before+2 {
		t.Error("a read was served from a minute ago")
	}
}

func TestAMissIsConfirmedByAYoungList(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	if _, err := h.client.List(t.Context(), h.firewall); err != nil {
		t.Fatal(err)
	}
	id := h.CFW.AddTask(simcfw.Seed{Name: "made elsewhere"})
	if err := h.clock.Sleep(t.Context(), 11*time.Second); err != nil {
		t.Fatal(err)
	}
	if _, err := h.client.Find(t.Context(), h.firewall, id); err != nil {
		t.Errorf("declared gone by an old list: %v", err)
	}
	h.wantCalls(t, map[string]int{"ListCaptureTask": 2})
	for range 5 {
		var gone *TaskGoneError
		if _, err := h.client.Find(t.Context(), h.firewall, "nobody"); !errors.As(err, &gone) || gone.TaskID != "nobody" {
			t.Errorf("got %v", err)
		}
	}
	h.wantCalls(t, map[string]int{"ListCaptureTask": 2})
}

func TestARecordMarkedAsDeletedIsGone(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := h.CFW.AddTask(simcfw.Seed{})
	h.CFW.MarkDeleted(id)
	var gone *TaskGoneError
	if _, err := h.client.Find(t.Context(), h.firewall, id); !errors.As(err, &gone) {
		t.Errorf("found: %v", err)
	}
	if tasks, err := h.client.List(t.Context(), h.firewall); err != nil || len(tasks) != 0 {
		t.Errorf("listed: %v, %v", tasks, err)
	}
	if err := h.client.Delete(t.Context(), h.firewall, id, nil); err != nil {
		t.Error(err)
	}
	if err := h.client.Stop(t.Context(), h.firewall, id); !errors.As(err, &gone) {
		t.Errorf("stopped: %v", err)
	}
	h.wantCalls(t, map[string]int{"DeleteCaptureTask": 0, "CancelCaptureTask": 0})
}

func TestAnAgedOutRecordIsToldFromADeletedOne(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	task := h.mustCapture(t, example("kept"))
	if task.RemainingDays == nil || *task.RemainingDays != 7 {
		t.Errorf("remaining days: %v", task.RemainingDays)
	}
	if RetentionOver(task.CreatedDate, h.clock.Now().Add(6*24*time.Hour)) {
		t.Error("over after 6 days")
	}
	if err := h.clock.Sleep(t.Context(), 8*24*time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := h.client.Find(t.Context(), h.firewall, task.ID); !errors.As(err, new(*TaskGoneError)) {
		t.Fatalf("got %v", err)
	}
	if !RetentionOver(task.CreatedDate, h.clock.Now()) {
		t.Error("not over after 8 days")
	}
	if RetentionOver("", h.clock.Now()) {
		t.Error("over without a date")
	}
}

func TestAListThatChangesWhileItIsReadIsReadAgain(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	ids := h.CFW.AddTasks(2000)
	observe := h.Observe
	var once sync.Once
	h.Observe = func(exchange simcore.Exchange) {
		observe(exchange)
		if exchange.Operation == "ListCaptureTask" {
			// After the first page, one of its tasks goes, and the others move
			// up: one of the second page falls between the pages.
			once.Do(func() { h.CFW.Delete(ids[1999]) })
		}
	}
	tasks, err := h.client.List(t.Context(), h.firewall)
	if err != nil || len(tasks) != 1999 {
		t.Errorf("%d tasks, %v, want 1999", len(tasks), err)
	}
	h.wantCalls(t, map[string]int{"ListCaptureTask": 4})
}

func TestOneReadersCancellationDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	id := h.CFW.AddTask(simcfw.Seed{})
	leader, cancel := context.WithCancel(t.Context())
	arrived, proceed := make(chan struct{}), make(chan struct{})
	observe := h.Observe
	var once sync.Once
	h.Observe = func(exchange simcore.Exchange) {
		observe(exchange)
		if exchange.Operation == "ListCaptureTask" {
			once.Do(func() { close(arrived); <-proceed })
		}
	}
	errs := make(chan error, 2)
	go func() { _, err := h.client.Find(leader, h.firewall, id); errs <- err }()
	<-arrived
	joined := make(chan struct{})
	go func() {
		_, err := h.client.Find(waiting{t.Context(), sync.OnceFunc(func() { close(joined) })}, h.firewall, id)
		errs <- err
	}()
	<-joined
	cancel()
	if err := <-errs; !errors.Is(err, context.Canceled) {
		t.Errorf("the leader got %v", err)
	}
	close(proceed)
	if err := <-errs; err != nil {
		t.Errorf("the other got %v", err)
	}
	h.wantCalls(t, map[string]int{"ListCaptureTask": 1})
}

// waiting is a context that tells when somebody begins to wait with it.
type waiting struct {
	context.Context
	begun func()
}

func (w waiting) Done() <-chan struct{} {
	w.begun()
	return w.Context.Done()
}

func TestBothShapesOfTheListAreRead(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.CFW.AddTasks(1030)
	h.Set(t, map[string]string{"list_shape": "array"})
	observe := h.Observe
	h.Observe = nil // The array is not in the present definition.
	tasks, err := h.client.List(t.Context(), h.firewall)
	h.Observe = observe
	if err != nil || len(tasks) != 1030 || tasks[0].Name != "old-1029" {
		t.Errorf("%d tasks, %v", len(tasks), err)
	}
}

// TestAnotherSpellingOfAnIDIsThatTask has the list write ids in other casing,
// with spaces around, once the task is known.
func TestAnotherSpellingOfAnIDIsThatTask(t *testing.T) {
	t.Parallel()
	for _, spell := range []func(string) string{strings.ToUpper, func(id string) string { return " " + id + "\t" }} {
		h := newHarness(t)
		task := h.mustCapture(t, example("ours"))
		body, err := json.Marshal(map[string]any{"data": map[string]any{"records": map[string]string{"task_id": spell(task.ID)}}})
		if err != nil {
			t.Fatal(err)
		}
		h.Fail(t, "ListCaptureTask", simcore.Fault{Kind: simcore.KindEdited, Body: body, Times: 1})
		client := New(h.client.session, h.client.pace)
		if found, err := client.Find(t.Context(), h.firewall, task.ID); err != nil || found.ID != task.ID {
			t.Errorf("got %+v, %v", found, err)
		}
		// What was there before is not new in another spelling.
		h.CFW.SetStatus(task.ID, int(StatusCompleted))
		h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: simcore.KindReset})
		h.Fail(t, "ListCaptureTask", simcore.Fault{Kind: simcore.KindEdited, Body: body, Skip: 1, Times: -1})
		_, err = client.Capture(t.Context(), h.firewall, example("ours"), nil)
		unconfirmed := new(UnconfirmedError)
		if !errors.As(err, &unconfirmed) || len(unconfirmed.Candidates) != 0 {
			t.Errorf("got %v", err)
		}
	}
}

func TestAMissingFirewallIsAnErrorAndNotAMissingTask(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	nowhere := Firewall{ID: "nobody"}
	_, findErr := h.client.Find(t.Context(), nowhere, "x")
	for name, err := range map[string]error{
		"find": findErr, "delete": h.client.Delete(t.Context(), nowhere, "x", nil), "stop": h.client.Stop(t.Context(), nowhere, "x"),
	} {
		var refused *huaweicloud.Error
		if errors.As(err, new(*TaskGoneError)) || !errors.As(err, &refused) || refused.Code != CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestScopesReachTheService(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	for project, works := range map[string]bool{"": true, "0": true, "default": true, "somebody's": false} {
		_, err := h.client.List(t.Context(), Firewall{ID: h.firewall.ID, Scope: Scope{EnterpriseProjectID: project}})
		if (err == nil) != works {
			t.Errorf("enterprise project %q: %v", project, err)
		}
	}
	_, err := h.client.List(t.Context(), Firewall{ID: h.firewall.ID, Scope: Scope{Region: "cn-east-3"}})
	wantMentioned(t, err, `0 projects named "cn-east-3"`)
}
