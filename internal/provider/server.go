package provider

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Serve serves a provider to the CLI that started this process, until the CLI
// ends it. With debugging it prints how a CLI can attach to it.
func Serve(newProvider func() provider.Provider, debugging bool) error {
	var options []tf6server.ServeOpt
	if debugging {
		options = append(options, tf6server.WithManagedDebug())
	}
	return tf6server.Serve(Address, func() tfprotov6.ProviderServer { return NewServer(newProvider()) }, options...)
}

// NewServer returns the server of Terraform's protocol for a provider.
//
// It is the framework's, which keeps the context of every call until it is
// told to stop, with all that the context holds: 50 KB for each resource of a
// plan, so that a plan of 1,000 spent half of its processor time in the
// garbage collector. The calls that are made for each object get a context
// that is emptied when they have returned.
func NewServer(p provider.Provider) tfprotov6.ProviderServer {
	plain := providerserver.NewProtocol6(p)()
	whole, ok := plain.(frameworkServer)
	if !ok {
		return plain
	}
	return &server{frameworkServer: whole}
}

// frameworkServer is what the framework serves, some of which the protocol
// library looks for in interfaces of their own.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// server adds to the framework's what holds for every type: config_elements.go
// and server_guard.go.
type server struct {
	frameworkServer
	configured atomic.Bool
	schemas    atomic.Pointer[tfprotov6.GetProviderSchemaResponse]
}

// withReleasedContext makes a call with a context that is empty afterwards.
func withReleasedContext[Request, Response any](ctx context.Context, request Request, call func(context.Context, Request) (Response, error)) (Response, error) {
	ctx, release := releasable(ctx)
	defer release()
	return call(ctx, request)
}

// schema returns the schemas of all types, which the framework makes once.
func (s *server) schema(ctx context.Context) (*tfprotov6.GetProviderSchemaResponse, error) {
	if known := s.schemas.Load(); known != nil {
		return known, nil
	}
	found, err := withReleasedContext(ctx, &tfprotov6.GetProviderSchemaRequest{}, s.GetProviderSchema)
	if err == nil {
		s.schemas.Store(found)
	}
	return found, err
}

func (s *server) ConfigureProvider(ctx context.Context, r *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	response, err := s.frameworkServer.ConfigureProvider(ctx, r)
	if err == nil && !hasError(response.Diagnostics) {
		s.configured.Store(true)
	}
	return response, err
}

func (s *server) UpgradeResourceState(ctx context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return withReleasedContext(ctx, r, s.frameworkServer.UpgradeResourceState)
}

func (s *server) UpgradeResourceIdentity(ctx context.Context, r *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return withReleasedContext(ctx, r, s.frameworkServer.UpgradeResourceIdentity)
}

// CallFunction takes an argument without a value for null: that is how
// OpenTofu 1.12 sends one, which the framework cannot read.
func (s *server) CallFunction(ctx context.Context, r *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	null, err := tfprotov6.NewDynamicValue(tftypes.DynamicPseudoType, tftypes.NewValue(tftypes.DynamicPseudoType, nil))
	if err != nil {
		return nil, err
	}
	call := *r
	call.Arguments = slices.Clone(r.Arguments)
	for i, argument := range call.Arguments {
		if argument == nil || len(argument.MsgPack) == 0 && len(argument.JSON) == 0 {
			call.Arguments[i] = &null
		}
	}
	return withReleasedContext(ctx, &call, s.frameworkServer.CallFunction)
}
