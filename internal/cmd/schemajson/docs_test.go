package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const root = "../../.."

// TestDocumentationOfEveryKind runs the documentation generator, with the
// project's templates, over a provider that has one of everything.
func TestDocumentationOfEveryKind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "templates"), os.DirFS(filepath.Join(root, "templates"))); err != nil {
		t.Fatal(err)
	}
	// Guides, and pages of functions that this provider does not have.
	for _, own := range []string{"functions", "guides"} {
		if err := os.RemoveAll(filepath.Join(dir, "templates", own)); err != nil {
			t.Fatal(err)
		}
	}
	for path, content := range map[string]string{
		"examples/provider/provider.tf":                                                 "# provider example",
		"examples/provider/provider_huaweicloud.tf":                                     "# more of the provider",
		"examples/resources/cloudtap_azure_thing/resource.tf":                           "# resource example",
		"examples/resources/cloudtap_azure_thing/import.sh":                             "# import command",
		"examples/resources/cloudtap_azure_thing/import-by-string-id.tf":                "# import by id",
		"examples/resources/cloudtap_azure_thing/import-by-identity.tf":                 "# import by identity",
		"examples/data-sources/cloudtap_azure_thing/data-source.tf":                     "# data source example",
		"examples/ephemeral-resources/cloudtap_huaweicloud_thing/ephemeral-resource.tf": "# ephemeral example",
		"examples/list-resources/cloudtap_azure_thing/list-resource.tfquery.hcl":        "# list example",
		"examples/actions/cloudtap_azure_thing/action.tf":                               "# action example",
		"examples/functions/parse/function.tf":                                          "# function example",
	} {
		writeFile(t, filepath.Join(dir, path), content)
	}
	generate(t, dir, oneOfEverything())

	for page, parts := range map[string][]string{
		"index.md":                                 {"Settings of the provider.", "# provider example", "`region`"},
		"resources/azure_thing.md":                 {`subcategory: "Azure"`, "# resource example", "# import command", "# import by id", "# import by identity", "#### Required", "`write_only_key`", "Write-only", "Deprecated", "### Nested Schema for `filter`"},
		"data-sources/azure_thing.md":              {`subcategory: "Azure"`, "# data source example", "`name`"},
		"ephemeral-resources/huaweicloud_thing.md": {`subcategory: "Huawei Cloud"`, "# ephemeral example", "`name`"},
		"list-resources/azure_thing.md":            {`subcategory: "Azure"`, "# list example", "`name`"},
		"actions/azure_thing.md":                   {`subcategory: "Azure"`, "# action example", "`name`"},
		"functions/parse.md":                       {"# function example", "parse(text string) string"},
	} {
		content, err := os.ReadFile(filepath.Join(dir, "docs", filepath.FromSlash(page)))
		if err != nil {
			t.Errorf("no page: %s", err)
			continue
		}
		for _, part := range parts {
			if !strings.Contains(string(content), part) {
				t.Errorf("%s lacks %q:\n%s", page, part, content)
			}
		}
	}
}

func oneOfEverything() *fakeProvider {
	schema := func(description string, attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
		return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Description: description, Attributes: attributes}}
	}
	thing := schema("A thing.", &tfprotov6.SchemaAttribute{Name: "name", Type: tftypes.String, Required: true, Description: "Its name."})
	resource := schema("A managed thing.",
		&tfprotov6.SchemaAttribute{Name: "write_only_key", Type: tftypes.String, Optional: true, WriteOnly: true, Description: "Its key."},
		&tfprotov6.SchemaAttribute{Name: "old", Type: tftypes.String, Optional: true, Deprecated: true, Description: "Its former name."},
		&tfprotov6.SchemaAttribute{Name: "filter", Optional: true, Description: "Its filter.", NestedType: &tfprotov6.SchemaObject{
			Nesting:    tfprotov6.SchemaObjectNestingModeSingle,
			Attributes: []*tfprotov6.SchemaAttribute{{Name: "port", Type: tftypes.Number, Required: true, Description: "Its port."}},
		}},
	)
	return &fakeProvider{
		schemas: tfprotov6.GetProviderSchemaResponse{
			Provider:                 schema("Settings of the provider.", &tfprotov6.SchemaAttribute{Name: "region", Type: tftypes.String, Optional: true, Description: "Where."}),
			ResourceSchemas:          map[string]*tfprotov6.Schema{"cloudtap_azure_thing": resource},
			DataSourceSchemas:        map[string]*tfprotov6.Schema{"cloudtap_azure_thing": thing},
			EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"cloudtap_huaweicloud_thing": thing},
			ListResourceSchemas:      map[string]*tfprotov6.Schema{"cloudtap_azure_thing": thing},
			ActionSchemas:            map[string]*tfprotov6.ActionSchema{"cloudtap_azure_thing": {Schema: thing}},
			Functions: map[string]*tfprotov6.Function{"parse": {
				Summary: "Parses", Parameters: []*tfprotov6.FunctionParameter{{Name: "text", Type: tftypes.String}},
				Return: &tfprotov6.FunctionReturn{Type: tftypes.String},
			}},
		},
		identities: tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
			"cloudtap_azure_thing": {IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
				{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "The id."},
			}},
		}},
	}
}

// generate renders dir/docs from dir/templates, dir/examples and the dump of
// the server's schemas.
func generate(t *testing.T, dir string, server tfprotov6.ProviderServer) {
	t.Helper()
	var schemas bytes.Buffer
	if err := dump(t.Context(), &schemas, server); err != nil {
		t.Fatal(err)
	}
	schemaFile := filepath.Join(dir, "schema.json")
	writeFile(t, schemaFile, schemas.String())
	command := exec.CommandContext(t.Context(), "go", "tool", "-modfile=internal/tools/tfplugindocs/go.mod", "tfplugindocs", "generate",
		"--provider-name=cloudtap", "--provider-dir="+dir, "--providers-schema="+schemaFile)
	command.Dir = root
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %s\n%s", command, err, output)
	}
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
