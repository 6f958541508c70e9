package imds

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// unavailableLifetime is how long it is believed that there is no service,
// so that many readers at once need not find out one after the other.
const unavailableLifetime = 5 * time.Second

// shared is what all callers of a client share: a value, or for a while that
// there is no service.
type shared[T any] struct {
	value   T
	failure error
	expires time.Time
}

// share returns what is remembered for key, or the result of the work, which
// ends early only when nobody waits for it any more.
func share[T any](ctx context.Context, clock wait.Clock, remembered *memo.Memo[string, shared[T]], key string, work func(context.Context) (T, error)) (T, error) {
	believed := func(s shared[T]) bool { return s.failure == nil || clock.Now().Before(s.expires) }
	found, err := remembered.Get(ctx, key, believed, func(ctx context.Context) (shared[T], error) {
		value, err := work(ctx)
		if unavailable := new(UnavailableError); errors.As(err, &unavailable) {
			return shared[T]{failure: err, expires: clock.Now().Add(unavailableLifetime)}, nil
		}
		return shared[T]{value: value}, err
	})
	var left *memo.LeftError
	switch {
	case errors.As(err, &left):
		return found.value, fmt.Errorf("gave up waiting for the instance metadata service: %w", left.Err)
	case err != nil:
		return found.value, err
	default:
		return found.value, found.failure
	}
}
