package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// importedKey is the private state's mark of an imported object.
const importedKey = "imported"

// MarkImported notes in the private state that the object was imported and
// that its configuration was not applied yet.
func MarkImported(ctx context.Context, private PrivateSetter) diag.Diagnostics {
	return private.SetKey(ctx, importedKey, []byte("true"))
}

// MarkApplied takes MarkImported's note back.
func MarkApplied(ctx context.Context, private PrivateSetter) diag.Diagnostics {
	return private.SetKey(ctx, importedKey, []byte("false"))
}

// ReplaceOnTrigger plans a replacement when a map of triggers changes. An
// imported object cannot know its triggers, so the first ones that the
// configuration brings are only noted.
func ReplaceOnTrigger() planmodifier.Map { return replaceOnTrigger{} }

type replaceOnTrigger struct{}

func (replaceOnTrigger) Description(context.Context) string {
	return "Changing a value replaces the object."
}

func (m replaceOnTrigger) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (replaceOnTrigger) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.StateValue.Equal(req.PlanValue) {
		return
	}
	resp.RequiresReplace = !req.StateValue.IsNull() || !isImported(ctx, req.Private, &resp.Diagnostics)
}

func isImported(ctx context.Context, private PrivateGetter, diags *diag.Diagnostics) bool {
	imported, problems := private.GetKey(ctx, importedKey)
	diags.Append(problems...)
	return string(imported) == "true"
}

// ReplaceUnlessNoted plans a replacement when a string changes that the
// service does not tell. Like the triggers, an imported object cannot know
// it, so the first value that the configuration brings is only noted.
func ReplaceUnlessNoted() planmodifier.String { return replaceUnlessNoted{} }

type replaceUnlessNoted struct{}

func (replaceUnlessNoted) Description(context.Context) string {
	return "Changing the value replaces the object."
}

func (m replaceUnlessNoted) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (replaceUnlessNoted) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.StateValue.Equal(req.PlanValue) {
		return
	}
	resp.RequiresReplace = !req.StateValue.IsNull() || !isImported(ctx, req.Private, &resp.Diagnostics)
}
