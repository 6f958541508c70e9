package networkwatcher

import (
	"context"
	"errors"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v9"

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

// get is one PacketCaptures_Get.
func (c *Client) get(ctx context.Context, id PacketCaptureID) (*armnetwork.PacketCaptureResult, error) {
	client, err := c.packetCaptures(id.Watcher)
	if err != nil {
		return nil, err
	}
	response, err := client.Get(ctx, id.Watcher.ResourceGroupName, id.Watcher.Name, id.Name, nil)
	if err != nil {
		return nil, classify(id, err)
	}
	if response.ID == nil || !SameID(*response.ID, id.String()) {
		return nil, fmt.Errorf("the answer is not packet capture %s; check that azure.endpoints.resource_manager is an Azure Resource Manager", id)
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

// list is one PacketCaptures_List; the service does not page it.
func (c *Client) list(ctx context.Context, id WatcherID) ([]*armnetwork.PacketCaptureResult, error) {
	client, err := c.packetCaptures(id)
	if err != nil {
		return nil, err
	}
	var captures []*armnetwork.PacketCaptureResult
	for pager := client.NewListPager(id.ResourceGroupName, id.Name, nil); pager.More(); {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return nil, classifyWatcher(id, err)
		}
		captures = append(captures, page.Value...)
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
	suspect, err := cache.mayExist(ctx, id.Name)
	if err != nil || !suspect {
		return azure.Wrap(doing, err)
	}
	_, err = c.get(ctx, id)
	switch {
	case err == nil:
		return &ExistsError{ID: id}
	case errors.Is(err, ErrNotFound):
		cache.note(id.Name, false)
		return nil
	default:
		return azure.Wrap(doing, err)
	}
}
