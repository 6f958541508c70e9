package capturetask_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// onCall runs a simulation that calls hook when the service has handled the
// nth call of an operation, before the answer leaves.
func onCall(t *testing.T, operation string, nth int, hook func()) *cloudsim.Cloud {
	t.Helper()
	var mu sync.Mutex
	calls := 0
	return acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		if exchange.Operation != operation {
			return
		}
		if calls++; calls == nth {
			hook()
		}
	}})
}

// TestInterruptedCreateKeepsTheTask cancels a create at every call that it
// makes. Either nothing is made, or what is made is in the state.
func TestInterruptedCreateKeepsTheTask(t *testing.T) {
	t.Parallel()
	for _, point := range []struct {
		operation string
		nth       int
		made      bool
	}{
		{"KeystoneListProjects", 1, false},
		{"ListCaptureTask", 1, false},
		{"CreateCaptureTask", 1, true},
		{"ListCaptureTask", 2, true},
		{"ListCaptureTask", 3, true},
		{"CancelCaptureTask", 1, true},
	} {
		t.Run(fmt.Sprint(point.operation, " ", point.nth), func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			cloud := onCall(t, point.operation, point.nth, interrupt)
			set(t, cloud, map[string]string{"stopping_for": "1s"})
			config := web(cloud, acctest.Config{"desired_state": "stopped"})
			object, diagnostics := acctest.NewProvider(t, cloud).Apply(ctx, typeName, nil, config)
			if len(diagnostics.Errors()) == 0 {
				t.Error("the interruption is not reported")
			}
			if !point.made {
				expectTasks(t, cloud)
				if object.Exists() {
					t.Errorf("state %s without a task", object.Value)
				}
				return
			}
			expectTasks(t, cloud, object)
			expect(t, object, "name", "web", "id", cloud.CFW.FirewallID()+"/"+cloud.CFW.Tasks()[0].ID)
			acctest.NewProvider(t, cloud).MustApply(t, typeName, object, nil)
			expectTasks(t, cloud)
		})
	}
}

func TestInterruptedStopAndDeleteKeepTheTask(t *testing.T) {
	t.Parallel()
	// Each takes longer than a busy machine needs to notice the interruption.
	for operation, config := range map[string]acctest.Config{
		"CancelCaptureTask": {"desired_state": "stopped"},
		"DeleteCaptureTask": nil,
	} {
		takes := map[string]string{"CancelCaptureTask": "stopping_for", "DeleteCaptureTask": "deletion_visible_after"}[operation]
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			cloud := onCall(t, operation, 1, interrupt)
			set(t, cloud, map[string]string{takes: "10m"})
			p := acctest.NewProvider(t, cloud)
			object := p.MustApply(t, typeName, nil, web(cloud, nil))
			if config != nil {
				config = web(cloud, config)
			}
			kept, diagnostics := p.Apply(ctx, typeName, object, config)
			if len(diagnostics.Errors()) == 0 || !kept.Exists() {
				t.Errorf("state %s, errors %v", kept.Value, diagnostics.Errors())
			}
			cloud.Clock.Advance(10 * time.Minute)
			// The next run finishes it.
			next := acctest.NewProvider(t, cloud)
			if kept = next.MustRead(t, typeName, kept); kept.Exists() {
				next.MustApply(t, typeName, kept, config)
			}
		})
	}
}

func TestWhatMayBeRunningIsSaid(t *testing.T) {
	t.Parallel()
	var cloud *cloudsim.Cloud
	cloud = onCall(t, "CreateCaptureTask", 1, func() {
		// Somebody else makes the same task at the same moment.
		cloud.CFW.AddTask(cfw.Seed{Name: "web", CreatedAt: cloud.Clock.Now(), VisibleAfter: 20 * time.Millisecond})
	})
	p := acctest.NewProvider(t, cloud)
	object, diagnostics := p.Apply(t.Context(), typeName, nil, web(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Capture task may be running", `"web"`, cloud.CFW.FirewallID(),
		"the service accepted it", cloud.CFW.Tasks()[0].ID, cloud.CFW.Tasks()[1].ID, "Import it", "state rm")
	if object.Exists() {
		t.Error("one of two tasks was guessed to be ours")
	}
}

// TestAPostedTaskIsFoundByTheNextRun cuts everything off once a task was
// posted, so that its id is not known.
func TestAPostedTaskIsFoundByTheNextRun(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]func(t *testing.T, p *acctest.Provider, object *acctest.Object){
		"refresh": func(t *testing.T, p *acctest.Provider, object *acctest.Object) {
			t.Helper()
			object = p.MustRead(t, typeName, object)
			if !acctest.IsSet(t, object.Value, "task_id") || p.Identity(typeName, object)["task_id"].IsNull() {
				t.Errorf("the state is %s", object.Value)
			}
			// What was posted is known now, and not looked for again.
			object = p.MustRead(t, typeName, object)
			p.MustApply(t, typeName, object, nil)
		},
		"destroy without refresh": func(t *testing.T, p *acctest.Provider, object *acctest.Object) {
			t.Helper()
			p.MustApply(t, typeName, object, nil)
		},
	} {
		for made, kind := range map[bool]simcore.Kind{true: simcore.KindDropAfterCommit, false: simcore.KindReset} {
			t.Run(fmt.Sprintf("%s, made %v", name, made), func(t *testing.T) {
				t.Parallel()
				clock := acctest.NewFastClock(100)
				cloud := acctest.StartCloud(t, cloudsim.Options{Clock: clock.Clock})
				fast := func() *acctest.Provider {
					return acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: clock}, acctest.Config{})
				}
				acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "CreateCaptureTask", Kind: kind})
				acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "ListCaptureTask", Kind: simcore.KindReset, Skip: 1, Times: -1})
				object, diagnostics := fast().Apply(t.Context(), typeName, nil, web(cloud, nil))
				acctest.ExpectError(t, diagnostics, "Capture task may be running", `"web"`, "the answer was lost", "Apply again")
				cloud.Faults.Clear()
				cloud.Clock.Advance(3 * time.Minute)
				if !made {
					if object = fast().MustRead(t, typeName, object); object.Exists() {
						t.Errorf("the state is %s", object.Value)
					}
					return
				}
				next(t, fast(), object)
				expectTasks(t, cloud)
			})
		}
	}
}

func TestABusyFirewallIsWaitedForWithinTheTimeout(t *testing.T) {
	t.Parallel()
	// The timeout passes while the second list is answered.
	ctx := acctest.NewExpiring(t.Context())
	var lists atomic.Int64
	cloud := acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		if exchange.Operation == "ListCaptureTask" && lists.Add(1) == 2 {
			ctx.Expire()
		}
	}})
	p := acctest.NewProvider(t, cloud)
	other := running(cloud, "somebody-else")
	object, diagnostics := p.Apply(ctx, typeName, nil, web(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Could not start capture task", "free slot", other, "somebody-else", "is running", "Nothing was created", "create in timeouts")
	if object.Exists() || cloud.Journal.Count("cfw", "CreateCaptureTask") != 0 {
		t.Errorf("state %s, calls %v", object.Value, cloud.Journal.Summary())
	}
}

// TestAStormOfThrottlingIsSurvived answers every second request with 429 while
// running tasks are destroyed together.
func TestAStormOfThrottlingIsSurvived(t *testing.T) {
	t.Parallel()
	const tasks = 40
	clock := acctest.NewFastClock(100)
	cloud := acctest.StartCloud(t, cloudsim.Options{Clock: clock.Clock})
	p := acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: clock}, acctest.Config{})
	for range tasks {
		cloud.CFW.AddTask(cfw.Seed{Name: "storm", DurationInMinutes: 60, CreatedAt: cloud.Clock.Now()})
	}
	var objects []*acctest.Object
	for _, task := range cloud.CFW.Tasks() {
		object, diagnostics := p.Import(t.Context(), typeName, cloud.CFW.FirewallID()+"/"+task.ID)
		p.Expect(diagnostics)
		objects = append(objects, object)
	}
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Kind: simcore.KindStatus, Code: 429, Every: 2, Times: -1})
	acctest.Together(tasks, func(i int) {
		if _, diagnostics := p.Apply(t.Context(), typeName, objects[i], nil); len(diagnostics.Errors()) > 0 {
			t.Error(diagnostics.Errors())
		}
	})
	expectTasks(t, cloud)
}

func TestTheDailyQuotaIsReported(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, map[string]string{"daily_starts": "0"})
	_, diagnostics := p.Apply(t.Context(), typeName, nil, web(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Could not start capture task", "Code: CFW.00200024", "Request ID: ", "20 starts a day")
}

// TestFaultsOfReadsAreTriedAgain lets one thing go wrong in each operation.
func TestFaultsOfReadsAreTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"list cut":    {Operation: "ListCaptureTask", Kind: simcore.KindReset},
		"list 500":    {Operation: "ListCaptureTask", Kind: simcore.KindStatus, Code: 500},
		"stop lost":   {Operation: "CancelCaptureTask", Kind: simcore.KindDropAfterCommit},
		"stop 503":    {Operation: "CancelCaptureTask", Kind: simcore.KindStatus, Code: 503},
		"delete lost": {Operation: "DeleteCaptureTask", Kind: simcore.KindDropAfterCommit},
		"delete 429":  {Operation: "DeleteCaptureTask", Kind: simcore.KindStatus, Code: 429},
		"detail cut":  {Operation: "ListFirewallDetail", Kind: simcore.KindReset},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, nil)
			acctest.AddFault(t, cloud, "cfw", fault)
			object := p.MustApply(t, typeName, nil, web(cloud, acctest.Config{"desired_state": "stopped"}))
			expect(t, object, "status", "stopped")
			p.MustApply(t, typeName, object, nil)
			expectTasks(t, cloud)
			if posts := cloud.Journal.Count("cfw", "CreateCaptureTask"); posts != 1 {
				t.Errorf("%d creates", posts)
			}
		})
	}
}

func TestAGatewaysPageIsNoMissingTask(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	object := p.MustApply(t, typeName, nil, web(cloud, nil))
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "ListCaptureTask", Kind: simcore.KindStatus, Code: 404, Times: -1, Body: []byte(`"<html><title>Our gateway</title></html>"`)})
	kept, diagnostics := acctest.NewProvider(t, cloud).Read(t.Context(), typeName, object)
	acctest.ExpectError(t, diagnostics, "Could not read capture task", "404", "Our gateway")
	if !kept.Exists() {
		t.Error("the task was removed from the state")
	}
}

func TestRequestCounts(t *testing.T) {
	t.Parallel()
	const tasks = 1000
	cloud, p := start(t, nil)
	objects := make([]*acctest.Object, tasks)
	ids := cloud.CFW.AddTasks(tasks)
	acctest.Together(tasks, func(i int) {
		objects[i], _ = p.Import(t.Context(), typeName, cloud.CFW.FirewallID()+"/"+ids[i])
	})
	for _, more := range []struct{ added, lists int }{{0, 1}, {24, 1}, {1, 2}} {
		cloud.CFW.AddTasks(more.added)
		// Terraform makes a new provider process for every walk.
		p = acctest.NewProvider(t, cloud)
		cloud.Journal.Reset()
		acctest.Together(tasks, func(i int) {
			read, diagnostics := p.Read(t.Context(), typeName, objects[i])
			if len(diagnostics.Errors()) > 0 || !read.Exists() {
				t.Errorf("task %d: %v", i, diagnostics.Errors())
			}
		})
		if got := cloud.Journal.Count("cfw", ""); got != more.lists || cloud.Journal.Count("iam", "") != 1 {
			t.Errorf("refreshing with %d more tasks took %d requests, want %d: %v", more.added, got, more.lists, cloud.Journal.Summary())
		}
	}
	cloud.Journal.Reset()
	acctest.Together(100, func(i int) {
		if _, diagnostics := p.Apply(t.Context(), typeName, objects[i], nil); len(diagnostics.Errors()) > 0 {
			t.Error(diagnostics.Errors())
		}
	})
	if deletes := cloud.Journal.Count("cfw", "DeleteCaptureTask"); deletes > 20 {
		t.Errorf("100 tasks took %d deletions, want them together: %v", deletes, cloud.Journal.Summary())
	}
	if left := len(cloud.CFW.Tasks()); left != tasks+25-100 {
		t.Errorf("%d tasks left", left)
	}
}

func TestErrorsNameNoSecret(t *testing.T) {
	t.Parallel()
	cloud, _ := start(t, nil)
	key := cloud.IAM.PermanentKey()
	p := acctest.NewProviderWithEnvironment(t, acctest.Override(cloud, map[string]string{"HW_SECRET_KEY": "canary" + key.Secret}))
	_, diagnostics := p.Apply(t.Context(), typeName, nil, web(cloud, nil))
	text := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
	if !strings.Contains(text, "401") || !strings.Contains(text, "Check the credentials") {
		t.Errorf("got %q", text)
	}
	if strings.Contains(text, key.Secret) {
		t.Error("the secret key is in the error")
	}
}
