package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// process is the provider in a process of its own that outlives single
// commands of the CLI, so that its memory can be read at the end.
type process struct {
	command *exec.Cmd
	// log is what it wrote to standard error; read it after stop.
	log bytes.Buffer
	// Attach lets a CLI use it.
	attach string
}

var attachLine = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.*)'`)

// startProvider builds the provider as releases are and serves it.
func startProvider(tb testing.TB, env map[string]string) *process {
	tb.Helper()
	return serve(tb, exec.Command(buildRelease(tb), "-debug"), env) //nolint:noctx // ended by stop
}

// serve starts a program that serves a provider and says how to attach to it.
func serve(tb testing.TB, command *exec.Cmd, env map[string]string) *process {
	tb.Helper()
	p := &process{command: command}
	p.command.Env = environ(env)
	p.command.Stderr = &p.log
	output, err := p.command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		tb.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if match := attachLine.FindStringSubmatch(lines.Text()); match != nil {
			p.attach = forBothRegistries(tb, match[1])
			return p
		}
	}
	tb.Fatal("the provider did not say how to attach to it")
	return nil
}

// forBothRegistries completes what the provider prints for TF_REATTACH_PROVIDERS.
// It names the provider as Terraform does; OpenTofu takes "cloudtap/cloudtap"
// for a provider of its own registry.
func forBothRegistries(tb testing.TB, attach string) string {
	tb.Helper()
	providers := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(attach), &providers); err != nil {
		tb.Fatal(err)
	}
	for address, config := range maps.Clone(providers) {
		if source, found := strings.CutPrefix(address, "registry.terraform.io/"); found {
			providers["registry.opentofu.org/"+source] = config
		}
	}
	text, err := json.Marshal(providers)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func environ(env map[string]string) []string {
	all := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	for name, value := range env {
		all = append(all, name+"="+value)
	}
	return all
}

// stop ends the provider.
func (p *process) stop(tb testing.TB) {
	tb.Helper()
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		tb.Fatal(err)
	}
	// How it ends does not matter here.
	_ = p.command.Wait()
}

// cpu is the time that the stopped provider has spent in user and in kernel
// mode.
func (p *process) cpu() time.Duration {
	return p.command.ProcessState.UserTime() + p.command.ProcessState.SystemTime()
}

// terraform runs the CLI in a folder, attached to the provider.
func terraform(tb testing.TB, folder string, p *process, env map[string]string, args ...string) {
	tb.Helper()
	attached := map[string]string{"TF_REATTACH_PROVIDERS": p.attach, "TF_CLI_CONFIG_FILE": os.Getenv("TF_CLI_CONFIG_FILE")}
	maps.Copy(attached, env)
	runCLI(tb, folder, attached, args...)
}

// simulation returns the clouds' environment as a map.
func simulation(cloud *cloudsim.Cloud) map[string]string {
	env := map[string]string{}
	for _, variable := range cloud.Env() {
		env[variable.Name] = variable.Value
	}
	return env
}
