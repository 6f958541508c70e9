package capturetask

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*resultDataSource)(nil)

type resultDataSource struct{ clients clients }

// NewResultDataSource returns the data source
// cloudtap_huaweicloud_capture_result.
func NewResultDataSource() datasource.DataSource { return &resultDataSource{} }

const resultTypeName = "_huaweicloud_capture_result"

func (*resultDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + resultTypeName
}

func (d *resultDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.clients, _ = tfkit.ProviderData[clients](req.ProviderData, &resp.Diagnostics)
}

func (*resultDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: resultDescription + " The link is stored in the state; the ephemeral resource of the same name leaves no trace, " +
			"and is the better choice where it can be used.",
		Attributes: resultAttributes(),
	}
}

// resultAttributes describe resultModel.
func resultAttributes() map[string]schema.Attribute {
	secret := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"fw_instance_id":        requiredText(firewallDescription, firewallIDValidator()),
		"task_id":               requiredText(taskDescription, taskIDValidator()),
		"region":                optionalText(regionDescription),
		"enterprise_project_id": optionalText(enterpriseProjectDescription),
		"allowed_ips": schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: allowedIPsDescription, Validators: allowedIPsValidators(),
		},
		"on_unavailable": optionalText(onUnavailableDescription, onUnavailableValidators()...),

		"url":     secret(urlDescription),
		"captcha": secret(captchaDescription),
		"expires": tfkit.ComputedNumber(expiresDescription),
		"files": tfkit.ComputedObjects(filesDescription, map[string]schema.Attribute{
			"file_name": tfkit.ComputedText(fileNameDescription),
			"file_path": tfkit.ComputedText(filePathDescription),
			"url":       secret(fileURLDescription),
		}),
		"request_host": tfkit.ComputedText(requestHostDescription),
	}
}

// Read makes a link.
func (d *resultDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config resultModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		config.read(ctx, d.clients, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
	}
}
