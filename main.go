// Command terraform-provider-cloudtap serves the cloudtap provider.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// How often Terraform is looked for, and how long requests may take that are
// finished although it is gone.
const (
	parentInterval = 5 * time.Second
	parentGrace    = time.Minute
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

func serve(debugging bool) error {
	process.TuneMemory(os.Getenv)
	for name, value := range process.QuietLogs(os.Environ()) {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	if !debugging {
		process.EndWithParent(parentInterval, parentGrace, func() { os.Exit(1) })
	}
	return provider.Serve(provider.New(version), debugging)
}
