package bench

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"

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
	p := &process{command: exec.Command(buildRelease(tb), "-debug")} //nolint:noctx // ended by stop
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
			p.attach = match[1]
			return p
		}
	}
	tb.Fatal("the provider did not say how to attach to it")
	return nil
}

func environ(env map[string]string) []string {
	all := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	for name, value := range env {
		all = append(all, name+"="+value)
	}
	return all
}

// stop ends the provider and returns the most memory that it ever had, in
// bytes.
func (p *process) stop(tb testing.TB) int64 {
	tb.Helper()
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		tb.Fatal(err)
	}
	// How it ends does not matter here.
	_ = p.command.Wait()
	usage, ok := p.command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		tb.Fatal("no resource usage on this system")
	}
	const kilobyte = 1024 // Linux counts in these.
	return usage.Maxrss * kilobyte
}

// terraform runs the CLI in a folder, attached to the provider.
func terraform(tb testing.TB, folder string, p *process, env map[string]string, args ...string) {
	tb.Helper()
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		tb.Fatal("install a Terraform or OpenTofu CLI on the PATH")
	}
	command := exec.CommandContext(tb.Context(), cli, args...) //nolint:gosec // the CLI that was found on the PATH
	command.Dir = folder
	command.Env = append(environ(env), "TF_REATTACH_PROVIDERS="+p.attach, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.Getenv("TF_CLI_CONFIG_FILE"))
	if output, err := command.CombinedOutput(); err != nil {
		tb.Fatalf("%v: %v\n%s", args, err, output)
	}
}

// simulation returns the clouds' environment as a map.
func simulation(cloud *cloudsim.Cloud) map[string]string {
	env := map[string]string{}
	for _, variable := range cloud.Env() {
		env[variable.Name] = variable.Value
	}
	return env
}
