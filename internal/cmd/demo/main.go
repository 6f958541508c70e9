// Command demo applies examples/demo with a real Terraform or OpenTofu CLI
// against the simulated clouds, and prints what happens. With -archive it takes
// the provider from the archive of a release instead of building it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	archive := flag.String("archive", "", "take the provider from this zip `FILE` of a release")
	flag.Parse()
	err := run(ctx, os.Stdout, ".", *archive)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}
