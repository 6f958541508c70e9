package provider_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

type contextKey struct{}

// TestACallsContextIsNotKept makes calls of the kind of which Terraform makes
// one for each object, with contexts that hold something.
func TestACallsContextIsNotKept(t *testing.T) {
	t.Parallel()
	server := configured(t)
	capture, data := "cloudtap_azure_packet_capture", "cloudtap_azure_packet_captures"
	for name, call := range map[string]func(context.Context) error{
		"ValidateResourceConfig": func(ctx context.Context) error {
			_, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: capture})
			return err
		},
		"UpgradeResourceState": func(ctx context.Context) error {
			_, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: capture})
			return err
		},
		"UpgradeResourceIdentity": func(ctx context.Context) error {
			_, err := server.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{TypeName: capture})
			return err
		},
		"ReadResource": func(ctx context.Context) error {
			_, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: capture})
			return err
		},
		"PlanResourceChange": func(ctx context.Context) error {
			_, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: capture})
			return err
		},
		"ApplyResourceChange": func(ctx context.Context) error {
			_, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: capture})
			return err
		},
		"ValidateDataResourceConfig": func(ctx context.Context) error {
			_, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: data})
			return err
		},
		"ReadDataSource": func(ctx context.Context) error {
			_, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: data})
			return err
		},
		"CallFunction": func(ctx context.Context) error {
			_, err := server.CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: "log_columns"})
			return err
		},
	} {
		if kept(t, call) {
			t.Errorf("%s: the context of the call is kept", name)
		}
	}
	runtime.KeepAlive(server)
}

// kept makes a call, and reports whether what its context held is still there.
func kept(t *testing.T, call func(context.Context) error) bool {
	t.Helper()
	pointer := callWithValue(t, call)
	runtime.GC()
	return pointer.Value() != nil
}

func callWithValue(t *testing.T, call func(context.Context) error) weak.Pointer[[1 << 10]byte] {
	t.Helper()
	value := new([1 << 10]byte)
	if err := call(context.WithValue(t.Context(), contextKey{}, value)); err != nil {
		t.Error(err)
	}
	return weak.Make(value)
}

func TestTheServerServesListsAndActions(t *testing.T) {
	t.Parallel()
	server := provider.NewServer(provider.New("test")())
	if _, ok := server.(tfprotov6.ListResourceServer); !ok {
		t.Error("no list resources")
	}
	if _, ok := server.(tfprotov6.ActionServer); !ok {
		t.Error("no actions")
	}
}
