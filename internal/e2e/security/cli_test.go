package security

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// build compiles the provider into the folder that acctest.Main removes.
var build = sync.OnceValues(func() (folder string, err error) {
	folder = filepath.Join(filepath.Dir(os.Getenv("SSL_CERT_FILE")), "provider")
	return folder, acctest.Build(context.Background(), acctest.Module, filepath.Join(folder, "terraform-provider-cloudtap"))
})

// workspace is a folder in which a real CLI runs the real provider, logs all
// that it can, and keeps everything.
type workspace struct {
	t *testing.T
	// folder is searched for secrets afterwards; inputs is not.
	folder, inputs string
	env            map[string]string
	runs           int
}

// newWorkspace has nothing of the process's environment but what programs
// need, and the simulation's. Requests to anything but this machine end at a
// proxy that fails the test.
func newWorkspace(t *testing.T, cloud *cloudsim.Cloud, variables map[string]string) *workspace {
	t.Helper()
	acctest.RequireCLI(t)
	provider, err := build()
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{t: t, folder: t.TempDir(), inputs: t.TempDir(), env: map[string]string{}}
	for _, variable := range cloud.Env() {
		w.env[variable.Name] = variable.Value
	}
	trap := proxyTrap(t)
	for name, value := range map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": w.inputs, "CHECKPOINT_DISABLE": "1", "TF_LOG": "TRACE", "TF_IN_AUTOMATION": "1",
		"HTTP_PROXY": trap, "HTTPS_PROXY": trap, "TF_CLI_CONFIG_FILE": w.input("cli.tfrc", acctest.DevOverrides("cloudtap", provider)),
	} {
		w.env[name] = value
	}
	for name, value := range variables {
		w.env[name] = value
	}
	return w
}

// input writes a file that may hold secrets, and returns its path.
func (w *workspace) input(name, content string) string {
	w.t.Helper()
	path := filepath.Join(w.inputs, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// expectNoNewFiles checks that nothing was written below the home folder.
func (w *workspace) expectNoNewFiles() {
	w.t.Helper()
	entries, err := os.ReadDir(w.inputs)
	if err != nil {
		w.t.Fatal(err)
	}
	known := []string{"cli.tfrc", "certificate.pem", "federated-token", "az.json", "bin"}
	for _, entry := range entries {
		if !slices.Contains(known, entry.Name()) && !isEmptyFolderOfCLI(w.t, filepath.Join(w.inputs, entry.Name())) {
			w.t.Errorf("%s was written below the home folder", entry.Name())
		}
	}
}

// isEmptyFolderOfCLI reports whether a path is the folder of settings that
// OpenTofu makes below the home folder of whoever runs it, and is empty.
func isEmptyFolderOfCLI(t *testing.T, path string) bool {
	t.Helper()
	if filepath.Base(path) != ".terraform.d" {
		return false
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries) == 0
}

func (w *workspace) configuration(hcl string) {
	w.t.Helper()
	const required = "terraform {\n  required_providers {\n    cloudtap = { source = \"cloudtap/cloudtap\" }\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(w.folder, "main.tf"), []byte(required+hcl), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// run runs the CLI, keeps its output and its log, and returns the output.
func (w *workspace) run(arguments ...string) (string, error) {
	w.t.Helper()
	w.runs++
	base := filepath.Join(w.folder, fmt.Sprintf("run-%d-%s", w.runs, arguments[0]))
	command := exec.CommandContext(w.t.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"), arguments...) //nolint:gosec // the CLI of the tests
	command.Dir = w.folder
	for name, value := range w.env {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Env = append(command.Env, "TF_LOG_PATH="+base+".log")
	start := time.Now()
	output, err := command.CombinedOutput()
	w.t.Logf("%s took %s, CPU %s", strings.Join(arguments, " "), time.Since(start).Round(time.Millisecond),
		command.ProcessState.UserTime()+command.ProcessState.SystemTime())
	if writeErr := os.WriteFile(base+".out", output, 0o600); writeErr != nil { //nolint:gosec // below the test's own folder
		w.t.Fatal(writeErr)
	}
	return string(output), err
}

func (w *workspace) mustRun(arguments ...string) string {
	w.t.Helper()
	output, err := w.run(arguments...)
	if err != nil {
		w.t.Fatalf("terraform %s: %v\n%.4000s", strings.Join(arguments, " "), err, output)
	}
	return output
}

// logs returns all logs, for proofs that something is in them.
func (w *workspace) logs() string {
	w.t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.folder, "run-*.log"))
	if err != nil {
		w.t.Fatal(err)
	}
	var all bytes.Buffer
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			w.t.Fatal(err)
		}
		all.Write(content)
	}
	return all.String()
}

// proxyTrap is a proxy that nobody may use.
func proxyTrap(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return // The test is over.
			}
			start := make([]byte, 200)
			n, _ := io.ReadAtLeast(connection, start, 1) // Whoever it was, it is said.
			t.Errorf("something outside of this machine was asked for: %q", start[:n])
			_ = connection.Close() // It is of no more use.
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		serving.Wait()
	})
	return "http://" + listener.Addr().String()
}
