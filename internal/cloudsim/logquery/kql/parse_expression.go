package kql

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

func (p *parser) expression() (expression, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	return p.joined([]string{"or"}, func() (expression, error) {
		return p.joined([]string{"and"}, p.comparison)
	})
}

// joined reads operands with word operators between them.
func (p *parser) joined(words []string, operand func() (expression, error)) (expression, error) {
	left, err := operand()
	for err == nil {
		at := p.peek().at
		word, found := p.word(words...)
		if !found {
			break
		}
		var right expression
		right, err = operand()
		left = binary{operator: word, left: left, right: right, at: at}
	}
	return left, err
}

// comparisons by sign and by word.
var (
	comparisonSigns = []string{"==", "!=", "=~", "!~", "<=", ">=", "<", ">", "!contains", "!has", "!startswith", "!endswith"}
	comparisonWords = []string{"contains", "has", "startswith", "endswith", "contains_cs", "startswith_cs", "endswith_cs"}
)

func (p *parser) comparison() (expression, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	at := p.peek().at
	for _, sign := range []string{"in~", "!in", "!in~"} {
		if p.sign(sign) {
			return p.membership(left, strings.HasPrefix(sign, "!"), strings.HasSuffix(sign, "~"))
		}
	}
	if _, found := p.word("in"); found {
		return p.membership(left, false, false)
	}
	if _, found := p.word("between"); found {
		return p.between(left)
	}
	operator, found := p.word(comparisonWords...)
	for _, sign := range comparisonSigns {
		if !found && p.sign(sign) {
			operator, found = sign, true
		}
	}
	if !found {
		return left, nil
	}
	right, err := p.sum()
	return binary{operator: operator, left: left, right: right, at: at}, err
}

func (p *parser) membership(value expression, negated, folded bool) (expression, error) {
	if err := p.need("("); err != nil {
		return nil, err
	}
	options, err := p.arguments()
	return membership{value: value, options: options, negated: negated, folded: folded}, err
}

func (p *parser) between(value expression) (expression, error) {
	if err := p.need("("); err != nil {
		return nil, err
	}
	low, err := p.sum()
	if err != nil {
		return nil, err
	}
	if err := p.need(".."); err != nil {
		return nil, err
	}
	high, err := p.sum()
	if err != nil {
		return nil, err
	}
	return between{value: value, low: low, high: high}, p.need(")")
}

// arguments reads expressions up to the closing parenthesis.
func (p *parser) arguments() ([]expression, error) {
	var list []expression
	if p.sign(")") {
		return nil, nil
	}
	for {
		item, err := p.expression()
		if err != nil {
			return nil, err
		}
		list = append(list, item)
		if !p.sign(",") {
			return list, p.need(")")
		}
	}
}

func (p *parser) sum() (expression, error) {
	return p.signed([]string{"+", "-"}, func() (expression, error) {
		return p.signed([]string{"*", "/", "%"}, p.unary)
	})
}

// signed reads operands with signs between them.
func (p *parser) signed(signs []string, operand func() (expression, error)) (expression, error) {
	left, err := operand()
	for err == nil {
		at, operator := p.peek().at, ""
		for _, sign := range signs {
			if p.sign(sign) {
				operator = sign
				break
			}
		}
		if operator == "" {
			break
		}
		var right expression
		right, err = operand()
		left = binary{operator: operator, left: left, right: right, at: at}
	}
	return left, err
}

func (p *parser) unary() (expression, error) {
	at := p.peek().at
	if p.sign("-") {
		if err := p.enter(); err != nil {
			return nil, err
		}
		defer func() { p.depth-- }()
		of, err := p.unary()
		return binary{operator: "-", left: literal{int64(0)}, right: of, at: at}, err
	}
	value, err := p.primary()
	for err == nil {
		var index expression
		switch {
		case p.sign("."):
			var name string
			name, err = p.name("a member")
			index = literal{name}
		case p.sign("["):
			if index, err = p.expression(); err == nil {
				err = p.need("]")
			}
		default:
			return value, nil
		}
		value = member{of: value, index: index}
	}
	return value, err
}

func (p *parser) primary() (expression, error) {
	next := p.peek()
	switch next.kind {
	case tokenString:
		p.at++
		return literal{next.text}, nil
	case tokenNumber, tokenTimespan:
		p.at++
		return p.number(next)
	case tokenName:
		return p.nameOrCall()
	case tokenSign:
		if next.text == "[" && p.tokens[p.at+1].kind == tokenString {
			name, err := p.name("a column")
			return column{name: name, at: next.at}, err
		}
		if p.sign("(") {
			value, err := p.expression()
			if err != nil {
				return nil, err
			}
			return value, p.need(")")
		}
		if p.sign("*") {
			return star{}, nil
		}
	case tokenEnd:
	}
	return nil, p.unexpected("an expression")
}

func (p *parser) number(t token) (expression, error) {
	if t.kind == tokenTimespan {
		digits := strings.TrimRight(t.text, "abcdefghijklmnopqrstuvwxyz")
		count, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			return nil, syntaxErrorAt(p.text, t.at, "this is not a timespan")
		}
		return literal{time.Duration(count * float64(units[t.text[len(digits):]]))}, nil
	}
	if whole, err := strconv.ParseInt(t.text, 10, 64); err == nil {
		return literal{whole}, nil
	}
	number, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		return nil, syntaxErrorAt(p.text, t.at, "this is not a number")
	}
	return literal{number}, nil
}

func (p *parser) nameOrCall() (expression, error) {
	next := p.peek()
	p.at++
	switch next.text {
	case "true", "false":
		return literal{next.text == "true"}, nil
	}
	if !p.sign("(") {
		return column{name: next.text, at: next.at}, nil
	}
	switch next.text {
	case "datetime", "timespan", "guid", "dynamic", "real", "long", "int", "bool":
		if value, found, err := p.typedLiteral(next); found || err != nil {
			return value, err
		}
	}
	arguments, err := p.arguments()
	return call{function: next.text, arguments: arguments, at: next.at}, err
}

// typedLiteral reads datetime(2020-01-01) and its like, whose text is not
// made of tokens.
func (p *parser) typedLiteral(of token) (expression, bool, error) {
	start := p.tokens[p.at-1].at + 1
	end := strings.IndexByte(p.text[start:], ')')
	if end < 0 {
		return nil, false, nil
	}
	written := strings.Trim(strings.TrimSpace(p.text[start:start+end]), `"'`)
	for p.tokens[p.at].kind != tokenEnd && p.tokens[p.at].at < start+end {
		p.at++
	}
	if err := p.need(")"); err != nil {
		return nil, true, err
	}
	value, ok := typedValue(of.text, written)
	if !ok {
		return nil, true, syntaxErrorAt(p.text, of.at, "this is not a "+of.text)
	}
	return literal{value}, true, nil
}

func typedValue(of, written string) (Value, bool) {
	if written == "null" {
		return nil, true
	}
	switch of {
	case "datetime":
		at := toDateTime(written)
		return at, at != nil
	case "timespan":
		d, err := time.ParseDuration(written)
		return d, err == nil
	case "dynamic":
		return json.RawMessage(written), json.Valid([]byte(written))
	case "guid":
		return strings.ToLower(written), len(written) == 36
	case "bool":
		return written == "true" || written == "1", true
	case "real":
		number, err := strconv.ParseFloat(written, 64)
		return number, err == nil
	default:
		number, err := strconv.ParseInt(written, 10, 64)
		return number, err == nil
	}
}
