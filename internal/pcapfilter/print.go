package pcapfilter

import (
	"fmt"
	"net/netip"
	"strings"
)

type printer struct{ strings.Builder }

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
	text.WriteString("not ")
	n.Term.print(text, true)
}

func (text *printer) chain(terms []Node, operator string, nested bool) {
	if nested {
		text.WriteByte('(')
		defer text.WriteByte(')')
	}
	for i, term := range terms {
		if i > 0 {
			text.WriteString(operator)
		}
		term.print(text, true)
	}
}

func (n *Primitive) print(text *printer, _ bool) {
	if n.Protocol != "" {
		text.WriteString(n.Protocol)
		if n.Kind != KindProtocol {
			text.WriteByte(' ')
		}
	}
	text.WriteString(directionWord(n.Direction))
	switch n.Kind {
	case KindProtocol:
	case KindNumber:
		fmt.Fprintf(text, "proto %d", n.First)
	case KindNet:
		text.WriteString(networkText(n.Net))
	case KindPort:
		text.WriteString(portsText(n.First, n.Last))
	case KindVLAN:
		text.WriteString("vlan")
		if !n.AnyID {
			fmt.Fprintf(text, " %d", n.First)
		}
	case KindLess:
		fmt.Fprintf(text, "less %d", n.First)
	case KindGreater:
		fmt.Fprintf(text, "greater %d", n.First)
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
