package bench

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
)

// tasks is a configuration of n capture tasks of one firewall.
func tasks(cloud *cloudsim.Cloud, n int) string {
	return requiredProvider("cloudtap") + fmt.Sprintf(`
resource "cloudtap_huaweicloud_capture_task" "web" {
  count               = %d
  fw_instance_id      = %q
  name                = "web-${count.index}"
  duration_in_minutes = 60
  max_packets         = 100000
  source_address      = "1.1.1.1"
  destination_address = "2.2.2.2"
}
`, n, cloud.CFW.FirewallID())
}

// manyTasks lifts the service's limits of running captures and daily starts.
func manyTasks(tb testing.TB, cloud *cloudsim.Cloud) {
	tb.Helper()
	for name, value := range map[string]string{"running_limit": "10000", "daily_starts": "10000"} {
		if err := cloud.CFW.Switches().Set(name, value); err != nil {
			tb.Fatal(err)
		}
	}
}

// imported returns a workspace whose state has n tasks that were made some
// time ago.
func imported(b *testing.B, cloud *cloudsim.Cloud, n int, ago time.Duration) *workspace {
	b.Helper()
	manyTasks(b, cloud)
	var configuration strings.Builder
	configuration.WriteString(tasks(cloud, n))
	for i := range n {
		id := cloud.CFW.AddTask(cfw.Seed{Name: fmt.Sprintf("web-%d", i), DurationInMinutes: 60, CreatedAt: cloud.Clock.Now().Add(-ago)})
		fmt.Fprintf(&configuration, "import {\n  to = cloudtap_huaweicloud_capture_task.web[%d]\n  id = \"%s/%s\"\n}\n", i, cloud.CFW.FirewallID(), id)
	}
	w := newWorkspace(b, "cloudtap", buildRelease(b), simulation(cloud), configuration.String())
	w.run(b, "apply", "-auto-approve")
	return w
}

// BenchmarkTasks counts the requests of a plan of 1,000 ended capture tasks,
// and of destroying 100 running ones, with the CLI's own parallelism.
func BenchmarkTasks(b *testing.B) {
	const ended, running = 1000, 100
	for b.Loop() {
		cloud := acctest.StartCloud(b, cloudsim.Options{})
		w := imported(b, cloud, ended, 2*time.Hour)
		cloud.Journal.Reset()
		w.run(b, "plan", "-detailed-exitcode")
		b.ReportMetric(float64(cloud.Journal.Count("cfw", "")), "plan-requests")

		cloud = acctest.StartCloud(b, cloudsim.Options{})
		w = imported(b, cloud, running, time.Minute)
		cloud.Journal.Reset()
		w.run(b, "destroy", "-auto-approve")
		if left := cloud.CFW.Tasks(); len(left) > 0 {
			b.Fatalf("left behind: %v", left)
		}
		b.ReportMetric(float64(cloud.Journal.Count("cfw", "CancelCaptureTask"))/running, "stops/task")
		b.ReportMetric(float64(cloud.Journal.Count("cfw", "ListCaptureTask"))/running, "lists/task")
		b.ReportMetric(float64(cloud.Journal.Count("cfw", "DeleteCaptureTask"))/running, "deletes/task")
	}
}

// BenchmarkMetadata counts the requests for the instance document of ten data
// sources.
func BenchmarkMetadata(b *testing.B) {
	for b.Loop() {
		cloud := acctest.StartCloud(b, cloudsim.Options{})
		configuration := requiredProvider("cloudtap") + "data \"cloudtap_azure_instance_metadata\" \"here\" {\n  count = 10\n}\n"
		newWorkspace(b, "cloudtap", buildRelease(b), simulation(cloud), configuration).run(b, "plan")
		b.ReportMetric(float64(cloud.Journal.Count("imds", "Instances_GetMetadata")), "requests")
	}
}
