package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// setsSomething warns of an object that is given and sets nothing: Terraform
// drops an attribute that the schema does not know without a word.
type setsSomething struct{}

func (setsSomething) Description(context.Context) string { return "should set something" }

func (v setsSomething) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject anchors its warning at the whole block, because the line of a
// misspelt secret is one that a CLI must not quote.
func (setsSomething) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	attributes := req.ConfigValue.Attributes()
	for _, value := range attributes {
		if !value.IsNull() {
			return
		}
	}
	resp.Diagnostics.AddWarning("Settings are empty", fmt.Sprintf(
		"%s is given but sets nothing: either it is empty, all of its values are null, or its names are misspelt, which Terraform does not report here. Its attributes are %s.",
		req.Path, strings.Join(slices.Sorted(maps.Keys(attributes)), ", ")))
}
