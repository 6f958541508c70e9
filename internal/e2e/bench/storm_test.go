package bench

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// stormRetryAfter is what the throttling service asks to wait. A second is
// the smallest wait that Retry-After can ask for.
const stormRetryAfter = time.Second

// BenchmarkThrottledCaptures creates and destroys captures, ten at a time as
// the CLI does, while every second request is answered with 429.
func BenchmarkThrottledCaptures(b *testing.B) {
	const n = 50
	for b.Loop() {
		storm(b, "arm", []string{""}, 10, func(cloud *cloudsim.Cloud, begin func()) time.Duration {
			w := newWorkspace(b, "cloudtap", buildRelease(b), simulation(cloud), captures(cloud, n))
			begin()
			return w.run(b, "apply", "-auto-approve").wall + w.run(b, "destroy", "-auto-approve", "-refresh=false").wall
		})
	}
}

// BenchmarkThrottledTasks makes capture tasks of one firewall in a storm,
// which is done one after the other. Each kind of request has its own count: a
// refused creation is repeated only after a look, so that with one count for both
// the service would refuse every creation for ever.
func BenchmarkThrottledTasks(b *testing.B) {
	const n = 8
	for b.Loop() {
		storm(b, "cfw", []string{"CreateCaptureTask", "ListCaptureTask"}, 1, func(cloud *cloudsim.Cloud, begin func()) time.Duration {
			// Captures that end at once make room for the next.
			if err := cloud.CFW.Switches().Set("capture_minute", "1ms"); err != nil {
				b.Fatal(err)
			}
			w := newWorkspace(b, "cloudtap", buildRelease(b), simulation(cloud), tasks(cloud, n))
			begin()
			return w.run(b, "apply", "-auto-approve").wall
		})
	}
}

// BenchmarkThrottledDestroy destroys running capture tasks in a storm, one
// after the other: the service's paths do not name the task, so that of
// several at a time nobody could tell which request is a repeated one.
func BenchmarkThrottledDestroy(b *testing.B) {
	const n = 6
	for b.Loop() {
		storm(b, "cfw", []string{""}, 1, func(cloud *cloudsim.Cloud, begin func()) time.Duration {
			w := imported(b, cloud, n, time.Minute)
			begin()
			took := w.run(b, "destroy", "-auto-approve", "-refresh=false", "-parallelism=1").wall
			if left := cloud.CFW.Tasks(); len(left) > 0 {
				b.Fatalf("left behind: %v", left)
			}
			return took
		})
	}
}

// storm does some work without throttling, and then while every second
// request of each of some operations of a service, "" for all, is refused. "ratio" compares the time with the best
// possible one: that of the calm, and the waits that were asked for, shared by
// the requests that the work allows at a time. "early" counts requests that
// came sooner after a 429 to the same than that asked for.
func storm(b *testing.B, service string, operations []string, atATime int, work func(cloud *cloudsim.Cloud, begin func()) time.Duration) {
	b.Helper()
	cloud := acctest.StartCloud(b, cloudsim.Options{})
	calm := work(cloud, func() {})
	cloud = acctest.StartCloud(b, cloudsim.Options{})
	throttled := work(cloud, func() {
		cloud.Journal.Reset()
		for _, operation := range operations {
			fault := simcore.Fault{
				Service: service, Operation: operation, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests,
				Every: 2, Times: -1, RetryAfter: new(int(stormRetryAfter / time.Second)),
			}
			if err := cloud.Faults.Add(fault); err != nil {
				b.Fatal(err)
			}
		}
	})
	refused, early := judge(cloud.Journal.Requests())
	best := calm + time.Duration(refused)*stormRetryAfter/time.Duration(atATime)
	b.ReportMetric(float64(refused), "429s")
	b.ReportMetric(float64(early), "early")
	b.ReportMetric(throttled.Seconds()/best.Seconds(), "ratio")
	b.ReportMetric(calm.Seconds(), "calm-s")
	b.ReportMetric(throttled.Seconds(), "storm-s")
}

// judge counts the requests that were answered with 429, and those after them
// to the same method and path that came too early. The journal has times of
// arrival, so a client that waits after it has the answer is never too early.
func judge(journal []simcore.Request) (refused, early int) {
	until := map[string]time.Time{}
	for _, request := range journal {
		key := fmt.Sprint(request.Service, " ", request.Method, " ", request.Path)
		if request.Time.Before(until[key]) {
			early++
		}
		if request.Status == http.StatusTooManyRequests {
			refused++
			until[key] = request.Time.Add(stormRetryAfter)
		}
	}
	return refused, early
}
