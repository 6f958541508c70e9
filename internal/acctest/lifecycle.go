package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Plan is what the provider plans for a configuration.
type Plan struct {
	Config, Value tftypes.Value
	// Replace are the attributes that force a replacement.
	Replace []string
	private []byte
}

// Action names the planned action as Terraform does.
func (p Plan) Action(prior *Object) string {
	switch {
	case !prior.Exists() && !p.Value.IsNull():
		return "create"
	case p.Value.IsNull():
		return "delete"
	case len(p.Replace) > 0:
		return "replace"
	case prior.Value.Equal(p.Value):
		return "no-op"
	default:
		return "update"
	}
}

// ValidateProvider checks a provider block.
func (p *Provider) ValidateProvider(ctx context.Context, block Config) Diagnostics {
	p.t.Helper()
	resp, err := p.Server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: p.encode(p.schemas.Provider, block)})
	p.fail(err)
	return resp.Diagnostics
}

// Validate checks a resource's configuration.
func (p *Provider) Validate(ctx context.Context, name string, config Config) Diagnostics {
	p.t.Helper()
	resp, err := p.Server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: name, Config: p.encode(p.resource(name), config),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	p.fail(err)
	return resp.Diagnostics
}

// Plan plans a configuration; a nil one plans a destroy.
func (p *Provider) Plan(ctx context.Context, name string, prior *Object, config Config) (Plan, Diagnostics) {
	p.t.Helper()
	return p.plan(ctx, name, prior, nil, config)
}

// PlanReplace plans with -replace: once with the state, and if that has no errors
// once more without, but with the private state of the first plan.
func (p *Provider) PlanReplace(ctx context.Context, name string, prior *Object, config Config) (Plan, Diagnostics) {
	p.t.Helper()
	first, diagnostics := p.plan(ctx, name, prior, nil, config)
	if len(diagnostics.Errors()) > 0 {
		return first, diagnostics
	}
	plan, more := p.plan(ctx, name, nil, first.private, config)
	return plan, append(diagnostics, more...)
}

func (p *Provider) plan(ctx context.Context, name string, prior *Object, private []byte, config Config) (Plan, Diagnostics) {
	p.t.Helper()
	schema := p.resource(name)
	schemaType := schema.ValueType()
	var plan Plan
	before, proposed := tftypes.NewValue(schemaType, nil), tftypes.NewValue(schemaType, nil)
	plan.Config = proposed
	var identity *tfprotov6.ResourceIdentityData
	if prior.Exists() {
		before, private, identity = prior.Value, prior.Private, prior.Identity
	}
	if config != nil {
		plan.Config = p.value(schema, config)
		proposed = proposedNew(schema, before, plan.Config)
	}
	resp, err := p.Server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, PriorState: p.dynamic(schemaType, before), Config: p.dynamic(schemaType, plan.Config),
		ProposedNewState: p.dynamic(schemaType, proposed), PriorPrivate: private, PriorIdentity: identity,
	})
	p.fail(err)
	plan.Value, plan.private = p.decode(schemaType, resp.PlannedState), resp.PlannedPrivate
	for _, path := range resp.RequiresReplace {
		plan.Replace = append(plan.Replace, path.String())
	}
	return plan, resp.Diagnostics
}

// Apply plans and applies a configuration like one terraform apply does,
// with a destroy before a create where a replacement is planned. The object
// is what the state holds afterwards, also after an error.
func (p *Provider) Apply(ctx context.Context, name string, prior *Object, config Config) (*Object, Diagnostics) {
	p.t.Helper()
	plan, diagnostics := p.Plan(ctx, name, prior, config)
	if len(diagnostics.Errors()) > 0 {
		return prior, diagnostics
	}
	if prior.Exists() && len(plan.Replace) > 0 {
		prior, diagnostics = p.Apply(ctx, name, prior, nil)
		if len(diagnostics.Errors()) > 0 {
			return prior, diagnostics
		}
		if plan, diagnostics = p.Plan(ctx, name, nil, config); len(diagnostics.Errors()) > 0 {
			return nil, diagnostics
		}
		prior = nil
	}
	return p.ApplyPlan(ctx, name, prior, plan)
}

// ApplyPlan applies a plan that replaces nothing, as terraform apply does
// with a plan file.
func (p *Provider) ApplyPlan(ctx context.Context, name string, prior *Object, plan Plan) (*Object, Diagnostics) {
	p.t.Helper()
	schemaType := p.resource(name).ValueType()
	before := tftypes.NewValue(schemaType, nil)
	var identity *tfprotov6.ResourceIdentityData
	if prior.Exists() {
		before, identity = prior.Value, prior.Identity
	}
	resp, err := p.Server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: name, PriorState: p.dynamic(schemaType, before), PlannedState: p.dynamic(schemaType, plan.Value),
		Config: p.dynamic(schemaType, plan.Config), PlannedPrivate: plan.private, PlannedIdentity: identity,
	})
	p.fail(err)
	return &Object{Value: p.decode(schemaType, resp.NewState), Private: resp.Private, Identity: resp.NewIdentity}, resp.Diagnostics
}

// Read refreshes an object.
func (p *Provider) Read(ctx context.Context, name string, object *Object) (*Object, Diagnostics) {
	p.t.Helper()
	schemaType := p.resource(name).ValueType()
	resp, err := p.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: name, CurrentState: p.dynamic(schemaType, object.Value), Private: object.Private, CurrentIdentity: object.Identity,
	})
	p.fail(err)
	return &Object{Value: p.decode(schemaType, resp.NewState), Private: resp.Private, Identity: resp.NewIdentity}, resp.Diagnostics
}

// proposedNew merges configuration and prior state as Terraform does: what
// the configuration leaves to the provider keeps its value.
func proposedNew(schema *tfprotov6.Schema, prior, config tftypes.Value) tftypes.Value {
	return tftypes.NewValue(schema.ValueType(), proposedAttributes(schema.Block.Attributes, prior, config))
}

func proposedAttributes(attributes []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) map[string]tftypes.Value {
	before, given := members(prior), members(config)
	proposed := map[string]tftypes.Value{}
	for _, attribute := range attributes {
		value := given[attribute.Name]
		was, existed := before[attribute.Name]
		switch {
		case attribute.Computed && value.IsNull() && existed:
			value = was
		case attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle && value.IsKnown() && !value.IsNull():
			value = tftypes.NewValue(value.Type(), proposedAttributes(attribute.NestedType.Attributes, was, value))
		case attribute.NestedType != nil && attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeList && value.IsKnown() && !value.IsNull():
			value = proposedElements(attribute.NestedType.Attributes, was, value)
		}
		proposed[attribute.Name] = value
	}
	return proposed
}

func proposedElements(attributes []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	before, given := elements(prior), elements(config)
	proposed := make([]tftypes.Value, 0, len(given))
	for i, element := range given {
		var was tftypes.Value
		if i < len(before) {
			was = before[i]
		}
		proposed = append(proposed, tftypes.NewValue(element.Type(), proposedAttributes(attributes, was, element)))
	}
	return tftypes.NewValue(config.Type(), proposed)
}

func members(value tftypes.Value) map[string]tftypes.Value {
	var attributes map[string]tftypes.Value
	if value.Type() == nil || value.IsNull() || !value.IsKnown() || value.As(&attributes) != nil {
		return nil
	}
	return attributes
}

func elements(value tftypes.Value) []tftypes.Value {
	var list []tftypes.Value
	if value.Type() == nil || value.IsNull() || !value.IsKnown() || value.As(&list) != nil {
		return nil
	}
	return list
}
