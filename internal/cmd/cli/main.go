// Command cli prints the program of the Terraform or OpenTofu CLI that the
// Makefile's targets use: the one that TF_ACC_TERRAFORM_PATH names, the one on
// the PATH, or else a pinned OpenTofu, which it builds. With -pinned it is
// always that one. With -lacks it prints which features of the provider the
// CLI cannot show.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	pinned := flag.Bool("pinned", false, "build the pinned OpenTofu, whatever is on the PATH")
	lacks := flag.Bool("lacks", false, "print the features that the CLI cannot show")
	flag.Parse()
	err := run(ctx, os.Stdout, *pinned, *lacks)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "cli:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, output io.Writer, pinned, lacks bool) error {
	find := cli.FindOrBuild
	if pinned {
		find = cli.Build
	}
	path, err := find(ctx, os.Stderr, ".")
	if err != nil {
		return err
	}
	version, err := cli.VersionOf(ctx, path)
	if err != nil {
		return err
	}
	if !version.AtLeast(1, 11) {
		return fmt.Errorf("%s is %s, which is too old for write-only arguments and ephemeral resources: use 1.11 or later", path, version)
	}
	if !lacks {
		_, err = fmt.Fprintln(output, path)
		return err
	}
	if _, err := fmt.Fprintf(output, "Tested with %s.\n", version); err != nil {
		return err
	}
	for _, feature := range version.Lacks() {
		if _, err := fmt.Fprintf(output, "  not shown by this CLI, tested at the plugin protocol only: %s\n", feature); err != nil {
			return err
		}
	}
	return nil
}
