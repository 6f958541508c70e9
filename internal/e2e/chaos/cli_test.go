package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// commandLine plays Terraform with the real CLI and the provider's program.
type commandLine struct {
	*world

	// folder is the working directory.
	folder string
	env    []string
}

// newCommandLineWorld returns what starts the clouds and a working directory
// for one history, with the program in the folder.
func newCommandLineWorld(program string) beginning {
	return func(t *testing.T, chosen map[string]string, counts *tally) (*world, error) {
		t.Helper()
		w, err := newWorld(t, chosen, simcore.NewClock(), counts)
		if err != nil {
			return nil, err
		}
		c := &commandLine{world: w, folder: t.TempDir()}
		rc := filepath.Join(c.folder, "terraform.rc")
		if err := os.WriteFile(rc, []byte(acctest.DevOverrides("cloudtap", program)), 0o600); err != nil {
			return nil, err
		}
		c.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+rc, "TF_IN_AUTOMATION=1", "HW_MAX_RETRIES=1",
			"AZURE_LOG_ANALYTICS_SHARED_KEY="+w.env["CLOUDTAP_SIM_WORKSPACE_KEY"],
			// What the provider writes is looked through for secrets.
			"TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH="+filepath.Join(c.folder, "trace.log"))
		for name, value := range w.env {
			c.env = append(c.env, name+"="+value)
		}
		w.engine = c
		return w, nil
	}
}

// apply runs terraform apply, and interrupts it after the request that the
// history says.
func (c *commandLine) apply(s step) bool {
	c.writeConfiguration()
	before := c.state()
	ctx, cancel := context.WithTimeout(c.t.Context(), 2*patience)
	defer cancel()
	command := c.command(ctx, "apply", "-auto-approve", "-input=false", "-no-color")
	var requests atomic.Int64
	var interrupted sync.Once
	started := make(chan struct{})
	c.onRequest.Store(new(func() {
		if s.Interruption.How != "" && int(requests.Add(1)) == s.Interruption.After {
			interrupted.Do(func() {
				<-started
				c.interrupt(command.Process, s.Interruption.How)
			})
		}
	}))
	defer c.onRequest.Store(nil)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Start()
	close(started)
	if err == nil {
		err = command.Wait()
	}
	if ctx.Err() != nil {
		c.problem("the apply was stuck")
	}
	c.said(output.Bytes(), err)
	c.compare(before, s.Interruption.How)
	return err == nil
}

// interrupt is Ctrl-C for the CLI, or the end of the provider.
func (c *commandLine) interrupt(process *os.Process, way how) {
	c.tally.interruptions.Add(1)
	c.note("  %s", way)
	if way != killed {
		if err := process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
			c.problem("%v", err)
		}
		return
	}
	for _, child := range children(process.Pid) {
		// One that has ended by itself is as dead.
		if provider, err := os.FindProcess(child); err == nil {
			_ = provider.Kill()
		}
	}
}

// children returns the processes that a process started: of a CLI these are
// the providers.
func children(parent int) []int {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	if err != nil {
		return nil
	}
	var found []int
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // The thread has ended meanwhile.
		}
		for _, field := range strings.Fields(string(text)) {
			var child int
			if _, err := fmt.Sscan(field, &child); err == nil {
				found = append(found, child)
			}
		}
	}
	return found
}

// said notes a command's output and looks it through.
func (c *commandLine) said(output []byte, err error) {
	if err != nil {
		c.note("    %s", strings.ReplaceAll(strings.TrimSpace(string(output)), "\n", "\n      "))
		c.tally.errors.Add(int64(bytes.Count(output, []byte("Error: "))))
	}
	c.noteNamed(string(output))
	if bytes.Contains(output, []byte("Warning: ")) {
		c.warned.Store(true)
	}
	c.expectNoSecret("the output", string(output))
}

// compare notes what is gone from the state, and what the state may lack.
func (c *commandLine) compare(before map[string]fact, way how) {
	after := c.state()
	for _, at := range c.addresses {
		if before[at.name].exists && !after[at.name].exists {
			c.lives[at.name]++
		}
		if _, wanted := c.wanted[at.name]; way == killed && wanted && !after[at.name].exists {
			c.lost[at.name] = true
		}
	}
}

func (c *commandLine) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, os.Getenv("TF_ACC_TERRAFORM_PATH"), args...) //nolint:gosec // the CLI that was found on the PATH
	command.Dir, command.Env = c.folder, c.env
	// A provider that outlives a CLI must not keep the test waiting.
	command.WaitDelay = 10 * time.Second
	return command
}

func (c *commandLine) writeConfiguration() {
	resources := map[string]map[string]acctest.Config{}
	for _, at := range c.addresses {
		if config := c.config(at); config != nil {
			if resources[at.typeName()] == nil {
				resources[at.typeName()] = map[string]acctest.Config{}
			}
			resources[at.typeName()][at.name] = config
		}
	}
	file := map[string]any{"terraform": map[string]any{"required_providers": map[string]any{"cloudtap": map[string]string{"source": "cloudtap/cloudtap"}}}}
	if len(resources) > 0 {
		file["resource"] = resources
	}
	text, err := json.Marshal(file)
	if err == nil {
		err = os.WriteFile(filepath.Join(c.folder, "main.tf.json"), text, 0o600)
	}
	if err != nil {
		c.problem("%v", err)
	}
}

// state reads the state file.
func (c *commandLine) state() map[string]fact {
	facts := map[string]fact{}
	text, err := os.ReadFile(filepath.Join(c.folder, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) || len(text) == 0 {
		return facts
	}
	var file struct {
		Resources []struct {
			Name      string `json:"name"`
			Instances []struct {
				Status     string                     `json:"status"`
				Attributes map[string]json.RawMessage `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err == nil {
		err = json.Unmarshal(text, &file)
	}
	if err != nil {
		c.problem("the state cannot be read: %v", err)
	}
	for _, resource := range file.Resources {
		for _, instance := range resource.Instances {
			facts[resource.Name] = fact{exists: true, tainted: instance.Status == "tainted", get: func(attribute string) string {
				value, known := instance.Attributes[attribute]
				switch {
				case !known:
					c.problem("%s has no attribute %s", resource.Name, attribute)
				case string(value) == "null":
					return acctest.Null
				}
				return strings.Trim(string(value), `"`)
			}}
		}
	}
	return facts
}

func (c *commandLine) known(at address) fact { return c.state()[at.name] }

// adopt forgets what the state has, if it has, and imports. As with a plan, the
// configuration has to have the resource.
func (c *commandLine) adopt(at address, id string) {
	if _, wanted := c.wanted[at.name]; !wanted {
		return
	}
	c.writeConfiguration()
	if c.known(at).exists {
		c.forget(at)
	}
	output, err := c.command(c.t.Context(), "import", "-input=false", "-no-color", at.typeName()+"."+at.name, id).CombinedOutput()
	c.said(output, err)
}

func (c *commandLine) forget(at address) {
	output, err := c.command(c.t.Context(), "state", "rm", at.typeName()+"."+at.name).CombinedOutput()
	c.said(output, err)
}

// expectNoChanges plans once more, and looks through all that was written.
func (c *commandLine) expectNoChanges() {
	output, err := c.command(c.t.Context(), "plan", "-detailed-exitcode", "-input=false", "-no-color").CombinedOutput()
	c.said(output, err)
	if err != nil {
		c.problem("the second plan is not empty: %v", err)
	}
	for _, name := range []string{"terraform.tfstate", "terraform.tfstate.backup", "trace.log"} {
		text, err := os.ReadFile(filepath.Join(c.folder, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			c.problem("%v", err)
		}
		c.expectNoSecret(name, string(text))
	}
}
