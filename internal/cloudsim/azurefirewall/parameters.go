package azurefirewall

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
)

// Parameters are FirewallPacketCaptureParameters of the published definitions.
type Parameters struct {
	DurationInSeconds        *int32  `json:"durationInSeconds"`
	NumberOfPacketsToCapture *int32  `json:"numberOfPacketsToCapture"`
	SASURL                   string  `json:"sasUrl"`
	FileName                 string  `json:"fileName"`
	Protocol                 *string `json:"protocol"`
	Flags                    []Flag  `json:"flags"`
	Filters                  []Rule  `json:"filters"`
	Operation                string  `json:"operation"`
}

// Flag is AzureFirewallPacketCaptureFlags.
type Flag struct {
	Type string `json:"type"`
}

// Rule is AzureFirewallPacketCaptureRule.
type Rule struct {
	Sources          []string `json:"sources"`
	Destinations     []string `json:"destinations"`
	DestinationPorts []string `json:"destinationPorts"`
}

// The operations.
const (
	OperationStart  = "Start"
	OperationStatus = "Status"
	OperationStop   = "Stop"
)

// Protocols, and IP's numbers of them.
const (
	protocolAny  = "Any"
	protocolTCP  = "TCP"
	protocolUDP  = "UDP"
	protocolICMP = "ICMP"
)

var (
	protocolNumbers = map[string]uint8{protocolICMP: 1, protocolTCP: 6, protocolUDP: 17}
	flagBits        = map[string]uint8{"fin": 1, "syn": 2, "rst": 4, "push": 8, "ack": 16, "urg": 32}
)

// Limits, from the command model of the CLI and from the page.
//
// Source: https://learn.microsoft.com/azure/firewall/packet-capture
const (
	minDuration, maxDuration, defaultDuration = 30, 1800, 60
	minPackets, maxPackets, defaultPackets    = 100, 90000, 1000
	maxAddresses                              = 5
)

func (p *Parameters) duration() int32 {
	if p.DurationInSeconds == nil {
		return defaultDuration
	}
	return *p.DurationInSeconds
}

func (p *Parameters) packets() int32 {
	if p.NumberOfPacketsToCapture == nil {
		return defaultPackets
	}
	return *p.NumberOfPacketsToCapture
}

func (p *Parameters) protocol() string {
	if p.Protocol == nil {
		return protocolAny
	}
	return *p.Protocol
}

// CheckValues refuses values that the definition does not have, of any operation.
func (p *Parameters) CheckValues() (member, value string) {
	if !slices.Contains([]string{OperationStart, OperationStatus, OperationStop}, p.Operation) {
		return "operation", p.Operation
	}
	if protocol := p.protocol(); protocol != protocolAny && protocolNumbers[protocol] == 0 {
		return "protocol", protocol
	}
	for _, flag := range p.Flags {
		if flagBits[flag.Type] == 0 {
			return "flags", flag.Type
		}
	}
	return "", ""
}

// CheckStart returns which member keeps a capture from being started, and why.
func (p *Parameters) CheckStart() (member, problem string) {
	if seconds := p.duration(); seconds < minDuration || seconds > maxDuration {
		return "durationInSeconds", fmt.Sprintf("durationInSeconds has to be from %d to %d, and is %d.", minDuration, maxDuration, seconds)
	}
	if packets := p.packets(); packets < minPackets || packets > maxPackets {
		return "numberOfPacketsToCapture", fmt.Sprintf("numberOfPacketsToCapture has to be from %d to %d, and is %d.", minPackets, maxPackets, packets)
	}
	if parsed, err := url.Parse(p.SASURL); err != nil || parsed.Host == "" {
		return "sasUrl", "sasUrl has to be a URL with a shared access signature."
	}
	if p.FileName == "" {
		return "fileName", "fileName is required."
	}
	if len(p.Filters) == 0 {
		return "filters", "At least one filter is required."
	}
	for _, rule := range p.Filters {
		if problem := rule.problem(); problem != "" {
			return "filters", problem
		}
	}
	return "", ""
}

func (r Rule) problem() string {
	for name, addresses := range map[string][]string{"sources": r.Sources, "destinations": r.Destinations} {
		if len(addresses) == 0 || len(addresses) > maxAddresses {
			return fmt.Sprintf("A filter has 1 to %d %s, and not %d.", maxAddresses, name, len(addresses))
		}
		for _, text := range addresses {
			if _, err := parsePrefix(text); err != nil {
				return fmt.Sprintf("%q in %s is neither an IP address nor a subnet.", text, name)
			}
		}
	}
	if len(r.DestinationPorts) == 0 {
		return "A filter has at least one destination port."
	}
	for _, text := range r.DestinationPorts {
		if port, err := strconv.ParseUint(text, 10, 16); err != nil || port == 0 {
			return fmt.Sprintf("%q is no single destination port.", text)
		}
	}
	return ""
}

// parsePrefix reads an address or a subnet.
func parsePrefix(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return address.Prefix(address.BitLen())
	}
	return netip.ParsePrefix(text)
}
