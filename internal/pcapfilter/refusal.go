package pcapfilter

import "slices"

// directionIn is where the first src or dst stands.
func directionIn(root Node) Position {
	at := positionIn(root)
	found := false
	primitives(root, func(n *Primitive) {
		if !found && (n.Direction == Source || n.Direction == Destination) {
			at, found = n.DirectionAt, true
		}
	})
	return at
}

// azureRefusal says which word selects packets of protocols that filters cannot
// name.
func azureRefusal(root Node) *Error {
	blamed := firstWanted(root, func(b box) bool { return b.incidental || azureKnows(b) })
	if blamed != nil {
		at := Position{Word: blamed.subject(), Column: blamed.At.Column}
		switch blamed.Protocol {
		case "arp", "rarp":
			return errorAt(at, "Network Watcher filters IP packets only (no layer 2)")
		default:
			return errorAt(at, "Network Watcher knows TCP, UDP and Any, which takes all protocols: none can be selected alone besides TCP and UDP")
		}
	}
	at := positionIn(root)
	found := false
	walk(root, func(n Node) {
		if negation, ok := n.(*Not); ok && !found {
			at, found = negation.At, true
		}
	})
	return errorAt(at, "what remains holds packets that no filter of Network Watcher can name (ICMP and others beside TCP and UDP, or ARP and others that are not IP)")
}

// firstWanted is the first primitive, not negated, with a box that is not known.
func firstWanted(root Node, known func(box) bool) *Primitive {
	var found *Primitive
	var search func(node Node, negated bool)
	search = func(node Node, negated bool) {
		if _, not := node.(*Not); not {
			negated = !negated
		}
		for _, term := range terms(node) {
			search(term, negated)
		}
		if n, ok := node.(*Primitive); ok {
			boxes, fault := n.boxes()
			if found == nil && !negated && fault == nil && slices.ContainsFunc(boxes, func(b box) bool { return !known(b) }) {
				found = n
			}
		}
	}
	search(root, false)
	return found
}

// subject is the primitive's protocol as the user would name it.
func (n *Primitive) subject() string {
	if n.Kind == KindNumber {
		return nodeText(n)
	}
	return n.Protocol
}

// maxSuggestion is the length of what an error offers in bytes.
const maxSuggestion = 1000

// suggestForAzure lists expressions near the one that cannot be translated, that
// can be.
func suggestForAzure(root Node) []string {
	var suggestions []string
	consider := func(node Node) bool {
		filters, fault := azureFilters(node)
		if fault != nil || len(filters) == 0 {
			return false
		}
		if text := nodeText(node); len(text) <= maxSuggestion && depth(node) <= MaxDepth {
			suggestions = append(suggestions, text)
		}
		return true
	}
	if hasDirection(root) {
		// The same traffic in both directions.
		if consider(anyOf(root, reversed(root))) {
			return suggestions
		}
	}
	if or, ok := root.(*Or); ok {
		// What can be had of it.
		var possible []Node
		for _, term := range or.Terms {
			if filters, fault := azureFilters(term); fault == nil && len(filters) > 0 {
				possible = append(possible, term)
			}
		}
		if possible != nil && consider(anyOf(possible...)) {
			return suggestions
		}
	}
	if firstWanted(root, func(b box) bool { return b.incidental || azureKnows(b) }) != nil {
		return suggestions
	}
	for _, words := range [][]string{{"ip"}, {"ip", "ip6"}, {"tcp"}, {"udp"}} {
		if len(suggestions) < 2 {
			consider(allOf(protocolNode(words...), root))
		}
	}
	return suggestions
}

func hasDirection(root Node) bool {
	has := false
	primitives(root, func(n *Primitive) { has = has || n.Direction == Source || n.Direction == Destination })
	return has
}

// reversed exchanges source and destination.
func reversed(node Node) Node {
	switch n := node.(type) {
	case *And:
		return &And{Terms: reversedAll(n.Terms), At: n.At}
	case *Or:
		return &Or{Terms: reversedAll(n.Terms), At: n.At}
	case *Not:
		return &Not{Term: reversed(n.Term), At: n.At}
	case *Primitive:
		turned := *n
		switch n.Direction {
		case Source:
			turned.Direction = Destination
		case Destination:
			turned.Direction = Source
		case Either, Both:
		}
		return &turned
	}
	return node
}

func reversedAll(nodes []Node) []Node {
	turned := make([]Node, len(nodes))
	for i, node := range nodes {
		turned[i] = reversed(node)
	}
	return turned
}

// positionIn is that of the first word of a tree, which may be empty.
func positionIn(root Node) Position {
	first := Position{Column: 1}
	walk(root, func(node Node) {
		if at := node.Position(); first.Word == "" || at.Column < first.Column {
			first = at
		}
	})
	return first
}

// blame is where the first not, or otherwise the first or, or otherwise the first
// term without a direction stands: what makes one filter several.
func blame(root Node) Position {
	var negation, alternative, undirected *Position
	first := func(place **Position, at Position) {
		if *place == nil {
			*place = &at
		}
	}
	walk(root, func(node Node) {
		switch n := node.(type) {
		case *Not:
			first(&negation, n.At)
		case *Or:
			first(&alternative, n.At)
		case *Primitive:
			if n.Direction == Either && (n.Kind == KindPort || n.Kind == KindNet) {
				first(&undirected, n.At)
			}
		}
	})
	for _, place := range []*Position{negation, alternative, undirected} {
		if place != nil {
			return *place
		}
	}
	return positionIn(root)
}

// huaweiCloudRefusal says which word selects packets of protocols that a capture
// task cannot name.
func huaweiCloudRefusal(root Node) *Error {
	const known = "a capture task of Huawei Cloud knows one of tcp, udp, icmp, icmpv6 or any"
	blamed := firstWanted(root, func(b box) bool {
		_, isKnown := huaweiCloudProtocol(b)
		return b.incidental || isKnown || b.numbers() == tcpAndUDP
	})
	if blamed != nil {
		return errorAt(Position{Word: blamed.subject(), Column: blamed.At.Column}, known)
	}
	return errorAt(blame(root), known)
}
