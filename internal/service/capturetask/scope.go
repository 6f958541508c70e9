package capturetask

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// scopeModel is where a firewall is looked for; null values are the
// provider's.
type scopeModel struct {
	Region              types.String `tfsdk:"region"`
	EnterpriseProjectID types.String `tfsdk:"enterprise_project_id"`
}

func (m scopeModel) scope() cfw.Scope {
	return cfw.Scope{Region: m.Region.ValueString(), EnterpriseProjectID: m.EnterpriseProjectID.ValueString()}
}

// firewall addresses a firewall.
func (m scopeModel) firewall(id string) cfw.Firewall {
	return cfw.Firewall{Scope: m.scope(), ID: id}
}

// defaultTo fills in what is null, empty or unknown from the provider.
func (m scopeModel) defaultTo(provider clients) scopeModel {
	if m.Region.ValueString() == "" {
		m.Region = tfkit.TextOrNull(provider.HuaweiCloudRegion())
	}
	if m.EnterpriseProjectID.ValueString() == "" {
		m.EnterpriseProjectID = tfkit.TextOrNull(provider.HuaweiCloudEnterpriseProjectID())
	}
	return m
}

// spelledLike returns m with the empty values of a plan, which Terraform wants
// to see again.
func (m scopeModel) spelledLike(plan scopeModel) scopeModel {
	for _, pair := range []struct{ value, planned *types.String }{{&m.Region, &plan.Region}, {&m.EnterpriseProjectID, &plan.EnterpriseProjectID}} {
		if tfkit.Given(*pair.planned) && pair.planned.ValueString() == "" {
			*pair.value = *pair.planned
		}
	}
	return m
}

// scopeKey is the private state's key of where a task was made.
const scopeKey = "scope"

// recall replaces empty values of a state by those that the task was made with,
// so that it is found also if the provider's defaults change.
func (m *scopeModel) recall(ctx context.Context, private tfkit.PrivateGetter, diags *diag.Diagnostics) {
	made, known := tfkit.LoadPrivate[cfw.Scope](ctx, private, scopeKey, diags)
	if !known {
		return
	}
	if m.Region.ValueString() == "" {
		m.Region = tfkit.TextOrNull(made.Region)
	}
	if m.EnterpriseProjectID.ValueString() == "" {
		m.EnterpriseProjectID = tfkit.TextOrNull(made.EnterpriseProjectID)
	}
}

// emptyIsUnset keeps the state's value when the configuration's is empty, as
// when it has none.
type emptyIsUnset struct{ tfkit.Described }

func (emptyIsUnset) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if tfkit.Given(req.ConfigValue) && req.ConfigValue.ValueString() == "" && !req.State.Raw.IsNull() {
		resp.PlanValue = req.StateValue
	}
}

const (
	firewallDescription          = "ID of the firewall (`fw_instance_id`)."
	taskDescription              = "ID of the capture task."
	regionDescription            = "Region of the firewall, for example `cn-north-4`. Default: the provider's."
	enterpriseProjectDescription = "Enterprise project in which to look for the firewall. Default: the provider's."
)
