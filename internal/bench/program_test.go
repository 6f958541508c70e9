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
const maxBinarySize = 25_000_000

// buildRelease builds the program as releases are.
func buildRelease(tb testing.TB) string {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "terraform-provider-cloudtap")
	build := exec.CommandContext(tb.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version=1.2.3", "-o", binary, ".")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, output)
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

// TestLogsCostNothingUnlessAskedFor looks at what the provider writes while a
// CLI validates a configuration.
func TestLogsCostNothingUnlessAskedFor(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	for level, wanted := range map[string]bool{"": false, "TRACE": true} {
		t.Run("TF_LOG="+level, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			configuration := "terraform {\n  required_providers {\n    cloudtap = { source = \"cloudtap/cloudtap\" }\n  }\n}\n" +
				"data \"cloudtap_azure_network_watcher\" \"here\" {\n  location = \"westeurope\"\n}\n"
			if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600); err != nil {
				t.Fatal(err)
			}
			p := startProvider(t, map[string]string{"TF_LOG": level})
			terraform(t, folder, p, nil, "validate")
			p.stop(t)
			if got := strings.Count(p.log.String(), `"@level":"trace"`); (got > 0) != wanted {
				t.Errorf("%d trace lines:\n%.2000s", got, p.log.String())
			}
		})
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

// BenchmarkHandshake measures from start to handshake; the budget is 50 ms.
func BenchmarkHandshake(b *testing.B) {
	binary := buildRelease(b)
	for b.Loop() {
		handshake(b, binary)
	}
}
