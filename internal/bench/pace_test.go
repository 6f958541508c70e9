package bench

import (
	"fmt"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

// BenchmarkPace measures how long ten captures take to be created, and how
// many requests that needs, by what the service asks to wait and by how long
// it works.
func BenchmarkPace(b *testing.B) {
	const n = 10
	for _, says := range []struct{ name, retryAfter, zero string }{
		{"0", "0s", "sent"}, {"nothing", "0s", "absent"}, {"1s", "1s", "absent"}, {"10s", "10s", "absent"},
	} {
		for _, works := range []string{"0s", "3s"} {
			b.Run(fmt.Sprintf("says=%s/works=%s", says.name, works), func(b *testing.B) {
				for b.Loop() {
					cloud := acctest.StartCloud(b, cloudsim.Options{})
					for name, value := range map[string]string{
						arm.SwitchRetryAfter: says.retryAfter, arm.SwitchRetryAfterZero: says.zero,
						arm.SwitchOperationTime: works, arm.SwitchOperationEnds: "time",
					} {
						if err := cloud.ARM.Switches().Set(name, value); err != nil {
							b.Fatal(err)
						}
					}
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
					b.ReportMetric(time.Since(began).Seconds(), "create-s")
					b.ReportMetric(float64(cloud.Journal.Count("arm", ""))/n, "create-requests/capture")
				}
			})
		}
	}
}
