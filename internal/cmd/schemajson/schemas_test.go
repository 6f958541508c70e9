package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// fakeProvider answers only what a schema dump asks for; every other call
// panics.
type fakeProvider struct {
	tfprotov6.ProviderServer
	schemas    tfprotov6.GetProviderSchemaResponse
	identities tfprotov6.GetResourceIdentitySchemasResponse
	err        error
}

func (f *fakeProvider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &f.schemas, f.err
}

func (f *fakeProvider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &f.identities, nil
}

// dumped returns the part of the dump at the given keys.
func dumped(t *testing.T, server tfprotov6.ProviderServer, keys ...string) any {
	t.Helper()
	var out bytes.Buffer
	if err := dump(t.Context(), &out, server); err != nil {
		t.Fatal(err)
	}
	var part any
	if err := json.Unmarshal(out.Bytes(), &part); err != nil {
		t.Fatal(err)
	}
	for _, key := range append([]string{"provider_schemas", "cloudtap"}, keys...) {
		members, ok := part.(map[string]any)
		if !ok || members[key] == nil {
			t.Fatalf("no %q on the way to %v in %s", key, keys, out.String())
		}
		part = members[key]
	}
	return part
}

func diffJSON(t *testing.T, want string, got any) string {
	t.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	return cmp.Diff(wanted, got)
}

func TestDumpsEveryKind(t *testing.T) {
	t.Parallel()
	schema := &tfprotov6.Schema{Version: 3, Block: &tfprotov6.SchemaBlock{
		Description: "A thing.", DescriptionKind: tfprotov6.StringKindMarkdown,
		Attributes: []*tfprotov6.SchemaAttribute{{Name: "name", Type: tftypes.String, Required: true}},
	}}
	schemas := map[string]*tfprotov6.Schema{"cloudtap_thing": schema}
	block := `{"description": "A thing.", "description_kind": "markdown",
		"attributes": {"name": {"type": "string", "required": true, "description_kind": "plain"}}}`
	server := &fakeProvider{
		schemas: tfprotov6.GetProviderSchemaResponse{
			Provider:                 schema,
			ResourceSchemas:          schemas,
			DataSourceSchemas:        schemas,
			EphemeralResourceSchemas: schemas,
			ListResourceSchemas:      schemas,
			ActionSchemas:            map[string]*tfprotov6.ActionSchema{"cloudtap_thing": {Schema: schema}},
			Functions: map[string]*tfprotov6.Function{"parse": {
				Summary: "Parses", Description: "Parses a thing.", DeprecationMessage: "Use another.",
				Parameters:        []*tfprotov6.FunctionParameter{{Name: "text", Description: "The text.", Type: tftypes.String, AllowNullValue: true}},
				VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: tftypes.DynamicPseudoType},
				Return:            &tfprotov6.FunctionReturn{Type: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.Number}}},
			}},
		},
		identities: tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
			"cloudtap_thing": {Version: 2, IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
				{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "The id."},
				{Name: "region", Type: tftypes.String, OptionalForImport: true},
			}},
		}},
	}
	for name, test := range map[string]struct {
		keys []string
		want string
	}{
		"provider":      {[]string{"provider"}, `{"version": 3, "block": ` + block + `}`},
		"resource":      {[]string{"resource_schemas", "cloudtap_thing"}, `{"version": 3, "block": ` + block + `}`},
		"data source":   {[]string{"data_source_schemas", "cloudtap_thing"}, `{"version": 3, "block": ` + block + `}`},
		"ephemeral":     {[]string{"ephemeral_resource_schemas", "cloudtap_thing"}, `{"version": 3, "block": ` + block + `}`},
		"list resource": {[]string{"list_resource_schemas", "cloudtap_thing"}, `{"version": 3, "block": ` + block + `}`},
		"action":        {[]string{"action_schemas", "cloudtap_thing"}, `{"block": ` + block + `}`},
		"function": {[]string{"functions", "parse"}, `{
			"summary": "Parses", "description": "Parses a thing.", "deprecation_message": "Use another.",
			"parameters": [{"name": "text", "description": "The text.", "type": "string", "is_nullable": true}],
			"variadic_parameter": {"name": "more", "type": "dynamic"},
			"return_type": ["object", {"id": "number"}]}`},
		"identity": {[]string{"resource_identity_schemas", "cloudtap_thing"}, `{"version": 2, "attributes": {
			"id": {"type": "string", "required_for_import": true, "description": "The id."},
			"region": {"type": "string", "optional_for_import": true}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := diffJSON(t, test.want, dumped(t, server, test.keys...)); diff != "" {
				t.Errorf("wanted -, got +:\n%s", diff)
			}
		})
	}
}

func TestDumpFailsWithTheProvider(t *testing.T) {
	t.Parallel()
	diagnostic := []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "only a warning"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid schema", Detail: "no such type"},
	}
	for name, test := range map[string]struct {
		server *fakeProvider
		want   string
	}{
		"schema diagnostic":   {&fakeProvider{schemas: tfprotov6.GetProviderSchemaResponse{Diagnostics: diagnostic}}, "Invalid schema: no such type"},
		"identity diagnostic": {&fakeProvider{identities: tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: diagnostic}}, "Invalid schema: no such type"},
		"error":               {&fakeProvider{err: errors.New("boom")}, "boom"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := dump(t.Context(), &out, test.server)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "only a warning") {
				t.Errorf("got error %v, want one with %q and without the warning", err, test.want)
			}
			if out.Len() > 0 {
				t.Errorf("printed %q although it failed", out.String())
			}
		})
	}
}
