package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// ReplaceUnlessEquivalent plans a replacement when a string changes, except
// to a spelling that equivalent holds to mean the same: then the state's
// spelling stays, and nothing is planned.
func ReplaceUnlessEquivalent(equivalent func(a, b string) bool) planmodifier.String {
	return replaceUnlessEquivalent{"Changing the value, other than its spelling, replaces the object.", equivalent}
}

type replaceUnlessEquivalent struct {
	Described
	equivalent func(a, b string) bool
}

func (m replaceUnlessEquivalent) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	switch {
	case req.State.Raw.IsNull() || req.Plan.Raw.IsNull():
	case req.PlanValue.IsUnknown():
		// A value that only the apply knows may turn out to be the same,
		// yet Terraform has to be told now.
		resp.RequiresReplace = !req.ConfigValue.IsNull()
	case req.StateValue.Equal(req.PlanValue):
	case !req.StateValue.IsNull() && !req.PlanValue.IsNull() && m.equivalent(req.StateValue.ValueString(), req.PlanValue.ValueString()):
		resp.PlanValue = req.StateValue
	default:
		resp.RequiresReplace = true
	}
}
