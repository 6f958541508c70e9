package tfkit

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// PrivateSetter writes the private state of a resource.
type PrivateSetter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// PrivateGetter reads the private state of a resource.
type PrivateGetter interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// LoadPrivate reads a value from the private state and reports whether it is
// there.
func LoadPrivate[T any](ctx context.Context, private PrivateGetter, key string, diags *diag.Diagnostics) (T, bool) {
	var value T
	text, problems := private.GetKey(ctx, key)
	diags.Append(problems...)
	if len(text) == 0 || string(text) == "null" {
		return value, false
	}
	if err := json.Unmarshal(text, &value); err != nil {
		diags.AddError("Could not read the private state", fmt.Sprintf("The private state of this resource is damaged (%s): %s. Restore an older state.", key, err))
		return value, false
	}
	return value, true
}

// StorePrivate writes a value to the private state; nil removes it.
func StorePrivate[T any](ctx context.Context, private PrivateSetter, key string, value *T) diag.Diagnostics {
	text, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Could not save the private state", Sentence(err))}
	}
	return private.SetKey(ctx, key, text)
}
