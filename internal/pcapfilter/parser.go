package pcapfilter

import (
	"fmt"
	"strings"
)

// Parse reads an expression. An error is an *Error.
func Parse(text string) (*Expression, error) {
	tokens, unreadable := lex(text)
	expression, fault := parse(tokens)
	switch {
	case unreadable != nil && (fault == nil || fault.Word == "" || fault.Column >= unreadable.Column-len(unreadable.Word)):
		return nil, unreadable
	case fault != nil:
		return nil, fault
	}
	return expression, nil
}

func parse(tokens []token) (*Expression, *Error) {
	p := &parser{tokens: tokens}
	if p.peek().Word == "" {
		return &Expression{}, nil
	}
	root, fault := p.expression()
	switch {
	case fault != nil:
		return nil, fault
	case p.peek().Word == ")":
		return nil, errorAt(p.peek().Position, "the parenthesis was not opened")
	case p.peek().Word != "":
		return nil, p.explain(p.peek(), "and or or must stand between two terms")
	}
	if depth(root) > MaxDepth {
		return nil, errorAt(root.Position(), nestsTooDeep)
	}
	countTags(root)
	return &Expression{Root: root}, nil
}

type parser struct {
	tokens []token
	next   int
	depth  int
}

// qualifiers are what stands before an ID, and what a bare ID after and or or
// takes over.
type qualifiers struct {
	protocol  string
	direction Direction
	// kind is host, net, port, portrange or proto. Empty means host.
	kind string
	// at and directionAt are where they start, and where src or dst stands.
	at, directionAt Position
	// none is set where nothing can be taken over.
	none bool
}

var nestsTooDeep = fmt.Sprintf("more than %d levels of parentheses, negations, and changes between and and or", MaxDepth)

func (p *parser) peek() token { return p.tokens[p.next] }

func (p *parser) take() token {
	current := p.tokens[p.next]
	if current.Word != "" {
		p.next++
	}
	return current
}

// is reports whether the next token is one of the words.
func (p *parser) is(words ...string) bool {
	for _, word := range words {
		if next := p.peek(); next.text() == word && !next.escaped {
			return true
		}
	}
	return false
}

// deeper counts one level of nesting.
func (p *parser) deeper() *Error {
	if p.depth++; p.depth > MaxDepth {
		return errorAt(p.peek().Position, nestsTooDeep)
	}
	return nil
}

// expression reads terms. In pcap-filter, and and or bind equally and to the
// left: a or b and c is (a or b) and c.
func (p *parser) expression() (Node, *Error) {
	left, last, fault := p.term(qualifiers{none: true})
	for fault == nil && p.is("and", "or") {
		operator := p.take()
		var right Node
		if right, last, fault = p.term(last); fault == nil {
			left = join(left, right, operator)
		}
	}
	return left, fault
}

// join makes one node of two. Chains of one operator are one node.
func join(left, right Node, operator token) Node {
	var terms []Node
	for _, side := range []Node{left, right} {
		switch n := side.(type) {
		case *And:
			if operator.text() == "and" {
				terms = append(terms, n.Terms...)
				continue
			}
		case *Or:
			if operator.text() == "or" {
				terms = append(terms, n.Terms...)
				continue
			}
		}
		terms = append(terms, side)
	}
	if operator.text() == "and" {
		return &And{Terms: terms, At: operator.Position}
	}
	return &Or{Terms: terms, At: operator.Position}
}

// term reads a primitive, a negation, an expression in parentheses, or an ID
// that takes the qualifiers of the term before it.
func (p *parser) term(before qualifiers) (Node, qualifiers, *Error) {
	next := p.peek()
	switch {
	case p.is("not"):
		if fault := p.deeper(); fault != nil {
			return nil, before, fault
		}
		defer func() { p.depth-- }()
		p.take()
		inner, last, fault := p.term(before)
		return &Not{Term: inner, At: next.Position}, last, fault
	case p.is("(") && p.idFollows(p.next):
		return p.id(before)
	case p.is("("):
		return p.group()
	case p.idFollows(p.next):
		return p.id(before)
	}
	return p.primitive()
}

// idFollows reports whether the token at an index, behind parentheses and
// negations, is an ID and no keyword.
func (p *parser) idFollows(index int) bool {
	for p.tokens[index].text() == "(" || (p.tokens[index].text() == "not" && !p.tokens[index].escaped) {
		index++
	}
	word := p.tokens[index]
	return word.Word != "" && (word.escaped || !isKeyword(word.text())) && word.Word != ")" && word.Word != "/"
}

func (p *parser) group() (Node, qualifiers, *Error) {
	if fault := p.deeper(); fault != nil {
		return nil, qualifiers{}, fault
	}
	defer func() { p.depth-- }()
	open := p.take()
	if p.is(")") {
		return nil, qualifiers{}, errorAt(open.Position, "there is nothing between the parentheses")
	}
	node, fault := p.expression()
	if fault != nil {
		return nil, qualifiers{}, fault
	}
	if !p.is(")") {
		if p.peek().Word == "" {
			return nil, qualifiers{}, errorAt(open.Position, "the parenthesis is not closed")
		}
		return nil, qualifiers{}, p.explain(p.peek(), "and or or must stand between two terms")
	}
	p.take()
	// Behind a parenthesis there is nothing to take over.
	return node, qualifiers{none: true}, nil
}

// explain says what is wrong with a token that may not stand where it does.
func (p *parser) explain(at token, reason string) *Error {
	lower := strings.ToLower(at.Word)
	switch why, isRefused := refused[at.Word]; {
	case isRefused && !at.escaped:
		return errorAt(at.Position, why)
	case lower != at.Word && isKeyword(lower):
		return errorAt(at.Position, "the words of the language are in lower case", lower)
	case at.Word == "":
		return errorAt(at.Position, "the expression ends where "+reason)
	}
	return errorAt(at.Position, reason)
}
