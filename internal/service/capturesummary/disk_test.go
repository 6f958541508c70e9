//go:build unix

package capturesummary_test

import (
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// smallDisk, an environment variable, makes TestDiskFull the process in which files
// cannot grow, which is a limit of the whole process.
const smallDisk = "CLOUDTAP_TEST_SMALL_DISK"

func TestDiskFull(t *testing.T) {
	t.Parallel()
	if os.Getenv(smallDisk) == "" {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDiskFull$") //nolint:gosec // this program
		command.Env = append(os.Environ(), smallDisk+"=1")
		if output, err := command.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, output)
		}
		return
	}
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	file := write(t, onePeriod(t))
	const limit = 4096
	signal.Ignore(syscall.SIGXFSZ)
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: usual.Max}); err != nil {
		t.Fatal(err)
	}
	// Whoever measures coverage writes a file at the end.
	defer func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
			t.Error(err)
		}
	}()
	folder := t.TempDir()
	for name, part := range map[string]string{"save_to": "save_to", "report_to": "Could not write report"} {
		config := acctest.Config{"source": acctest.Config{"files": []string{file}}, "save_to": folder}
		if name == "report_to" {
			config = acctest.Config{"source": config["source"], "report_to": filepath.Join(folder, "report.html")}
		}
		object, diagnostics := p.Apply(t.Context(), typeName, nil, config)
		acctest.ExpectError(t, diagnostics, part, "file too large")
		if object.Exists() {
			t.Errorf("%s: a summary that was not kept is in the state", name)
		}
		expectEmpty(t, folder)
	}
}
