package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// importedKey is the private state's mark of an imported object.
const importedKey = "imported"

type privateSetter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// MarkImported notes in the private state that the object was imported and
// that its configuration was not applied yet.
func MarkImported(ctx context.Context, private privateSetter) diag.Diagnostics {
	return private.SetKey(ctx, importedKey, []byte("true"))
}

// MarkApplied takes MarkImported's note back.
func MarkApplied(ctx context.Context, private privateSetter) diag.Diagnostics {
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
	if req.StateValue.IsNull() {
		imported, diags := req.Private.GetKey(ctx, importedKey)
		resp.Diagnostics.Append(diags...)
		resp.RequiresReplace = string(imported) != "true"
		return
	}
	resp.RequiresReplace = true
}
