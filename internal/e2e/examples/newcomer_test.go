package examples_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cli"
)

// TestNewcomer does what the README says, with an empty home folder: make
// install, its first block in a folder, init, apply and plan on the simulated
// clouds. Nothing is downloaded: whatever tried would end at a proxy that does
// not exist.
func TestNewcomer(t *testing.T) {
	t.Parallel()
	home, sim := t.TempDir(), startSimulator(t)
	path, err := cli.Find(os.Getenv, exec.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	makeInstall(t, home, "install")
	c := tool{path: path, environment: sim.environment}.with(
		"PATH="+os.Getenv("PATH"), "HOME="+home, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=127.0.0.1")
	if c.Version, err = cli.VersionOf(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "main.tf"), terraformBlocks(t, filepath.Join(root, "README.md"))[mainConfig][0])
	output := c.must(t, dir, "init", "-no-color")
	if !strings.Contains(output, "Installed cloudtap/cloudtap v0.99.0") {
		t.Errorf("init says %s", output)
	}
	c.must(t, dir, "plan", "-no-color", "-input=false", "-var-file="+sim.variables)
	c.must(t, dir, "apply", "-no-color", "-input=false", "-auto-approve", "-var-file="+sim.variables)
	sim.advance(t, "1m")
	// 0: no changes, although the capture has ended.
	c.must(t, dir, "plan", "-no-color", "-input=false", "-detailed-exitcode", "-var-file="+sim.variables)
	if file := c.output(t, dir)["capture_file"]; !strings.HasPrefix(string(file), `"https://`) {
		t.Errorf("the capture file is %s", file)
	}
	c.must(t, dir, "destroy", "-no-color", "-input=false", "-auto-approve", "-var-file="+sim.variables)
	expectOthersFromTheirRegistry(t, c)
	makeInstall(t, home, "uninstall")
	if left, err := filepath.Glob(filepath.Join(home, ".local", "share", "terraform", "plugins", "*", "cloudtap", "*")); err != nil || len(left) > 0 {
		t.Errorf("uninstalling leaves %v, %v", left, err)
	}
	if _, err := c.run(t.Context(), t.TempDir(), "version"); err != nil {
		t.Error(err)
	}
}

// expectOthersFromTheirRegistry has init look for another provider beside the
// installed one: it asks that one's registry, which it cannot reach here.
func expectOthersFromTheirRegistry(t *testing.T, c tool) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "main.tf"), `terraform {
  required_providers {
    azurerm  = { source = "hashicorp/azurerm" }
    cloudtap = { source = "cloudtap/cloudtap", version = "~> 0.1" }
  }
}
`)
	_, err := c.run(t.Context(), dir, "init", "-no-color")
	if err == nil {
		t.Fatal("init needed no registry for azurerm")
	}
	said := strings.Join(strings.Fields(err.Error()), " ")
	if !strings.Contains(said, "provider hashicorp/azurerm: could not connect to registry.") || strings.Contains(said, "provider cloudtap/cloudtap:") {
		t.Error(said)
	}
}

// makeInstall runs make with a home folder in which nothing is, but with Go's
// caches.
func makeInstall(t *testing.T, home, target string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "make", target)
	command.Dir = root
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); name != "HOME" && !strings.HasPrefix(name, "XDG_") && !strings.HasPrefix(name, "MAKE") {
			command.Env = append(command.Env, entry)
		}
	}
	command.Env = append(command.Env, "HOME="+home)
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		command.Env = append(command.Env, name+"="+strings.TrimSpace(string(value)))
	}
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("make %s: %v\n%s", target, err, output)
	}
}

func (c tool) must(t *testing.T, dir string, arguments ...string) string {
	t.Helper()
	output, err := c.run(t.Context(), dir, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

func (c tool) output(t *testing.T, dir string) map[string]json.RawMessage {
	t.Helper()
	var outputs map[string]struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal([]byte(c.must(t, dir, "output", "-json")), &outputs); err != nil {
		t.Fatal(err)
	}
	values := map[string]json.RawMessage{}
	for name, output := range outputs {
		values[name] = output.Value
	}
	return values
}

// TestIncident applies the incident guide end to end.
func TestIncident(t *testing.T) {
	t.Parallel()
	c, sim := newCLI(t), startSimulator(t)
	c = c.with(sim.environment...)
	dir := t.TempDir()
	var known strings.Builder
	for _, block := range terraformBlocks(t, filepath.Join(root, "docs", "guides", "incident.md"))[mainConfig] {
		if lacking(c, block) == "" {
			known.WriteString(block)
		}
	}
	writeFile(t, filepath.Join(dir, "main.tf"), known.String())
	variables := []string{"-no-color", "-input=false", "-var-file=" + sim.variables}
	with := func(arguments ...string) []string { return append(arguments, variables...) }

	c.must(t, dir, with("apply", "-auto-approve")...)
	if got := string(c.output(t, dir)["status"]); got != `"Running"` {
		t.Errorf("the ring is %s", got)
	}
	if c.HasActions() {
		c.must(t, dir, with("apply", "-auto-approve", "-invoke=action.cloudtap_azure_packet_capture_stop.ring")...)
	}
	c.must(t, dir, with("apply", "-auto-approve", "-var", "incident=4711")...)
	outputs := c.output(t, dir)
	if got := string(outputs["status"]); got != `"Stopped"` {
		t.Errorf("the ring is %s", got)
	}
	var incidents []struct{ Name, Status, Target string }
	if err := json.Unmarshal(outputs["incidents"], &incidents); err != nil {
		t.Fatal(err)
	}
	if len(incidents) != 1 || incidents[0].Name != "incident 4711" || incidents[0].Status != "Stopped" || !strings.HasPrefix(incidents[0].Target, "https://") {
		t.Errorf("recorded: %s", outputs["incidents"])
	}
	c.must(t, dir, with("plan", "-detailed-exitcode", "-var", "incident=4711")...)
	c.must(t, dir, with("destroy", "-auto-approve", "-var", "incident=4711")...)
}
