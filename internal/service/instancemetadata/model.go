package instancemetadata

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// metadataModel is the data source. The parts of the document are plain Go:
// they are results, so that nothing in them is ever unknown, and nil is null
// in Terraform as it is in the client.
type metadataModel struct {
	APIVersion      types.String   `tfsdk:"api_version"`
	OnUnavailable   types.String   `tfsdk:"on_unavailable"`
	IncludeUserData types.Bool     `tfsdk:"include_user_data"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`

	Available      types.Bool    `tfsdk:"available"`
	APIVersionUsed types.String  `tfsdk:"api_version_used"`
	Compute        *computeModel `tfsdk:"compute"`
	Network        *networkModel `tfsdk:"network"`
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
	m.Compute = computeFromAPI(document.Compute)
	m.Network = networkFromAPI(document.Network)
	if m.IncludeUserData.ValueBool() && document.Compute != nil {
		m.UserData, m.CustomData = document.Compute.UserData, document.Compute.CustomData
	}
	addWarnings(diags, "Instance metadata is incomplete", document.Warnings)
}

// each converts a list; nil stays nil, which is null.
func each[From, To any](list []From, convert func(From) To) []To {
	if list == nil {
		return nil
	}
	converted := make([]To, 0, len(list))
	for _, item := range list {
		converted = append(converted, convert(item))
	}
	return converted
}
