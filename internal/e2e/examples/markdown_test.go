package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// mainConfig is the configuration that a block belongs to unless a comment
// before it names another: <!-- config: name -->
const mainConfig = "main"

var (
	configComment = regexp.MustCompile(`^<!-- config: ([a-z]+) -->$`)
	queryBlock    = regexp.MustCompile(`(?m)^list "`)
	actionBlock   = regexp.MustCompile(`(?m)^action "|action_trigger`)
	destroyEvent  = regexp.MustCompile(`before_destroy|after_destroy`)
)

// terraformBlocks returns the blocks of Terraform in a Markdown file, by
// configuration.
func terraformBlocks(t *testing.T, path string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string][]string{}
	config, block, inside := mainConfig, "", false
	for line := range strings.Lines(string(text)) {
		trimmed := strings.TrimSpace(line)
		switch match := configComment.FindStringSubmatch(trimmed); {
		case inside && trimmed == "```":
			blocks[config] = append(blocks[config], block)
			config, block, inside = mainConfig, "", false
		case inside:
			block += line
		case trimmed == "```terraform":
			inside = true
		case match != nil:
			config = match[1]
		}
	}
	if inside {
		t.Fatalf("%s: a block does not end", path)
	}
	return blocks
}

// lacking names the feature that a block needs and the CLI does not have.
func lacking(c tool, block string) string {
	switch {
	case destroyEvent.MatchString(block) && !c.HasDestroyEvents():
		return "actions before a destroy (Terraform 1.16)"
	case actionBlock.MatchString(block) && !c.HasActions():
		return "actions (Terraform 1.14)"
	case queryBlock.MatchString(block) && !c.HasActions():
		return "list resources (Terraform 1.14)"
	}
	return ""
}

// TestGuides validates the configurations of all guides, and of the README.
// Other providers, which are not downloaded, have stand-ins that take what the
// guides write, so that references to them and from them are checked.
func TestGuides(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	guides, err := filepath.Glob(filepath.Join(root, "docs", "guides", "*.md"))
	if err != nil || len(guides) < 5 {
		t.Fatalf("%d guides, %v", len(guides), err)
	}
	for _, path := range append(guides, filepath.Join(root, "README.md")) {
		configs := terraformBlocks(t, path)
		for name, blocks := range configs {
			t.Run(filepath.Base(path)+" "+name, func(t *testing.T) {
				t.Parallel()
				validateBlocks(t, c, blocks)
			})
		}
	}
}

func validateBlocks(t *testing.T, c tool, blocks []string) {
	t.Helper()
	dir := t.TempDir()
	var all strings.Builder
	for i, block := range blocks {
		if feature := lacking(c, block); feature != "" {
			t.Logf("block %d needs %s", i, feature)
			continue
		}
		name := "block" + string(rune('a'+i)) + ".tf"
		if queryBlock.MatchString(block) {
			name = "block" + string(rune('a'+i)) + ".tfquery.hcl"
		}
		writeFile(t, filepath.Join(dir, name), block)
		all.WriteString(block)
	}
	if all.Len() == 0 {
		t.Skip("nothing that this CLI knows")
	}
	if !strings.Contains(all.String(), "required_providers") {
		writeFile(t, filepath.Join(dir, "required_providers.tf"), requiredProviders)
	}
	others := otherProviders(t, all.String())
	writeFile(t, filepath.Join(dir, "undeclared.tf"), others.undeclared)
	c = c.with("TF_REATTACH_PROVIDERS=" + others.serve(t))
	for _, problem := range validate(t, c, dir) {
		t.Errorf("%s\n%s", problem.Summary, problem.describe())
	}
}
