package instancemetadata

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type metadataDataSource struct{ tfkit.DataSource[clients] }

// NewDataSource returns the data source cloudtap_azure_instance_metadata.
func NewDataSource() datasource.DataSource {
	return &metadataDataSource{tfkit.DataSource[clients]{Type: TypeName}}
}

const thisMachine = "The instance metadata of this machine"

// Read takes the machine's document, which all readers in the process share.
func (d *metadataDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m metadataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ok := openClient(d.Clients, thisMachine, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, m.Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	document, err := client.Instance(ctx, imds.InstanceOptions{APIVersion: m.APIVersion.ValueString()})
	switch unavailable := new(imds.UnavailableError); {
	case err == nil:
		m.fromAPI(document, &resp.Diagnostics)
	case errors.As(err, &unavailable) && m.OnUnavailable.ValueString() == unavailableNull:
		m.Available = types.BoolValue(false)
		if unavailable.Reason == imds.ReasonNotJSON {
			// It may hide a metadata service, as a proxy's page does.
			resp.Diagnostics.AddWarning("Instance metadata is taken as unavailable", tfkit.Explain(
				"Something else answered at the address of the instance metadata service", azure.Describe(err)))
		}
	default:
		addReadError(&resp.Diagnostics, err)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func addReadError(diags *diag.Diagnostics, err error) {
	const summary = "Could not read instance metadata"
	switch {
	case errors.As(err, new(*imds.UnknownVersionError)):
		diags.AddAttributeError(path.Root("api_version"), summary, tfkit.Explain(thisMachine, azure.Describe(err)))
	case errors.As(err, new(*imds.UnavailableError)):
		tfkit.AddError(diags, summary, thisMachine, azure.Describe(err),
			`Set on_unavailable = "null" if the configuration also has to work outside of Azure.`)
	default:
		tfkit.AddError(diags, summary, thisMachine, azure.Describe(err))
	}
}

// addWarnings reports what the client could not read.
func addWarnings(diags *diag.Diagnostics, summary string, warnings []string) {
	if len(warnings) > 0 {
		diags.AddWarning(summary, "The service's answer has gaps, and attributes that depend on them are null:\n  - "+strings.Join(warnings, "\n  - "))
	}
}
