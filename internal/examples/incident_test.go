package examples_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

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
	c.environment = append(c.environment, sim.environment...)
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
