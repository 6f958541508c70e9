// Command profiledprovider serves the provider as main does for a debugger,
// and writes a CPU profile of all that it did to the file that
// CLOUDTAP_BENCH_CPU_PROFILE names. It is a program of its own so that the
// released one has no profiler in it.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/pprof"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "profiledprovider:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	file, err := os.Create(os.Getenv("CLOUDTAP_BENCH_CPU_PROFILE")) //nolint:gosec // whoever profiles names the file
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	process.TuneMemory(os.Getenv)
	for name, value := range process.QuietLogs(os.Environ()) {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return provider.Serve(provider.New("bench"), true)
}
