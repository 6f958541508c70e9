//go:build unix

package main

import (
	"bufio"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestMakeSimEndsItsChild ends make with each signal and waits until nobody
// listens at the control API any more. A terminal sends its signals to all
// processes of a group, as make expects; others go to make alone.
func TestMakeSimEndsItsChild(t *testing.T) {
	t.Parallel()
	for signal, toGroup := range map[syscall.Signal]bool{syscall.SIGINT: true, syscall.SIGHUP: true, syscall.SIGTERM: false, syscall.SIGKILL: false} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			envFile := filepath.Join(t.TempDir(), "sim.env")
			command := exec.CommandContext(t.Context(), "make", "sim", "SIM_ENV="+envFile, "SIM_PROGRAM="+filepath.Join(t.TempDir(), "cloudsim"))
			command.Dir = filepath.Join("..", "..", "..")
			command.Stderr = os.Stderr
			// Not in the group of the test, which must not get the signal.
			command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			output, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			lines, told := bufio.NewScanner(output), ""
			for lines.Scan() && !strings.HasPrefix(lines.Text(), "Ctrl-C") {
				told += lines.Text() + "\n"
			}
			control := parseEnv(t, envFile)["CLOUDTAP_SIM_URL"]
			for _, part := range []string{"ready\n", ". " + envFile, "sim.auto.tfvars", control + "/clock", control + "/faults"} {
				if !strings.Contains(told, part) {
					t.Errorf("make sim does not print %q:\n%s", part, told)
				}
			}
			receiver := command.Process.Pid
			if toGroup {
				receiver = -receiver
			}
			if err := syscall.Kill(receiver, signal); err != nil {
				t.Fatal(err)
			}
			// How make ends does not matter.
			_ = command.Wait()
			expectNobodyListens(t, control)
		})
	}
}

func expectNobodyListens(t *testing.T, control string) {
	t.Helper()
	parsed, err := url.Parse(control)
	if err != nil {
		t.Fatal(err)
	}
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		connection, err := simtest.DialLoopback(t.Context(), "tcp", parsed.Host)
		if err != nil {
			return
		}
		if err := connection.Close(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-t.Context().Done():
			t.Fatal("the simulator still runs")
		case <-ticker.C:
		}
	}
}
