package tworuns

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// TestMain keeps the logs quiet, as the provider's program does.
func TestMain(m *testing.M) {
	for name, value := range process.QuietLogs(os.Environ()) {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	acctest.Main(m)
}

// world is a simulated cloud on which time runs fast.
type world struct {
	*cloudsim.Cloud

	clock acctest.FastClock
}

// speed is how fast time runs. Requests take real time, during which many
// simulated seconds must not pass.
const speed = 50

func newWorld(t *testing.T, switches map[string]string, observe func(simcore.Exchange)) *world {
	t.Helper()
	acctest.RequireCLI(t)
	clock := acctest.NewFastClock(speed)
	w := &world{acctest.StartCloud(t, cloudsim.Options{Clock: clock.Clock, Observe: observe}), clock}
	for name, value := range switches {
		if err := w.CFW.Switches().Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *world) fail(t *testing.T, fault simcore.Fault) {
	t.Helper()
	if err := w.Faults.Add(fault); err != nil {
		t.Fatal(err)
	}
}

// workspace is a working directory with a state of its own. The CLI configures
// the provider anew for each phase, as if it were another process.
type workspace struct {
	folder string
	env    []string
}

func (w *world) workspace(t *testing.T) *workspace {
	t.Helper()
	folder := t.TempDir()
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_REATTACH_PROVIDERS=" + w.serve(t)}
	for _, variable := range w.Env() {
		if strings.HasPrefix(variable.Name, "CLOUDTAP_SIM_") {
			env = append(env, "TF_VAR_"+strings.ToLower(strings.TrimPrefix(variable.Name, "CLOUDTAP_SIM_"))+"="+variable.Value)
		}
	}
	return &workspace{folder, env}
}

// serve runs the provider in this process, for the sake of its clock, and
// returns what makes a CLI use it.
func (w *world) serve(t *testing.T) string {
	t.Helper()
	const source = "/cloudtap/cloudtap"
	environment := provider.Environment{Getenv: w.Lookup, Clock: w.clock}
	ctx, cancel := context.WithCancel(context.Background())
	configs, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- tf6server.Serve("registry.terraform.io"+source, func() tfprotov6.ProviderServer {
			return provider.NewServer(provider.NewWithEnvironment("test", environment)())
		}, tf6server.WithDebug(ctx, configs, closed), tf6server.WithoutLogStderrOverride())
	}()
	config := <-configs
	t.Cleanup(func() {
		cancel()
		<-closed
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	attach := map[string]any{
		"Protocol": config.Protocol, "ProtocolVersion": config.ProtocolVersion, "Pid": config.Pid, "Test": config.Test,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}
	text, err := json.Marshal(map[string]any{"registry.terraform.io" + source: attach, "registry.opentofu.org" + source: attach})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// header declares what the configurations of all workspaces take.
const header = `
terraform {
  required_providers {
    cloudtap = { source = "cloudtap/cloudtap" }
  }
}
variable "fw_instance_id" {}
variable "network_watcher_id" {}
variable "vm_id" {}
variable "storage_account_id" {}
`

// apply writes a configuration and applies it. It returns all that the CLI says
// on one line, without its borders.
func (w *workspace) apply(t *testing.T, configuration string) (string, bool) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, "main.tf"), []byte(header+configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	return w.run(t, "apply", "-auto-approve", "-input=false", "-no-color")
}

func (w *workspace) run(t *testing.T, arguments ...string) (string, bool) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"), arguments...) //nolint:gosec // the CLI of the tests
	command.Dir, command.Env = w.folder, w.env
	output, err := command.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Error(err)
	}
	return strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(string(output))), " "), err == nil
}

func (w *workspace) mustApply(t *testing.T, configuration string) string {
	t.Helper()
	output, ok := w.apply(t, configuration)
	if !ok {
		t.Fatalf("the apply failed: %s", output)
	}
	return output
}

// ids returns the values of an attribute in the state, also of what Terraform
// has yet to destroy.
func (w *workspace) ids(t *testing.T, attribute string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.folder, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes map[string]json.RawMessage `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			var id *string
			if err := json.Unmarshal(instance.Attributes[attribute], &id); err != nil {
				t.Fatal(err)
			}
			if id != nil {
				ids = append(ids, *id)
			}
		}
	}
	return ids
}

// expectSaid checks that an output has each part.
func expectSaid(t *testing.T, output string, parts ...string) {
	t.Helper()
	simtest.Says(t, output, parts...)
}

// expectEachInOneState checks that each task of the firewall is in exactly one
// state, or was named in an output that says that it cannot be told.
func (w *world) expectEachInOneState(t *testing.T, outputs []string, workspaces ...*workspace) {
	t.Helper()
	holders := map[string]int{}
	for _, workspace := range workspaces {
		for _, id := range workspace.ids(t, "task_id") {
			holders[id]++
		}
	}
	said := strings.Join(outputs, "\n")
	for _, task := range w.CFW.Tasks() {
		if n := holders[task.ID]; n != 1 && !strings.Contains(said, task.ID) {
			t.Errorf("the task %v is in %d states, and nobody said so:\n%s", task, n, said)
		}
		delete(holders, task.ID)
	}
	for id := range holders {
		t.Errorf("a state has the task %s, which does not exist", id)
	}
}

// huawei is a capture task; extra are more arguments.
func huawei(label, name string, minutes int, extra string) string {
	return fmt.Sprintf(`
resource "cloudtap_huaweicloud_capture_task" %q {
  fw_instance_id      = var.fw_instance_id
  name                = %q
  duration_in_minutes = %d
  max_packets         = 1000000
  source_address      = "1.1.1.1"
  destination_address = "2.2.2.2"
%s
}
`, label, name, minutes, extra)
}

// azure is a packet capture.
func azure(label, name string, seconds int, extra string) string {
	return fmt.Sprintf(`
resource "cloudtap_azure_packet_capture" %q {
  network_watcher_id    = var.network_watcher_id
  name                  = %q
  target_id             = var.vm_id
  time_limit_in_seconds = %d
  storage_location      = { storage_account_id = var.storage_account_id }
%s
}
`, label, name, seconds, extra)
}
