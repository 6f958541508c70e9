package capturetask_test

import (
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// fastRuns returns a cloud whose time runs fast, and what starts one run of
// Terraform on it.
func fastRuns(t *testing.T) (cloud *cloudsim.Cloud, run func() *acctest.Provider) {
	t.Helper()
	clock := acctest.NewFastClock(100)
	cloud = acctest.StartCloud(t, cloudsim.Options{Clock: clock.Clock})
	return cloud, func() *acctest.Provider {
		return acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: clock}, acctest.Config{})
	}
}

// expectWarning checks that exactly one warning was reported, with all parts.

// TestATaskOfAKilledRunIsNamed makes a task whose run is killed before it can
// save its state, and has the next run make the same task.
func TestATaskOfAKilledRunIsNamed(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, map[string]string{"capture_minute": "1ms"})
	p.MustApply(t, typeName, nil, web(cloud, nil))
	orphan := cloud.CFW.Tasks()[0].ID
	next := acctest.NewProvider(t, cloud)
	object, diagnostics := next.Apply(t.Context(), typeName, nil, web(cloud, nil))
	acctest.ExpectWarning(t, diagnostics, "Equal capture tasks exist", orphan, "completed", "interrupted", "stop and delete it")
	if acctest.Get(t, object.Value, "task_id") == orphan {
		t.Error("the task of the other run was taken")
	}
	// What this run made, and what its state has, is nobody else's.
	if _, diagnostics := next.Apply(t.Context(), typeName, nil, web(cloud, acctest.Config{"name": "other"})); len(diagnostics.Warnings()) != 0 {
		t.Errorf("warnings about another task: %q", diagnostics.Warnings())
	}
	cloud.CFW.Delete(orphan)
	last := acctest.NewProvider(t, cloud)
	last.MustRead(t, typeName, object)
	if _, diagnostics := last.Apply(t.Context(), typeName, nil, web(cloud, nil)); len(diagnostics.Warnings()) != 0 {
		t.Errorf("the task of the state is not known: %q", diagnostics.Warnings())
	}
}

func TestATaskRecognisedByItsDateIsSaidToBe(t *testing.T) {
	t.Parallel()
	cloud, run := fastRuns(t)
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "CreateCaptureTask", Kind: simcore.KindDropAfterCommit})
	object, diagnostics := run().Apply(t.Context(), typeName, nil, web(cloud, nil))
	expectTasks(t, cloud, object)
	acctest.ExpectWarning(t, diagnostics, "recognised by its date", cloud.CFW.Tasks()[0].ID, "the answer to its create was lost", "within the same seconds")
}

// TestAnAcceptedTaskThatIsNotListedIsNotForgotten has the service confirm a
// task that no list shows for ten minutes.
func TestAnAcceptedTaskThatIsNotListedIsNotForgotten(t *testing.T) {
	t.Parallel()
	cloud, run := fastRuns(t)
	set(t, cloud, map[string]string{"task_visible_after": "10m"})
	object, diagnostics := run().Apply(t.Context(), typeName, nil, web(cloud, nil))
	acctest.ExpectError(t, diagnostics, "may be running", "the service accepted it")
	read, diagnostics := run().Read(t.Context(), typeName, object)
	acctest.ExpectWarning(t, diagnostics, "Capture task is not listed", "the service accepted it", `"web"`, "stop and delete it there")
	if !read.Exists() {
		t.Fatal("the state forgot a task that was made")
	}
	_, diagnostics = run().Apply(t.Context(), typeName, read, nil)
	acctest.ExpectWarning(t, diagnostics, "Capture task is not listed")
	cloud.Clock.Advance(10 * time.Minute)
	found := run().MustRead(t, typeName, read)
	expectTasks(t, cloud, found)
}

// TestATaskWhoseAnswerWasLostIsNotDroppedInSilence cuts the create off before
// the service sees it.
func TestATaskWhoseAnswerWasLostIsNotDroppedInSilence(t *testing.T) {
	t.Parallel()
	cloud, run := fastRuns(t)
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "CreateCaptureTask", Kind: simcore.KindReset})
	object, diagnostics := run().Apply(t.Context(), typeName, nil, web(cloud, nil))
	acctest.ExpectError(t, diagnostics, "may be running", "the answer was lost")
	read, diagnostics := run().Read(t.Context(), typeName, object)
	acctest.ExpectWarning(t, diagnostics, "probably not created", `"web"`, "no state has it")
	if read.Exists() {
		t.Errorf("the state has %s", read.Value)
	}
}

// TestAnotherTaskThatIsListedLateIsNotTaken has somebody else's task show while
// the posted one does not.
func TestAnotherTaskThatIsListedLateIsNotTaken(t *testing.T) {
	t.Parallel()
	var cloud *cloudsim.Cloud
	var ours string
	clock := acctest.NewFastClock(100)
	cloud = acctest.StartCloud(t, cloudsim.Options{Clock: clock.Clock, Observe: func(exchange simcore.Exchange) {
		if exchange.Operation == "CreateCaptureTask" {
			ours = cloud.CFW.Tasks()[0].ID
			cloud.CFW.AddTask(cfw.Seed{Name: "web", CreatedAt: clock.Now().Add(-time.Hour - 7*time.Minute), VisibleAfter: time.Second})
		}
	}})
	set(t, cloud, map[string]string{"task_visible_after": "10m"})
	run := func() *acctest.Provider {
		return acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: clock}, acctest.Config{})
	}
	object, diagnostics := run().Apply(t.Context(), typeName, nil, web(cloud, nil))
	acctest.ExpectError(t, diagnostics, "may be running", "the service accepted it")
	cloud.Clock.Advance(10 * time.Minute)
	found := run().MustRead(t, typeName, object)
	if id := acctest.Get(t, found.Value, "task_id"); id != ours {
		t.Errorf("the state has %s, made was %s", id, ours)
	}
}
