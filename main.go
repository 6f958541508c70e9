// Command terraform-provider-cloudtap serves the cloudtap provider.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// version is set by the linker.
var version = "dev"

func main() {
	debugging := flag.Bool("debug", false, "serve for a debugger and print TF_REATTACH_PROVIDERS")
	printVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *printVersion {
		fmt.Println("terraform-provider-cloudtap", version)
		return
	}
	if err := serve(*debugging); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// memoryLimit makes the garbage collector more eager above it, so that a heap
// that holds two log batches of 30 MB does not grow to a multiple of that. The
// program itself comes on top, with about 20 MB.
const memoryLimit = 90 << 20

// gcPercent makes the garbage collector less eager below that. What a walk
// over many resources leaves behind is nearly all garbage, and a quarter of the
// processor time went into collecting it in small portions.
const gcPercent = 400

func serve(debugging bool) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	for name, value := range tfkit.QuietLogs(os.Environ()) {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   debugging,
	})
}
