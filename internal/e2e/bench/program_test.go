package bench

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// maxBinarySize is the budget of the released program in bytes.
const maxBinarySize = 28_000_000

// buildRelease builds the program as releases are.
func buildRelease(tb testing.TB) string {
	tb.Helper()
	return build(tb, acctest.Module, "terraform-provider-cloudtap")
}

// build builds the program of a package with the flags of a release.
func build(tb testing.TB, pkg, name string) string {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), name)
	if err := acctest.Build(tb.Context(), pkg, binary, "-trimpath", "-tags", "grpcnotrace", "-ldflags", "-s -w -buildid= -X main.version=1.2.3"); err != nil {
		tb.Fatal(err)
	}
	return binary
}

func TestProgram(t *testing.T) {
	t.Parallel()
	binary := buildRelease(t)
	info, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > maxBinarySize {
		t.Errorf("the program has %d bytes, the budget is %d", info.Size(), maxBinarySize)
	}
	output, err := exec.CommandContext(t.Context(), binary, "-version").Output()
	if err != nil || string(output) != "terraform-provider-cloudtap 1.2.3\n" {
		t.Errorf("-version printed %q, %v", output, err)
	}
	if line := handshake(t, binary); !strings.HasPrefix(line, "1|6|") {
		t.Errorf("the handshake is %q, want protocol 6", line)
	}
}

// handshake starts the program as Terraform does and returns its first line.
func handshake(tb testing.TB, binary string) string {
	tb.Helper()
	command := exec.CommandContext(tb.Context(), binary)
	// The cookie with which Terraform tells a plugin that it is one.
	command.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2", "PLUGIN_PROTOCOL_VERSIONS=6")
	output, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		tb.Error(err)
	}
	if err := command.Process.Kill(); err != nil {
		tb.Error(err)
	}
	// Killed, so it cannot end well.
	if err := command.Wait(); err == nil {
		tb.Error("the program ended by itself")
	}
	return line
}
