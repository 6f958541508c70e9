package examples_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestModuleForBothCLIs validates a module with actions as the guide lays it
// out. OpenTofu knows no actions, so it must not read their file.
func TestModuleForBothCLIs(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	if !c.OpenTofu && !c.HasActions() {
		t.Skipf("%s knows neither actions nor files for OpenTofu alone", c)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "required_providers.tf"), requiredProviders)
	actions := terraformBlocks(t, filepath.Join(root, "docs", "guides", "every-cli.md"))["actions"]
	writeFile(t, filepath.Join(dir, "actions.tf"), strings.Join(actions, "\n"))
	if found := validate(t, c, dir); c.OpenTofu != (len(found) > 0) {
		t.Errorf("%s says of actions: %v", c, found)
	}
	writeFile(t, filepath.Join(dir, "actions.tofu"), "")
	for _, found := range validate(t, c, dir) {
		t.Errorf("%s\n%s", found.Summary, found.describe())
	}
}
