package networkwatcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
)

// Find reads a packet capture. A read that comes alone is one
// PacketCaptures_Get; reads of one network watcher that come together share
// one PacketCaptures_List, whose answer serves later reads until this client
// writes. The result is shared: it must not be changed.
//
// The error is ErrNotFound only if the service said of the capture itself that
// it does not exist, and the watcher's list agrees; *MissingWatcherError if
// the watcher, its resource group or subscription does not exist.
func (c *Client) Find(ctx context.Context, id PacketCaptureID) (*armnetwork.PacketCaptureResult, error) {
	capture, err := c.find(ctx, id)
	return capture, azure.Wrap(fmt.Sprintf("read packet capture %q", id.Name), err)
}

func (c *Client) find(ctx context.Context, id PacketCaptureID) (*armnetwork.PacketCaptureResult, error) {
	cache := c.cache(id.Watcher)
	shared, err := cache.read(ctx)
	if err != nil {
		return nil, err
	}
	if shared != nil {
		if found := shared.find(id.Name); found != nil {
			return found, nil
		}
		return c.get(ctx, id)
	}
	capture, err := c.get(ctx, id)
	if !errors.Is(err, ErrNotFound) {
		return capture, err
	}
	// Removing a capture from the state cannot be undone, so the list has
	// to agree, which also proves that the watcher exists.
	shared, listErr := cache.share(ctx)
	if listErr != nil {
		return nil, listErr
	}
	if found := shared.find(id.Name); found != nil {
		return found, nil
	}
	return nil, err
}

func asked(id PacketCaptureID) string { return fmt.Sprintf("packet capture %q", id.Name) }

// get is one PacketCaptures_Get.
func (c *Client) get(ctx context.Context, id PacketCaptureID) (*armnetwork.PacketCaptureResult, error) {
	client, err := c.packetCaptures(id.Watcher)
	if err != nil {
		return nil, err
	}
	var raw *http.Response
	response, err := client.Get(policy.WithCaptureResponse(ctx, &raw), id.Watcher.ResourceGroupName, id.Watcher.Name, id.Name, nil)
	err = answered(raw, err, asked(id), func() string { return lacksCapture(id, &response.PacketCaptureResult) })
	if err != nil {
		return nil, classify(id, err)
	}
	return &response.PacketCaptureResult, nil
}

// List returns the packet captures of a network watcher: one
// PacketCaptures_List, shared with the reads of Find. The results must not be
// changed. The error is *MissingWatcherError if there is no such watcher.
func (c *Client) List(ctx context.Context, id WatcherID) ([]*armnetwork.PacketCaptureResult, error) {
	shared, err := c.cache(id).share(ctx)
	if err != nil {
		return nil, azure.Wrap(fmt.Sprintf("list packet captures of network watcher %q", id.Name), err)
	}
	return append([]*armnetwork.PacketCaptureResult(nil), shared.captures...), nil
}

// list is one PacketCaptures_List with all of its pages.
func (c *Client) list(ctx context.Context, id WatcherID) ([]*armnetwork.PacketCaptureResult, error) {
	client, err := c.packetCaptures(id)
	if err != nil {
		return nil, err
	}
	captures, err := readPages(ctx, client.NewListPager(id.ResourceGroupName, id.Name, nil), fmt.Sprintf("the list of packet captures of network watcher %q", id.Name),
		func(response *armnetwork.PacketCapturesClientListResponse) page[armnetwork.PacketCaptureResult] {
			list := &response.PacketCaptureListResult
			return page[armnetwork.PacketCaptureResult]{entries: list.Value, next: list.NextLink, lacks: lacksList(id, list)}
		})
	if err != nil {
		return nil, classifyWatcher(id, err)
	}
	return captures, nil
}

// CheckAbsent returns *ExistsError if a packet capture of this name exists.
// All checks of one network watcher share one PacketCaptures_List in the life
// of the client; only a name that it has, or that this client created, costs
// a PacketCaptures_Get.
func (c *Client) CheckAbsent(ctx context.Context, id PacketCaptureID) error {
	doing := fmt.Sprintf("check for an existing packet capture %q", id.Name)
	cache := c.cache(id.Watcher)
	suspect, err := cache.nameTaken(ctx, id.Name)
	if err != nil || !suspect {
		return azure.Wrap(doing, err)
	}
	_, err = c.get(ctx, id)
	switch {
	case err == nil:
		return &ExistsError{ID: id, Origin: c.origin(id, 0)}
	case errors.Is(err, ErrNotFound):
		cache.recordWrite(id.Name, false)
		return nil
	default:
		return azure.Wrap(doing, err)
	}
}
