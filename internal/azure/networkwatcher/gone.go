package networkwatcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// This file decides when a capture is gone. Removing it from the state cannot
// be undone, so two looks have to agree that do not depend on each other:
// PacketCaptures_Get says so of the capture in the service's own words, or a
// deletion is reported as done, and a whole PacketCaptures_List lacks it.
// A 404 on anything below the capture says nothing about the capture.

// absent reports whether a capture that one answer says to be gone is not in
// the watcher's list either. Where the list cannot be had, PacketCaptures_Get
// is the second look.
func (c *Client) absent(ctx context.Context, id PacketCaptureID) (bool, error) {
	cache := c.cache(id.Watcher)
	shared, err := cache.confirm(ctx)
	if err == nil && shared.find(id.Name) != nil {
		shared, err = cache.confirm(ctx)
	}
	if err == nil {
		return shared.find(id.Name) == nil, nil
	}
	if _, getErr := c.get(ctx, id); getErr == nil || errors.Is(getErr, ErrNotFound) {
		return getErr != nil, nil
	}
	return false, err
}

// gone reports whether both a GET and a list say that there is no such
// capture.
func (c *Client) gone(ctx context.Context, id PacketCaptureID) (bool, error) {
	if _, err := c.get(ctx, id); !errors.Is(err, ErrNotFound) {
		return false, err
	}
	cache := c.cache(id.Watcher)
	cache.invalidate()
	shared, err := cache.share(ctx)
	return err == nil && shared.find(id.Name) == nil, err
}

// NoStatusError says that the service has no status of a capture, although it
// does not say that the capture is gone.
type NoStatusError struct {
	// Lookup is why it could not be found out whether the capture exists;
	// nil if it does.
	Lookup error
	cause  error
}

// Error says both.
func (e *NoStatusError) Error() string { return e.Describe().String() }

// Unwrap returns the answer to the status query.
func (e *NoStatusError) Unwrap() error { return e.cause }

// Describe says what the service said of the capture itself.
func (e *NoStatusError) Describe() failure.Details {
	details := azure.Describe(e.cause)
	details.Summary = "the service has no status of its session, and yet shows the capture itself"
	if e.Lookup != nil {
		details.Summary = fmt.Sprintf("the service has no status of its session, and whether the capture still exists cannot be told: %s", azure.Describe(e.Lookup))
	}
	details.Next = append(details.Next, "The capture stays in the state. Apply again; if this stays so, look at the capture in the portal.")
	return details
}

// explainMissingStatus returns ErrNotFound only if the capture itself is gone:
// a 404 of the status query is not enough for that.
func (c *Client) explainMissingStatus(ctx context.Context, id PacketCaptureID, err error) error {
	if clientError(err) != http.StatusNotFound || !errors.Is(err, ErrNotFound) {
		return err
	}
	gone, lookErr := c.gone(ctx, id)
	if gone {
		return err
	}
	return &NoStatusError{Lookup: lookErr, cause: withoutNotFound(err)}
}

// withoutNotFound returns what the service said, without the conclusion that
// there is no such capture.
func withoutNotFound(err error) error {
	if found, ok := errors.AsType[*captureNotFoundError](err); ok {
		return found.cause
	}
	return err
}

// stillListed says that the service reports a capture as deleted and still lists
// it. deletion is what the deletion failed with; nil if it did not.
func stillListed(deletion error) error {
	return failure.Because(withoutNotFound(deletion), failure.Details{
		Summary: "the service reports it as deleted, and still lists it",
		Next:    []string{"The capture stays in the state. Destroy it again; if this stays so, look at the capture in the portal."},
	})
}

// unconfirmed says that the service reports a capture as deleted, and that the
// second look failed.
func unconfirmed(lookup error) error {
	details := azure.Describe(lookup)
	details.Summary = "the service reports it as deleted, which could not be confirmed: " + details.Summary
	details.Next = append(details.Next, "The capture stays in the state. Destroy it again.")
	return failure.Because(lookup, details)
}
