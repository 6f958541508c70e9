package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocsStateTheDefaultOfEachTimeout reads the pages of all types.
func TestDocsStateTheDefaultOfEachTimeout(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, timeouts, _ := strings.Cut(string(text), "### Nested Schema for `timeouts`\n")
		timeouts, _, _ = strings.Cut(timeouts, "\n#")
		for line := range strings.Lines(timeouts) {
			if !strings.HasPrefix(line, "- `") {
				continue
			}
			found++
			if !strings.Contains(line, "Default `") {
				t.Errorf("%s: %s", filepath.Base(page), line)
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d timeouts are documented: this test no longer finds them", found)
	}
}
