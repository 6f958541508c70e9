package tfkit

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
)

// List answers a list request: it reads the list block as a C, finds objects
// of type T, and streams what result makes of them.
func List[C, T any](
	ctx context.Context, req list.ListRequest, stream *list.ListResultsStream,
	find func(config C, diags *diag.Diagnostics) []T, result func(config C, object T) list.ListResult,
) {
	var diags diag.Diagnostics
	var config C
	diags.Append(req.Config.Get(ctx, &config)...)
	var found []T
	if !diags.HasError() {
		found = find(config, &diags)
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = results(found, req.Limit, func(object T) list.ListResult { return result(config, object) })
}

// results makes list results of objects one by one, and no more than wanted:
// the framework does not enforce the limit of a list, and what is not asked
// for must cost no call.
func results[T any](objects []T, limit int64, result func(T) list.ListResult) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		for i, object := range objects {
			if limit > 0 && int64(i) >= limit || !push(result(object)) {
				return
			}
		}
	}
}
