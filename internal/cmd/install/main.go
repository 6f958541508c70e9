// Command install copies a built provider to where `init` finds it without a
// CLI configuration file: into the implied local mirrors of Terraform and of
// OpenTofu. Other providers still come from their registry.
//
//	install PROGRAM    installs it as version 0.99.0
//	install -remove    removes it
//
// Source: https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
// and https://opentofu.org/docs/cli/config/config-file/#implied-local-mirror-directories
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// version is later than every release before 1.0, and no pre-release: those do
// not satisfy a constraint like "~> 0.1".
const version = "0.99.0"

const source = "cloudtap/cloudtap"

func main() {
	remove := flag.Bool("remove", false, "remove the installed provider")
	flag.Parse()
	if err := run(os.Stdout, flag.Args(), *remove); err != nil {
		fmt.Fprintln(os.Stderr, "install:", err)
		os.Exit(1)
	}
}

func run(output io.Writer, args []string, remove bool) error {
	if len(args) > 1 || (len(args) == 0) != remove {
		return errors.New("use: install PROGRAM, or install -remove")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return err
	}
	for _, folder := range folders(runtime.GOOS, home, os.Getenv) {
		if remove {
			if err := os.RemoveAll(folder); err != nil {
				return err
			}
			_, err = fmt.Fprintln(output, "removed", folder)
		} else {
			target := filepath.Join(folder, version, runtime.GOOS+"_"+runtime.GOARCH)
			if err := install(args[0], target); err != nil {
				return err
			}
			_, err = fmt.Fprintln(output, "installed", target)
		}
		if err != nil {
			return err
		}
	}
	if remove {
		return nil
	}
	_, err = fmt.Fprintf(output, `
Use it like any provider, with source = %q. It is version %s. After installing
another build, delete .terraform.lock.hcl in your folder and run init again.
To uninstall: make uninstall.
`, source, version)
	return err
}

// folders are those of the provider in the implied local mirror, which both
// CLIs share: under Terraform's registry, and under OpenTofu's, as OpenTofu
// takes "cloudtap/cloudtap" for a provider of its own registry. On Linux it is
// the folder for data, since OpenTofu would take a ~/.terraform.d that is
// there for its settings.
func folders(goos, home string, getenv func(string) string) []string {
	base := filepath.Join(home, ".terraform.d")
	switch goos {
	case "windows":
		data := cmp.Or(getenv("APPDATA"), filepath.Join(home, "AppData", "Roaming"))
		base = filepath.Join(data, "terraform.d")
	case "linux", "freebsd":
		data := getenv("XDG_DATA_HOME")
		if !filepath.IsAbs(data) {
			data = filepath.Join(home, ".local", "share")
		}
		base = filepath.Join(data, "terraform")
	}
	return []string{
		filepath.Join(base, "plugins", "registry.terraform.io", filepath.FromSlash(source)),
		filepath.Join(base, "plugins", "registry.opentofu.org", filepath.FromSlash(source)),
	}
}

// install replaces a program that may be running: it is not written over.
func install(program, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	name := filepath.Join(folder, "terraform-provider-cloudtap_v"+version)
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	content, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	part := name + ".new"
	if err := os.WriteFile(part, content, 0o755); err != nil { //nolint:gosec // the folder is the CLI's own, and the file a program
		return err
	}
	return os.Rename(part, name)
}
