package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// BenchmarkProviderCPU measures what one more capture costs the provider's
// process, in user and kernel mode: the slope between few and many captures,
// which leaves out what starting it costs.
func BenchmarkProviderCPU(b *testing.B) {
	const few, many, turns = 20, 120, 3
	for b.Loop() {
		costs := make([][]float64, len(cpuSteps))
		for range turns {
			small, large := cpuOf(b, few), cpuOf(b, many)
			for i := range cpuSteps {
				costs[i] = append(costs[i], milliseconds(large[i]-small[i])/(many-few))
			}
		}
		for i, step := range cpuSteps {
			if step.unit != "" {
				b.ReportMetric(median(costs[i]), step.unit)
			}
		}
	}
}

// profileFolder, an environment variable, names a folder for CPU profiles of
// the provider, one for each command. The measured program is then another
// one, that has a profiler.
const profileFolder = "CLOUDTAP_BENCH_PROFILES"

// cpuSteps are commands, each with a process of its own as with a CLI that
// starts the provider itself. Those without a unit are not reported.
var cpuSteps = []struct {
	name, unit string
	args       []string
}{
	{"plan-new", "plan-new-ms/capture", []string{"plan", "-out=plan"}},
	{"create", "create-ms/capture", []string{"apply", "plan"}},
	{"end", "", []string{"apply", "-refresh-only", "-auto-approve"}},
	{"plan-ended", "plan-ended-ms/capture", []string{"plan", "-detailed-exitcode"}},
}

// cpuOf returns what the steps cost with n captures.
func cpuOf(b *testing.B, n int) []time.Duration {
	b.Helper()
	cloud := acctest.StartCloud(b, cloudsim.Options{})
	folder := b.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(captures(cloud, n)), 0o600); err != nil {
		b.Fatal(err)
	}
	env := simulation(cloud)
	var times []time.Duration
	for _, step := range cpuSteps {
		p := startMeasured(b, env, step.name)
		terraform(b, folder, p, env, step.args...)
		p.stop(b)
		times = append(times, p.cpu())
		if step.name == "create" {
			cloud.Clock.Advance(capturesEnd)
		}
	}
	return times
}

// startMeasured serves the release, or the profiled provider.
func startMeasured(b *testing.B, env map[string]string, name string) *process {
	b.Helper()
	folder := os.Getenv(profileFolder)
	if folder == "" {
		return startProvider(b, env)
	}
	env["CLOUDTAP_BENCH_CPU_PROFILE"] = filepath.Join(folder, name+".pprof")
	return serve(b, exec.Command(build(b, acctest.Module+"/internal/e2e/bench/profiledprovider", "profiledprovider")), env) //nolint:noctx // ended by stop
}
