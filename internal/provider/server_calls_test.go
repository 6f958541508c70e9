package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// configured returns a provider that knows no cloud.
func configured(t *testing.T) tfprotov6.ProviderServer {
	t.Helper()
	server := provider.NewServer(provider.NewWithEnvironment("test", provider.Environment{Getenv: func(string) string { return "" }})())
	_, all, _ := schemas(t)
	blockType, ok := all.Provider.ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the provider's configuration is no object")
	}
	response, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: dynamic(t, blockType, tftypes.NewValue(blockType, nulls(blockType))),
	})
	if err != nil || len(response.Diagnostics) > 0 {
		t.Fatal(err, texts(response.Diagnostics))
	}
	return server
}

// must returns a call's answer.
func must[Response any](t *testing.T) func(Response, error) Response {
	t.Helper()
	return func(response Response, err error) Response {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
}

func validateProvider(t *testing.T, s tfprotov6.ProviderServer, _ string, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	t.Helper()
	return must[*tfprotov6.ValidateProviderConfigResponse](t)(s.ValidateProviderConfig(t.Context(),
		&tfprotov6.ValidateProviderConfigRequest{Config: config})).Diagnostics
}

func validateResource(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	t.Helper()
	return must[*tfprotov6.ValidateResourceConfigResponse](t)(s.ValidateResourceConfig(t.Context(),
		&tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true}})).Diagnostics
}

func useResource(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) map[string][]*tfprotov6.Diagnostic {
	t.Helper()
	_, all, _ := schemas(t)
	of := all.ResourceSchemas[name].ValueType()
	none := dynamic(t, of, tftypes.NewValue(of, nil))
	return map[string][]*tfprotov6.Diagnostic{
		"ReadResource": must[*tfprotov6.ReadResourceResponse](t)(s.ReadResource(t.Context(),
			&tfprotov6.ReadResourceRequest{TypeName: name, CurrentState: config})).Diagnostics,
		"PlanResourceChange": must[*tfprotov6.PlanResourceChangeResponse](t)(s.PlanResourceChange(t.Context(),
			&tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: none, ProposedNewState: config, Config: config})).Diagnostics,
		"ApplyResourceChange": must[*tfprotov6.ApplyResourceChangeResponse](t)(s.ApplyResourceChange(t.Context(),
			&tfprotov6.ApplyResourceChangeRequest{TypeName: name, PriorState: none, PlannedState: config, Config: config})).Diagnostics,
		"ImportResourceState": must[*tfprotov6.ImportResourceStateResponse](t)(s.ImportResourceState(t.Context(),
			&tfprotov6.ImportResourceStateRequest{TypeName: name, ID: "an id"})).Diagnostics,
	}
}

func validateDataSource(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	t.Helper()
	return must[*tfprotov6.ValidateDataResourceConfigResponse](t)(s.ValidateDataResourceConfig(t.Context(),
		&tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})).Diagnostics
}

func useDataSource(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) map[string][]*tfprotov6.Diagnostic {
	t.Helper()
	return map[string][]*tfprotov6.Diagnostic{"ReadDataSource": must[*tfprotov6.ReadDataSourceResponse](t)(s.ReadDataSource(t.Context(),
		&tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})).Diagnostics}
}

func validateEphemeral(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	t.Helper()
	return must[*tfprotov6.ValidateEphemeralResourceConfigResponse](t)(s.ValidateEphemeralResourceConfig(t.Context(),
		&tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config})).Diagnostics
}

func useEphemeral(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) map[string][]*tfprotov6.Diagnostic {
	t.Helper()
	return map[string][]*tfprotov6.Diagnostic{
		"OpenEphemeralResource": must[*tfprotov6.OpenEphemeralResourceResponse](t)(s.OpenEphemeralResource(t.Context(),
			&tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: config})).Diagnostics,
		"RenewEphemeralResource": must[*tfprotov6.RenewEphemeralResourceResponse](t)(s.RenewEphemeralResource(t.Context(),
			&tfprotov6.RenewEphemeralResourceRequest{TypeName: name})).Diagnostics,
	}
}

// as is the server as one of what not every server has.
func as[T any](t *testing.T, s tfprotov6.ProviderServer) T {
	t.Helper()
	served, ok := s.(T)
	if !ok {
		t.Fatalf("the provider is no %T", served)
	}
	return served
}

func validateList(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	t.Helper()
	lists := as[tfprotov6.ListResourceServer](t, s)
	return must[*tfprotov6.ValidateListResourceConfigResponse](t)(lists.ValidateListResourceConfig(t.Context(),
		&tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: config})).Diagnostics
}

func useList(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) map[string][]*tfprotov6.Diagnostic {
	t.Helper()
	lists := as[tfprotov6.ListResourceServer](t, s)
	stream := must[*tfprotov6.ListResourceServerStream](t)(lists.ListResource(t.Context(),
		&tfprotov6.ListResourceRequest{TypeName: name, Config: config}))
	var found []*tfprotov6.Diagnostic
	for result := range stream.Results {
		found = append(found, result.Diagnostics...)
	}
	return map[string][]*tfprotov6.Diagnostic{"ListResource": found}
}

func validateAction(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	t.Helper()
	actions := as[tfprotov6.ActionServer](t, s)
	return must[*tfprotov6.ValidateActionConfigResponse](t)(actions.ValidateActionConfig(t.Context(),
		&tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: config})).Diagnostics
}

func useAction(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) map[string][]*tfprotov6.Diagnostic {
	t.Helper()
	actions := as[tfprotov6.ActionServer](t, s)
	stream := must[*tfprotov6.InvokeActionServerStream](t)(actions.InvokeAction(t.Context(),
		&tfprotov6.InvokeActionRequest{ActionType: name, Config: config}))
	var found []*tfprotov6.Diagnostic
	for event := range stream.Events {
		if completed, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
			found = append(found, completed.Diagnostics...)
		}
	}
	return map[string][]*tfprotov6.Diagnostic{
		"InvokeAction": found,
		"PlanAction": must[*tfprotov6.PlanActionResponse](t)(actions.PlanAction(t.Context(),
			&tfprotov6.PlanActionRequest{ActionType: name, Config: config})).Diagnostics,
	}
}
