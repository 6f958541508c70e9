package acctest

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// Provider speaks the plugin protocol with a configured provider in this
// process, the way that Terraform does. It reaches what older CLIs cannot:
// list resources, actions and identity.
type Provider struct {
	// Server answers the calls.
	Server tfprotov6.ProviderServer

	t          testing.TB
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

// Object is a resource's state as Terraform keeps it.
type Object struct {
	// Value is the resource's attributes; a null value means that there is
	// no such object.
	Value    tftypes.Value
	Private  []byte
	Identity *tfprotov6.ResourceIdentityData
}

// Exists reports whether the state holds an object.
func (o *Object) Exists() bool { return o != nil && !o.Value.IsNull() }

// Config is a configuration block, as JSON would write it.
type Config map[string]any

// Diagnostics are what a call reported.
type Diagnostics []*tfprotov6.Diagnostic

// Errors returns the texts of the errors: summary, attribute and detail.
func (d Diagnostics) Errors() []string { return d.texts(tfprotov6.DiagnosticSeverityError) }

// Warnings returns the texts of the warnings.
func (d Diagnostics) Warnings() []string { return d.texts(tfprotov6.DiagnosticSeverityWarning) }

func (d Diagnostics) texts(severity tfprotov6.DiagnosticSeverity) []string {
	var texts []string
	for _, diagnostic := range d {
		if diagnostic.Severity == severity {
			text := diagnostic.Summary + "\n" + diagnostic.Detail
			if diagnostic.Attribute != nil {
				text = diagnostic.Attribute.String() + "\n" + text
			}
			texts = append(texts, text)
		}
	}
	return texts
}

// NewProvider starts a provider that talks to the simulation and configures
// it with an empty block, so that everything comes from the environment.
func NewProvider(tb testing.TB, cloud *cloudsim.Cloud) *Provider {
	tb.Helper()
	return NewProviderWithEnvironment(tb, cloud.Lookup)
}

// NewProviderWithEnvironment is NewProvider with another environment.
func NewProviderWithEnvironment(tb testing.TB, getenv func(name string) string) *Provider {
	tb.Helper()
	return NewProviderWith(tb, getenv, Config{})
}

// NewProviderWith is NewProviderWithEnvironment with a provider block.
func NewProviderWith(tb testing.TB, getenv func(name string) string, block Config) *Provider {
	tb.Helper()
	return NewProviderIn(tb, provider.Environment{Getenv: getenv}, block)
}

// NewProviderIn is NewProviderWith with everything that surrounds a provider.
func NewProviderIn(tb testing.TB, environment provider.Environment, block Config) *Provider {
	tb.Helper()
	server, err := factories(environment)["cloudtap"]()
	if err != nil {
		tb.Fatal(err)
	}
	p := &Provider{Server: server, t: tb}
	ctx := context.Background()
	p.schemas, err = server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	p.fail(err)
	p.identities, err = server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	p.fail(err)
	p.Expect(Diagnostics(p.schemas.Diagnostics))
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0", Config: p.encode(p.schemas.Provider, block),
	})
	p.fail(err)
	p.Expect(Diagnostics(configured.Diagnostics))
	return p
}

// Expect fails the test on errors among diagnostics.
func (p *Provider) Expect(diagnostics Diagnostics) {
	p.t.Helper()
	for _, text := range diagnostics.Errors() {
		p.t.Fatal(text)
	}
}

func (p *Provider) fail(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *Provider) resource(name string) *tfprotov6.Schema {
	p.t.Helper()
	schema, ok := p.schemas.ResourceSchemas[name]
	if !ok {
		p.t.Fatalf("the provider has no resource %s", name)
	}
	return schema
}

// value makes a value of the schema's type; what config leaves out is null.
func (p *Provider) value(schema *tfprotov6.Schema, config Config) tftypes.Value {
	p.t.Helper()
	text, err := json.Marshal(config)
	p.fail(err)
	value, err := (&tfprotov6.RawState{JSON: text}).Unmarshal(schema.ValueType())
	p.fail(err)
	return value
}

func (p *Provider) encode(schema *tfprotov6.Schema, config Config) *tfprotov6.DynamicValue {
	p.t.Helper()
	return p.dynamic(schema.ValueType(), p.value(schema, config))
}

func (p *Provider) dynamic(schemaType tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	dynamic, err := tfprotov6.NewDynamicValue(schemaType, value)
	p.fail(err)
	return &dynamic
}

func (p *Provider) decode(schemaType tftypes.Type, dynamic *tfprotov6.DynamicValue) tftypes.Value {
	p.t.Helper()
	if dynamic == nil {
		return tftypes.NewValue(schemaType, nil)
	}
	value, err := dynamic.Unmarshal(schemaType)
	p.fail(err)
	return value
}
