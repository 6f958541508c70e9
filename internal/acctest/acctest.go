// Package acctest runs the provider against the simulated clouds, through the
// plugin protocol or a real Terraform CLI.
package acctest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cli"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// caFolder names the folder with the test run's certificate authority. It is
// an environment variable because Go reads SSL_CERT_FILE once in a process:
// all simulations of a test binary have to share one authority.
const caFolder = "CLOUDTAP_TEST_CA_FOLDER"

// Main runs the tests of a package with a certificate authority that the
// process trusts, with a Terraform or OpenTofu CLI that was found on the PATH
// so that nothing is downloaded, and without the user's own cloud settings.
func Main(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "acctest:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "cloudtap-test-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	ca, err := simcore.NewCA()
	if err != nil {
		return 0, err
	}
	certificate, err := ca.Save(folder)
	if err != nil {
		return 0, err
	}
	cliConfig := filepath.Join(folder, "terraform.rc")
	if err := os.WriteFile(cliConfig, []byte("disable_checkpoint = true\n"), 0o600); err != nil {
		return 0, err
	}
	env := map[string]string{
		caFolder:             folder,
		"SSL_CERT_FILE":      certificate,
		"TF_CLI_CONFIG_FILE": cliConfig,
		"CHECKPOINT_DISABLE": "1",
	}
	found, err := cliEnvironment()
	if err != nil {
		return 0, err
	}
	maps.Copy(env, found)
	for name, value := range env {
		if err := os.Setenv(name, value); err != nil {
			return 0, err
		}
	}
	return m.Run(), nil
}

// cliEnvironment returns the environment that makes plugin-testing use the CLI
// that cli.Find finds. Without one it returns none, and RequireCLI reports that
// in each test.
func cliEnvironment() (map[string]string, error) {
	path, err := cli.Find(os.Getenv, exec.LookPath)
	if errors.Is(err, cli.ErrNone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	version, err := cli.VersionOf(context.Background(), path)
	if err != nil {
		return nil, err
	}
	env := map[string]string{cli.PathVariable: path}
	if version.OpenTofu {
		env["TF_ACC_PROVIDER_HOST"], env["TF_ACC_PROVIDER_NAMESPACE"] = "registry.opentofu.org", "hashicorp"
	}
	return env, nil
}

// RequireCLI fails the test when there is no CLI to run it with.
func RequireCLI(t *testing.T) {
	t.Helper()
	if os.Getenv(cli.PathVariable) == "" {
		t.Fatal(cli.ErrNone)
	}
}

// authority returns the certificate authority of the test run.
func authority(tb testing.TB) *simcore.CA {
	tb.Helper()
	folder := os.Getenv(caFolder)
	if folder == "" {
		tb.Fatal("call acctest.Main from the package's TestMain")
	}
	ca, err := simcore.LoadCA(folder)
	if err != nil {
		tb.Fatal(err)
	}
	return ca
}

// Serve serves a cloud that is not the simulation's over HTTPS, which the
// process trusts, until the test ends, and returns its origin.
func Serve(tb testing.TB, handler http.Handler) string {
	tb.Helper()
	listener, err := simcore.Listen("127.0.0.1", authority(tb), handler, nil)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := listener.Close(); err != nil {
			tb.Error(err)
		}
	})
	return listener.URL
}

// StartCloud runs a simulation that ends with the test. Its firewalls list new
// and deleted tasks late, which the real ones do not promise not to.
func StartCloud(tb testing.TB, options cloudsim.Options) *cloudsim.Cloud {
	tb.Helper()
	options.CA, options.CAFile = authority(tb), os.Getenv("SSL_CERT_FILE")
	cloud, err := cloudsim.Start(options)
	if err != nil {
		tb.Fatal(err)
	}
	if !options.Realistic {
		for _, lag := range []string{"task_visible_after", "deletion_visible_after"} {
			if err := cloud.CFW.Switches().Set(lag, "20ms"); err != nil {
				tb.Fatal(err)
			}
		}
	}
	tb.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			tb.Error(err)
		}
		simtest.FaultsHappened(tb, cloud.Core)
	})
	return cloud
}

// Factories serves the provider in this process, with the simulation's
// environment instead of the process's own, so that tests can run in parallel.
func Factories(cloud *cloudsim.Cloud) map[string]func() (tfprotov6.ProviderServer, error) {
	return FactoriesWithEnvironment(cloud.Lookup)
}
