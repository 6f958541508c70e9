package main

import (
	"encoding/json"
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

func blockOf(block *tfprotov6.SchemaBlock) *tfjson.SchemaBlock {
	if block == nil {
		return nil
	}
	converted := &tfjson.SchemaBlock{
		Attributes:      attributesOf(block.Attributes),
		NestedBlocks:    make(map[string]*tfjson.SchemaBlockType, len(block.BlockTypes)),
		Description:     block.Description,
		DescriptionKind: descriptionKindOf(block.DescriptionKind),
		Deprecated:      block.Deprecated,
	}
	for _, nested := range block.BlockTypes {
		converted.NestedBlocks[nested.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: nestingModeOf(nested.Nesting),
			Block:       blockOf(nested.Block),
			MinItems:    count(nested.MinItems),
			MaxItems:    count(nested.MaxItems),
		}
	}
	return converted
}

func attributesOf(attributes []*tfprotov6.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	converted := make(map[string]*tfjson.SchemaAttribute, len(attributes))
	for _, attribute := range attributes {
		converted[attribute.Name] = attributeOf(attribute)
	}
	return converted
}

func attributeOf(attribute *tfprotov6.SchemaAttribute) *tfjson.SchemaAttribute {
	converted := &tfjson.SchemaAttribute{
		Description:     attribute.Description,
		DescriptionKind: descriptionKindOf(attribute.DescriptionKind),
		Deprecated:      attribute.Deprecated,
		Required:        attribute.Required,
		Optional:        attribute.Optional,
		Computed:        attribute.Computed,
		Sensitive:       attribute.Sensitive,
		WriteOnly:       attribute.WriteOnly,
	}
	if attribute.NestedType == nil {
		converted.AttributeType = typeOf(attribute.Type)
		return converted
	}
	converted.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
		Attributes:  attributesOf(attribute.NestedType.Attributes),
		NestingMode: nestingModeOf(attribute.NestedType.Nesting),
	}
	return converted
}

// nestingModeOf relies on the protocol's and the JSON's modes having the same
// names, in upper and in lower case.
func nestingModeOf(mode fmt.Stringer) tfjson.SchemaNestingMode {
	return tfjson.SchemaNestingMode(strings.ToLower(mode.String()))
}

func descriptionKindOf(kind tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if kind == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}

// typeOf converts through JSON, in which the two libraries write types alike.
func typeOf(protocolType tftypes.Type) cty.Type {
	var converted cty.Type
	encoded, err := json.Marshal(protocolType)
	if err == nil {
		err = json.Unmarshal(encoded, &converted)
	}
	if err != nil {
		panic(fmt.Sprintf("schema with the impossible type %s: %s", protocolType, err))
	}
	return converted
}

// count converts a schema's version or number of items, which providers
// cannot make negative.
func count(n int64) uint64 { return uint64(max(n, 0)) }
