package pcapfilter

// selection is the union of boxes that a tree selects, or the primitive that no
// filter can say.
func (a *algebra) selection(node Node, negated bool) ([]box, *Error) {
	switch n := node.(type) {
	case *Not:
		return a.selection(n.Term, !negated)
	case *And:
		return a.terms(n.Terms, negated, !negated)
	case *Or:
		return a.terms(n.Terms, negated, negated)
	case *Primitive:
		boxes, fault := n.boxes()
		if fault == nil && negated {
			boxes = a.minusAll(universe(), boxes)
		}
		return boxes, fault
	}
	return universe(), nil
}

// terms joins what the terms select, negated or not: what all of them select, or
// what any does.
func (a *algebra) terms(terms []Node, negated, all bool) ([]box, *Error) {
	var joined []box
	for i, term := range terms {
		boxes, fault := a.selection(term, negated)
		switch {
		case fault != nil:
			return nil, fault
		case i == 0:
			joined = boxes
		case all:
			joined = a.product(joined, boxes)
		default:
			joined = a.union(joined, boxes)
		}
		if a.exhausted() {
			return nil, errorAt(term.Position(), "up to here the expression has too many combinations to be translated; split it into several captures")
		}
	}
	return joined, nil
}

// boxes is what the primitive selects.
func (n *Primitive) boxes() ([]box, *Error) {
	switch n.Kind {
	case KindVLAN:
		return nil, errorAt(n.At, "the services cannot filter by VLAN (layer 2)")
	case KindLess, KindGreater:
		return nil, errorAt(n.At, "the services cannot filter by length")
	case KindNet:
		return n.netBoxes(), nil
	case KindPort:
		return n.portBoxes(), nil
	case KindNumber:
		if n.First == fragmentHeader && n.Protocol != "ip" {
			// Behind it a fragment has another protocol as well.
			return nil, errorAt(n.At, "the services cannot filter by IPv6's fragment header")
		}
		return numberBoxes(oneNumber(uint8(n.First&0xff)), n.Protocol != "ip6", n.Protocol != "ip"), nil
	case KindProtocol:
	}
	switch n.Protocol {
	case "arp":
		return []box{named(everything(link).with(protocolAxis, oneNumber(linkARP)))}, nil
	case "rarp":
		return []box{named(everything(link).with(protocolAxis, oneNumber(linkRARP)))}, nil
	}
	known := protocols[n.Protocol]
	if known.number == 0 {
		return numberBoxes(allNumbers, known.v4, known.v6), nil
	}
	return numberBoxes(oneNumber(known.number), known.v4, known.v6), nil
}

func numberBoxes(of numbers, v4, v6 bool) []box {
	var boxes []box
	for _, version := range []struct {
		family family
		meant  bool
	}{{ipv4, v4}, {ipv6, v6}} {
		if version.meant {
			b := everything(version.family).with(protocolAxis, of)
			b.named = of == oneNumber(protocolSCTP)
			boxes = append(boxes, b)
		}
	}
	return boxes
}

func named(b box) box {
	b.named = true
	return b
}

// sides puts a condition on the ends that the direction means.
func (n *Primitive) sides(b box, a, other int, values dimension) []box {
	switch n.Direction {
	case Source:
		return []box{b.with(a, values)}
	case Destination:
		return []box{b.with(other, values)}
	case Both:
		return []box{b.with(a, values).with(other, values)}
	case Either:
	}
	if b.axes[a].equal(values) {
		return []box{b}
	}
	return []box{b.with(a, values), b.with(other, values)}
}

func (n *Primitive) netBoxes() []box {
	on := ipv4
	if n.Net.Addr().Is6() {
		on = ipv6
	}
	addresses := prefixSet(n.Net)
	arp, rarp := oneNumber(linkARP), oneNumber(linkRARP)
	linkBox := func(of dimension) box { return everything(link).with(protocolAxis, of) }
	switch n.Protocol {
	case "arp":
		return n.sides(named(linkBox(arp)), addressA, addressB, addresses)
	case "rarp":
		return n.sides(named(linkBox(rarp)), addressA, addressB, addresses)
	}
	boxes := n.sides(everything(on), addressA, addressB, addresses)
	if n.Protocol == "" && on == ipv4 {
		besides := linkBox(arp.or(rarp))
		besides.incidental = true
		boxes = append(boxes, n.sides(besides, addressA, addressB, addresses)...)
	}
	return boxes
}

func (n *Primitive) portBoxes() []box {
	ports := set[port]{{port(n.First), port(n.Last)}}
	var boxes []box
	for _, version := range []family{ipv4, ipv6} {
		b := everything(version)
		if n.Protocol != "" {
			b = b.with(protocolAxis, oneNumber(protocols[n.Protocol].number))
			b.named = n.Protocol == "sctp"
			boxes = append(boxes, n.sides(b, portA, portB, ports)...)
			continue
		}
		boxes = append(boxes, n.sides(b.with(protocolAxis, tcpAndUDP), portA, portB, ports)...)
		besides := b.with(protocolAxis, oneNumber(protocolSCTP))
		besides.incidental = true
		boxes = append(boxes, n.sides(besides, portA, portB, ports)...)
	}
	return boxes
}

var tcpAndUDP = numbers{1<<protocolTCP | 1<<protocolUDP}
