package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
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

func newWorkspace(source string, provider func(mirror string) error) (*workspace, error) {
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
		provider(mirror),
		os.WriteFile(w.cliConfig, fmt.Appendf(nil,
			"disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror)), 0o600),
	); err != nil {
		return nil, errors.Join(err, w.remove())
	}
	return w, nil
}

// platformFolders are the folders of a version of the provider in a filesystem
// mirror, for Terraform and for OpenTofu, which look under their own
// registries' names.
func platformFolders(mirror, version string) []string {
	var folders []string
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folders = append(folders, filepath.Join(mirror, host, "cloudtap", "cloudtap", version, runtime.GOOS+"_"+runtime.GOARCH))
	}
	return folders
}

func buildProvider(ctx context.Context, source, mirror string) error {
	for _, folder := range platformFolders(mirror, pluginVersion) {
		binary := filepath.Join(folder, "terraform-provider-cloudtap_v"+pluginVersion)
		if runtime.GOOS == "windows" {
			binary += ".exe"
		}
		// The second time there is nothing left to build but the file.
		build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, ".")
		build.Dir = source
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build the provider: %w\n%s", err, output)
		}
	}
	return nil
}

// terraform returns the CLI in the workspace, with nothing of the user's own
// environment but what programs need.
func (w *workspace) terraform(cli string, env map[string]string) (*tfexec.Terraform, error) {
	tf, err := tfexec.NewTerraform(w.configuration, cli)
	if err != nil {
		return nil, err
	}
	all := map[string]string{"PATH": os.Getenv("PATH"), "HOME": w.folder, "TF_CLI_CONFIG_FILE": w.cliConfig, "CHECKPOINT_DISABLE": "1"}
	maps.Copy(all, env)
	return tf, tf.SetEnv(all)
}

func (w *workspace) remove() error { return os.RemoveAll(w.folder) }
