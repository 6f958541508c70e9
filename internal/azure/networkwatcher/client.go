// Package networkwatcher is the client for packet captures of Azure Network
// Watcher. It calls Azure through the official armnetwork client and adds what
// a provider needs: reads that share one list, creates that survive a lost
// answer, and waits that can be interrupted.
package networkwatcher

import (
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// readWindow is how long a read waits for another one of the same watcher to
// share a list with.
const readWindow = 50 * time.Millisecond

// Client calls Network Watcher in any subscription. It is safe for concurrent
// use; one client should serve the whole process, as reads share answers.
type Client struct {
	session *azure.Session
	clock   wait.Clock

	known known

	mu       sync.Mutex
	arms     map[string]armClients
	watchers map[string]*watcherCache
}

// NewClient returns a client. It does no I/O and cannot fail.
func NewClient(session *azure.Session, clock wait.Clock) *Client {
	return &Client{
		session: session, clock: clock,
		known:    known{inState: map[string]bool{}, planned: map[string]int{}, creating: map[string]int{}},
		arms:     map[string]armClients{},
		watchers: map[string]*watcherCache{},
	}
}

// armClients are a subscription's official clients. They are made one by one,
// because armnetwork's client factory would link every client there is, which
// doubles the size of the program.
type armClients struct {
	packetCaptures *armnetwork.PacketCapturesClient
	watchers       *armnetwork.WatchersClient
}

func (c *Client) arm(subscriptionID string) (armClients, error) {
	credential, err := c.session.Credential()
	if err != nil {
		return armClients{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := fold(subscriptionID)
	if found, ok := c.arms[key]; ok {
		return found, nil
	}
	captures, err := armnetwork.NewPacketCapturesClient(subscriptionID, credential, withThrottling(c.session.ARMOptions(), c.clock))
	if err != nil {
		return armClients{}, err
	}
	watchers, err := armnetwork.NewWatchersClient(subscriptionID, credential, withThrottling(c.session.ARMOptions(), c.clock))
	if err != nil {
		return armClients{}, err
	}
	c.arms[key] = armClients{captures, watchers}
	return c.arms[key], nil
}

func (c *Client) packetCaptures(id WatcherID) (*armnetwork.PacketCapturesClient, error) {
	clients, err := c.arm(id.SubscriptionID)
	return clients.packetCaptures, err
}

func (c *Client) cache(id WatcherID) *watcherCache {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := id.key()
	if c.watchers[key] == nil {
		c.watchers[key] = &watcherCache{id: id, clock: c.clock, list: c.list, own: map[string]bool{}}
	}
	return c.watchers[key]
}

// waiter polls at the service's pace.
func (c *Client) waiter() wait.Waiter { return wait.Waiter{Clock: c.clock, Interval: wait.OwnPace()} }
