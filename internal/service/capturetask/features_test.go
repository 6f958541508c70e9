package capturetask_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
)

func TestImport(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, map[string]string{"omitted_port": "1-65535", "capture_minute": "1ms"})
	task := cloud.CFW.AddTask(cfw.Seed{Name: "web"})
	cloud.CFW.AddTask(cfw.Seed{Name: "web"})
	id := cloud.CFW.FirewallID() + "/" + task
	identity := acctest.Config{"fw_instance_id": cloud.CFW.FirewallID(), "task_id": task}
	for way, imported := range map[string]func() (*acctest.Object, acctest.Diagnostics){
		"id": func() (*acctest.Object, acctest.Diagnostics) { return p.Import(t.Context(), typeName, id) },
		"identity": func() (*acctest.Object, acctest.Diagnostics) {
			return p.ImportByIdentity(t.Context(), typeName, identity)
		},
		"identity with region": func() (*acctest.Object, acctest.Diagnostics) {
			return p.ImportByIdentity(t.Context(), typeName, acctest.Changed(identity, acctest.Config{"region": cloud.IAM.Region()}))
		},
	} {
		object, diagnostics := imported()
		p.Expect(diagnostics)
		// A provider that is killed in the first update leaves no private state.
		object.Private = nil
		expect(t, object, "id", id, "task_id", task, "name", "web", "duration_in_minutes", "3", "source_address", "1.1.1.1",
			"protocol", "any", "source_port", acctest.Null, "status", "completed", "region", cloud.IAM.Region(), "expired", "false")
		p.ExpectAction(t, typeName, object, web(cloud, nil), "no-op")
		for _, state := range []string{"stopped", "running"} {
			p.ExpectAction(t, typeName, object, web(cloud, acctest.Config{"desired_state": state}), "no-op")
		}
		// What the service does not tell is only noted, the first time.
		for what, config := range map[string]acctest.Config{
			"running":            web(cloud, acctest.Config{"desired_state": "running", "timeouts": acctest.Config{"delete": "1h"}}),
			"triggers":           web(cloud, acctest.Config{"recapture_triggers": acctest.Config{"incident": "1"}}),
			"enterprise project": web(cloud, acctest.Config{"enterprise_project_id": "0"}),
		} {
			p.ExpectAction(t, typeName, object, config, "update")
			noted := p.MustApply(t, typeName, object, config)
			p.ExpectAction(t, typeName, noted, config, "no-op")
			p.ExpectAction(t, typeName, noted, acctest.Changed(config, acctest.Config{"recapture_triggers": acctest.Config{"incident": "2"}}), "replace")
			if stops := cloud.Journal.Count("cfw", "CancelCaptureTask"); stops != 0 {
				t.Errorf("%s by %s: %d stops", what, way, stops)
			}
		}
	}
}

// TestARegionThatIsGivenLaterIsOnlyNoted imports where endpoints and project
// are configured, and a region is not needed.
func TestARegionThatIsGivenLaterIsOnlyNoted(t *testing.T) {
	t.Parallel()
	cloud, _ := start(t, nil)
	p := acctest.NewProviderWithEnvironment(t, acctest.Override(cloud, map[string]string{"HW_REGION_NAME": "", "HW_PROJECT_ID": cloud.IAM.ProjectID()}))
	object, diagnostics := p.Import(t.Context(), typeName, cloud.CFW.FirewallID()+"/"+cloud.CFW.AddTask(cfw.Seed{Name: "web"}))
	p.Expect(diagnostics)
	expect(t, object, "region", acctest.Null)
	config := web(cloud, acctest.Config{"region": cloud.IAM.Region()})
	p.ExpectAction(t, typeName, object, config, "update")
	object = p.MustRead(t, typeName, p.MustApply(t, typeName, object, config))
	expect(t, object, "region", cloud.IAM.Region())
	p.ExpectAction(t, typeName, object, config, "no-op")
}

func TestImportOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	for _, id := range []string{"web", "/", "a/", "/b", "a/b/c", cloud.CFW.FirewallID() + "/name = web"} {
		_, diagnostics := p.Import(t.Context(), typeName, id)
		acctest.ExpectError(t, diagnostics, "Could not import capture task", "fw_instance_id/task_id", id)
	}
	object, diagnostics := p.Import(t.Context(), typeName, cloud.CFW.FirewallID()+"/no-such-task")
	p.Expect(diagnostics)
	if object.Exists() {
		t.Error("a task that does not exist was imported")
	}
}

// movedState is what the huaweicloud provider keeps of a task.
func movedState(firewallID, taskID, createdAt string) string {
	return fmt.Sprintf(`{"id":"web","region":"cn-north-4","fw_instance_id":%q,"task_id":%q,"name":"web","duration":3,"max_packets":100000,
		"source":[{"address":"1.1.1.1","address_type":0}],"destination":[{"address":"2.2.2.2","address_type":0}],
		"service":[{"protocol":-1,"source_port":"","dest_port":""}],"stop_capture":true,"enable_force_new":null,"status":2,
		"created_at":%q,"updated_at":%q,"timeouts":null}`, firewallID, taskID, createdAt, createdAt)
}

const huaweiCloudProvider = "registry.terraform.io/huaweicloud/huaweicloud"

func TestMoveFromHuaweiCloud(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	task := cloud.CFW.AddTask(cfw.Seed{Name: "web"})
	raw := movedState(cloud.CFW.FirewallID(), task, "2024-06-04T11:23:50Z")
	moved, diagnostics := p.Move(t.Context(), huaweiCloudProvider, "huaweicloud_cfw_capture_task", typeName, raw)
	p.Expect(diagnostics)
	expect(t, moved, "id", cloud.CFW.FirewallID()+"/"+task, "protocol", "any", "source_port", acctest.Null,
		"created_date", "2024/06/04 11:23:50", "status", "running", "desired_state", acctest.Null, "region", "cn-north-4")
	if got := acctest.Get(t, p.Identity(typeName, moved)["task_id"], ""); got != task {
		t.Errorf("the identity's task is %q", got)
	}
	// It has ended since.
	for _, wanted := range []string{"", "stopped", "running"} {
		config := web(cloud, nil)
		if wanted != "" {
			config["desired_state"] = wanted
		}
		p.ExpectAction(t, typeName, p.MustRead(t, typeName, moved), config, "no-op")
	}

	for _, source := range []struct{ provider, kind, raw, want string }{
		{"registry.terraform.io/example/other", "huaweicloud_cfw_capture_task", raw, "Move"},
		{huaweiCloudProvider, "huaweicloud_cfw_firewall", raw, "Move"},
		{huaweiCloudProvider, "huaweicloud_cfw_capture_task", movedState(cloud.CFW.FirewallID(), "", ""), "Remove it from the state and import it"},
		{huaweiCloudProvider, "huaweicloud_cfw_capture_task", `{"duration":"three"}`, "cannot be read"},
	} {
		_, diagnostics := p.Move(t.Context(), source.provider, source.kind, typeName, source.raw)
		acctest.ExpectError(t, diagnostics, source.want)
	}
}

func TestAMovedTaskThatAgedOutIsNotCapturedAgain(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	longAgo := time.Now().Add(-30 * 24 * time.Hour).UTC().Format(time.RFC3339)
	moved, diagnostics := p.Move(t.Context(), huaweiCloudProvider, "huaweicloud_cfw_capture_task", typeName,
		movedState(cloud.CFW.FirewallID(), "39ba0ed5-a3f6-4b3a-8d5c-5a1d7e1f1234", longAgo))
	p.Expect(diagnostics)
	object := p.MustRead(t, typeName, moved)
	expect(t, object, "expired", "true", "status", "unknown")
	p.ExpectAction(t, typeName, object, web(cloud, nil), "no-op")
}

func TestStopOfWhatIsNoTask(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	stop := acctest.Config{"fw_instance_id": cloud.CFW.FirewallID(), "task_id": "no-such-task"}
	_, diagnostics := p.Invoke(t.Context(), typeName+"_stop", stop)
	acctest.ExpectError(t, diagnostics, "Could not stop capture task", "no-such-task", cloud.CFW.FirewallID())
	_, diagnostics = p.Invoke(t.Context(), typeName+"_stop", acctest.Changed(stop, acctest.Config{"task_id": ""}))
	acctest.ExpectError(t, diagnostics, "task_id", "must not be empty")
}
