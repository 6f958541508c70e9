// Package cli finds the Terraform or OpenTofu CLI that tests, the demo and the
// benchmarks run.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// PathVariable names the environment variable with the CLI to use, which is
// also what terraform-plugin-testing reads.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// ErrNone means that no CLI is named by PathVariable or found on the PATH.
var ErrNone = errors.New("no Terraform or OpenTofu CLI: install one of version 1.11 or later, set " + PathVariable +
	" to its program, or run make, which builds a pinned OpenTofu")

// Find returns the program that PathVariable names, or else the terraform or
// tofu on the PATH. It fails with ErrNone if there is none.
func Find(getenv func(string) string, lookPath func(string) (string, error)) (string, error) {
	if path := getenv(PathVariable); path != "" {
		return path, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := lookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNone
}

// modfile pins OpenTofu; the path is relative to the repository.
const modfile = "internal/tools/opentofu/go.mod"

// FindOrBuild is Find, and builds the pinned OpenTofu from the source tree at
// root if there is no CLI. Progress is reported to output. Go's build cache
// keeps the program, so the next call takes seconds.
func FindOrBuild(ctx context.Context, output io.Writer, root string) (string, error) {
	path, err := Find(os.Getenv, exec.LookPath)
	if !errors.Is(err, ErrNone) {
		return path, err
	}
	if _, err := fmt.Fprintln(output, "No terraform or tofu is on the PATH: building the pinned OpenTofu with Go. "+
		"The first time this takes about ten minutes; the build cache keeps it."); err != nil {
		return "", err
	}
	return Build(ctx, output, root)
}

// Build builds the pinned OpenTofu and returns its program in Go's build
// cache.
func Build(ctx context.Context, output io.Writer, root string) (string, error) {
	command := exec.CommandContext(ctx, "go", "tool", "-modfile="+filepath.FromSlash(modfile), "-n", "tofu") //nolint:gosec // the path of the pinned module file
	command.Dir = root
	command.Stderr = output
	printed, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("build the pinned OpenTofu: %w", err)
	}
	return strings.TrimSpace(string(printed)), nil
}

// Version is what a CLI says of itself.
type Version struct {
	OpenTofu     bool
	Text         string
	Major, Minor int
}

// VersionOf asks a CLI for its version.
func VersionOf(ctx context.Context, path string) (Version, error) {
	command := exec.CommandContext(ctx, path, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	printed, err := command.Output()
	if err != nil {
		return Version{}, fmt.Errorf("ask the CLI %q for its version: %w", path, err)
	}
	return parse(string(printed))
}

// parse reads the first line of `terraform version`, like "OpenTofu v1.12.6".
func parse(printed string) (Version, error) {
	line, _, _ := strings.Cut(printed, "\n")
	product, text, found := strings.Cut(strings.TrimSpace(line), " v")
	major, rest, _ := strings.Cut(text, ".")
	minor, _, patched := strings.Cut(rest, ".")
	version := Version{OpenTofu: product == "OpenTofu", Text: text}
	var majorErr, minorErr error
	version.Major, majorErr = strconv.Atoi(major)
	version.Minor, minorErr = strconv.Atoi(minor)
	if !found || !patched || product != "OpenTofu" && product != "Terraform" || majorErr != nil || minorErr != nil {
		return Version{}, fmt.Errorf("neither Terraform nor OpenTofu, or a version without a number: %q", printed)
	}
	return version, nil
}

// String is like "OpenTofu 1.12.6".
func (v Version) String() string {
	if v.OpenTofu {
		return "OpenTofu " + v.Text
	}
	return "Terraform " + v.Text
}

// AtLeast reports whether the version is major.minor or later.
func (v Version) AtLeast(major, minor int) bool {
	return v.Major > major || v.Major == major && v.Minor >= minor
}

// HasIdentity reports whether resources have identities, by which an import
// block can name them.
func (v Version) HasIdentity() bool { return v.AtLeast(1, 12) }

// HasActions reports whether the CLI knows actions and list resources.
func (v Version) HasActions() bool { return !v.OpenTofu && v.AtLeast(1, 14) }

// HasDestroyEvents reports whether actions can be triggered by a destroy.
func (v Version) HasDestroyEvents() bool { return !v.OpenTofu && v.AtLeast(1, 16) }

// Lacks returns the features of the provider that the CLI cannot show, each
// with the version that can.
func (v Version) Lacks() []string {
	var lacks []string
	for _, feature := range []struct {
		known bool
		name  string
	}{
		{v.HasIdentity(), "resource identity and import by identity (Terraform or OpenTofu 1.12)"},
		{v.HasActions(), "actions (Terraform 1.14)"},
		{v.HasActions(), "list resources, terraform query (Terraform 1.14)"},
		{v.HasDestroyEvents(), "actions triggered by before_destroy (Terraform 1.16)"},
	} {
		if !feature.known {
			lacks = append(lacks, feature.name)
		}
	}
	return lacks
}
