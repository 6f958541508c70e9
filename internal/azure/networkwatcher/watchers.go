package networkwatcher

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
)

// Watcher reads a network watcher, NetworkWatchers_Get. The error is
// *MissingWatcherError if the service said that it does not exist.
func (c *Client) Watcher(ctx context.Context, id WatcherID) (*armnetwork.Watcher, error) {
	watcher, err := c.getWatcher(ctx, id)
	return watcher, azure.Wrap(fmt.Sprintf("read network watcher %q", id.Name), err)
}

func (c *Client) getWatcher(ctx context.Context, id WatcherID) (*armnetwork.Watcher, error) {
	clients, err := c.arm(id.SubscriptionID)
	if err != nil {
		return nil, err
	}
	var raw *http.Response
	response, err := clients.watchers.Get(policy.WithCaptureResponse(ctx, &raw), id.ResourceGroupName, id.Name, nil)
	err = answered(raw, err, fmt.Sprintf("network watcher %q", id.Name), func() string { return lacksWatcher(id, &response.Watcher) })
	if err != nil {
		return nil, classifyWatcher(id, err)
	}
	return &response.Watcher, nil
}

// WatcherIn finds the network watcher of a location, of which a subscription
// has at most one in a region: NetworkWatchers_ListAll. Locations compare as
// Azure does, so that "West Europe" is "westeurope". The error lists what
// there is if there is none or, with unusual set-ups, more than one.
func (c *Client) WatcherIn(ctx context.Context, subscriptionID, location string) (*armnetwork.Watcher, error) {
	watchers, err := c.listWatchers(ctx, subscriptionID)
	if err != nil {
		return nil, azure.Wrap(fmt.Sprintf("list network watchers of subscription %s", subscriptionID), err)
	}
	var found, others []string
	var watcher *armnetwork.Watcher
	for _, candidate := range watchers {
		if normalLocation(text(candidate.Location)) == normalLocation(location) {
			watcher = candidate
			found = append(found, text(candidate.ID))
		} else {
			others = append(others, fmt.Sprintf("%s (%s)", text(candidate.ID), text(candidate.Location)))
		}
	}
	switch len(found) {
	case 1:
		return watcher, nil
	case 0:
		slices.Sort(others)
		return nil, fmt.Errorf("subscription %s has no network watcher in %q; it has: %s. Azure makes one when a virtual network is created there, or enable it with: az network watcher configure --locations %s --enabled --resource-group NetworkWatcherRG",
			subscriptionID, location, orNone(others), normalLocation(location))
	default:
		slices.Sort(found)
		return nil, fmt.Errorf("subscription %s has several network watchers in %q: %s; choose one by name and resource group",
			subscriptionID, location, strings.Join(found, ", "))
	}
}

func (c *Client) listWatchers(ctx context.Context, subscriptionID string) ([]*armnetwork.Watcher, error) {
	clients, err := c.arm(subscriptionID)
	if err != nil {
		return nil, err
	}
	return readPages(ctx, clients.watchers.NewListAllPager(nil), "the list of network watchers",
		func(response *armnetwork.WatchersClientListAllResponse) page[armnetwork.Watcher] {
			list := &response.WatcherListResult
			return page[armnetwork.Watcher]{entries: list.Value, next: list.NextLink, lacks: lacksWatchers(subscriptionID, list)}
		})
}

func normalLocation(location string) string {
	return strings.ToLower(strings.ReplaceAll(location, " ", ""))
}

func orNone(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, ", ")
}

// SameLocation reports whether two names mean the same region, as
// "West Europe" and "westeurope" do.
func SameLocation(a, b string) bool { return normalLocation(a) == normalLocation(b) }
