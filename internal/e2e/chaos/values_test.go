package chaos

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// differs compares a value with what was planned for it, like Terraform, and
// names the first place where a known planned value is not the result.
func differs(planned, result tftypes.Value) string { return differsAt("", planned, result) }

func differsAt(path string, planned, result tftypes.Value) string {
	if !planned.IsKnown() {
		return ""
	}
	if planned.IsNull() || result.IsNull() || !result.IsKnown() {
		if planned.IsNull() && result.IsNull() {
			return ""
		}
		return fmt.Sprintf("%s was planned as %s and is %s", path, planned, result)
	}
	var before, after map[string]tftypes.Value
	if planned.As(&before) == nil && result.As(&after) == nil {
		for name, value := range before {
			if found := differsAt(path+"."+name, value, after[name]); found != "" {
				return found
			}
		}
		return ""
	}
	var first, second []tftypes.Value
	if planned.As(&first) == nil && result.As(&second) == nil && len(first) == len(second) {
		for i, value := range first {
			if found := differsAt(fmt.Sprintf("%s[%d]", path, i), value, second[i]); found != "" {
				return found
			}
		}
		return ""
	}
	if !planned.Equal(result) {
		return fmt.Sprintf("%s was planned as %s and is %s", path, planned, result)
	}
	return ""
}
