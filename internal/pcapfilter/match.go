package pcapfilter

import "net/netip"

// EtherTypes that the language has words for.
const (
	EtherTypeIPv4 = 0x0800
	EtherTypeARP  = 0x0806
	EtherTypeRARP = 0x8035
	EtherTypeIPv6 = 0x86dd
)

// Packet is what the language looks at in a decoded packet. A reader fills one in
// for each packet; it may use the same one again.
type Packet struct {
	// Length is the packet's original length in bytes, link-layer header included.
	Length int
	// VLANs are the IDs of the VLAN tags, the outermost first.
	VLANs []uint16
	// EtherType is the one behind the VLAN tags.
	EtherType uint16
	// Source and Destination are the addresses of the outer IP header, or sender
	// and target of an ARP or RARP packet.
	Source, Destination netip.Addr
	// Protocol is IPv4's protocol, or IPv6's next header; behind a fragment header,
	// the fragment header's.
	Protocol uint8
	// FragmentHeader is set if a fragment header follows the IPv6 header.
	FragmentHeader bool
	// HasPorts is set if SourcePort and DestinationPort were read: of TCP, UDP and
	// SCTP, directly behind the IP header. Fragments after the first have none.
	HasPorts                    bool
	SourcePort, DestinationPort uint16
}

// Match reports whether the expression selects the packet. What stands behind vlan
// is compared with packets that have the tag. (Where vlan is one alternative of an
// or, libpcap compares untagged packets too, with bytes that are not what they
// are taken for. Match does not.)
func (e *Expression) Match(packet *Packet) bool {
	return e.Root == nil || matches(e.Root, packet)
}

func matches(node Node, packet *Packet) bool {
	switch n := node.(type) {
	case *And:
		for _, term := range n.Terms {
			if !matches(term, packet) {
				return false
			}
		}
		return true
	case *Or:
		for _, term := range n.Terms {
			if matches(term, packet) {
				return true
			}
		}
		return false
	case *Not:
		return !matches(n.Term, packet)
	case *Primitive:
		return n.matches(packet)
	}
	return false
}

func (n *Primitive) matches(packet *Packet) bool {
	switch n.Kind {
	case KindLess:
		return packet.Length <= n.First
	case KindGreater:
		return packet.Length >= n.First
	case KindVLAN:
		return len(packet.VLANs) > n.Tags && (n.AnyID || int(packet.VLANs[n.Tags]&0xfff) == n.First)
	case KindProtocol, KindNumber, KindNet, KindPort:
	}
	if len(packet.VLANs) != n.Tags {
		return false
	}
	v4, v6 := packet.EtherType == EtherTypeIPv4, packet.EtherType == EtherTypeIPv6
	switch n.Kind {
	case KindNumber:
		versions := (v4 && n.Protocol != "ip6") || (v6 && n.Protocol != "ip")
		return versions && (int(packet.Protocol) == n.First || (v6 && packet.FragmentHeader && n.First == fragmentHeader))
	case KindPort:
		return (v4 || v6) && n.portsMatch(packet)
	case KindNet:
		return n.speaksOf(packet.EtherType) && n.either(n.Net.Contains(packet.Source), n.Net.Contains(packet.Destination))
	case KindProtocol, KindVLAN, KindLess, KindGreater:
	}
	switch n.Protocol {
	case "arp":
		return packet.EtherType == EtherTypeARP
	case "rarp":
		return packet.EtherType == EtherTypeRARP
	}
	known := protocols[n.Protocol]
	return ((v4 && known.v4) || (v6 && known.v6)) && (known.number == 0 || packet.Protocol == known.number)
}

// fragmentHeader is the number of IPv6's fragment header.
const fragmentHeader = 44

// speaksOf reports whether the addresses of packets of this type are compared.
func (n *Primitive) speaksOf(etherType uint16) bool {
	switch n.Protocol {
	case "ip":
		return etherType == EtherTypeIPv4
	case "arp":
		return etherType == EtherTypeARP
	case "rarp":
		return etherType == EtherTypeRARP
	}
	if n.Net.Addr().Is6() {
		return etherType == EtherTypeIPv6
	}
	return etherType == EtherTypeIPv4 || etherType == EtherTypeARP || etherType == EtherTypeRARP
}

func (n *Primitive) portsMatch(packet *Packet) bool {
	if !packet.HasPorts {
		return false
	}
	if n.Protocol == "" {
		if packet.Protocol != protocolTCP && packet.Protocol != protocolUDP && packet.Protocol != protocolSCTP {
			return false
		}
	} else if packet.Protocol != protocols[n.Protocol].number {
		return false
	}
	in := func(port uint16) bool { return int(port) >= n.First && int(port) <= n.Last }
	return n.either(in(packet.SourcePort), in(packet.DestinationPort))
}

// either joins what was found on the two sides as the direction says.
func (n *Primitive) either(source, destination bool) bool {
	switch n.Direction {
	case Source:
		return source
	case Destination:
		return destination
	case Both:
		return source && destination
	case Either:
	}
	return source || destination
}
