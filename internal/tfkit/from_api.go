package tfkit

import "github.com/hashicorp/terraform-plugin-framework/types"

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

// TextOrNull is null for "".
func TextOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
