package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Function is a function of the provider that takes one argument, an A, and
// returns an R.
type Function[A, R any] struct {
	Name string
	// Text describes it.
	Text function.Definition
	// Call returns the result, or what is wrong with the argument.
	Call func(ctx context.Context, argument A) (R, error)
}

// Metadata implements function.Function.
func (f Function[A, R]) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.Name
}

// Definition implements function.Function.
func (f Function[A, R]) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.Text
}

// Run implements function.Function.
func (f Function[A, R]) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var argument A
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &argument))
	if resp.Error != nil {
		return
	}
	result, err := f.Call(ctx, argument)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, result)
}

// TextTypes are the types of an object whose attributes are all texts.
func TextTypes(names ...string) map[string]attr.Type {
	all := map[string]attr.Type{}
	for _, name := range names {
		all[name] = types.StringType
	}
	return all
}
