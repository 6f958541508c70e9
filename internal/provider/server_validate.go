package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// schemaOf picks one type's schema.
type schemaOf func(*tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema

func resourceSchema(name string) schemaOf {
	return func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema { return all.ResourceSchemas[name] }
}

func dataSourceSchema(name string) schemaOf {
	return func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema { return all.DataSourceSchemas[name] }
}

func ephemeralSchema(name string) schemaOf {
	return func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
		return all.EphemeralResourceSchemas[name]
	}
}

func listSchema(name string) schemaOf {
	return func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema { return all.ListResourceSchemas[name] }
}

func actionSchema(name string) schemaOf {
	return func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema {
		if action := all.ActionSchemas[name]; action != nil {
			return action.Schema
		}
		return nil
	}
}

// check is checkConfig with the schema that it needs.
func (s *server) check(ctx context.Context, of schemaOf, config *tfprotov6.DynamicValue) (found []*tfprotov6.Diagnostic, whole bool, err error) {
	all, err := s.schema(ctx)
	if err != nil {
		return nil, false, err
	}
	found, whole = checkConfig(of(all), config)
	return found, whole, nil
}

func (s *server) ValidateProviderConfig(ctx context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	found, whole, err := s.check(ctx, func(all *tfprotov6.GetProviderSchemaResponse) *tfprotov6.Schema { return all.Provider }, r.Config)
	if err != nil || !whole {
		return &tfprotov6.ValidateProviderConfigResponse{Diagnostics: found}, err
	}
	return s.frameworkServer.ValidateProviderConfig(ctx, r)
}

func (s *server) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	found, whole, err := s.check(ctx, resourceSchema(r.TypeName), r.Config)
	if err != nil || !whole {
		return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: found}, err
	}
	response, err := withReleasedContext(ctx, r, s.frameworkServer.ValidateResourceConfig)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, found...)
	}
	return response, err
}

func (s *server) ValidateDataResourceConfig(ctx context.Context, r *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	found, whole, err := s.check(ctx, dataSourceSchema(r.TypeName), r.Config)
	if err != nil || !whole {
		return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: found}, err
	}
	response, err := withReleasedContext(ctx, r, s.frameworkServer.ValidateDataResourceConfig)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, found...)
	}
	return response, err
}

func (s *server) ValidateEphemeralResourceConfig(ctx context.Context, r *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	found, whole, err := s.check(ctx, ephemeralSchema(r.TypeName), r.Config)
	if err != nil || !whole {
		return &tfprotov6.ValidateEphemeralResourceConfigResponse{Diagnostics: found}, err
	}
	response, err := s.frameworkServer.ValidateEphemeralResourceConfig(ctx, r)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, found...)
	}
	return response, err
}

func (s *server) ValidateListResourceConfig(ctx context.Context, r *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	found, whole, err := s.check(ctx, listSchema(r.TypeName), r.Config)
	if err != nil || !whole {
		return &tfprotov6.ValidateListResourceConfigResponse{Diagnostics: found}, err
	}
	response, err := s.frameworkServer.ValidateListResourceConfig(ctx, r)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, found...)
	}
	return response, err
}

func (s *server) ValidateActionConfig(ctx context.Context, r *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	found, whole, err := s.check(ctx, actionSchema(r.ActionType), r.Config)
	if err != nil || !whole {
		return &tfprotov6.ValidateActionConfigResponse{Diagnostics: found}, err
	}
	response, err := s.frameworkServer.ValidateActionConfig(ctx, r)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, found...)
	}
	return response, err
}
