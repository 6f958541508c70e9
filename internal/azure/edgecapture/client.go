// Package edgecapture is the client for the packet captures of Azure's network
// edge: of firewalls, VPN gateways, their connections, and those of Virtual WAN.
// Each is two or three operations (start, stop, status) and no object: what runs
// cannot be listed, and has no id.
//
// It makes the calls over azcore, and not with armnetwork: ARCHITECTURE.md has
// the decision.
package edgecapture

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// apiVersion is that of armnetwork v11.
const apiVersion = "2025-09-01"

// Client calls Resource Manager. It is safe for concurrent use; one client
// should serve the whole process, as captures of one firewall or gateway
// wait for each other in it.
type Client struct {
	session *azure.Session
	clock   wait.Clock

	mu    sync.Mutex
	arm   *arm.Client
	slots map[string]*slot
	// signatures are those of all containers so far: what a firewall says may
	// quote another capture's. polled are those of the last operations.
	signatures, polled []string
	// read are captures of the state that no plan has been made for yet.
	read map[string]bool
	// planned are files that captures of the plan are to bring.
	planned map[string]int
}

// NewClient returns a client. It does no I/O and cannot fail.
func NewClient(session *azure.Session, clock wait.Clock) *Client {
	return &Client{session: session, clock: clock, slots: map[string]*slot{}, read: map[string]bool{}, planned: map[string]int{}}
}

// Now returns the time of the client's clock.
func (c *Client) Now() time.Time { return c.clock.Now() }

// Sleep waits until a time, at most until ctx ends, and returns its error.
func (c *Client) Sleep(ctx context.Context, until time.Time) error {
	return c.clock.Sleep(ctx, max(0, until.Sub(c.clock.Now())))
}

func (c *Client) resourceManager() (*arm.Client, error) {
	credential, err := c.session.Credential()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.arm == nil {
		c.arm, err = arm.NewClient("cloudtap", "v1.0.0", credential, c.session.ARMOptions())
	}
	return c.arm, err
}

// post sends one request. once forbids the SDK to send it again; the answer is
// nil if there was none.
func (c *Client) post(ctx context.Context, path string, body any, once bool) (*http.Response, runtime.Pipeline, error) {
	client, err := c.resourceManager()
	if err != nil {
		return nil, runtime.Pipeline{}, err
	}
	pipeline := client.Pipeline()
	ctx = c.guarded(ctx)
	if once {
		ctx = policy.WithRetryOptions(ctx, policy.RetryOptions{MaxRetries: -1})
	}
	request, err := runtime.NewRequest(ctx, http.MethodPost, runtime.JoinPaths(client.Endpoint(), path))
	if err != nil {
		return nil, pipeline, err
	}
	request.Raw().URL.RawQuery = "api-version=" + apiVersion
	request.Raw().Header.Set("Accept", "application/json")
	if err := runtime.MarshalAsJSON(request, body); err != nil {
		return nil, pipeline, err
	}
	answer, err := pipeline.Do(request)
	if answer != nil {
		c.learnAddresses(answer.Header)
	}
	if err == nil && answer.StatusCode >= http.StatusMultipleChoices {
		err = runtime.NewResponseError(answer)
	}
	return answer, pipeline, err
}

// SetRead notes whether a capture of a name was read from the state, and not yet
// planned with it.
func (c *Client) SetRead(name string, read bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read[name] = read
}

// IsRead returns what SetRead was last told of a name.
func (c *Client) IsRead(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read[name]
}

// NotePlanned notes that a capture is planned to bring files of a path, and reports
// whether another was before. Forget ends that, when it is made.
func (c *Client) NotePlanned(path string) (again bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.planned[path]++
	return c.planned[path] > 1
}

// Forget ends what NotePlanned noted of a path.
func (c *Client) Forget(path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.planned, path)
}

// learn keeps a container's signature out of what the service answers from now on.
func (c *Client) learn(container sas.Container) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, signature := range container.Secrets() {
		if !slices.Contains(c.signatures, signature) {
			c.signatures = append(c.signatures, signature)
		}
	}
}

// maxPolled is how many signatures of operations are remembered: a wait asks for the
// status hundreds of times, and each has an address of its own.
const maxPolled = 32

// learnAddresses does the same for the signatures of an operation's addresses.
func (c *Client) learnAddresses(of http.Header) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.polled = append(c.polled, azure.AddressSignatures(of)...)
	c.polled = c.polled[max(0, len(c.polled)-maxPolled):]
}

// guarded has signatures removed from the answers to requests, known ones and
// others.
func (c *Client) guarded(ctx context.Context) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	return azure.WithSecrets(ctx, slices.Concat(c.signatures, c.polled)...)
}

// waiter polls at the service's pace.
func (c *Client) waiter() wait.Waiter { return wait.Waiter{Clock: c.clock, Interval: wait.OwnPace()} }
