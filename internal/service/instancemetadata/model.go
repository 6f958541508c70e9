package instancemetadata

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// metadataModel is the data source. The parts of the document are those of the
// client: they are results, so that nothing in them is ever unknown, and nil is
// null in Terraform as it is there.
type metadataModel struct {
	APIVersion      types.String   `tfsdk:"api_version"`
	OnUnavailable   types.String   `tfsdk:"on_unavailable"`
	IncludeUserData types.Bool     `tfsdk:"include_user_data"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`

	Available      types.Bool    `tfsdk:"available"`
	APIVersionUsed types.String  `tfsdk:"api_version_used"`
	Compute        *imds.Compute `tfsdk:"compute"`
	Network        *imds.Network `tfsdk:"network"`
	UserData       *string       `tfsdk:"user_data"`
	CustomData     *string       `tfsdk:"custom_data"`
	RawJSON        types.String  `tfsdk:"raw_json"`
}

// fromAPI takes over the document.
func (m *metadataModel) fromAPI(document *imds.Document, diags *diag.Diagnostics) {
	raw, err := document.RawWithoutUserData()
	if err != nil {
		diags.AddError("Could not read instance metadata", tfkit.Sentence(err))
		return
	}
	m.Available = types.BoolValue(true)
	m.APIVersionUsed = types.StringValue(document.APIVersionUsed)
	m.RawJSON = types.StringValue(string(raw))
	m.Compute, m.Network = document.Compute, document.Network
	if m.IncludeUserData.ValueBool() && document.Compute != nil {
		m.UserData, m.CustomData = document.Compute.UserData, document.Compute.CustomData
	}
	addWarnings(diags, "Instance metadata is incomplete", document.Warnings)
}
