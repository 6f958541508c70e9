package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
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
	return server{whole}
}

// frameworkServer is what the framework serves, some of which the protocol
// library looks for in interfaces of their own.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

type server struct{ frameworkServer }

// forgetful makes a call with a context that is empty afterwards.
func forgetful[Request, Response any](ctx context.Context, request Request, call func(context.Context, Request) (Response, error)) (Response, error) {
	ctx, release := releasable(ctx)
	defer release()
	return call(ctx, request)
}

func (s server) ValidateResourceConfig(ctx context.Context, r *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return forgetful(ctx, r, s.frameworkServer.ValidateResourceConfig)
}

func (s server) UpgradeResourceState(ctx context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return forgetful(ctx, r, s.frameworkServer.UpgradeResourceState)
}

func (s server) UpgradeResourceIdentity(ctx context.Context, r *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return forgetful(ctx, r, s.frameworkServer.UpgradeResourceIdentity)
}

func (s server) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return forgetful(ctx, r, s.frameworkServer.ReadResource)
}

func (s server) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return forgetful(ctx, r, s.frameworkServer.PlanResourceChange)
}

func (s server) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return forgetful(ctx, r, s.frameworkServer.ApplyResourceChange)
}

func (s server) ValidateDataResourceConfig(ctx context.Context, r *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return forgetful(ctx, r, s.frameworkServer.ValidateDataResourceConfig)
}

func (s server) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return forgetful(ctx, r, s.frameworkServer.ReadDataSource)
}

func (s server) CallFunction(ctx context.Context, r *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return forgetful(ctx, r, s.frameworkServer.CallFunction)
}
