package capturetask

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*resultEphemeral)(nil)

type resultEphemeral struct{ clients clients }

// NewResultEphemeralResource returns the ephemeral resource
// cloudtap_huaweicloud_capture_result.
func NewResultEphemeralResource() ephemeral.EphemeralResource { return &resultEphemeral{} }

func (*resultEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + resultTypeName
}

func (e *resultEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.clients, _ = tfkit.ProviderData[clients](req.ProviderData, &resp.Diagnostics)
}

func (*resultEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range resultAttributes() {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: resultDescription + " The link is in memory only: neither in the plan nor in the state.",
		Attributes:          attributes,
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
