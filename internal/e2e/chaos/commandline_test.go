package chaos

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestCommandLine runs random histories through the real CLI, with the
// provider in processes of its own: interruptions are signals.
//
//nolint:paralleltest // It runs several at a time itself.
func TestCommandLine(t *testing.T) {
	acctest.RequireCLI(t)
	options := flags()
	begin := newCommandLineWorld(buildProgram(t))
	counts := options.run(t, options.commandLine, min(options.workers, 8), func(t *testing.T, number int, counts *tally) {
		t.Helper()
		check(t, histories().Example(number).inRealTime(), begin, counts)
	})
	t.Logf("histories %d to %d through the CLI: %s", options.first, options.first+options.commandLine-1, counts)
}

// buildProgram builds the provider and returns the folder that it is in.
func buildProgram(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := acctest.Build(t.Context(), acctest.Module, filepath.Join(folder, "terraform-provider-cloudtap")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// inRealTime makes a history one that ends within reasonable real time: pauses
// of the services are short, and nothing fails forever.
func (h history) inRealTime() history {
	short := history{Switches: map[string]string{"cfw capture_minute": "200ms"}}
	for name, value := range h.Switches {
		if pause, err := time.ParseDuration(value); err == nil && pause > time.Second {
			value = "1s"
		}
		short.Switches[name] = value
	}
	for _, s := range h.Steps {
		quick := s
		quick.Changes, quick.Faults = nil, nil
		for _, c := range s.Changes {
			if c.Do == setWaiting && find(addresses[:], c.Address).kind != task {
				c.Do = set
			}
			quick.Changes = append(quick.Changes, c)
		}
		for _, fault := range s.Faults {
			if fault.Times == -1 {
				fault.Times = 3
			}
			if fault.Kind == simcore.KindStatus {
				fault.RetryAfterMilliseconds = new(20)
			}
			quick.Faults = append(quick.Faults, fault)
		}
		short.Steps = append(short.Steps, quick)
	}
	return short
}
