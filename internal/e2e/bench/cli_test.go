package bench

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// spent is what one command cost.
type spent struct {
	wall time.Duration
	// cpu is that of the command and of all processes that it waited for, in
	// user and in kernel mode.
	cpu time.Duration
}

// runCLI runs the CLI in a folder and returns what that cost.
func runCLI(tb testing.TB, folder string, env map[string]string, args ...string) spent {
	tb.Helper()
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		tb.Fatal("install a Terraform or OpenTofu CLI on the PATH")
	}
	command := exec.CommandContext(tb.Context(), cli, args...) //nolint:gosec // the CLI that was found on the PATH
	command.Dir = folder
	command.Env = append(environ(env), "CHECKPOINT_DISABLE=1")
	begin := time.Now()
	output, err := command.CombinedOutput()
	if err != nil {
		tb.Fatalf("%v: %v\n%s", args, err, output)
	}
	return spent{wall: time.Since(begin), cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime()}
}

// workspace is a folder with a configuration, and a CLI that starts provider
// processes itself, as the users' CLIs do.
type workspace struct {
	folder string
	env    map[string]string
}

// newWorkspace returns a workspace whose CLI takes the provider
// cloudtap/<name> from the folder of a program.
func newWorkspace(tb testing.TB, name, program string, env map[string]string, configuration string) *workspace {
	tb.Helper()
	w := &workspace{folder: tb.TempDir(), env: maps.Clone(env)}
	if w.env == nil {
		w.env = map[string]string{}
	}
	settings := filepath.Join(w.folder, "cli.rc")
	w.env["TF_CLI_CONFIG_FILE"] = settings
	overrides := acctest.DevOverrides(name, filepath.Dir(program))
	for file, text := range map[string]string{settings: overrides, filepath.Join(w.folder, "main.tf"): configuration} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return w
}

func (w *workspace) run(tb testing.TB, args ...string) spent {
	tb.Helper()
	return runCLI(tb, w.folder, w.env, append(args, "-no-color")...)
}
