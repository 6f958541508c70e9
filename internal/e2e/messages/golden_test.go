package messages

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

var update = flag.Bool("update", false, "write testdata/messages.txt anew")

// canary is in every argument that may hold a secret.
const canary = "canary-7f3a91c2"

// canaryKey is the same as a shared key, in base64.
const canaryKey = "Y2FuYXJ5LTdmM2E5MWMy"

// TestMessages compares what the mistakes lead to with the golden file.
func TestMessages(t *testing.T) {
	t.Parallel()
	shared := acctest.StartCloud(t, cloudsim.Options{})
	var all strings.Builder
	told := before{}
	for _, m := range mistakes() {
		cloud := shared
		if m.prepare != nil {
			cloud = acctest.StartCloud(t, cloudsim.Options{})
			m.prepare(t, cloud)
		}
		diagnostics := m.make(t, cloud)
		if len(diagnostics) == 0 {
			t.Errorf("%s: nothing is reported", m.title)
		}
		fmt.Fprintf(&all, "=== %s\n", m.title)
		m.describe(t, &all)
		// The framework validates in no order.
		for _, text := range slices.Sorted(slices.Values(diagnostics.Errors())) {
			fmt.Fprintf(&all, "Error: %s\n", text)
		}
		for _, text := range slices.Sorted(slices.Values(diagnostics.Warnings())) {
			fmt.Fprintf(&all, "Warning: %s\n", told.once(text))
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
		t.Errorf("the messages changed; read the difference, then go test ./internal/e2e/messages -update\n%s", difference(string(want), got))
	}
}

// longest is how much of a configuration is worth reading, in bytes.
const longest = 1000

// describe writes what is configured, with its secrets left out.
func (m mistake) describe(t *testing.T, to *strings.Builder) {
	t.Helper()
	for _, part := range []struct {
		title string
		value any
		given bool
	}{
		{"provider", m.block, len(m.block) > 0},
		{"environment", m.environment, len(m.environment) > 0},
		{"configuration", m.call.config, len(m.call.config) > 0},
	} {
		if !part.given {
			continue
		}
		var written bytes.Buffer
		encoder := json.NewEncoder(&written)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(part.value); err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(canary, "SECRET", canaryKey, "SECRET", "\n", "").Replace(written.String())
		if len(text) > longest {
			text = fmt.Sprintf("%s ... (%d bytes)", text[:longest], len(text))
		}
		fmt.Fprintf(to, "(%s) %s\n", part.title, text)
	}
}

// before are the warnings that the file has already.
type before map[string]bool

// once returns a warning, or only its beginning if the file has it already.
func (b before) once(text string) string {
	const long = 300
	if seen := b[text]; !seen || len(text) < long {
		b[text] = true
		return text
	}
	return text[:strings.LastIndex(text[:len(text)-1], "\n")] + " (as above)"
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

// make makes the mistake, and returns what is reported.
func (m mistake) make(t *testing.T, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	environment := provider.Environment{Getenv: acctest.Override(cloud, m.variables(t)), RetryDelay: time.Millisecond}
	block := inCloud(cloud, m.block)
	if block == nil {
		block = acctest.Config{}
	}
	p := acctest.NewProviderIn(t, environment, block)
	configured := p.ValidateProvider(t.Context(), block)
	s := m.call
	s.config = inCloud(cloud, s.config)
	return append(configured, s.do(t, p, cloud)...)
}

// variables are the mistake's environment variables.
func (m mistake) variables(t *testing.T) map[string]string {
	t.Helper()
	variables := maps.Clone(m.environment)
	for name, value := range variables {
		if value == untrustedEndpoint {
			variables[name] = untrusted(t)
		}
	}
	return variables
}
