package kql

import (
	"slices"
	"strconv"
)

func (p *parser) expression() (expression, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, syntaxErrorAt(p.text, p.peek().at, "the query nests too deeply", false)
	}
	return p.joined("or", func() (expression, error) { return p.joined("and", p.comparison) })
}

// joined reads operands with a word between them.
func (p *parser) joined(word string, operand func() (expression, error)) (expression, error) {
	left, err := operand()
	for err == nil {
		if _, found := p.word(word); !found {
			break
		}
		var right expression
		right, err = operand()
		left = binary{operator: word, left: left, right: right}
	}
	return left, err
}

var comparisons = []string{"==", "!=", "<=", ">=", "=~", "<", ">"}

func (p *parser) comparison() (expression, error) {
	left, err := p.primary()
	if err != nil {
		return nil, err
	}
	if _, found := p.word("in"); found {
		if err := p.need("("); err != nil {
			return nil, err
		}
		options, err := list(p, func(int) (expression, error) { return p.primary() })
		if err != nil {
			return nil, err
		}
		if next := p.peek(); next.kind == tokenSign && next.text == "|" {
			return nil, p.unsupported() // The options are a query's.
		}
		return membership{value: left, options: options}, p.need(")")
	}
	operator, found := p.word("startswith", "endswith", "contains", "has")
	for _, sign := range comparisons {
		if !found && p.sign(sign) {
			operator, found = sign, true
		}
	}
	if !found {
		return left, nil
	}
	right, err := p.primary()
	return binary{operator: operator, left: left, right: right}, err
}

func (p *parser) primary() (expression, error) {
	next := p.peek()
	switch {
	case next.kind == tokenString:
		p.at++
		return literal{next.text}, nil
	case next.kind == tokenNumber:
		p.at++
		return p.number(next)
	case next.kind == tokenName:
		return p.nameOrCall()
	case p.sign("*"):
		return star{}, nil
	case p.sign("("):
		value, err := p.expression()
		if err != nil {
			return nil, err
		}
		return value, p.need(")")
	}
	return nil, p.unexpected("an expression")
}

func (p *parser) number(t token) (expression, error) {
	if whole, err := strconv.ParseInt(t.text, 10, 64); err == nil {
		return literal{whole}, nil
	}
	number, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		return nil, syntaxErrorAt(p.text, t.at, "this is not a number", false)
	}
	return literal{number}, nil
}

func (p *parser) nameOrCall() (expression, error) {
	next := p.peek()
	p.at++
	if next.text == "true" || next.text == "false" {
		return literal{next.text == "true"}, nil
	}
	if !p.sign("(") {
		return column{next.text}, nil
	}
	switch {
	case next.text == "ago":
		return p.ago()
	case next.text == "bin":
		return p.bin()
	case next.text == "datetime":
		return p.datetime()
	case slices.Contains(tabularFunctions, next.text):
		p.at -= 2
		return nil, p.unsupported()
	}
	if p.sign(")") {
		return call{function: next.text}, nil
	}
	arguments, err := list(p, func(int) (expression, error) { return p.expression() })
	if err != nil {
		return nil, err
	}
	return call{function: next.text, arguments: arguments}, p.need(")")
}
