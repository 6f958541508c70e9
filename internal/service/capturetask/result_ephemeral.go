package capturetask

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type resultEphemeral struct{ tfkit.Ephemeral[clients] }

// NewResultEphemeralResource returns the ephemeral resource
// cloudtap_huaweicloud_capture_result.
func NewResultEphemeralResource() ephemeral.EphemeralResource {
	return &resultEphemeral{tfkit.Ephemeral[clients]{Type: resultTypeName}}
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
		config.read(ctx, e.Clients, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.Result.Set(ctx, &config)...)
	}
}
