package imds

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	instancePath = "/metadata/instance"
	// notFoundTries is how often the root document's 404 is asked again: it
	// is also what an endpoint answers that is being updated.
	notFoundTries = 5
)

// InstanceOptions say which document is wanted.
type InstanceOptions struct {
	// APIVersion pins the api-version; empty means the newest that both
	// sides know.
	APIVersion string
}

// Instance returns the machine's document. All callers share one request for
// each pinned version, and its result for the life of the client; failures
// are asked anew.
//
// The errors are *UnavailableError where there is no such service,
// *UnknownVersionError for a pinned version that the host does not know,
// *Error for what the service refused, and the context's.
func (c *Client) Instance(ctx context.Context, options InstanceOptions) (*Document, error) {
	return share(ctx, c.clock, &c.documents, options.APIVersion, func(ctx context.Context) (*Document, error) {
		return c.loadInstance(ctx, options.APIVersion)
	})
}

func (c *Client) loadInstance(ctx context.Context, pin string) (*Document, error) {
	got, version, err := c.instanceAnswer(ctx, pin)
	if err != nil {
		return nil, err
	}
	document, err := decodeDocument(got.body)
	if err == nil {
		err = document.isMachine()
	}
	if err != nil && document.isOtherClouds() {
		got.problem = err.Error()
		return nil, c.unavailable(ReasonOtherCloud, request{operation: operationInstance}, got, nil)
	}
	if err != nil {
		return nil, c.noAnswer(operationInstance, instancePath, got, err)
	}
	document.APIVersionUsed = version
	c.joinLoadBalancer(ctx, document, pin)
	return document, nil
}

func (c *Client) instanceAnswer(ctx context.Context, pin string) (*answer, string, error) {
	if pin == "" {
		got, version, err := c.negotiate(ctx, knownVersions(), c.askInstance)
		if err == nil {
			c.negotiated.Store(&version)
		}
		return got, version, err
	}
	got, err := c.askInstance(ctx, pin)
	if refused, another := aboutVersion(err); another {
		err = c.explainPin(ctx, pin, refused)
	}
	return got, pin, err
}

// askInstance asks for the root document. Its 404 may mean that the version
// is not known, or that the endpoint is being updated: the host's list of
// versions tells which.
func (c *Client) askInstance(ctx context.Context, version string) (*answer, error) {
	r := c.get(operationInstance, instancePath, version)
	got, err := c.do(ctx, r)
	refused, _ := aboutVersion(err)
	if refused == nil || refused.Status != http.StatusNotFound || strings.Contains(strings.ToLower(refused.Message), "version") {
		return got, err
	}
	if known, failed := c.Versions(ctx); failed == nil && !slices.Contains(known, version) {
		return nil, err
	}
	r.notFoundTries = notFoundTries
	return c.do(ctx, r)
}

// explainPin names the versions that the host knows, unless it knows the
// pinned one and refused for another reason.
func (c *Client) explainPin(ctx context.Context, pin string, refused *Error) error {
	known, err := c.Versions(ctx)
	if err != nil {
		known = refused.NewestVersions
	}
	if slices.Contains(known, pin) {
		return refused
	}
	return &UnknownVersionError{Version: pin, Known: known, cause: refused}
}

// joinTimeout keeps a load balancer endpoint in trouble from holding up the
// document, which is whole without it.
const joinTimeout = 10 * time.Second

// joinLoadBalancer adds the public addresses that the instance document
// leaves empty.
func (c *Client) joinLoadBalancer(ctx context.Context, document *Document, pin string) {
	hostTooOld := pin == "" && document.APIVersionUsed < loadBalancerVersion
	if document.Network == nil || hostTooOld || !document.Network.lacksPublicIPAddress() {
		return
	}
	balancer, err := c.loadBalancer(ctx, joinTimeout)
	if err != nil {
		document.Warnings = append(document.Warnings, fmt.Sprintf("network: public addresses of the Standard SKU are missing, because the load balancer metadata could not be read: %s", err))
		return
	}
	document.Network.join(balancer)
}
