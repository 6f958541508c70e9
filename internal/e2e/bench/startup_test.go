package bench

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// median returns the middle one of the values, of which there must be some.
func median[T time.Duration | float64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

func BenchmarkBinary(b *testing.B) {
	for b.Loop() {
		info, err := os.Stat(buildRelease(b))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
}

// BenchmarkHandshake measures from the start of the program to the line with
// which Terraform begins to talk to it.
func BenchmarkHandshake(b *testing.B) {
	binary := buildRelease(b)
	var times []time.Duration
	for b.Loop() {
		begin := time.Now()
		handshake(b, binary)
		times = append(times, time.Since(begin))
	}
	b.ReportMetric(milliseconds(median(times)), "median-ms")
}

// justProvider is a configuration that makes Terraform start a provider, ask
// it for its schemas and have it validate its block, and nothing else.
func justProvider(name string) string {
	return requiredProvider(name) + "provider \"" + name + "\" {}\n"
}

// BenchmarkAtRest measures the most memory that the provider ever had once
// it has told its schemas and validated an empty block, twice, and nothing is
// going on in it.
func BenchmarkAtRest(b *testing.B) {
	for b.Loop() {
		folder := b.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(justProvider("cloudtap")), 0o600); err != nil {
			b.Fatal(err)
		}
		p := startProvider(b, nil)
		for _, command := range []string{"validate", "plan"} {
			terraform(b, folder, p, nil, command)
		}
		b.ReportMetric(float64(peakMemory(b, p.command.Process.Pid))/1e6, "MB")
		p.stop(b)
	}
}

// BenchmarkStartup compares validate and a plan of nothing with those of the
// smallest provider of the same framework, in turns. The CLI starts the
// providers itself.
func BenchmarkStartup(b *testing.B) {
	const turns = 41
	spaces := []*workspace{
		newWorkspace(b, "cloudtap", buildRelease(b), nil, justProvider("cloudtap")),
		newWorkspace(b, "empty", build(b, acctest.Module+"/internal/e2e/bench/emptyprovider", "terraform-provider-empty"), nil, justProvider("empty")),
	}
	for b.Loop() {
		for _, command := range []string{"validate", "plan"} {
			var walls, cpus [2][]time.Duration
			for range turns {
				for i, w := range spaces {
					cost := w.run(b, command)
					walls[i], cpus[i] = append(walls[i], cost.wall), append(cpus[i], cost.cpu)
				}
			}
			b.ReportMetric(float64(median(walls[0]))/float64(median(walls[1])), command+"-ratio")
			b.ReportMetric(float64(median(cpus[0]))/float64(median(cpus[1])), command+"-cpu-ratio")
			b.ReportMetric(milliseconds(median(walls[0])), command+"-ms")
		}
	}
}
