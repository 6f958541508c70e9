package tfkit

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TextOrNull is null for "".
func TextOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// TextTypes are the types of an object whose attributes are all texts.
func TextTypes(names ...string) map[string]attr.Type {
	all := map[string]attr.Type{}
	for _, name := range names {
		all[name] = types.StringType
	}
	return all
}

// NoTimeouts returns the null value of a resource's timeouts attribute, for
// models that come neither from a plan nor from a state.
func NoTimeouts(of schema.Schema) timeouts.Value {
	object, ok := of.Attributes["timeouts"].GetType().(attr.TypeWithAttributeTypes)
	if !ok {
		return timeouts.Value{}
	}
	return timeouts.Value{Object: types.ObjectNull(object.AttributeTypes())}
}
