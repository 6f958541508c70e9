package pcapfilter

import "net/netip"

// Position is where something stands in an expression.
type Position struct {
	// Word is the text there.
	Word string
	// Column counts characters from 1.
	Column int
}

// Expression is a parsed filter. The zero value is the empty expression, which
// selects every packet.
type Expression struct {
	// Root is nil in the empty expression.
	Root Node
}

// Node is *And, *Or, *Not or *Primitive.
type Node interface {
	// Position is that of the node's first word, or of the operator itself.
	Position() Position
	print(parts *printer, nested bool)
}

// And selects what all of its terms select.
type And struct {
	Terms []Node
	At    Position
}

// Or selects what any of its terms selects.
type Or struct {
	Terms []Node
	At    Position
}

// Not selects what its term does not.
type Not struct {
	Term Node
	At   Position
}

// Kind says what a primitive compares.
type Kind int

// The kinds of primitives.
const (
	// KindProtocol is a protocol alone: tcp.
	KindProtocol Kind = iota
	// KindNumber is a protocol by its number: ip proto 47.
	KindNumber
	// KindNet is a host or a network: host 10.0.0.4, net 10.0.0.0/24.
	KindNet
	// KindPort is a port or a range of ports: port 443, portrange 8000-8080.
	KindPort
	// KindVLAN is a VLAN tag, of any ID or of one: vlan, vlan 100.
	KindVLAN
	// KindLess and KindGreater compare the packet's length: less 64, greater 1000.
	KindLess
	KindGreater
)

// Direction is a primitive's direction qualifier.
type Direction int

// The directions.
const (
	// Either is src or dst, which is also meant without a direction.
	Either Direction = iota
	Source
	Destination
	// Both is src and dst.
	Both
)

// Primitive is one comparison.
type Primitive struct {
	Kind Kind
	// Protocol is the protocol, or the protocol qualifier of another kind, in the
	// language's word: ip, ip6, arp, rarp, tcp, udp, sctp, icmp, ... Empty without one.
	Protocol  string
	Direction Direction
	// Net is the network of KindNet; a host is one of full length.
	Net netip.Prefix
	// First and Last are the ports of KindPort. First alone is the protocol number,
	// the VLAN ID, or the length in bytes of the other kinds.
	First, Last int
	// AnyID is set for vlan without an ID.
	AnyID bool
	// Tags counts the vlan primitives before this one, which shift what it
	// looks at by one VLAN tag each.
	Tags int
	// At is the first word. DirectionAt is that of src or dst, if there is one.
	At, DirectionAt Position
}

// Position is where and starts its second term.
func (n *And) Position() Position { return n.At }

// Position is where or starts its second term.
func (n *Or) Position() Position { return n.At }

// Position is where not stands.
func (n *Not) Position() Position { return n.At }

// Position is where the primitive starts.
func (n *Primitive) Position() Position { return n.At }

// primitives visits all primitives of a tree in their order.
func primitives(node Node, visit func(*Primitive)) {
	walk(node, func(n Node) {
		if primitive, ok := n.(*Primitive); ok {
			visit(primitive)
		}
	})
}

// walk visits all nodes, a node before what is below it.
func walk(node Node, visit func(Node)) {
	if node == nil {
		return
	}
	visit(node)
	for _, term := range terms(node) {
		walk(term, visit)
	}
}

// terms are what an operator joins or negates.
func terms(node Node) []Node {
	switch n := node.(type) {
	case *And:
		return n.Terms
	case *Or:
		return n.Terms
	case *Not:
		return []Node{n.Term}
	}
	return nil
}

// depth counts the levels of operators.
func depth(node Node) int {
	levels := 0
	for _, term := range terms(node) {
		levels = max(levels, depth(term)+1)
	}
	return levels
}

// countTags notes how many vlan primitives come before each one. As in libpcap,
// the first vlan of an expression shifts everything behind it, in whatever
// branch it stands.
func countTags(root Node) {
	tags := 0
	primitives(root, func(n *Primitive) {
		n.Tags = tags
		if n.Kind == KindVLAN {
			tags++
		}
	})
}
