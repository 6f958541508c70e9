package bench

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// traceLines applies a configuration of n captures and returns how many trace
// lines the provider wrote with a value of TF_LOG, and all that it wrote.
func traceLines(tb testing.TB, n int, level string) (int, string) {
	tb.Helper()
	cloud := acctest.StartCloud(tb, cloudsim.Options{})
	folder := tb.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(captures(cloud, n)), 0o600); err != nil {
		tb.Fatal(err)
	}
	env := simulation(cloud)
	logging := maps.Clone(env)
	logging["TF_LOG"] = level
	p := startProvider(tb, logging)
	terraform(tb, folder, p, env, "apply", "-auto-approve")
	p.stop(tb)
	return strings.Count(p.log.String(), `"@level":"trace"`), p.log.String()
}

func TestLogsCostNothingUnlessAskedFor(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	for level, wanted := range map[string]bool{"": false, "TRACE": true} {
		t.Run("TF_LOG="+level, func(t *testing.T) {
			t.Parallel()
			if got, log := traceLines(t, 3, level); (got > 0) != wanted {
				t.Errorf("%d trace lines:\n%.2000s", got, log)
			}
		})
	}
}

// BenchmarkLogs counts the trace lines that the provider formats for an apply
// of captures, without TF_LOG and with it.
func BenchmarkLogs(b *testing.B) {
	const n = 20
	for b.Loop() {
		quiet, _ := traceLines(b, n, "")
		asked, _ := traceLines(b, n, "TRACE")
		b.ReportMetric(float64(quiet), "trace-lines")
		b.ReportMetric(float64(asked), "trace-lines-asked")
	}
}
