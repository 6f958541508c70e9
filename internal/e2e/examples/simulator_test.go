package examples_test

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// simulator is the program of the simulated clouds, as make sim runs it.
type simulator struct {
	// environment is what sourcing its file gives a shell.
	environment []string
	// variables is its file with values of variables.
	variables string
	url       string
}

func startSimulator(t *testing.T) simulator {
	t.Helper()
	folder := t.TempDir()
	program := filepath.Join(folder, "cloudsim")
	if err := acctest.Build(t.Context(), acctest.Module+"/internal/cmd/cloudsim", program); err != nil {
		t.Fatal(err)
	}
	envFile := filepath.Join(folder, "sim.env")
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	command := exec.CommandContext(ctx, program, "-env-file", envFile)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		// It was ended, which is its error.
		_ = command.Wait()
	})
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the simulator prints %q, %v", line, err)
	}
	text, err := os.ReadFile(envFile)
	if err != nil {
		t.Fatal(err)
	}
	s := simulator{variables: filepath.Join(folder, "sim.auto.tfvars")}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "export ")), "=")
		value = strings.Trim(value, "'")
		s.environment = append(s.environment, name+"="+value)
		if name == "CLOUDTAP_SIM_URL" {
			s.url = value
		}
	}
	return s
}

// advance moves the simulated clock.
func (s simulator) advance(t *testing.T, duration string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/clock", strings.NewReader(`{"advance": "`+duration+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	response, err := simtest.PlainClient(t).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", response.Status, err)
	}
}
