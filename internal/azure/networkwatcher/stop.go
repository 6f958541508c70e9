package networkwatcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v9"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
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
	if status := clientError(err); status == http.StatusBadRequest || status == http.StatusConflict || status == http.StatusNotFound {
		// What counts is whether the session has ended, not whose doing it
		// was, or whether the service still knows the operation.
		if state, _, statusErr := c.status(ctx, id); statusErr == nil && Ended(*state.PacketCaptureStatus) {
			return nil
		}
	}
	return classify(id, err)
}

// Delete removes a capture, PacketCaptures_Delete, and waits until it is
// gone. Its session ends with it; what it captured stays in the storage. A
// capture that does not exist is fine; a missing network watcher is
// *MissingWatcherError.
func (c *Client) Delete(ctx context.Context, id PacketCaptureID) error {
	cache := c.cache(id.Watcher)
	cache.invalidate()
	defer cache.invalidate()
	err := c.delete(ctx, id)
	if err == nil {
		cache.note(id.Name, false)
	}
	return azure.Wrap(fmt.Sprintf("delete packet capture %q", id.Name), err)
}

func (c *Client) delete(ctx context.Context, id PacketCaptureID) error {
	client, err := c.packetCaptures(id.Watcher)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("packet capture %q to be deleted", id.Name)
	started, err := begin(ctx, c, what, func(ctx context.Context) (*runtime.Poller[armnetwork.PacketCapturesClientDeleteResponse], error) {
		return client.BeginDelete(ctx, id.Watcher.ResourceGroupName, id.Watcher.Name, id.Name, nil)
	})
	if err != nil {
		if err = classify(id, err); errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	err = started.until(ctx, c.waiter(), what, string(armnetwork.ProvisioningStateDeleting))
	if clientError(err) == http.StatusNotFound {
		// The service forgets operations after some time; what counts is
		// whether the capture is gone.
		if _, getErr := c.get(ctx, id); errors.Is(getErr, ErrNotFound) {
			return nil
		}
	}
	return err
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
