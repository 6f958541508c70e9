package provider

import (
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// clients is what Configure hands to resources, data sources and the rest.
// Each service asks for its own client through an interface of its own. All
// clients exist once per provider process, so that they can share what they
// read, and none does any I/O before it is used.
type clients struct {
	settings       settings
	networkWatcher *networkwatcher.Client
}

func newClients(s settings) *clients {
	session := azure.NewSession(s.azure)
	return &clients{
		settings:       s,
		networkWatcher: networkwatcher.NewClient(session, wait.SystemClock{}),
	}
}

// NetworkWatcher returns the client for packet captures, or what is wrong
// with the provider's Azure settings.
func (c *clients) NetworkWatcher() (*networkwatcher.Client, error) {
	return c.networkWatcher, c.settings.azureErr
}

// AzureSubscriptionID returns the provider's subscription; it may be empty.
func (c *clients) AzureSubscriptionID() string { return c.settings.azure.SubscriptionID }
