package capturetask_test

import (
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

func TestCaptureTaskLifecycle(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	config := web(cloud, acctest.Config{"protocol": "tcp", "destination_port": "443"})
	object := p.MustApply(t, typeName, nil, config)
	expect(t, object,
		"id", cloud.CFW.FirewallID()+"/"+cloud.CFW.Tasks()[0].ID,
		"task_id", cloud.CFW.Tasks()[0].ID,
		"region", cloud.IAM.Region(), "enterprise_project_id", acctest.Null,
		"protocol", "tcp", "source_port", acctest.Null, "destination_port", "443",
		"status", "running", "capture_size", acctest.Null, "remaining_days", "7", "expired", "false", "desired_state", "running",
	)
	p.ExpectAction(t, typeName, refreshed(t, cloud, object), config, "no-op")

	cloud.Clock.Advance(3 * time.Minute)
	object = refreshed(t, cloud, object)
	expect(t, object, "status", "completed", "capture_size", "1kb")
	p.ExpectAction(t, typeName, object, config, "no-op")

	if object = p.MustApply(t, typeName, object, nil); object.Exists() {
		t.Error("the destroyed task is still in the state")
	}
	expectTasks(t, cloud)
}

func TestDefaultsAreSmall(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	expect(t, p.MustApply(t, typeName, nil, web(cloud, nil)), "protocol", "any", "source_port", acctest.Null, "destination_port", acctest.Null, "desired_state", "running")
}

func TestWaitForCompletion(t *testing.T) {
	t.Parallel()
	// Three minutes, in which a hundred packets arrive every second.
	cloud, p := start(t, map[string]string{"capture_minute": "100ms"})
	config := web(cloud, acctest.Config{"wait_for_completion": true})
	object := p.MustApply(t, typeName, nil, config)
	expect(t, object, "status", "completed", "capture_size", "1kb")
	p.ExpectAction(t, typeName, refreshed(t, cloud, object), config, "no-op")
}

func TestWaitForCompletionReportsAFailure(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, map[string]string{"completed_status": "0", "capture_minute": "1ms"})
	object, diagnostics := p.Apply(t.Context(), typeName, nil, web(cloud, acctest.Config{"wait_for_completion": true}))
	acctest.ExpectError(t, diagnostics, "Capture task ended with an error", cloud.CFW.FirewallID(), `"failed"`)
	expectTasks(t, cloud, object)
}

func TestWaitThatIsTooShortKeepsTheTask(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	object, diagnostics := p.Apply(t.Context(), typeName, nil, web(cloud, acctest.Config{
		"wait_for_completion": true, "timeouts": acctest.Config{"create": "3s"},
	}))
	acctest.ExpectError(t, diagnostics, "Capture task did not end in time", "timeout", `status "running"`, "terraform untaint")
	expect(t, object, "status", "running")
	expectTasks(t, cloud, object)
}

func TestAMissingFirewallIsAnErrorNotARemoval(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	object := p.MustApply(t, typeName, nil, web(cloud, acctest.Config{"enterprise_project_id": "0"}))
	other := acctest.StartCloud(t, cloudsim.Options{})
	kept, diagnostics := acctest.NewProvider(t, other).Read(t.Context(), typeName, object)
	acctest.ExpectError(t, diagnostics, "Could not read capture task", "CFW.00200005", "Request ID", "check the ids, the region")
	if !kept.Exists() {
		t.Error("the task was removed from the state")
	}
}

func TestServiceNormalisationsAreNoDiff(t *testing.T) {
	t.Parallel()
	for name, switches := range map[string]map[string]string{
		"ports echoed":    {"omitted_port": "1-65535"},
		"array":           {"list_shape": "array"},
		"oldest first":    {"list_order": "oldest_first"},
		"unknown status":  {"completed_status": "3", "capture_minute": "1ms"},
		"CIDR refused":    {"cidr_addresses": "refuse"},
		"other time zone": {"utc_offset": "0s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, switches)
			for _, config := range []acctest.Config{
				web(cloud, nil),
				web(cloud, acctest.Config{"name": "ports", "protocol": "udp", "source_port": "1-65535", "destination_port": "53"}),
				web(cloud, acctest.Config{"name": "six", "source_address": "2001:DB8::1", "destination_address": "2001:db8:0:0::2"}),
			} {
				object := p.MustApply(t, typeName, nil, config)
				object = refreshed(t, cloud, object)
				p.ExpectAction(t, typeName, object, config, "no-op")
				p.MustApply(t, typeName, object, nil)
			}
		})
	}
}

func TestAnUnknownStatusNumberSurvives(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	object := p.MustApply(t, typeName, nil, web(cloud, nil))
	cloud.CFW.SetStatus(acctest.Get(t, object.Value, "task_id"), 3)
	object = refreshed(t, cloud, object)
	expect(t, object, "status", "unknown(3)")
	p.ExpectAction(t, typeName, object, web(cloud, nil), "no-op")
	acctest.NewProvider(t, cloud).MustApply(t, typeName, object, nil)
	expectTasks(t, cloud)
}
