package capturetask_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// The tests of this file repeat what was seen to go wrong with
// huaweicloud_cfw_capture_task of the huaweicloud provider, v1.67 and later.

func TestPeerCase_LateListAfterCreate(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, map[string]string{"task_visible_after": "1500ms"})
	object := p.MustApply(t, typeName, nil, web(cloud, nil))
	expectTasks(t, cloud, object)
	if posts := cloud.Journal.Count("cfw", "CreateCaptureTask"); posts != 1 {
		t.Errorf("%d POSTs, want one", posts)
	}
}

func TestPeerCase_TwoTasksOfOneName(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"newest_first", "oldest_first", "by_id"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, map[string]string{"list_order": order})
			older := cloud.CFW.AddTask(cfw.Seed{Name: "web"})
			config := web(cloud, nil)
			object := p.MustApply(t, typeName, nil, config)
			if acctest.Get(t, object.Value, "task_id") == older {
				t.Fatal("the older task of the same name was taken for the new one")
			}
			object = refreshed(t, cloud, object)
			expect(t, object, "status", "running")
			p.ExpectAction(t, typeName, object, config, "no-op")
			p.MustApply(t, typeName, object, nil)
			if left := cloud.CFW.Tasks(); len(left) != 1 || left[0].ID != older {
				t.Errorf("left are %v, want only the older task", left)
			}
		})
	}
}

func TestPeerCase_ListedAsDeleted(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	object := p.MustApply(t, typeName, nil, web(cloud, nil))
	cloud.CFW.MarkDeleted(acctest.Get(t, object.Value, "task_id"))
	gone := refreshed(t, cloud, object)
	if gone.Exists() {
		t.Error("a task with is_deleted 1 was taken for alive")
	}
	p.ExpectAction(t, typeName, gone, web(cloud, nil), "create")
}

// pastRetention is longer than the service keeps a record. Only the service's
// clock moves: the machine's may be wrong.
const pastRetention = 9 * 24 * time.Hour

func TestPeerCase_RecordAgedOut(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	triggered := func(value string) acctest.Config {
		return web(cloud, acctest.Config{"recapture_triggers": acctest.Config{"incident": value}})
	}
	object := p.MustApply(t, typeName, nil, triggered("1"))
	cloud.Clock.Advance(pastRetention)
	object = refreshed(t, cloud, object)
	expect(t, object, "expired", "true", "remaining_days", "0", "status", "unknown", "name", "web")
	p.ExpectAction(t, typeName, object, triggered("1"), "no-op")
	// Also in the run after that, and stopping it is nothing to do.
	object = refreshed(t, cloud, object)
	expect(t, object, "expired", "true")
	cloud.Journal.Reset()
	stopped := p.MustApply(t, typeName, object, acctest.Changed(triggered("1"), acctest.Config{"desired_state": "stopped"}))
	expect(t, stopped, "expired", "true")
	if calls := cloud.Journal.Count("cfw", ""); calls != 0 {
		t.Errorf("%d calls: %v", calls, cloud.Journal.Summary())
	}
	// It captures again when asked to, and only then.
	p.ExpectAction(t, typeName, object, triggered("2"), "replace")
	object = p.MustApply(t, typeName, object, triggered("2"))
	expect(t, object, "expired", "false", "status", "running")
	expectTasks(t, cloud, object)
}

func TestPeerCase_ChangesReplace(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	base := acctest.Config{"protocol": "tcp", "source_port": "1-65535"}
	object := p.MustApply(t, typeName, nil, web(cloud, base))
	for name, test := range map[string]struct {
		change acctest.Config
		want   string
	}{
		"duration":                  {acctest.Config{"duration_in_minutes": 6}, "replace"},
		"name":                      {acctest.Config{"name": "other"}, "replace"},
		"packets":                   {acctest.Config{"max_packets": 5}, "replace"},
		"source":                    {acctest.Config{"source_address": "1.1.1.2"}, "replace"},
		"destination":               {acctest.Config{"destination_address": "1.1.1.2"}, "replace"},
		"protocol":                  {acctest.Config{"protocol": "udp"}, "replace"},
		"source port":               {acctest.Config{"source_port": "80"}, "replace"},
		"destination port":          {acctest.Config{"destination_port": "80"}, "replace"},
		"firewall":                  {acctest.Config{"fw_instance_id": cloud.CFW.FirewallWithoutIPv6ID()}, "replace"},
		"region":                    {acctest.Config{"region": "cn-east-3"}, "replace"},
		"enterprise project":        {acctest.Config{"enterprise_project_id": "0"}, "replace"},
		"default protocol":          {acctest.Config{"protocol": nil}, "replace"},
		"triggers":                  {acctest.Config{"recapture_triggers": acctest.Config{"a": "1"}}, "replace"},
		"any port, spelled out not": {acctest.Config{"source_port": nil}, "update"},
		"region, spelled out":       {acctest.Config{"region": cloud.IAM.Region()}, "no-op"},
		"waiting from now on":       {acctest.Config{"wait_for_completion": true}, "update"},
		"stopping":                  {acctest.Config{"desired_state": "stopped"}, "update"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.ExpectAction(t, typeName, object, web(cloud, acctest.Changed(base, test.change)), test.want)
		})
	}
}

func TestPeerCase_ChangedDurationIsReplaced(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	object := p.MustApply(t, typeName, nil, web(cloud, nil))
	again := p.MustApply(t, typeName, object, web(cloud, acctest.Config{"duration_in_minutes": 6}))
	expect(t, again, "duration_in_minutes", "6", "status", "running")
	expectTasks(t, cloud, again)
}

func TestPeerCase_StoppedAtCreate(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	config := web(cloud, acctest.Config{"desired_state": "stopped"})
	object := p.MustApply(t, typeName, nil, config)
	expect(t, object, "status", "stopped", "capture_size", "1kb")
	p.ExpectAction(t, typeName, refreshed(t, cloud, object), config, "no-op")
}

func TestPeerCase_StopTakenBack(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	object := p.MustApply(t, typeName, nil, web(cloud, acctest.Config{"desired_state": "stopped"}))
	p.ExpectAction(t, typeName, object, web(cloud, nil), "replace")
	p.MustApply(t, typeName, object, nil)
	expectTasks(t, cloud)
}

func TestPeerCase_StopOfAFinishedTask(t *testing.T) {
	t.Parallel()
	for name, seen := range map[string]bool{"known to be finished": true, "last seen running": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, map[string]string{"stop_of_ended": "refuse"})
			object := p.MustApply(t, typeName, nil, web(cloud, nil))
			cloud.Clock.Advance(time.Hour)
			if seen {
				object = refreshed(t, cloud, object)
			}
			object = acctest.NewProvider(t, cloud).MustApply(t, typeName, object, web(cloud, acctest.Config{"desired_state": "stopped"}))
			expect(t, object, "status", "completed", "desired_state", "stopped")
			if stops := cloud.Journal.Count("cfw", "CancelCaptureTask"); stops != 0 {
				t.Errorf("%d stops of a finished task", stops)
			}
		})
	}
}

func TestPeerCase_FinishedByItselfIsWaitedFor(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, map[string]string{"capture_minute": "200ms"})
	object := p.MustApply(t, typeName, nil, web(cloud, acctest.Config{"wait_for_completion": true}))
	// What depends on the resource can be read at once.
	_, diagnostics := p.ReadData(t.Context(), resultType, acctest.Config{
		"fw_instance_id": cloud.CFW.FirewallID(), "task_id": acctest.Get(t, object.Value, "task_id"),
	})
	p.Expect(diagnostics)
}

func TestPeerCase_DeleteOfARunningTask(t *testing.T) {
	t.Parallel()
	for name, switches := range map[string]map[string]string{
		"still listed":              {"deletion_visible_after": "1s"},
		"listed as deleted":         {"deleted_record_kept_for": "1h"},
		"running ones not deleted":  {"delete_of_running": "refuse", "stopping_for": "500ms"},
		"unknown ones not deleted":  {"delete_of_unknown": "refuse"},
		"running ones are deleted":  {"delete_of_running": "accept"},
		"unknown ones are no error": {"delete_of_unknown": "accept"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, switches)
			object := p.MustApply(t, typeName, nil, web(cloud, nil))
			left, diagnostics := p.Apply(t.Context(), typeName, object, nil)
			p.Expect(diagnostics)
			if warnings := diagnostics.Warnings(); left.Exists() || len(warnings) > 0 {
				t.Errorf("state %s, warnings %v", left.Value, warnings)
			}
			expectTasks(t, cloud)
			if refreshed(t, cloud, object).Exists() {
				t.Error("the next run sees the task again")
			}
		})
	}
}

func TestPeerCase_AFailedStopIsReportedByDelete(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	object := p.MustApply(t, typeName, nil, web(cloud, nil))
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "CancelCaptureTask", Kind: simcore.KindStatus, Code: 403, Times: -1})
	kept, diagnostics := p.Apply(t.Context(), typeName, object, nil)
	acctest.ExpectError(t, diagnostics, "Could not delete capture task", "CancelCaptureTask", "403", "permissions")
	if !kept.Exists() || status(t, cloud, object) != statusRunning {
		t.Errorf("state %s, status %d", kept.Value, status(t, cloud, object))
	}
}

func TestPeerCase_DatesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	object := p.MustApply(t, typeName, nil, web(cloud, nil))
	// The service's zone, which its dates do not name, is not UTC.
	created := cloud.CFW.Tasks()[0].CreatedAt.In(time.FixedZone("", 8*60*60)).Format("2006/01/02 15:04:05")
	expect(t, object, "created_date", created, "modified_date", created)
}

func TestPeerCase_RefusedCreateHasAHint(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, map[string]string{"duplicate_names": "refuse"})
	cloud.CFW.AddTask(cfw.Seed{Name: "web"})
	object, diagnostics := p.Apply(t.Context(), typeName, nil, web(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Could not start capture task", `"web"`, cloud.CFW.FirewallID(),
		"Code: CFW.00200007", "Message: name conflict", "Request ID: ", "choose another name")
	if object.Exists() || strings.Contains(diagnostics.Errors()[0], "{") {
		t.Errorf("state %s, error %s", object.Value, diagnostics.Errors()[0])
	}
}

func TestPeerCase_LostAnswerToCreate(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simcore.Fault{
		"connection lost":  {Kind: simcore.KindDropAfterCommit},
		"answer malformed": {Kind: simcore.KindMalformed},
		"answer cut":       {Kind: simcore.KindCutAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, nil)
			fault.Operation = "CreateCaptureTask"
			acctest.AddFault(t, cloud, "cfw", fault)
			config := web(cloud, nil)
			object := p.MustApply(t, typeName, nil, config)
			if posts := cloud.Journal.Count("cfw", "CreateCaptureTask"); posts != 1 {
				t.Errorf("%d POSTs, want one", posts)
			}
			expectTasks(t, cloud, object)
			p.ExpectAction(t, typeName, refreshed(t, cloud, object), config, "no-op")
		})
	}
}

func TestPeerCase_ThrottlingIsAMatterOfSeconds(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	clock := waittest.NewClock(cloud.Clock.Now(), func(d time.Duration) { cloud.Clock.Advance(d) })
	p := acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: clock}, acctest.Config{})
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "CreateCaptureTask", Kind: simcore.KindStatus, Code: 429, RetryAfter: new(1)})
	acctest.AddFault(t, cloud, "cfw", simcore.Fault{Operation: "ListCaptureTask", Kind: simcore.KindStatus, Code: 429})
	object := p.MustApply(t, typeName, nil, web(cloud, nil))
	var slept time.Duration
	for _, pause := range clock.Sleeps() {
		slept += pause
	}
	if slept < time.Second || slept > 10*time.Second {
		t.Errorf("it paused for %s: %v", slept, clock.Sleeps())
	}
	expectTasks(t, cloud, object)
}

// TestPeerCase_ParallelTasks makes five tasks at once on a firewall that runs
// one at a time.
func TestPeerCase_ParallelTasks(t *testing.T) {
	t.Parallel()
	const tasks = 5
	cloud, p := start(t, map[string]string{"capture_minute": "100ms"})
	objects := make([]*acctest.Object, tasks)
	acctest.Together(tasks, func(i int) {
		object, diagnostics := p.Apply(t.Context(), typeName, nil, web(cloud, acctest.Config{"name": fmt.Sprintf("web-%d", i)}))
		objects[i] = object
		for _, text := range diagnostics.Errors() {
			t.Error(text)
		}
	})
	expectTasks(t, cloud, objects...)
	if posts := cloud.Journal.Count("cfw", "CreateCaptureTask"); posts != tasks {
		t.Errorf("%d POSTs, want one for each task: none may have been refused", posts)
	}
	made := cloud.CFW.Tasks()
	slices.SortFunc(made, func(a, b cfw.Task) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for i := 1; i < len(made); i++ {
		if apart := made[i].CreatedAt.Sub(made[i-1].CreatedAt); apart < 300*time.Millisecond {
			t.Errorf("capture %d began %s after the one before it, which took longer", i, apart)
		}
	}
}
