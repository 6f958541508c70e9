package main

import (
	"context"
	"errors"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// providerName is the key of the provider's schemas. The documentation
// generator looks them up by the short name, not by the full address.
const providerName = "cloudtap"

// providerSchemas asks a provider for everything that can be documented.
func providerSchemas(ctx context.Context, server tfprotov6.ProviderServer) (*tfjson.ProviderSchemas, error) {
	response, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("ask the provider for its schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, fmt.Errorf("ask the provider for its identity schemas: %w", err)
	}
	if err := errorOf(append(response.Diagnostics, identities.Diagnostics...)); err != nil {
		return nil, fmt.Errorf("the provider's schemas are invalid: %w", err)
	}
	// Format 1.0 is what every CLI since Terraform 0.15 writes.
	return &tfjson.ProviderSchemas{FormatVersion: "1.0", Schemas: map[string]*tfjson.ProviderSchema{
		providerName: {
			ConfigSchema:             schemaOf(response.Provider),
			ResourceSchemas:          convertAll(response.ResourceSchemas, schemaOf),
			DataSourceSchemas:        convertAll(response.DataSourceSchemas, schemaOf),
			EphemeralResourceSchemas: convertAll(response.EphemeralResourceSchemas, schemaOf),
			ListResourceSchemas:      convertAll(response.ListResourceSchemas, schemaOf),
			ActionSchemas:            convertAll(response.ActionSchemas, actionOf),
			Functions:                convertAll(response.Functions, functionOf),
			ResourceIdentitySchemas:  convertAll(identities.IdentitySchemas, identityOf),
		},
	}}, nil
}

func errorOf(diagnostics []*tfprotov6.Diagnostic) error {
	var errs []error
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, fmt.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail))
		}
	}
	return errors.Join(errs...)
}

func convertAll[From, To any](all map[string]From, convert func(From) To) map[string]To {
	converted := make(map[string]To, len(all))
	for name, one := range all {
		converted[name] = convert(one)
	}
	return converted
}

func schemaOf(schema *tfprotov6.Schema) *tfjson.Schema {
	if schema == nil {
		return nil
	}
	return &tfjson.Schema{Version: count(schema.Version), Block: blockOf(schema.Block)}
}

func actionOf(action *tfprotov6.ActionSchema) *tfjson.ActionSchema {
	return &tfjson.ActionSchema{Block: blockOf(action.Schema.Block)}
}

func functionOf(function *tfprotov6.Function) *tfjson.FunctionSignature {
	signature := &tfjson.FunctionSignature{
		Description:        function.Description,
		Summary:            function.Summary,
		DeprecationMessage: function.DeprecationMessage,
		ReturnType:         typeOf(function.Return.Type),
	}
	for _, parameter := range function.Parameters {
		signature.Parameters = append(signature.Parameters, parameterOf(parameter))
	}
	if function.VariadicParameter != nil {
		signature.VariadicParameter = parameterOf(function.VariadicParameter)
	}
	return signature
}

func parameterOf(parameter *tfprotov6.FunctionParameter) *tfjson.FunctionParameter {
	return &tfjson.FunctionParameter{
		Name:        parameter.Name,
		Description: parameter.Description,
		IsNullable:  parameter.AllowNullValue,
		Type:        typeOf(parameter.Type),
	}
}

func identityOf(identity *tfprotov6.ResourceIdentitySchema) *tfjson.IdentitySchema {
	attributes := make(map[string]*tfjson.IdentityAttribute, len(identity.IdentityAttributes))
	for _, attribute := range identity.IdentityAttributes {
		attributes[attribute.Name] = &tfjson.IdentityAttribute{
			IdentityType:      typeOf(attribute.Type),
			Description:       attribute.Description,
			RequiredForImport: attribute.RequiredForImport,
			OptionalForImport: attribute.OptionalForImport,
		}
	}
	return &tfjson.IdentitySchema{Version: count(identity.Version), Attributes: attributes}
}
