package capturetask

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type resultDataSource struct{ tfkit.DataSource[clients] }

// NewResultDataSource returns the data source
// cloudtap_huaweicloud_capture_result.
func NewResultDataSource() datasource.DataSource {
	return &resultDataSource{tfkit.DataSource[clients]{Type: resultTypeName}}
}

const resultTypeName = "huaweicloud_capture_result"

func (*resultDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: resultDescription + " The link is stored in the state; the ephemeral resource of the same name leaves no trace, " +
			"and is the better choice where it can be used.",
		Attributes: resultAttributes(),
	}
}

// resultAttributes describe resultModel.
func resultAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"fw_instance_id":        tfkit.RequiredText(firewallDescription, firewallIDValidator()),
		"task_id":               tfkit.RequiredText(taskDescription, taskIDValidator()),
		"region":                tfkit.OptionalText(regionDescription),
		"enterprise_project_id": tfkit.OptionalText(enterpriseProjectDescription),
		"allowed_ips": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Only these IP addresses or CIDR blocks (at most three) may download. The service offers this in some regions only.",
			Validators: []validator.Set{
				setvalidator.SizeBetween(1, cfw.MaxAllowedIPs),
				setvalidator.ValueStringsAre(allowedIPValidator{"should be an IP address or a CIDR block"}),
			},
		},
		"on_unavailable": tfkit.OptionalText("What to do while the capture runs, and when its record has aged out: `error` (default), or `null` for null in every result. "+
			"Any other failure is always an error.", stringvalidator.OneOf(unavailableError, unavailableNull)),

		"url":     tfkit.ComputedSecret("Link to a shared folder; null where the service gives `files` instead."),
		"captcha": tfkit.ComputedSecret("Access code (captcha) that the download page asks for."),
		"expires": tfkit.ComputedNumber("How long the link is valid, as a number whose unit the service does not document."),
		"files": tfkit.ComputedObjects("Files with a link each, where the region's object storage cannot share folders; empty otherwise.", map[string]schema.Attribute{
			"file_name": tfkit.ComputedText("Name of the file."),
			"file_path": tfkit.ComputedText("Path of the file in the object storage."),
			"url":       tfkit.ComputedSecret("Signed link to the file."),
		}),
		"request_host": tfkit.ComputedText("`Host` header that a download of `files` must send."),
	}
}

// Read makes a link.
func (d *resultDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config resultModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		config.read(ctx, d.Clients, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
	}
}
