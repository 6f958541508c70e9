package bench

import (
	"fmt"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

// requiredProvider is the beginning of a configuration.
func requiredProvider(name string) string {
	return fmt.Sprintf("terraform {\n  required_providers {\n    %s = { source = \"cloudtap/%s\" }\n  }\n}\n", name, name)
}

// captures is a configuration of n captures of one network watcher.
func captures(cloud *cloudsim.Cloud, n int) string {
	seeded := cloud.ARM.Seeded()
	return requiredProvider("cloudtap") + fmt.Sprintf(`
resource "cloudtap_azure_packet_capture" "web" {
  count              = %d
  name               = "web-${count.index}"
  network_watcher_id = %q
  target_id          = %q
  storage_location   = { storage_account_id = %q }
}
`, n, seeded.NetworkWatcherID, seeded.VMID, seeded.StorageAccountID)
}

// capturesEnd is a time after which every capture of the simulation has ended
// by itself.
const capturesEnd = 6 * time.Hour

// BenchmarkCaptures counts the requests and connections of 100 captures with
// the CLI's own parallelism. The service asks to wait a second before every
// poll, so that what a destroy adds to those waits shows.
func BenchmarkCaptures(b *testing.B) {
	const n, parallelism, retryAfter = 100, 10, time.Second
	for b.Loop() {
		cloud := acctest.StartCloud(b, cloudsim.Options{})
		w := newWorkspace(b, "cloudtap", buildRelease(b), simulation(cloud), captures(cloud, n))
		w.run(b, "apply", "-auto-approve")
		lists := cloud.Journal.Count("arm", arm.PacketCapturesList)
		b.ReportMetric(float64(cloud.Journal.Count("arm", "")-lists)/n, "create-requests/capture")
		b.ReportMetric(float64(lists), "create-lists")
		most := 0
		for _, connections := range cloud.Journal.Connections() {
			most = max(most, connections)
		}
		b.ReportMetric(float64(most), "connections/host")

		cloud.Clock.Advance(capturesEnd)
		w.run(b, "apply", "-refresh-only", "-auto-approve")
		cloud.Journal.Reset()
		w.run(b, "plan", "-detailed-exitcode")
		b.ReportMetric(float64(cloud.Journal.Count("arm", "")), "plan-requests")

		if err := cloud.ARM.Switches().Set(arm.SwitchRetryAfter, retryAfter.String()); err != nil {
			b.Fatal(err)
		}
		cloud.Journal.Reset()
		destroy := w.run(b, "destroy", "-auto-approve", "-refresh=false")
		if left := cloud.ARM.Snapshot().PacketCaptures; len(left) > 0 {
			b.Fatalf("left behind: %v", left)
		}
		b.ReportMetric(float64(cloud.Journal.Count("arm", ""))/n, "destroy-requests/capture")
		asked := n / parallelism * retryAfter
		b.ReportMetric(destroy.wall.Seconds(), "destroy-s")
		b.ReportMetric(destroy.wall.Seconds()/asked.Seconds(), "destroy-ratio")
	}
}

// BenchmarkRefresh plans with 100 and with 1,000 ended captures, and compares
// the processor time of CLI and provider for one more capture with
// that for one more terraform_data, which Terraform itself implements and for
// which it walks the same graph.
func BenchmarkRefresh(b *testing.B) {
	const few, many = 100, 1000
	for b.Loop() {
		var ours, builtIn [2]*workspace
		var cloud [2]*cloudsim.Cloud
		for i, n := range []int{few, many} {
			cloud[i] = acctest.StartCloud(b, cloudsim.Options{})
			ours[i] = newWorkspace(b, "cloudtap", buildRelease(b), simulation(cloud[i]), captures(cloud[i], n))
			ours[i].run(b, "apply", "-auto-approve", "-parallelism=50")
			cloud[i].Clock.Advance(capturesEnd)
			ours[i].run(b, "apply", "-refresh-only", "-auto-approve")
			builtIn[i] = newWorkspace(b, "none", b.TempDir(), nil, fmt.Sprintf("resource \"terraform_data\" \"web\" {\n  count = %d\n  input = count.index\n}\n", n))
			builtIn[i].run(b, "apply", "-auto-approve")
		}
		perCapture := slope(b, ours, many-few)
		perData := slope(b, builtIn, many-few)
		b.ReportMetric(milliseconds(perCapture), "ms/capture")
		b.ReportMetric(milliseconds(perData), "ms/terraform_data")
		b.ReportMetric(float64(perCapture)/float64(perData), "ratio")
		cloud[1].Journal.Reset()
		ours[1].run(b, "plan", "-detailed-exitcode")
		b.ReportMetric(float64(cloud[1].Journal.Count("arm", "")), "requests")
	}
}

// slope is how much more processor time a plan of the second workspace takes
// than one of the first, for each resource that it has more.
func slope(b *testing.B, spaces [2]*workspace, more int) time.Duration {
	b.Helper()
	var cost [2]time.Duration
	for i, w := range spaces {
		cost[i] = w.run(b, "plan", "-detailed-exitcode").cpu
	}
	return (cost[1] - cost[0]) / time.Duration(more)
}
