package tfkit

import (
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
)

// Stream makes list results of objects one by one, and no more than wanted:
// the framework does not enforce the limit of a list, and what is not asked
// for must cost no call.
func Stream[T any](objects []T, limit int64, result func(T) list.ListResult) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		for i, object := range objects {
			if limit > 0 && int64(i) >= limit || !push(result(object)) {
				return
			}
		}
	}
}
