package provider_test

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// replacing are the words with which plan modifiers describe a replacement,
// and saysSo those with which the documentation of an argument may.
var (
	replacing = regexp.MustCompile(`replaces|destroy and recreate`)
	saysSo    = regexp.MustCompile(`Changing (this|it|to the other API)|when any of them changes|replaces it`)
)

// TestEachArgumentSaysWhatAChangeReplaces reads the schemas of all resources.
func TestEachArgumentSaysWhatAChangeReplaces(t *testing.T) {
	t.Parallel()
	found := 0
	for _, newResource := range provider.New("test")().Resources(t.Context()) {
		object := newResource()
		var name resource.MetadataResponse
		object.Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "cloudtap"}, &name)
		var described resource.SchemaResponse
		object.Schema(t.Context(), resource.SchemaRequest{}, &described)
		found += checkReplacements(t, name.TypeName, described.Schema.Attributes)
	}
	if found < 20 {
		t.Errorf("only %d arguments replace something: this test no longer finds them", found)
	}
}

func checkReplacements(t *testing.T, at string, attributes map[string]schema.Attribute) (found int) {
	t.Helper()
	for name, attribute := range attributes {
		name = at + "." + name
		if replaces(t.Context(), attribute) {
			found++
			if !saysSo.MatchString(attribute.GetMarkdownDescription()) {
				t.Errorf("%s does not say what a change replaces: %s", name, attribute.GetMarkdownDescription())
			}
		}
		if nested, is := attribute.(schema.SingleNestedAttribute); is {
			found += checkReplacements(t, name, nested.Attributes)
		}
	}
	return found
}

// replaces reports whether any plan modifier of an attribute, of whatever type,
// says so of itself.
func replaces(ctx context.Context, attribute schema.Attribute) bool {
	modifiers := reflect.ValueOf(attribute).FieldByName("PlanModifiers")
	for i := range modifiers.Len() {
		modifier, ok := modifiers.Index(i).Interface().(planmodifier.Describer)
		if !ok {
			panic(fmt.Sprintf("unknown kind of plan modifier %T", modifiers.Index(i).Interface()))
		}
		if replacing.MatchString(modifier.Description(ctx)) {
			return true
		}
	}
	return false
}
