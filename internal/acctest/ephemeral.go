package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Open opens an ephemeral resource.
func (p *Provider) Open(ctx context.Context, name string, config Config) (tftypes.Value, Diagnostics) {
	p.t.Helper()
	schema, ok := p.schemas.EphemeralResourceSchemas[name]
	if !ok {
		p.t.Fatalf("the provider has no ephemeral resource %s", name)
	}
	validated, err := p.Server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{
		TypeName: name, Config: p.encode(schema, config),
	})
	p.fail(err)
	if diagnostics := Diagnostics(validated.Diagnostics); len(diagnostics.Errors()) > 0 {
		return tftypes.NewValue(schema.ValueType(), nil), diagnostics
	}
	resp, err := p.Server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: p.encode(schema, config)})
	p.fail(err)
	return p.decode(schema.ValueType(), resp.Result), append(Diagnostics(validated.Diagnostics), resp.Diagnostics...)
}
