package networkwatcher

import (
	"context"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// Waiting returns how many readers wait for the list of a network watcher.
func (c *Client) Waiting(id WatcherID) int {
	cache := c.cache(id)
	waiting, _ := cache.shared.Callers(cache.id)
	return waiting
}

// Poll asks an operation once.
func Poll(ctx context.Context, begun *http.Response, pipeline runtime.Pipeline) error {
	poller, err := runtime.NewPoller[struct{}](begun, pipeline, nil)
	if err != nil {
		return err
	}
	_, err = (&operation[struct{}]{poller: poller}).poll(ctx, "test") //nolint:bodyclose // the pipeline has closed it
	return err
}
