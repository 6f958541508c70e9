package capturetask

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*resultEphemeral)(nil)

type resultEphemeral struct{ clients clients }

// NewResultEphemeralResource returns the ephemeral resource
// cloudtap_huaweicloud_capture_result.
func NewResultEphemeralResource() ephemeral.EphemeralResource { return &resultEphemeral{} }

// Metadata names the type.
func (*resultEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + resultTypeName
}

// Configure takes the provider's clients.
func (e *resultEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.clients, _ = tfkit.ProviderData[clients](req.ProviderData, &resp.Diagnostics)
}

// Schema describes the ephemeral resource.
func (*resultEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	required := func(description string, check validator.String) schema.Attribute {
		return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: []validator.String{check}}
	}
	optional := func(description string) schema.Attribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description}
	}
	computed := func(description string, secret bool) schema.Attribute {
		return schema.StringAttribute{Computed: true, Sensitive: secret, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: resultDescription + " The link is in memory only: neither in the plan nor in the state.",
		Attributes: map[string]schema.Attribute{
			"fw_instance_id":        required(firewallDescription, firewallIDValidator()),
			"task_id":               required(taskDescription, taskIDValidator()),
			"region":                optional(regionDescription),
			"enterprise_project_id": optional(enterpriseProjectDescription),
			"allowed_ips": schema.SetAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: allowedIPsDescription, Validators: allowedIPsValidators(),
			},
			"on_unavailable": schema.StringAttribute{
				Optional: true, MarkdownDescription: onUnavailableDescription, Validators: onUnavailableValidators(),
			},
			"url":     computed(urlDescription, true),
			"captcha": computed(captchaDescription, true),
			"expires": schema.Int64Attribute{Computed: true, MarkdownDescription: expiresDescription},
			"files": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: filesDescription,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"file_name": computed(fileNameDescription, false),
					"file_path": computed(filePathDescription, false),
					"url":       computed(fileURLDescription, true),
				}},
			},
			"request_host": computed(requestHostDescription, false),
		},
	}
}

// Open makes a link.
func (e *resultEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config resultModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		config.read(ctx, e.clients, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.Result.Set(ctx, &config)...)
	}
}
