// Package cfw works with the packet capture tasks of Huawei Cloud's Cloud
// Firewall (CFW, API v1), and brings order into an API that does not return
// the id of what it creates, lists late, and runs one capture at a time.
package cfw

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Scope is where firewalls are looked for. Empty members take the session's
// configured values.
type Scope struct {
	Region              string
	EnterpriseProjectID string
}

// Firewall addresses one firewall.
type Firewall struct {
	Scope
	// ID is the fw_instance_id.
	ID string
}

// firewallKey identifies a firewall, in whatever enterprise project it was
// addressed.
type firewallKey struct{ region, id string }

func (f Firewall) key() firewallKey { return firewallKey{f.Region, f.ID} }

// Client works with capture tasks. There should be one in a process: it
// holds what concurrent operations on one firewall share, namely the lock of
// creates, the list of tasks, and deletions that go out together.
type Client struct {
	session *huaweicloud.Session
	clock   wait.Clock
	pace    Pace

	listings memo.Memo[Firewall, listing]
	details  memo.Memo[Firewall, FirewallDetail]

	mu      sync.Mutex
	turns   map[firewallKey]*semaphore.Weighted
	writes  map[firewallKey]*writes
	batches map[Firewall]*batch
	zones   map[string]time.Duration
}

// Pace is how patient a client is.
type Pace struct {
	// Poll spaces the looks at the list while something is awaited. Operations
	// that wait at the same time share looks.
	Poll wait.Backoff
	// SharedFor is how long a listing also serves other reads.
	SharedFor time.Duration
	// VisibleWithin is how long a posted task is looked for in the list.
	VisibleWithin time.Duration
	// Settle is how long a second task that fits is waited for where one may
	// be somebody else's: when the answer to a post was lost.
	Settle time.Duration
	// AfterInterrupt is how long a posted task is still looked for after the
	// caller's context has ended.
	AfterInterrupt time.Duration
	// BatchWindow is how long a deletion waits for others to go with it.
	BatchWindow time.Duration
}

// DefaultPace suits the real service, whose list follows within seconds.
func DefaultPace() Pace {
	return Pace{
		Poll:           wait.Backoff{Base: 250 * time.Millisecond, Max: 5 * time.Second},
		SharedFor:      time.Minute,
		VisibleWithin:  2 * time.Minute,
		Settle:         5 * time.Second,
		AfterInterrupt: 15 * time.Second,
		BatchWindow:    200 * time.Millisecond,
	}
}

// New returns a client. It does no I/O.
func New(session *huaweicloud.Session, pace Pace) *Client {
	return &Client{
		session: session, clock: session.Clock(), pace: pace,
		turns: map[firewallKey]*semaphore.Weighted{}, writes: map[firewallKey]*writes{}, batches: map[Firewall]*batch{},
		zones: map[string]time.Duration{},
	}
}

// complete fills in what the session configures, so that the same firewall
// has the same key however it was addressed.
func (c *Client) complete(firewall Firewall) Firewall {
	firewall.Scope = c.completeScope(firewall.Scope)
	return firewall
}

func (c *Client) completeScope(scope Scope) Scope {
	if scope.Region == "" {
		scope.Region = c.session.Region()
	}
	if scope.EnterpriseProjectID == "" {
		scope.EnterpriseProjectID = c.session.EnterpriseProjectID()
	}
	return scope
}

// request returns a call on a firewall with the query that all of them have.
func request(firewall Firewall, operation, method, path string) huaweicloud.Request {
	query := url.Values{"fw_instance_id": {firewall.ID}}
	if firewall.EnterpriseProjectID != "" {
		query.Set("enterprise_project_id", firewall.EnterpriseProjectID)
	}
	return huaweicloud.Request{
		Service: huaweicloud.CFW, Operation: operation, Method: method,
		Path: "/v1/{project_id}/" + path, Query: query, Region: firewall.Region,
	}
}

// post sends a body that may be sent again to a firewall.
func (c *Client) post(ctx context.Context, firewall Firewall, operation, path string, body any) error {
	call := request(firewall, operation, http.MethodPost, path)
	call.Body, call.Repeatable = body, true
	return c.write(ctx, firewall, call)
}

// write makes a call that the service answers with the firewall's id.
func (c *Client) write(ctx context.Context, firewall Firewall, call huaweicloud.Request) error {
	var accepted acceptedAnswer
	call.Check = func() error { return accepted.confirms(firewall) }
	return c.session.Do(ctx, call, &accepted)
}
