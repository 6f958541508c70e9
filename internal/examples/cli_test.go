package examples_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the repository's folder.
const root = "../.."

// cli is the Terraform or OpenTofu CLI that the tests use.
type cli struct {
	path     string
	openTofu bool
	major    int
	minor    int
	// environment is what every call gets; it shields the CLI from the
	// configuration of the person who runs the tests.
	environment []string
}

// newCLI finds the CLI and lets it use the provider of this source tree.
func newCLI(t *testing.T) cli {
	t.Helper()
	path, err := findCLI(os.Getenv, exec.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	c := cli{path: path, environment: withoutTerraformSettings(os.Environ())}
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
	c.environment = append(c.environment, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+config)
	output, err := c.run(t.Context(), ".", "version")
	if err != nil {
		t.Fatal(err)
	}
	if c.openTofu, c.major, c.minor, err = parseVersion(output); err != nil {
		t.Fatal(err)
	}
	if !c.atLeast(1, 11) {
		t.Fatalf("%s is too old for write-only arguments and ephemeral resources; install Terraform or OpenTofu 1.11 or later", c.path)
	}
	return c
}

// findCLI looks where the acceptance tests look, and then for OpenTofu.
func findCLI(getenv func(string) string, lookPath func(string) (string, error)) (string, error) {
	if path := getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := lookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Terraform CLI: install Terraform or OpenTofu 1.11 or later, or set TF_ACC_TERRAFORM_PATH to its program")
}

var versionLine = regexp.MustCompile(`^(Terraform|OpenTofu) v(\d+)\.(\d+)\.`)

func parseVersion(output string) (openTofu bool, major, minor int, err error) {
	match := versionLine.FindStringSubmatch(output)
	if match == nil {
		return false, 0, 0, fmt.Errorf("neither Terraform nor OpenTofu, or a version without a number: %q", output)
	}
	major, majorErr := strconv.Atoi(match[2])
	minor, minorErr := strconv.Atoi(match[3])
	return match[1] == "OpenTofu", major, minor, errors.Join(majorErr, minorErr)
}

func (c cli) atLeast(major, minor int) bool {
	return c.major > major || c.major == major && c.minor >= minor
}

func (c cli) hasIdentity() bool { return c.atLeast(1, 12) }

// hasQueryAndActions reports whether the CLI knows list resources and actions.
func (c cli) hasQueryAndActions() bool { return !c.openTofu && c.atLeast(1, 14) }

// run calls the CLI in a folder and returns what it printed to standard
// output, also when it failed.
func (c cli) run(ctx context.Context, dir string, arguments ...string) (string, error) {
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
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFindCLI(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		variable  string
		installed []string
		want      string
	}{
		"variable wins":      {"/opt/terraform", []string{"terraform"}, "/opt/terraform"},
		"terraform":          {"", []string{"terraform", "tofu"}, "/bin/terraform"},
		"only OpenTofu":      {"", []string{"tofu"}, "/bin/tofu"},
		"nothing to be used": {"", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := findCLI(
				func(string) string { return test.variable },
				func(program string) (string, error) {
					if slices.Contains(test.installed, program) {
						return "/bin/" + program, nil
					}
					return "", exec.ErrNotFound
				})
			if got != test.want || (err != nil) != (test.want == "") {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
			if err != nil && !strings.Contains(err.Error(), "install Terraform or OpenTofu") {
				t.Errorf("%q does not say what to do", err)
			}
		})
	}
}

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]cli{
		"Terraform v1.11.4\non linux_amd64\n":    {major: 1, minor: 11},
		"OpenTofu v1.12.6\non linux_amd64\n":     {openTofu: true, major: 1, minor: 12},
		"Terraform v1.15.0-beta1\non darwin_arm": {major: 1, minor: 15},
	} {
		var got cli
		var err error
		if got.openTofu, got.major, got.minor, err = parseVersion(output); err != nil {
			t.Errorf("%q: %s", output, err)
		}
		if got.openTofu != want.openTofu || got.major != want.major || got.minor != want.minor {
			t.Errorf("%q: got %v %d.%d", output, got.openTofu, got.major, got.minor)
		}
	}
	if _, _, _, err := parseVersion("Packer v1.2.3"); err == nil {
		t.Error("took another program for Terraform")
	}
}
