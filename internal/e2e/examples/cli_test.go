package examples_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cli"
)

// root is the repository's folder.
const root = "../../.."

// tool is the Terraform or OpenTofu CLI that the tests use.
type tool struct {
	cli.Version

	path string
	// environment is what every call gets; it shields the CLI from the
	// configuration of the person who runs the tests.
	environment []string
}

// newCLI finds the CLI and lets it use the provider of this source tree.
func newCLI(t *testing.T) tool {
	t.Helper()
	path, err := cli.Find(os.Getenv, exec.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	c := tool{path: path, environment: withoutTerraformSettings(os.Environ())}
	if c.Version, err = cli.VersionOf(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if !c.AtLeast(1, 11) {
		t.Fatalf("%s is too old for write-only arguments and ephemeral resources: install Terraform or OpenTofu 1.11 or later", path)
	}
	config := filepath.Join(t.TempDir(), "cli.tfrc")
	binaries := filepath.ToSlash(buildProvider(t))
	// Examples without required_providers mean hashicorp/cloudtap.
	writeFile(t, config, fmt.Sprintf(`provider_installation {
  dev_overrides {
    "cloudtap/cloudtap"  = %[1]q
    "hashicorp/cloudtap" = %[1]q
  }
}
`, binaries))
	return c.with("CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+config)
}

// with returns a CLI with more variables. Tests that run at once share the one
// that they begin with.
func (c tool) with(environment ...string) tool {
	c.environment = slices.Concat(c.environment, environment)
	return c
}

// run calls the CLI in a folder and returns what it printed to standard
// output, also when it failed.
func (c tool) run(ctx context.Context, dir string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, c.path, arguments...)
	command.Dir = dir
	command.Env = c.environment
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s%s", command, err, stdout, stderr.String())
	}
	return string(stdout), err
}

func withoutTerraformSettings(environment []string) []string {
	return slices.DeleteFunc(environment, func(entry string) bool { return strings.HasPrefix(entry, "TF_") })
}

// buildProvider returns a folder with the provider's binary.
func buildProvider(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "terraform-provider-cloudtap")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	command := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", binary, ".")
	command.Dir = root
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %s\n%s", command, err, output)
	}
	return dir
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil { //nolint:gosec // a file in a folder of the test
		t.Fatal(err)
	}
}
