package examples_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kinds are the parts of a schema dump, by whether every CLI prints them.
var kinds = map[string]bool{
	"provider":                   true,
	"resource_schemas":           true,
	"data_source_schemas":        true,
	"ephemeral_resource_schemas": true,
	"functions":                  true,
	"resource_identity_schemas":  false,
	"list_resource_schemas":      false,
	"action_schemas":             false,
}

type providerSchemas struct {
	Providers map[string]map[string]json.RawMessage `json:"provider_schemas"`
}

// testSchemaDump compares the dump that the documentation is made from with
// what a real CLI prints of the same provider.
func testSchemaDump(t *testing.T, c tool) {
	t.Helper()
	dump := exec.CommandContext(t.Context(), "go", "run", "./internal/cmd/schemajson")
	dump.Dir = root
	dumped, err := dump.Output()
	if err != nil {
		t.Fatalf("%s: %s", dump, err)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "main.tf"), requiredProviders)
	printed, err := c.run(t.Context(), dir, "providers", "schema", "-json")
	if err != nil {
		t.Fatal(err)
	}
	got, want := schemasOf(t, string(dumped)), schemasOf(t, printed)
	for kind, always := range kinds {
		if want[kind] == nil && !always {
			continue
		}
		if diff := cmp.Diff(decode(t, want[kind]), decode(t, got[kind])); diff != "" {
			t.Errorf("%s: CLI -, dump +:\n%s", kind, diff)
		}
	}
}

func schemasOf(t *testing.T, output string) map[string]json.RawMessage {
	t.Helper()
	var all providerSchemas
	if err := json.Unmarshal([]byte(output), &all); err != nil {
		t.Fatal(err)
	}
	for name, schemas := range all.Providers {
		if name == "cloudtap" || strings.HasSuffix(name, "/cloudtap") {
			return schemas
		}
	}
	t.Fatalf("no schemas of cloudtap in %s", output)
	return nil
}

// decode returns an empty object for what is not there: the CLI leaves out
// kinds of which the provider has none.
func decode(t *testing.T, raw json.RawMessage) map[string]any {
	t.Helper()
	decoded := map[string]any{}
	if raw == nil {
		return decoded
	}
	if err := json.Unmarshal(raw, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}
