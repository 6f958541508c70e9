// Package tfkit is the Terraform plumbing that all services share: access to
// the provider's clients, diagnostics, plan modifiers, validators, timeouts
// and logging.
package tfkit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// ProviderData returns what the provider's Configure handed over as T, the
// interface with which a service says what it needs. Before the provider is
// configured, as during validation, there is none and ok is false.
func ProviderData[T any](data any, diags *diag.Diagnostics) (clients T, ok bool) {
	if data == nil {
		return clients, false
	}
	clients, ok = data.(T)
	if !ok {
		diags.AddError("Could not configure cloudtap",
			fmt.Sprintf("The provider handed over %T, which lacks what this type needs. This is a defect of the provider, please report it.", data))
	}
	return clients, ok
}

// WithTimeout bounds ctx by a value of a timeouts attribute: read is one of
// its methods, for example plan.Timeouts.Create.
func WithTimeout(
	ctx context.Context,
	read func(context.Context, time.Duration) (time.Duration, diag.Diagnostics),
	byDefault time.Duration,
	diags *diag.Diagnostics,
) (context.Context, context.CancelFunc) {
	timeout, problems := read(ctx, byDefault)
	diags.Append(problems...)
	return context.WithTimeout(ctx, timeout)
}

// TimeoutDescription describes a timeout of an operation that has only one.
func TimeoutDescription(byDefault time.Duration) string {
	return fmt.Sprintf("How long to wait, for example `90s` or `1h30m`. Default `%s`.", byDefault)
}

// NoTimeouts returns the null value of a resource's timeouts attribute, for
// models that come neither from a plan nor from a state.
func NoTimeouts(of schema.Schema) timeouts.Value {
	object, ok := of.Attributes["timeouts"].GetType().(attr.TypeWithAttributeTypes)
	if !ok {
		return timeouts.Value{}
	}
	return timeouts.Value{Object: types.ObjectNull(object.AttributeTypes())}
}

// AfterInterruption returns a context for the last look at an object whose
// operation was interrupted: it outlives ctx, but not for long.
func AfterInterruption(ctx context.Context) (context.Context, context.CancelFunc) {
	return wait.Detached(ctx, 30*time.Second)
}

// NotYetKnownError says that the provider block holds values that only the
// apply will know.
type NotYetKnownError struct {
	// Attributes are the settings, for example "azure.client_secret".
	Attributes []string
}

// Error names the settings and two ways out.
func (e *NotYetKnownError) Error() string {
	return fmt.Sprintf("the provider's configuration depends on values that are known only after apply: %s. "+
		"Apply what they come from first (terraform apply -target=...), or give them as variables.", strings.Join(e.Attributes, ", "))
}
