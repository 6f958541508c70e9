package bench

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

// service is when a service says to come back, and how long it works.
type service struct{ retryAfter, zero, works string }

func (s service) start(b *testing.B) *cloudsim.Cloud {
	b.Helper()
	cloud := acctest.StartCloud(b, cloudsim.Options{})
	for name, value := range map[string]string{
		arm.SwitchRetryAfter: s.retryAfter, arm.SwitchRetryAfterZero: s.zero, arm.SwitchOperationTime: s.works, arm.SwitchOperationEnds: "time",
	} {
		if err := cloud.ARM.Switches().Set(name, value); err != nil {
			b.Fatal(err)
		}
	}
	return cloud
}

// BenchmarkPace measures how long ten captures take to be created, and how
// many requests that needs, by what the service asks to wait and by how long
// it works.
func BenchmarkPace(b *testing.B) {
	const n = 10
	for b.Loop() {
		for _, says := range []struct {
			name string
			service
		}{{"0", service{"0s", "sent", ""}}, {"nothing", service{"0s", "absent", ""}}, {"1", service{"1s", "absent", ""}}, {"10", service{"10s", "absent", ""}}} {
			for _, works := range []string{"0s", "3s"} {
				says.works = works
				cloud := says.start(b)
				took := createTogether(b, cloud, n)
				b.ReportMetric(took.Seconds(), fmt.Sprintf("%s-%s-s", says.name, works))
				b.ReportMetric(float64(cloud.Journal.Count("arm", ""))/n, fmt.Sprintf("%s-%s-requests/capture", says.name, works))
			}
		}
	}
}

func createTogether(b *testing.B, cloud *cloudsim.Cloud, n int) time.Duration {
	b.Helper()
	seeded := cloud.ARM.Seeded()
	p := acctest.NewProvider(b, cloud)
	began := time.Now()
	acctest.Together(n, func(i int) {
		_, diagnostics := p.Apply(b.Context(), "cloudtap_azure_packet_capture", nil, acctest.Config{
			"name": fmt.Sprintf("web-%d", i), "network_watcher_id": seeded.NetworkWatcherID, "target_id": seeded.VMID,
			"storage_location": acctest.Config{"storage_account_id": seeded.StorageAccountID},
		})
		if errors := diagnostics.Errors(); len(errors) > 0 {
			b.Error(errors)
		}
	})
	return time.Since(began)
}

// BenchmarkAtOnce compares creating 100 captures with the CLI, of a service
// that says Retry-After: 0 and is done at once, with the same of one that asks
// to wait for a millisecond, which is no wait. "paused-ratio" adds to the latter
// what the ten at a time pause at least after such an answer.
func BenchmarkAtOnce(b *testing.B) {
	const n, rounds, parallelism, pause = 100, 3, 10, 100 * time.Millisecond
	binary := buildRelease(b)
	apply := func(s service) time.Duration {
		cloud := s.start(b)
		return newWorkspace(b, "cloudtap", binary, simulation(cloud), captures(cloud, n)).run(b, "apply", "-auto-approve").wall
	}
	for b.Loop() {
		var zero, none []time.Duration
		for range rounds {
			zero = append(zero, apply(service{"0s", "sent", "0s"}))
			none = append(none, apply(service{"1ms", "absent", "0s"}))
		}
		slices.Sort(zero)
		slices.Sort(none)
		b.ReportMetric(zero[rounds/2].Seconds(), "zero-s")
		b.ReportMetric(none[rounds/2].Seconds(), "no-wait-s")
		b.ReportMetric(zero[rounds/2].Seconds()/none[rounds/2].Seconds(), "ratio")
		b.ReportMetric(zero[rounds/2].Seconds()/(none[rounds/2]+n/parallelism*pause).Seconds(), "paused-ratio")
	}
}
