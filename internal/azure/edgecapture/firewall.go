package edgecapture

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
)

// FirewallCapture is what a firewall captures, and where its files go: one for
// each backend instance, in the root of the container.
type FirewallCapture struct {
	FileName                  string
	MaxPackets, TimeInSeconds int64
	// Protocol is Any, TCP, UDP or ICMP.
	Protocol string
	// Flags are fin, syn, rst, push, ack and urg.
	Flags     []string
	Filters   []FirewallFilter
	Container sas.Container
}

// FirewallFilter selects packets between sources and destinations, in both
// directions.
type FirewallFilter struct {
	Sources, Destinations []string
	DestinationPorts      []int64
}

type firewallRule struct {
	Sources          []string `json:"sources"`
	Destinations     []string `json:"destinations"`
	DestinationPorts []string `json:"destinationPorts"`
}

type firewallFlag struct {
	Type string `json:"type"`
}

type firewallParameters struct {
	DurationInSeconds        int64          `json:"durationInSeconds,omitempty"`
	NumberOfPacketsToCapture int64          `json:"numberOfPacketsToCapture,omitempty"`
	SASURL                   string         `json:"sasUrl,omitempty"`
	FileName                 string         `json:"fileName,omitempty"`
	Protocol                 string         `json:"protocol,omitempty"`
	Flags                    []firewallFlag `json:"flags,omitempty"`
	Filters                  []firewallRule `json:"filters,omitempty"`
	Operation                string         `json:"operation"`
}

func (f FirewallCapture) parameters() firewallParameters {
	body := firewallParameters{
		DurationInSeconds: f.TimeInSeconds, NumberOfPacketsToCapture: f.MaxPackets, SASURL: f.Container.Secret(),
		FileName: f.FileName, Protocol: f.Protocol, Operation: "Start",
	}
	for _, flag := range f.Flags {
		body.Flags = append(body.Flags, firewallFlag{flag})
	}
	for _, filter := range f.Filters {
		rule := firewallRule{Sources: filter.Sources, Destinations: filter.Destinations}
		for _, port := range filter.DestinationPorts {
			rule.DestinationPorts = append(rule.DestinationPorts, strconv.FormatInt(port, 10))
		}
		body.Filters = append(body.Filters, rule)
	}
	return body
}

func (id FirewallID) describe() string { return fmt.Sprintf("firewall %q", id.Name) }

// firewallResult reads what an operation says of the firewall's capture.
func (o *operation) firewallResult(ctx context.Context) (FirewallStatus, error) {
	payload, err := o.result(ctx)
	if err != nil {
		return FirewallStatus{}, err
	}
	var status FirewallStatus
	if err := json.Unmarshal(payload, &status); err != nil || !status.Code.known() {
		return FirewallStatus{}, &AnswerError{Asked: "the result of " + o.what, Lacks: "it has no status code of a packet capture", answer: o.last}
	}
	return status, nil
}

// operate runs an operation that needs no more than its name.
func (c *Client) operate(ctx context.Context, id FirewallID, what, name string, once bool) (FirewallStatus, error) {
	send := c.send
	if once {
		send = func(ctx context.Context, what, path string, body any, _ bool) (*operation, error) {
			return c.begin(ctx, what, path, body)
		}
	}
	began, err := send(ctx, what, id.path(), firewallParameters{Operation: name}, once)
	if err != nil {
		return FirewallStatus{}, err
	}
	return began.firewallResult(ctx)
}

func (id FirewallID) path() string { return id.String() + "/packetCaptureOperation" }

// FirewallStatus asks what the firewall does. The answer names no capture: it
// is of whichever runs, or ran last.
func (c *Client) FirewallStatus(ctx context.Context, id FirewallID) (FirewallStatus, error) {
	status, err := c.operate(ctx, id, "the status of the packet capture on "+id.describe(), "Status", false)
	return status, azure.Wrap("ask for the status of the packet capture on "+id.describe(), err)
}

// StopFirewall stops the capture that runs on a firewall, whosever it is.
func (c *Client) StopFirewall(ctx context.Context, id FirewallID) error {
	status, err := c.operate(ctx, id, "the stop of the packet capture on "+id.describe(), "Stop", true)
	if err == nil && !status.stops() {
		err = &FailedError{What: "the stop", cause: fmt.Errorf("the service did not say that the capture has been stopped: %s", status)}
	}
	return azure.Wrap("stop the packet capture on "+id.describe(), err)
}
