package pcapfilter

import (
	"net/netip"
	"slices"
)

// write makes an expression of boxes whose union, selected, is the same with both
// ends exchanged.
func (a *algebra) write(boxes, selected []box) Node {
	var terms []Node
	for len(boxes) > 0 && !a.exhausted() {
		term, said := a.writeOne(boxes[0], selected)
		terms = append(terms, term)
		boxes = slices.DeleteFunc(boxes, func(b box) bool {
			return a.coversAll(said, b.ofEachFamily())
		})
	}
	return anyOf(terms...)
}

// ofEachFamily undoes joinFamilies.
func (b box) ofEachFamily() []box {
	if !b.bothFamilies() {
		return []box{b}
	}
	return b.inFamilies(nil, nil)[:2]
}

// writeOne writes a box, in the shortest form that selects nothing else than the
// union does: without directions if possible. It returns what that selects, too.
func (a *algebra) writeOne(b box, selected []box) (Node, []box) {
	for _, addresses := range b.addressForms() {
		for _, ports := range b.portForms() {
			node := allOf(b.protocolsNode(), addresses, ports)
			said, fault := a.selection(node, false)
			if fault == nil && len(a.minusAll(said, selected)) == 0 && a.coversAll(said, b.ofEachFamily()) {
				return node, said
			}
		}
	}
	node := anyOf(b.directed(), b.swapped().directed())
	if b.sameEnds() {
		node = b.directed()
	}
	said, fault := a.selection(node, false)
	if fault != nil {
		said = append(b.ofEachFamily(), b.swapped().ofEachFamily()...)
	}
	return node, said
}

func (b box) sameEnds() bool {
	return b.axes[addressA].equal(b.axes[addressB]) && b.axes[portA].equal(b.axes[portB])
}

// addressForms are the ways to say a box's addresses without a direction. The
// ones that say too much are sorted out by what they select.
func (b box) addressForms() []Node {
	if !b.hasAddress() {
		return []Node{nil}
	}
	if b.axes[addressA].equal(b.axes[addressB]) {
		included := b.addresses(addressA)
		excluded := addressNode(everything(b.family).axes[addressA].minus(included).(set[netip.Addr]), Either)
		inside := allOf(addressNode(included, Source), addressNode(included, Destination))
		if len(included) == 1 && len(networks(included[0])) == 1 {
			inside = addressNode(included, Both)
		}
		// Without its family, a negation would take the other one's packets as well.
		outside := allOf(protocolNode(map[family]string{ipv4: "ip", ipv6: "ip6"}[b.family]), &Not{Term: excluded})
		if len(nodeText(outside)) < len(nodeText(inside)) {
			return []Node{outside}
		}
		return []Node{inside}
	}
	var terms []Node
	for _, axis := range []int{addressA, addressB} {
		if !b.takesAll(axis) {
			terms = append(terms, addressNode(b.addresses(axis), Either))
		}
	}
	return []Node{allOf(terms...)}
}

// portForms are the same for ports.
func (b box) portForms() []Node {
	if included := b.ports(portA); b.axes[portA].equal(b.axes[portB]) && !b.takesAll(portA) {
		outside := &Not{Term: portNode(allPorts.minus(included).(set[port]), Either)}
		inside := allOf(portNode(included, Source), portNode(included, Destination))
		if len(included) == 1 {
			inside = portNode(included, Both)
		}
		if len(nodeText(inside)) < len(nodeText(outside)) {
			return []Node{inside}
		}
		return []Node{outside, inside}
	}
	var terms []Node
	for _, axis := range []int{portA, portB} {
		if !b.takesAll(axis) {
			terms = append(terms, portNode(b.ports(axis), Either))
		}
	}
	return []Node{allOf(terms...)}
}
