package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// appliedKey is the private state's mark of an object to which a configuration
// was applied.
const appliedKey = "applied"

// MarkApplied notes in the private state that a configuration was applied to
// the object. An imported one has no such note; nor has one whose provider was
// killed in an update, because Terraform keeps no private state of that.
func MarkApplied(ctx context.Context, private PrivateSetter) diag.Diagnostics {
	return private.SetKey(ctx, appliedKey, []byte("true"))
}

// ReplaceOnTrigger plans a replacement when a map of triggers changes. An
// imported object cannot know its triggers, so the first ones that the
// configuration brings are only noted.
func ReplaceOnTrigger() planmodifier.Map {
	return replaceUnlessNoted{"Changing a value replaces the object."}
}

// ReplaceUnlessNoted plans a replacement when a string changes that the
// service does not tell. Like the triggers, an imported object cannot know
// it, so the first value that the configuration brings is only noted.
func ReplaceUnlessNoted() planmodifier.String {
	return replaceUnlessNoted{"Changing the value replaces the object."}
}

type replaceUnlessNoted struct{ Described }

func (replaceUnlessNoted) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	stays := !req.State.Raw.IsNull() && !req.Plan.Raw.IsNull()
	resp.RequiresReplace = stays && replaces(ctx, req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

func (replaceUnlessNoted) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	stays := !req.State.Raw.IsNull() && !req.Plan.Raw.IsNull()
	resp.RequiresReplace = stays && replaces(ctx, req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

// replaces reports whether a value changes from what the object was made with.
func replaces(ctx context.Context, from, to attr.Value, private PrivateGetter, diags *diag.Diagnostics) bool {
	return !from.Equal(to) && (!from.IsNull() || isMarked(ctx, private, appliedKey, diags))
}

func isMarked(ctx context.Context, private PrivateGetter, key string, diags *diag.Diagnostics) bool {
	mark, problems := private.GetKey(ctx, key)
	diags.Append(problems...)
	return string(mark) == "true"
}
