// Command cloudsim serves the simulated clouds until it is interrupted.
//
//	cloudsim -env-file FILE [-listen 127.0.0.1] [-realistic] [-explain] [-exit-with-parent]
//
// It writes FILE with `export NAME='value'` lines, and beside it the
// certificate of its authority and sim.auto.tfvars with the seeded objects as
// values of variables. It prints "ready" once every service listens.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "cloudsim:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, output io.Writer) error {
	// Now, as the parent may end before the services listen.
	parent := os.Getppid()
	flags := flag.NewFlagSet("cloudsim", flag.ContinueOnError)
	envFile := flags.String("env-file", "", "`FILE` to write the environment to (required)")
	listen := flags.String("listen", "127.0.0.1", "`ADDRESS` to listen on")
	realistic := flags.Bool("realistic", false, "use the services' own delays")
	explain := flags.Bool("explain", false, "print what can be done with the simulation once it is ready")
	withParent := flags.Bool("exit-with-parent", false, "end when the process that started this one has ended")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *envFile == "" {
		return fmt.Errorf("give -env-file FILE: without it nobody finds the services")
	}
	path, err := filepath.Abs(*envFile)
	if err != nil {
		return err
	}
	ca, err := simcore.NewCA()
	if err != nil {
		return err
	}
	caFile := path + ".ca.pem"
	if err := os.WriteFile(caFile, ca.PEM(), 0o600); err != nil {
		return err
	}
	cloud, err := cloudsim.Start(cloudsim.Options{Listen: *listen, Realistic: *realistic, CA: ca, CAFile: caFile})
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(exports(cloud.Env())), 0o600); err != nil {
		return err
	}
	variables := filepath.Join(filepath.Dir(path), "sim.auto.tfvars")
	if err := os.WriteFile(variables, []byte(tfvars(cloud)), 0o600); err != nil {
		return err
	}
	text := "ready\n"
	if *explain {
		text += explanation(*envFile, variables, cloud.ControlURL)
	}
	if _, err := io.WriteString(output, text); err != nil {
		return err
	}
	if *withParent {
		var stop context.CancelFunc
		ctx, stop = untilParentEnds(ctx, parent)
		defer stop()
	}
	<-ctx.Done()
	return cloud.Close()
}

// untilParentEnds returns a context that is also done when the process that
// started this one has ended, however that was: then this one has another
// parent.
func untilParentEnds(ctx context.Context, parent int) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	ticker := time.NewTicker(200 * time.Millisecond)
	go func() {
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if os.Getppid() != parent {
					cancel()
				}
			}
		}
	}()
	return ctx, cancel
}

// exports returns lines that a POSIX shell can source.
func exports(env []simcore.EnvVar) string {
	var text strings.Builder
	for _, variable := range env {
		fmt.Fprintf(&text, "export %s=%s\n", variable.Name, quote(variable.Value))
	}
	return text.String()
}

func quote(value string) string { return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'" }
