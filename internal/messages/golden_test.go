package messages

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

var update = flag.Bool("update", false, "write testdata/messages.txt anew")

// canary is in every argument that may hold a secret.
const canary = "canary-7f3a91c2"

// canaryKey is the same as a shared key, in base64.
const canaryKey = "Y2FuYXJ5LTdmM2E5MWMy"

// TestMessages compares what the mistakes lead to with the golden file.
func TestMessages(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	var all strings.Builder
	for _, m := range mistakes() {
		provider := acctest.NewProviderWith(t, acctest.Override(cloud, m.environment), block(m))
		diagnostics := m.call(t, provider)
		if len(diagnostics) == 0 {
			t.Errorf("%s: nothing is reported", m.title)
		}
		fmt.Fprintf(&all, "=== %s\n", m.title)
		// The framework validates in no order.
		for _, text := range slices.Sorted(slices.Values(diagnostics.Errors())) {
			fmt.Fprintf(&all, "Error: %s\n", text)
		}
		for _, text := range slices.Sorted(slices.Values(diagnostics.Warnings())) {
			fmt.Fprintf(&all, "Warning: %s\n", text)
		}
		all.WriteString("\n")
	}
	got := stable(all.String())
	if strings.Contains(got, canary) || strings.Contains(got, canaryKey) {
		t.Error("a message shows a secret")
	}
	for _, odd := range []string{"%!", "Correct what the service names", "always an error in the provider", "1 records", "tells whether"} {
		if strings.Contains(got, odd) {
			t.Errorf("a message says %q", odd)
		}
	}
	file := filepath.Join("testdata", "messages.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the messages changed; read the difference, then go test ./internal/messages -update\n%s", difference(string(want), got))
	}
}

var changing = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "HOST"},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`(?m)^(Request ID: ).*$`), "${1}ID"},
	{regexp.MustCompile(`(request id )[0-9A-Za-z-]+`), "${1}ID"},
	{regexp.MustCompile(`(differs from the service's by )[0-9a-z]+`), "${1}N"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`), "TIME"},
	{regexp.MustCompile(`(/[^ "]*)?/(cloudtap-test-|Test)[^ "]*`), "FOLDER"},
}

// stable replaces what differs from run to run.
func stable(text string) string {
	for _, change := range changing {
		text = change.pattern.ReplaceAllString(text, change.with)
	}
	return text
}

func difference(want, got string) string {
	known := map[string]bool{}
	for line := range strings.SplitSeq(want, "\n") {
		known[line] = true
	}
	var text strings.Builder
	for line := range strings.SplitSeq(got, "\n") {
		if !known[line] {
			text.WriteString("+ " + line + "\n")
		}
	}
	return text.String()
}

func block(m mistake) acctest.Config {
	if m.block == nil {
		return acctest.Config{}
	}
	return m.block
}
