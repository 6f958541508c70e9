package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// pluginVersion is the version under which the demo installs the provider.
const pluginVersion = "0.0.1"

// workspace is a folder with the demo's configuration, the provider built
// from this source, and a CLI configuration that finds it.
type workspace struct {
	folder, configuration, cliConfig string
}

func newWorkspace(ctx context.Context, source string) (*workspace, error) {
	folder, err := os.MkdirTemp("", "cloudtap-demo-")
	if err != nil {
		return nil, err
	}
	w := &workspace{
		folder:        folder,
		configuration: filepath.Join(folder, "configuration"),
		cliConfig:     filepath.Join(folder, "cli.tfrc"),
	}
	mirror := filepath.Join(folder, "mirror")
	if err := errors.Join(
		os.CopyFS(w.configuration, os.DirFS(filepath.Join(source, "examples", "demo"))),
		buildProvider(ctx, source, mirror),
		os.WriteFile(w.cliConfig, fmt.Appendf(nil,
			"disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror), 0o600),
	); err != nil {
		return nil, errors.Join(err, w.remove())
	}
	return w, nil
}

// buildProvider puts the provider where a filesystem mirror has it, for
// Terraform and for OpenTofu, which look under their own registries' names.
func buildProvider(ctx context.Context, source, mirror string) error {
	binary := filepath.Join(mirror, "terraform-provider-cloudtap")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, ".")
	build.Dir = source
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the provider: %w\n%s", err, output)
	}
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, host, "cloudtap", "cloudtap", pluginVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return err
		}
		if err := os.Link(binary, filepath.Join(folder, "terraform-provider-cloudtap_v"+pluginVersion)); err != nil {
			return err
		}
	}
	return os.Remove(binary)
}

// terraform returns the CLI in the workspace, with nothing of the user's own
// environment but what programs need.
func (w *workspace) terraform(cli string, env map[string]string) (*tfexec.Terraform, error) {
	tf, err := tfexec.NewTerraform(w.configuration, cli)
	if err != nil {
		return nil, err
	}
	all := map[string]string{"PATH": os.Getenv("PATH"), "HOME": w.folder, "TF_CLI_CONFIG_FILE": w.cliConfig, "CHECKPOINT_DISABLE": "1"}
	for name, value := range env {
		all[name] = value
	}
	return tf, tf.SetEnv(all)
}

func (w *workspace) remove() error { return os.RemoveAll(w.folder) }
