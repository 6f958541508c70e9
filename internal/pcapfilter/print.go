package pcapfilter

import (
	"fmt"
	"net/netip"
	"strings"
)

type printer struct{ text strings.Builder }

// add appends, which cannot fail.
func (text *printer) add(part string) { _, _ = text.text.WriteString(part) }

func (text *printer) String() string { return text.text.String() }

// String is the expression in one form, which Parse reads back as the same
// tree: every primitive with its own qualifiers, services and protocols by number,
// parentheses wherever and, or and not nest.
func (e *Expression) String() string { return nodeText(e.Root) }

func nodeText(node Node) string {
	if node == nil {
		return ""
	}
	var text printer
	node.print(&text, false)
	return text.String()
}

func (n *And) print(text *printer, nested bool) { text.chain(n.Terms, " and ", nested) }

func (n *Or) print(text *printer, nested bool) { text.chain(n.Terms, " or ", nested) }

func (n *Not) print(text *printer, _ bool) {
	text.add("not ")
	n.Term.print(text, true)
}

func (text *printer) chain(terms []Node, operator string, nested bool) {
	if nested {
		text.add("(")
		defer text.add(")")
	}
	for i, term := range terms {
		if i > 0 {
			text.add(operator)
		}
		term.print(text, true)
	}
}

func (n *Primitive) print(text *printer, _ bool) {
	if n.Protocol != "" {
		text.add(n.Protocol)
		if n.Kind != KindProtocol {
			text.add(" ")
		}
	}
	text.add(directionWord(n.Direction))
	switch n.Kind {
	case KindProtocol:
	case KindNumber:
		text.add(fmt.Sprintf("proto %d", n.First))
	case KindNet:
		text.add(networkText(n.Net))
	case KindPort:
		text.add(portsText(n.First, n.Last))
	case KindVLAN:
		text.add("vlan")
		if !n.AnyID {
			text.add(fmt.Sprintf(" %d", n.First))
		}
	case KindLess:
		text.add(fmt.Sprintf("less %d", n.First))
	case KindGreater:
		text.add(fmt.Sprintf("greater %d", n.First))
	}
}

func directionWord(direction Direction) string {
	switch direction {
	case Source:
		return "src "
	case Destination:
		return "dst "
	case Both:
		return "src and dst "
	case Either:
	}
	return ""
}

func networkText(network netip.Prefix) string {
	if network.IsSingleIP() {
		return "host " + network.Addr().String()
	}
	return "net " + network.String()
}

func portsText(first, last int) string {
	if first == last {
		return fmt.Sprintf("port %d", first)
	}
	return fmt.Sprintf("portrange %d-%d", first, last)
}
