package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
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

// KeepSpelling returns the known value if the service's one is equivalent to
// it, so that a service that normalises what it is sent causes no diff.
func KeepSpelling(known types.String, answered string, equivalent func(a, b string) bool) types.String {
	if !known.IsNull() && !known.IsUnknown() && equivalent(known.ValueString(), answered) {
		return known
	}
	return types.StringValue(answered)
}

// KeepNull is KeepSpelling for values that the service returns as "" when
// they are absent: those are null.
func KeepNull(known types.String, answered string, equivalent func(a, b string) bool) types.String {
	if answered == "" {
		return types.StringNull()
	}
	return KeepSpelling(known, answered, equivalent)
}
