package pcapfilter

import (
	"fmt"
	"strings"
)

// primitive reads qualifiers and their ID, or a primitive that has none.
func (p *parser) primitive() (Node, qualifiers, *Error) {
	none := qualifiers{none: true}
	first := p.peek()
	switch {
	case p.is("vlan"):
		node, fault := p.vlan()
		return node, none, fault
	case p.is("less", "greater"):
		node, fault := p.length()
		return node, none, fault
	}
	q := qualifiers{at: first.Position}
	if _, isProtocol := protocols[first.Word]; isProtocol && !first.escaped {
		q.protocol = p.take().Word
	}
	p.direction(&q)
	switch {
	case p.is("host", "net", "port", "portrange"):
		q.kind = p.take().Word
	case q.direction == Either && q.directionAt.Column == 0 && p.is("proto"):
		q.kind = p.take().Word
	case q.directionAt.Column > 0:
	case q.protocol != "":
		return &Primitive{Kind: KindProtocol, Protocol: q.protocol, At: first.Position}, none, nil
	default:
		return nil, none, p.explain(first, "a term must stand, for example tcp port 443")
	}
	return p.id(q)
}

// direction reads src, dst, src or dst, and src and dst.
func (p *parser) direction(q *qualifiers) {
	if !p.is("src", "dst") {
		return
	}
	first := p.take()
	q.direction, q.directionAt = Source, first.Position
	if first.Word == "dst" {
		q.direction = Destination
	}
	if !p.is("and", "or") {
		return
	}
	other := p.tokens[p.next+1]
	if other.escaped || other.Word == first.Word || (other.Word != "src" && other.Word != "dst") {
		return
	}
	q.direction = Either
	if p.is("and") {
		q.direction = Both
	}
	p.next += 2
}

// id reads an ID, a negated one, or several in parentheses.
func (p *parser) id(q qualifiers) (Node, qualifiers, *Error) {
	at := p.peek()
	switch {
	case p.is("not"):
		if fault := p.deeper(); fault != nil {
			return nil, q, fault
		}
		defer func() { p.depth-- }()
		p.take()
		node, _, fault := p.id(q)
		return &Not{Term: node, At: at.Position}, q, fault
	case p.is("("):
		return p.ids(q)
	case !p.idFollows(p.next):
		return nil, q, p.explain(at, missingID(q))
	case q.none:
		return nil, q, p.withoutQualifier(at)
	}
	if q.at.Column == 0 || q.at.Column > at.Column {
		q.at = at.Position
	}
	node, fault := p.leaf(q)
	if fault != nil {
		return nil, q, fault
	}
	// An ID that takes this one's qualifiers is a place of its own.
	q.at = Position{}
	return node, q, nil
}

// withoutQualifier explains an ID with nothing before it.
func (p *parser) withoutQualifier(at token) *Error {
	const reason = "it needs host, net, port or portrange before it"
	if lower := strings.ToLower(at.Word); lower != at.Word && isKeyword(lower) {
		return p.explain(at, reason)
	}
	if before, _, dotted := strings.Cut(at.Word, "."); dotted && isKeyword(before) {
		return errorAt(at.Position, "this looks like a display filter of Wireshark, which is another language than the capture filters of tcpdump", "for example tcp port 443")
	}
	if isNumber(at.Word) {
		return errorAt(at.Position, reason, "port "+at.Word)
	}
	return errorAt(at.Position, reason, "host "+at.Word)
}

func (p *parser) ids(q qualifiers) (Node, qualifiers, *Error) {
	if fault := p.deeper(); fault != nil {
		return nil, q, fault
	}
	defer func() { p.depth-- }()
	open := p.take()
	left, _, fault := p.id(q)
	for fault == nil && p.is("and", "or") {
		operator := p.take()
		var right Node
		if right, _, fault = p.id(q); fault == nil {
			left = join(left, right, operator)
		}
	}
	switch {
	case fault != nil:
		return nil, q, fault
	case p.peek().Word == "":
		return nil, q, errorAt(open.Position, "the parenthesis is not closed")
	case !p.is(")"):
		return nil, q, p.explain(p.peek(), "and or or must stand between two values")
	}
	p.take()
	q.at = Position{}
	return left, q, nil
}

func missingID(q qualifiers) string {
	switch q.kind {
	case "port":
		return "a port must stand, for example 443"
	case "portrange":
		return "a range of ports must stand, for example 8000-8080"
	case "net":
		return "a network must stand, for example 10.0.0.0/24"
	case "proto":
		return "the number of a protocol must stand, for example 47; a name that is also a word of the language has a backslash before it"
	}
	return "an address must stand, for example 10.0.0.4"
}

// vlan reads vlan and the tag's ID, if there is one.
func (p *parser) vlan() (Node, *Error) {
	node := &Primitive{Kind: KindVLAN, AnyID: true, At: p.take().Position}
	if next := p.peek(); next.Word != "" && next.Word[0] >= '0' && next.Word[0] <= '9' {
		id, fault := number(p.take(), "VLAN ID", 4095)
		if fault != nil {
			return nil, fault
		}
		node.AnyID, node.First = false, id
	}
	return node, nil
}

// length reads less and greater. Both include their number.
func (p *parser) length() (Node, *Error) {
	word := p.take()
	node := &Primitive{Kind: KindLess, At: word.Position}
	if word.Word == "greater" {
		node.Kind = KindGreater
	}
	next := p.take()
	if next.Word == "" {
		return nil, errorAt(next.Position, fmt.Sprintf("the expression ends where a length in bytes must stand, for example %s 64", word.Word))
	}
	var fault *Error
	node.First, fault = number(next, "length", 1<<31-1)
	return node, fault
}
