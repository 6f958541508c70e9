package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// guard refuses what needs the clients before there are any, which no type
// can do by itself, and a configuration of which the apply learnt more than
// the plan knew. The answer is nil if the call can go on.
func (s *server) guard(ctx context.Context, of schemaOf, config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
	if refused := s.unconfigured(); refused != nil {
		return refused, nil
	}
	found, _, err := s.check(ctx, of, config)
	return found, err
}

func (s *server) unconfigured() []*tfprotov6.Diagnostic {
	if s.configured.Load() {
		return nil
	}
	return []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Provider is not configured",
		Detail: "cloudtap was called before its configuration, or after that had failed. Terraform always configures a provider first; another caller has to call ConfigureProvider.",
	}}
}

func hasError(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

func (s *server) ReadResource(ctx context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	if refused := s.unconfigured(); refused != nil {
		return &tfprotov6.ReadResourceResponse{NewState: r.CurrentState, Private: r.Private, NewIdentity: r.CurrentIdentity, Diagnostics: refused}, nil
	}
	return withReleasedContext(ctx, r, s.frameworkServer.ReadResource)
}

func (s *server) PlanResourceChange(ctx context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if refused := s.unconfigured(); refused != nil {
		return &tfprotov6.PlanResourceChangeResponse{PlannedState: r.PriorState, PlannedPrivate: r.PriorPrivate, Diagnostics: refused}, nil
	}
	return withReleasedContext(ctx, r, s.frameworkServer.PlanResourceChange)
}

func (s *server) ApplyResourceChange(ctx context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	refused, err := s.guard(ctx, resourceSchema(r.TypeName), r.Config)
	if err != nil || len(refused) > 0 {
		return &tfprotov6.ApplyResourceChangeResponse{NewState: r.PriorState, Private: r.PlannedPrivate, NewIdentity: r.PlannedIdentity, Diagnostics: refused}, err
	}
	return withReleasedContext(ctx, r, s.frameworkServer.ApplyResourceChange)
}

func (s *server) ImportResourceState(ctx context.Context, r *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	if refused := s.unconfigured(); refused != nil {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: refused}, nil
	}
	return s.frameworkServer.ImportResourceState(ctx, r)
}

func (s *server) ReadDataSource(ctx context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	refused, err := s.guard(ctx, dataSourceSchema(r.TypeName), r.Config)
	if err != nil || len(refused) > 0 {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: refused}, err
	}
	return withReleasedContext(ctx, r, s.frameworkServer.ReadDataSource)
}

func (s *server) OpenEphemeralResource(ctx context.Context, r *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	refused, err := s.guard(ctx, ephemeralSchema(r.TypeName), r.Config)
	if err != nil || len(refused) > 0 {
		return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: refused}, err
	}
	return s.frameworkServer.OpenEphemeralResource(ctx, r)
}

func (s *server) RenewEphemeralResource(ctx context.Context, r *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	if refused := s.unconfigured(); refused != nil {
		return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: refused}, nil
	}
	return s.frameworkServer.RenewEphemeralResource(ctx, r)
}

func (s *server) ListResource(ctx context.Context, r *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	refused, err := s.guard(ctx, listSchema(r.TypeName), r.Config)
	if err != nil || len(refused) > 0 {
		return &tfprotov6.ListResourceServerStream{Results: slices.Values([]tfprotov6.ListResourceResult{{Diagnostics: refused}})}, err
	}
	return s.frameworkServer.ListResource(ctx, r)
}

func (s *server) PlanAction(ctx context.Context, r *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	if refused := s.unconfigured(); refused != nil {
		return &tfprotov6.PlanActionResponse{Diagnostics: refused}, nil
	}
	return s.frameworkServer.PlanAction(ctx, r)
}

func (s *server) InvokeAction(ctx context.Context, r *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	refused, err := s.guard(ctx, actionSchema(r.ActionType), r.Config)
	if err != nil || len(refused) > 0 {
		failed := tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: refused}}
		return &tfprotov6.InvokeActionServerStream{Events: slices.Values([]tfprotov6.InvokeActionEvent{failed})}, err
	}
	return s.frameworkServer.InvokeAction(ctx, r)
}
