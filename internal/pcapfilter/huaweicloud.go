package pcapfilter

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// HuaweiCloudFilter is what a firewall's capture task (CreateCaptureTask) selects:
// packets of one direction between two addresses.
type HuaweiCloudFilter struct {
	SourceAddress, DestinationAddress string
	// Protocol is tcp, udp, icmp, icmpv6 or any.
	Protocol string
	// SourcePort and DestinationPort are a port or a range a-b. Empty for any.
	SourcePort, DestinationPort string
}

// HuaweiCloudFilter translates the expression into the one filter of a capture
// task. An error is an *Error.
func (e *Expression) HuaweiCloudFilter() (HuaweiCloudFilter, error) {
	if e.Root == nil {
		return HuaweiCloudFilter{}, missingEnd(nil, everything(ipv4))
	}
	var a algebra
	filter, boxes, fault := a.translate(e.Root)
	if fault != nil {
		fault.Instead = append(fault.Instead, a.suggestForHuaweiCloud(boxes)...)
		return HuaweiCloudFilter{}, fault
	}
	return filter, nil
}

// translate returns the filter, and otherwise what a filter would have to select.
func (a *algebra) translate(root Node) (HuaweiCloudFilter, []box, *Error) {
	selected, fault := a.selection(root, false)
	if fault != nil {
		return HuaweiCloudFilter{}, nil, fault
	}
	if len(selected) == 0 {
		return HuaweiCloudFilter{}, nil, errorAt(positionIn(root), "the expression selects no packet at all")
	}
	main := slices.DeleteFunc(slices.Clone(selected), func(b box) bool { return b.incidental })
	if len(main) == 0 {
		return HuaweiCloudFilter{}, nil, huaweiCloudRefusal(root)
	}
	filter, fault := a.huaweiCloudFilter(root, main)
	if fault == nil {
		return filter, nil, nil
	}
	// any with a port takes what pcap-filter's port means, SCTP included.
	var besides []box
	for _, b := range selected {
		if b.family != link || !b.incidental {
			b.incidental = false
			besides = append(besides, b)
		}
	}
	besides = a.union(nil, besides)
	filter, fault = a.huaweiCloudFilter(root, besides)
	return filter, besides, fault
}

func (a *algebra) huaweiCloudFilter(root Node, boxes []box) (HuaweiCloudFilter, *Error) {
	wide := a.widen(boxes)
	if a.exhausted() {
		return HuaweiCloudFilter{}, errorAt(positionIn(root), "the expression has too many combinations to be translated")
	}
	for _, b := range wide {
		if _, known := huaweiCloudProtocol(b); !known {
			return HuaweiCloudFilter{}, huaweiCloudRefusal(root)
		}
	}
	for _, b := range wide {
		if !oneAddress(b, addressA) || !oneAddress(b, addressB) {
			return HuaweiCloudFilter{}, missingEnd(root, b)
		}
	}
	for _, b := range wide {
		for _, axis := range []int{portA, portB} {
			if ports := b.ports(axis); len(ports) > 1 || (ports[0].first == 0 && !b.takesAll(axis)) {
				return HuaweiCloudFilter{}, errorAt(blame(root), fmt.Sprintf(
					"a capture task of Huawei Cloud takes one port or one range, from 1 to 65535, and not %s", spansText(ports)))
			}
		}
	}
	if len(wide) != 1 {
		return HuaweiCloudFilter{}, errorAt(blame(root), fmt.Sprintf("a capture task of Huawei Cloud has one source, one destination and one protocol; this needs %d of them", len(wide)))
	}
	return wide[0].huaweiCloud(), nil
}

// huaweiCloud writes a box that passed the checks.
func (b box) huaweiCloud() HuaweiCloudFilter {
	protocol, _ := huaweiCloudProtocol(b)
	filter := HuaweiCloudFilter{
		SourceAddress: spansText(b.addresses(addressA)), DestinationAddress: spansText(b.addresses(addressB)), Protocol: protocol,
	}
	if !b.takesAll(portA) {
		filter.SourcePort = spansText(b.ports(portA))
	}
	if !b.takesAll(portB) {
		filter.DestinationPort = spansText(b.ports(portB))
	}
	return filter
}

func huaweiCloudProtocol(b box) (string, bool) {
	hasPorts := !b.takesAll(portA) || !b.takesAll(portB)
	switch {
	case b.family == link:
	case b.takesAll(protocolAxis) && !hasPorts, b.numbers() == withPorts && hasPorts:
		return "any", true
	case b.numbers() == oneNumber(protocolTCP):
		return "tcp", true
	case b.numbers() == oneNumber(protocolUDP):
		return "udp", true
	case b.numbers() == oneNumber(1) && b.family == ipv4:
		return "icmp", true
	case b.numbers() == oneNumber(58) && b.family == ipv6:
		return "icmpv6", true
	}
	return "", false
}

// withPorts are the protocols that pcap-filter's port means.
var withPorts = tcpAndUDP.or(oneNumber(protocolSCTP)).(numbers)

func oneAddress(b box, axis int) bool {
	addresses := b.addresses(axis)
	return len(addresses) == 1 && addresses[0].first == addresses[0].last
}

// missingEnd says which of the two addresses is missing, or is not one.
func missingEnd(root Node, b box) *Error {
	const form = "a capture task of Huawei Cloud takes one direction between one source address and one destination address: "
	const example = ", for example src host 10.0.0.4 and dst host 10.1.0.5 and tcp dst port 443"
	var undirected *Primitive
	primitives(root, func(n *Primitive) {
		if undirected == nil && n.Kind == KindNet && n.Direction == Either {
			undirected = n
		}
	})
	if undirected != nil {
		return errorAt(undirected.At, form+"host and net without src or dst mean either end"+example)
	}
	for axis, side := range []string{addressA: "src", addressB: "dst"} {
		if side == "" || oneAddress(b, axis) {
			continue
		}
		if b.takesAll(axis) {
			return errorAt(positionIn(root), form+side+" host is missing"+example)
		}
		return errorAt(blame(root), form+"this has more than one "+side+" address"+example)
	}
	return errorAt(positionIn(root), form+"the addresses are missing"+example)
}

// suggestForHuaweiCloud writes the first part of the expression that can be
// translated alone.
func (a *algebra) suggestForHuaweiCloud(boxes []box) []string {
	for _, b := range boxes {
		for axis := range b.axes {
			if axis == portA || axis == portB {
				b = b.with(axis, b.ports(axis)[:1])
			}
		}
		if b.family == link || b.incidental || !oneAddress(b, addressA) || !oneAddress(b, addressB) {
			continue
		}
		part := &Expression{Root: b.directed()}
		if _, _, fault := a.translate(part.Root); fault == nil {
			return []string{part.String() + " for a part of it"}
		}
	}
	return nil
}

// FromHuaweiCloudFilter is an expression that selects what a capture task does.
func FromHuaweiCloudFilter(filter HuaweiCloudFilter) (*Expression, error) {
	var terms []string
	add := func(text, value string) {
		if value != "" {
			terms = append(terms, text+value)
		}
	}
	protocols := map[string]string{"tcp": "tcp", "udp": "udp", "icmp": "icmp", "icmpv6": "icmp6", "any": "", "": ""}
	word, known := protocols[filter.Protocol]
	hasPorts := filter.SourcePort != "" || filter.DestinationPort != ""
	switch {
	case !known:
		return nil, fmt.Errorf("protocol: %q is not tcp, udp, icmp, icmpv6 or any", filter.Protocol)
	case hasPorts && (word == "icmp" || word == "icmp6"):
		return nil, fmt.Errorf("protocol: %s has no ports", filter.Protocol)
	case word == "" && !strings.Contains(filter.SourceAddress, ":"):
		// Without ip, pcap-filter's host means ARP as well.
		word = "ip"
	}
	add("", word)
	for _, end := range []struct{ direction, name, address, ports string }{
		{"src ", "source", filter.SourceAddress, filter.SourcePort}, {"dst ", "destination", filter.DestinationAddress, filter.DestinationPort},
	} {
		kind := "host "
		if strings.Contains(end.address, "/") {
			kind = "net "
		}
		if _, err := netip.ParsePrefix(end.address); kind == "net " && err != nil {
			return nil, fmt.Errorf("%s_address: %q is not an IP address or a CIDR block", end.name, end.address)
		}
		if _, err := readAddress(end.address); kind == "host " && err != nil {
			return nil, fmt.Errorf("%s_address: %w", end.name, err)
		}
		if _, err := readList(end.ports, readPort); err != nil || strings.Contains(end.ports, ";") {
			return nil, fmt.Errorf("%s_port: %q is not a port or a range of ports", end.name, end.ports)
		}
		add(end.direction+kind, end.address)
		add(end.direction+"portrange ", end.ports)
	}
	expression, err := Parse(strings.Join(terms, " and "))
	if err != nil {
		return nil, fmt.Errorf("%w", err)
	}
	var a algebra
	if selected, fault := a.selection(expression.Root, false); fault == nil && len(selected) == 0 {
		return nil, fmt.Errorf("the addresses and the protocol are of different families, so that the task selects nothing")
	}
	return expression, nil
}
