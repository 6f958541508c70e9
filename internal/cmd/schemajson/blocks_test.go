package main

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestDumpsAttributes(t *testing.T) {
	t.Parallel()
	nested := func(mode tfprotov6.SchemaObjectNestingMode) *tfprotov6.SchemaObject {
		return &tfprotov6.SchemaObject{Nesting: mode, Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "port", Type: tftypes.Number, Optional: true, DescriptionKind: tfprotov6.StringKindMarkdown},
		}}
	}
	nestedJSON := func(mode string) string {
		return `{"description_kind": "plain", "nested_type": {"nesting_mode": "` + mode + `",
			"attributes": {"port": {"type": "number", "optional": true, "description_kind": "markdown"}}}}`
	}
	for name, test := range map[string]struct {
		attribute tfprotov6.SchemaAttribute
		want      string
	}{
		"write-only and sensitive": {
			tfprotov6.SchemaAttribute{Type: tftypes.String, Optional: true, WriteOnly: true, Sensitive: true},
			`{"type": "string", "optional": true, "write_only": true, "sensitive": true, "description_kind": "plain"}`,
		},
		"deprecated": {
			tfprotov6.SchemaAttribute{Type: tftypes.Bool, Computed: true, Deprecated: true, Description: "Old."},
			`{"type": "bool", "computed": true, "deprecated": true, "description": "Old.", "description_kind": "plain"}`,
		},
		"deep type": {
			tfprotov6.SchemaAttribute{Computed: true, Type: tftypes.Map{ElementType: tftypes.Set{ElementType: tftypes.Tuple{ElementTypes: []tftypes.Type{tftypes.Bool}}}}},
			`{"type": ["map", ["set", ["tuple", ["bool"]]]], "computed": true, "description_kind": "plain"}`,
		},
		"single nested": {tfprotov6.SchemaAttribute{NestedType: nested(tfprotov6.SchemaObjectNestingModeSingle)}, nestedJSON("single")},
		"list nested":   {tfprotov6.SchemaAttribute{NestedType: nested(tfprotov6.SchemaObjectNestingModeList)}, nestedJSON("list")},
		"set nested":    {tfprotov6.SchemaAttribute{NestedType: nested(tfprotov6.SchemaObjectNestingModeSet)}, nestedJSON("set")},
		"map nested":    {tfprotov6.SchemaAttribute{NestedType: nested(tfprotov6.SchemaObjectNestingModeMap)}, nestedJSON("map")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.attribute.Name = "it"
			server := &fakeProvider{schemas: tfprotov6.GetProviderSchemaResponse{Provider: &tfprotov6.Schema{
				Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{&test.attribute}},
			}}}
			got := dumped(t, server, "provider", "block", "attributes", "it")
			if diff := diffJSON(t, test.want, got); diff != "" {
				t.Errorf("wanted -, got +:\n%s", diff)
			}
		})
	}
}

func TestDumpsNestedBlocks(t *testing.T) {
	t.Parallel()
	server := &fakeProvider{schemas: tfprotov6.GetProviderSchemaResponse{Provider: &tfprotov6.Schema{
		Block: &tfprotov6.SchemaBlock{Deprecated: true, BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "rule", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 4,
			Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "port", Type: tftypes.Number}}},
		}}},
	}}}
	want := `{"deprecated": true, "description_kind": "plain", "block_types": {"rule": {
		"nesting_mode": "list", "min_items": 1, "max_items": 4,
		"block": {"description_kind": "plain", "attributes": {"port": {"type": "number", "description_kind": "plain"}}}}}}`
	if diff := diffJSON(t, want, dumped(t, server, "provider", "block")); diff != "" {
		t.Errorf("wanted -, got +:\n%s", diff)
	}
}
