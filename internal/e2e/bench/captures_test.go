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
		lists = cloud.Journal.Count("arm", arm.PacketCapturesList)
		b.ReportMetric(float64(cloud.Journal.Count("arm", "")-lists)/n, "destroy-requests/capture")
		b.ReportMetric(float64(lists)/n, "destroy-lists/capture")
		asked := n / parallelism * retryAfter
		b.ReportMetric(destroy.wall.Seconds(), "destroy-s")
		b.ReportMetric(destroy.wall.Seconds()/asked.Seconds(), "destroy-ratio")
	}
}

// BenchmarkRefresh plans with 100 to 1,000 ended captures, and compares the
// processor time of CLI and provider for one more capture with that for one
// more terraform_data, which Terraform itself implements and for which it
// walks the same graph. The growth is how much more one of the last captures
// costs than one of the first: 1 where a plan takes time in proportion.
func BenchmarkRefresh(b *testing.B) {
	sizes := []int{100, 550, 1000}
	for b.Loop() {
		ours, builtIn := make([]*workspace, len(sizes)), make([]*workspace, len(sizes))
		clouds := make([]*cloudsim.Cloud, len(sizes))
		for i, n := range sizes {
			clouds[i] = acctest.StartCloud(b, cloudsim.Options{})
			ours[i] = newWorkspace(b, "cloudtap", buildRelease(b), simulation(clouds[i]), captures(clouds[i], n))
			ours[i].run(b, "apply", "-auto-approve", "-parallelism=50")
			clouds[i].Clock.Advance(capturesEnd)
			ours[i].run(b, "apply", "-refresh-only", "-auto-approve")
			builtIn[i] = newWorkspace(b, "none", b.TempDir(), nil, fmt.Sprintf("resource \"terraform_data\" \"web\" {\n  count = %d\n  input = count.index\n}\n", n))
			builtIn[i].run(b, "apply", "-auto-approve")
		}
		last := len(sizes) - 1
		clouds[last].Journal.Reset()
		ours[last].run(b, "plan", "-detailed-exitcode")
		b.ReportMetric(float64(clouds[last].Journal.Count("arm", "")), "requests")

		one, growth := slope(b, ours, sizes)
		oneBuiltIn, growthBuiltIn := slope(b, builtIn, sizes)
		b.ReportMetric(one, "ms/capture")
		b.ReportMetric(oneBuiltIn, "ms/terraform_data")
		b.ReportMetric(growth, "growth")
		b.ReportMetric(growthBuiltIn, "terraform_data-growth")
		b.ReportMetric(growth/growthBuiltIn, "growth-ratio")
	}
}

// slope is how many milliseconds of processor time a plan takes for each
// resource that it has more, from the first of the sizes to the last, and how
// much more that is in the second half than in the first.
func slope(b *testing.B, spaces []*workspace, sizes []int) (one, growth float64) {
	b.Helper()
	const turns = 5
	costs := make([][]float64, len(spaces))
	for range turns {
		for i, w := range spaces {
			costs[i] = append(costs[i], milliseconds(w.run(b, "plan", "-detailed-exitcode").cpu))
		}
	}
	between := func(i, j int) float64 { return (median(costs[j]) - median(costs[i])) / float64(sizes[j]-sizes[i]) }
	return between(0, 2), between(1, 2) / between(0, 1)
}
