package networkwatcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Stop ends a capture's session, PacketCaptures_Stop, and waits until the
// service has done so. A session that has ended already is fine. The error is
// ErrNotFound if the service said that there is no such capture.
func (c *Client) Stop(ctx context.Context, id PacketCaptureID) error {
	cache := c.cache(id.Watcher)
	cache.invalidate()
	defer cache.invalidate()
	return azure.Wrap(fmt.Sprintf("stop packet capture %q", id.Name), c.stop(ctx, id))
}

func (c *Client) stop(ctx context.Context, id PacketCaptureID) error {
	client, err := c.packetCaptures(id.Watcher)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("packet capture %q to stop", id.Name)
	started, err := begin(ctx, c, what, func(ctx context.Context) (*runtime.Poller[armnetwork.PacketCapturesClientStopResponse], error) {
		return client.BeginStop(ctx, id.Watcher.ResourceGroupName, id.Watcher.Name, id.Name, nil)
	})
	if err == nil {
		err = started.until(ctx, c.waiter(), what, "")
	}
	if err == nil {
		return nil
	}
	if stopMayHaveEnded(err) {
		// What counts is whether the session has ended, not whose doing it
		// was, or whether the service still knows the operation.
		if state, _, statusErr := c.status(ctx, id, followLocation); statusErr == nil && Ended(*state.PacketCaptureStatus) {
			return nil
		}
	}
	return classify(id, err)
}

// stopMayHaveEnded reports whether a session may have ended although its stop
// failed.
func stopMayHaveEnded(err error) bool {
	status := clientError(err)
	return status == http.StatusBadRequest || status == http.StatusConflict || saysNothing(err)
}

// saysNothing reports whether an error leaves open what became of a request
// that the service answered: an operation that failed or that it does not know
// (any more), or an answer that is none, or broke off.
func saysNothing(err error) bool {
	status := clientError(err)
	return status == http.StatusNotFound || status > 0 && status < http.StatusBadRequest ||
		errors.As(err, new(*AnswerError)) || errors.As(err, new(*failure.UnreadAnswerError))
}

// Delete removes a capture, PacketCaptures_Delete, and waits until it is
// gone. Its session ends with it; what it captured stays in the storage. A
// capture that does not exist is fine; a missing network watcher is
// *MissingWatcherError. What the service says of the deletion counts only if
// the list of the watcher's captures agrees.
func (c *Client) Delete(ctx context.Context, id PacketCaptureID) error {
	cache := c.cache(id.Watcher)
	cache.invalidate()
	defer cache.invalidate()
	err := c.delete(ctx, id)
	if err == nil {
		cache.recordWrite(id.Name, false)
		c.known.forget(id, true)
	}
	return azure.Wrap(fmt.Sprintf("delete packet capture %q", id.Name), err)
}

// delete repeats a deletion that the service reports as done while it still
// lists the capture.
func (c *Client) delete(ctx context.Context, id PacketCaptureID) error {
	tries := 0
	what := fmt.Sprintf("packet capture %q to be gone", id.Name)
	return c.waiter().Until(ctx, what, func(ctx context.Context) (wait.Progress, error) {
		tries++
		err := c.deleteOnce(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) && !saysNothing(err) {
			return wait.Progress{}, err
		}
		gone, lookErr := c.absent(ctx, id)
		if gone && err != nil && !errors.Is(err, ErrNotFound) {
			// Nobody said that it is deleted: the list is one witness.
			_, getErr := c.get(ctx, id)
			gone = errors.Is(getErr, ErrNotFound)
		}
		switch {
		case lookErr != nil:
			return wait.Progress{}, unconfirmed(lookErr)
		case gone:
			return wait.Progress{Done: true}, nil
		case err != nil && !errors.Is(err, ErrNotFound):
			return wait.Progress{}, err
		case tries == wait.MaxFailures:
			return wait.Progress{}, stillListed(err)
		}
		return wait.Progress{State: "deleted, and still listed"}, nil
	})
}

// deleteOnce deletes and waits for what the service says of it.
func (c *Client) deleteOnce(ctx context.Context, id PacketCaptureID) error {
	client, err := c.packetCaptures(id.Watcher)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("packet capture %q to be deleted", id.Name)
	started, err := begin(ctx, c, what, func(ctx context.Context) (*runtime.Poller[armnetwork.PacketCapturesClientDeleteResponse], error) {
		return client.BeginDelete(ctx, id.Watcher.ResourceGroupName, id.Watcher.Name, id.Name, nil)
	})
	if err == nil {
		err = started.until(ctx, c.waiter(), what, string(armnetwork.ProvisioningStateDeleting))
	}
	return classify(id, err)
}

// clientError returns the HTTP status of an error that a service answered
// with, or 0.
func clientError(err error) int {
	var response *azcore.ResponseError
	if !errors.As(err, &response) {
		return 0
	}
	return response.StatusCode
}
