package acctest

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Import imports an object by its id.
func (p *Provider) Import(ctx context.Context, name, id string) (*Object, Diagnostics) {
	p.t.Helper()
	return p.importState(ctx, name, &tfprotov6.ImportResourceStateRequest{TypeName: name, ID: id})
}

// ImportByIdentity imports an object by its identity.
func (p *Provider) ImportByIdentity(ctx context.Context, name string, identity Config) (*Object, Diagnostics) {
	p.t.Helper()
	schema := p.identities.IdentitySchemas[name]
	text, err := json.Marshal(identity)
	p.fail(err)
	value, err := (&tfprotov6.RawState{JSON: text}).Unmarshal(schema.ValueType())
	p.fail(err)
	return p.importState(ctx, name, &tfprotov6.ImportResourceStateRequest{
		TypeName: name, Identity: &tfprotov6.ResourceIdentityData{IdentityData: p.dynamic(schema.ValueType(), value)},
	})
}

// importState imports and, as Terraform does, refreshes what it got.
func (p *Provider) importState(ctx context.Context, name string, req *tfprotov6.ImportResourceStateRequest) (*Object, Diagnostics) {
	p.t.Helper()
	resp, err := p.Server.ImportResourceState(ctx, req)
	p.fail(err)
	diagnostics := Diagnostics(resp.Diagnostics)
	if len(diagnostics.Errors()) > 0 || len(resp.ImportedResources) == 0 {
		return nil, diagnostics
	}
	imported := resp.ImportedResources[0]
	object, more := p.Read(ctx, name, &Object{
		Value: p.decode(p.resource(name).ValueType(), imported.State), Private: imported.Private, Identity: imported.Identity,
	})
	return object, append(diagnostics, more...)
}

// Identity returns the members of an object's identity.
func (p *Provider) Identity(name string, object *Object) map[string]tftypes.Value {
	p.t.Helper()
	if object.Identity == nil {
		return nil
	}
	return members(p.decode(p.identities.IdentitySchemas[name].ValueType(), object.Identity.IdentityData))
}

// Move moves the state of another provider's resource; raw is its JSON.
func (p *Provider) Move(ctx context.Context, sourceProvider, sourceType, name, raw string) (*Object, Diagnostics) {
	p.t.Helper()
	resp, err := p.Server.MoveResourceState(ctx, &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: sourceProvider, SourceTypeName: sourceType,
		SourceState: &tfprotov6.RawState{JSON: []byte(raw)}, TargetTypeName: name,
	})
	p.fail(err)
	return &Object{
		Value: p.decode(p.resource(name).ValueType(), resp.TargetState), Private: resp.TargetPrivate, Identity: resp.TargetIdentity,
	}, resp.Diagnostics
}

// ReadData reads a data source.
func (p *Provider) ReadData(ctx context.Context, name string, config Config) (tftypes.Value, Diagnostics) {
	p.t.Helper()
	schema, ok := p.schemas.DataSourceSchemas[name]
	if !ok {
		p.t.Fatalf("the provider has no data source %s", name)
	}
	validated, err := p.Server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: p.encode(schema, config)})
	p.fail(err)
	if diagnostics := Diagnostics(validated.Diagnostics); len(diagnostics.Errors()) > 0 {
		return tftypes.NewValue(schema.ValueType(), nil), diagnostics
	}
	resp, err := p.Server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: p.encode(schema, config)})
	p.fail(err)
	return p.decode(schema.ValueType(), resp.State), resp.Diagnostics
}

// Listed is one result of a list resource.
type Listed struct {
	DisplayName string
	Resource    tftypes.Value
	Identity    map[string]tftypes.Value
}

// List runs a list block. It stops the stream after most results if most is
// positive, as Terraform does at its limit.
func (p *Provider) List(ctx context.Context, name string, config Config, limit int64, includeResource bool, most int) ([]Listed, Diagnostics) {
	p.t.Helper()
	schema, ok := p.schemas.ListResourceSchemas[name]
	if !ok {
		p.t.Fatalf("the provider has no list resource %s", name)
	}
	lister, ok := p.Server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatalf("%T lists no resources", p.Server)
	}
	validated, err := lister.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: p.encode(schema, config)})
	p.fail(err)
	diagnostics := Diagnostics(validated.Diagnostics)
	if len(diagnostics.Errors()) > 0 {
		return nil, diagnostics
	}
	stream, err := lister.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: name, Config: p.encode(schema, config), IncludeResource: includeResource, Limit: limit,
	})
	p.fail(err)
	var listed []Listed
	for result := range stream.Results {
		diagnostics = append(diagnostics, result.Diagnostics...)
		item := Listed{DisplayName: result.DisplayName, Resource: p.decode(p.resource(name).ValueType(), result.Resource)}
		if result.Identity != nil {
			item.Identity = members(p.decode(p.identities.IdentitySchemas[name].ValueType(), result.Identity.IdentityData))
		}
		listed = append(listed, item)
		if most > 0 && len(listed) == most {
			break
		}
	}
	return listed, diagnostics
}

// Invoke runs an action and returns its progress messages.
func (p *Provider) Invoke(ctx context.Context, name string, config Config) ([]string, Diagnostics) {
	p.t.Helper()
	schema, ok := p.schemas.ActionSchemas[name]
	if !ok {
		p.t.Fatalf("the provider has no action %s", name)
	}
	server, ok := p.Server.(tfprotov6.ActionServer)
	if !ok {
		p.t.Fatalf("%T has no actions", p.Server)
	}
	encoded := p.encode(schema.Schema, config)
	validated, err := server.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: encoded})
	p.fail(err)
	if diagnostics := Diagnostics(validated.Diagnostics); len(diagnostics.Errors()) > 0 {
		return nil, diagnostics
	}
	planned, err := server.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: name, Config: encoded})
	p.fail(err)
	if diagnostics := Diagnostics(planned.Diagnostics); len(diagnostics.Errors()) > 0 {
		return nil, diagnostics
	}
	stream, err := server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: name, Config: encoded})
	p.fail(err)
	var progress []string
	var diagnostics Diagnostics
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diagnostics = append(diagnostics, event.Diagnostics...)
		}
	}
	return slices.Clip(progress), diagnostics
}
