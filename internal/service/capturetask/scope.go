package capturetask

import (
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

// defaultTo fills in what is null or unknown from the provider.
func (m scopeModel) defaultTo(provider clients) scopeModel {
	if !tfkit.Given(m.Region) {
		m.Region = tfkit.TextOrNull(provider.HuaweiCloudRegion())
	}
	if !tfkit.Given(m.EnterpriseProjectID) {
		m.EnterpriseProjectID = tfkit.TextOrNull(provider.HuaweiCloudEnterpriseProjectID())
	}
	return m
}

const (
	firewallDescription          = "ID of the firewall (`fw_instance_id`)."
	taskDescription              = "ID of the capture task."
	regionDescription            = "Region of the firewall, for example `cn-north-4`. Default: the provider's."
	enterpriseProjectDescription = "Enterprise project in which to look for the firewall. Default: the provider's."
)
