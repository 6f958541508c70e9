package pcapfilter

import "net/netip"

// Trees made from boxes.

// allOf joins terms with and, leaving out nil.
func allOf(terms ...Node) Node { return joinAll("and", terms) }

// anyOf joins terms with or, leaving out nil.
func anyOf(terms ...Node) Node { return joinAll("or", terms) }

func joinAll(operator string, terms []Node) Node {
	var joined Node
	for _, term := range terms {
		switch {
		case term == nil:
		case joined == nil:
			joined = term
		default:
			joined = join(joined, term, token{Position: Position{Word: operator}})
		}
	}
	return joined
}

// protocolNode is a protocol, or one of several.
func protocolNode(words ...string) Node {
	terms := make([]Node, len(words))
	for i, word := range words {
		terms[i] = &Primitive{Kind: KindProtocol, Protocol: word}
	}
	return anyOf(terms...)
}

// addressNode selects packets with an address of a set.
func addressNode(addresses set[netip.Addr], direction Direction) Node {
	var terms []Node
	for _, s := range addresses {
		for _, network := range networks(s) {
			terms = append(terms, &Primitive{Kind: KindNet, Net: network, Direction: direction})
		}
	}
	return anyOf(terms...)
}

// portNode selects packets with a port of a set.
func portNode(ports set[port], direction Direction) Node {
	terms := make([]Node, 0, len(ports))
	for _, s := range ports {
		terms = append(terms, &Primitive{Kind: KindPort, First: int(s.first), Last: int(s.last), Direction: direction})
	}
	return anyOf(terms...)
}

// protocolsNode is the condition on family and protocol that the rest of a box's
// expression does not say: nil if there is none.
func (b box) protocolsNode() Node {
	var version Node
	switch {
	case b.bothFamilies():
	case b.family == ipv4 && (b.takesAll(protocolAxis) || !b.hasAddress()):
		// Without ip, pcap-filter's host means ARP as well.
		version = protocolNode("ip")
	case b.family == ipv6 && !b.hasAddress():
		version = protocolNode("ip6")
	}
	switch b.numbers() {
	case oneNumber(protocolTCP):
		return allOf(version, protocolNode("tcp"))
	case oneNumber(protocolUDP):
		return allOf(version, protocolNode("udp"))
	case tcpAndUDP:
		return allOf(version, protocolNode("tcp", "udp"))
	case oneNumber(1):
		return protocolNode("icmp")
	case oneNumber(58):
		return protocolNode("icmp6")
	}
	return version
}

// bothFamilies reports whether the box stands for both families, by joinFamilies.
func (b box) bothFamilies() bool { return b.axes[addressA].empty() }

// hasAddress reports whether an end has an address condition.
func (b box) hasAddress() bool {
	return !b.bothFamilies() && (!b.takesAll(addressA) || !b.takesAll(addressB))
}

// directed is an expression for a box with A as source and B as destination.
func (b box) directed() Node {
	return allOf(b.protocolsNode(), b.end(addressA, portA, Source), b.end(addressB, portB, Destination))
}

// end is the conditions on one end.
func (b box) end(address, ports int, direction Direction) Node {
	var terms []Node
	if b.hasAddress() && !b.takesAll(address) {
		terms = append(terms, addressNode(b.addresses(address), direction))
	}
	if !b.takesAll(ports) {
		terms = append(terms, portNode(b.ports(ports), direction))
	}
	return allOf(terms...)
}
