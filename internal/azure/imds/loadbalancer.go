package imds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// loadBalancerVersion is the first api-version with load balancer metadata.
const loadBalancerVersion = "2020-10-01"

const loadBalancerPath = "/metadata/loadbalancer"

// LoadBalancer is what load balancers and public addresses of the Standard
// SKU do for the machine.
type LoadBalancer struct {
	PublicIPAddresses []FrontendAddress `json:"publicIpAddresses"`
	InboundRules      []InboundRule     `json:"inboundRules"`
	OutboundRules     []FrontendAddress `json:"outboundRules"`
}

// FrontendAddress is a public address with the private one that it leads to.
// IPv6 addresses may be in brackets.
type FrontendAddress struct {
	FrontendIPAddress string `json:"frontendIpAddress"`
	PrivateIPAddress  string `json:"privateIpAddress"`
}

// InboundRule is a load balancing rule.
type InboundRule struct {
	FrontendIPAddress string `json:"frontendIpAddress"`
	// Protocol is spelled differently by different hosts ("tcp", "Tcp").
	Protocol         string `json:"protocol"`
	FrontendPort     int64  `json:"frontendPort"`
	BackendPort      int64  `json:"backendPort"`
	PrivateIPAddress string `json:"privateIpAddress"`
}

// LoadBalancer returns the machine's load balancer metadata. It is empty for
// machines without, and where the host has no such endpoint.
func (c *Client) LoadBalancer(ctx context.Context) (*LoadBalancer, error) {
	return c.loadBalancer(ctx, c.config.RetryTimeout)
}

func (c *Client) loadBalancer(ctx context.Context, retryTimeout time.Duration) (*LoadBalancer, error) {
	r := c.get(operationLoadBalancer, loadBalancerPath, loadBalancerVersion)
	r.retryTimeout = retryTimeout
	got, err := c.do(ctx, r)
	if nothingThere(err) {
		return &LoadBalancer{}, nil
	}
	if err != nil {
		return nil, err
	}
	var parsed struct {
		LoadBalancer *LoadBalancer `json:"loadbalancer"`
	}
	if err := json.Unmarshal(got.body, &parsed); err != nil {
		return nil, fmt.Errorf("%s: the answer cannot be read [%s]: %w", operationLoadBalancer, identifiers(got.requestID(), got.clientRequestID), err)
	}
	if parsed.LoadBalancer == nil {
		return nil, c.noAnswer(operationLoadBalancer, loadBalancerPath, got, errors.New("the answer has no loadbalancer"))
	}
	return parsed.LoadBalancer, nil
}

// nothingThere reports the normal answers for a machine without load
// balancers: 404, and 400 for a version that the host is too old for.
func nothingThere(err error) bool {
	var refused *Error
	if !errors.As(err, &refused) {
		return false
	}
	return refused.Status == http.StatusNotFound && !temporarilyMissing(refused.Message) ||
		refused.Status == http.StatusBadRequest && len(refused.NewestVersions) > 0
}
