package kql

import (
	"fmt"
	"slices"
	"strconv"
)

type parser struct {
	text   string
	tokens []token
	at     int
	depth  int
}

// maxDepth bounds nested expressions.
const maxDepth = 100

// known is what messages say the simulator can do.
const known = "(where, project, extend, summarize, distinct, order, take, count, getschema, render)"

// statements begin queries that are no table with operators.
var statements = []string{"let", "set", "declare", "print", "search", "union", "find", "range", "datatable", "externaldata", "evaluate", "alias", "pattern", "restrict"}

// Parse reads a query. Its errors are *SyntaxError.
func Parse(text string) (*Query, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, tokens: tokens}
	query, err := p.query()
	if err != nil {
		return nil, err
	}
	another := p.sign(";")
	switch {
	case p.peek().kind == tokenEnd:
		return query, nil
	case another:
		return nil, p.unsupported()
	}
	return nil, p.unexpected("'|' or the end of the query")
}

// tabular reads a table and its operators.
func (p *parser) tabular(query *Query) error {
	var err error
	next := p.peek()
	if next.kind == tokenName && (slices.Contains(statements, next.text) || p.follows("(")) || next.kind == tokenSign && next.text == "(" {
		return p.unsupported()
	}
	if query.table, err = p.name("a table"); err != nil {
		return err
	}
	for query.render == nil && p.sign("|") {
		if _, found := p.word(opRender); found {
			if query.render, err = p.render(); err != nil {
				return err
			}
			continue
		}
		next, err := p.step()
		if err != nil {
			return err
		}
		query.steps = append(query.steps, next)
	}
	return nil
}

// unsupported refuses what the service would take.
func (p *parser) unsupported() error {
	found := p.peek()
	return syntaxErrorAt(p.text, found.at, fmt.Sprintf("%q is not simulated: the simulator knows tables and the operators %s", found.text, known), true)
}

func (p *parser) peek() token { return p.tokens[p.at] }

// follows reports whether a sign is after the next token.
func (p *parser) follows(sign string) bool {
	after := p.tokens[min(p.at+1, len(p.tokens)-1)]
	return after.kind == tokenSign && after.text == sign
}

// unexpected refuses the next token: as not simulated if Kusto knows it there.
func (p *parser) unexpected(wanted string) error {
	found := p.peek()
	if found.isForeign() {
		return p.unsupported()
	}
	what := fmt.Sprintf("%q", found.text)
	if found.kind == tokenEnd {
		what = "the end of the query"
	}
	return syntaxErrorAt(p.text, found.at, fmt.Sprintf("found %s, expected %s", what, wanted), false)
}

// sign passes a sign if it is next.
func (p *parser) sign(text string) bool {
	if next := p.peek(); next.kind != tokenSign || next.text != text {
		return false
	}
	p.at++
	return true
}

func (p *parser) need(text string) error {
	if !p.sign(text) {
		return p.unexpected("'" + text + "'")
	}
	return nil
}

// word passes one of the words if it is next.
func (p *parser) word(words ...string) (string, bool) {
	next := p.peek()
	if next.kind != tokenName || !slices.Contains(words, next.text) {
		return "", false
	}
	p.at++
	return next.text, true
}

func (p *parser) name(what string) (string, error) {
	next := p.peek()
	if next.kind != tokenName {
		return "", p.unexpected(what)
	}
	p.at++
	return next.text, nil
}

func (p *parser) step() (step, error) {
	operator, err := p.name("an operator")
	if err != nil {
		return step{}, err
	}
	s := step{operator: operator}
	p.at--
	refused := p.unsupported()
	p.at++
	switch operator {
	case opWhere:
		s.where, err = p.expression()
	case opProject, opExtend:
		s.columns, err = p.namedList()
	case opSummarize:
		err = p.summarize(&s)
	case opOrder, "sort":
		s.operator = opOrder
		s.keys, err = p.orderBy()
	case opTake, "limit":
		s.operator = opTake
		s.rows, err = p.rows()
	case opDistinct:
		if s.by, err = p.namedList(); len(s.by) == 1 && s.by[0].expression == (star{}) {
			s.by = nil
		}
	case opCount, opGetSchema:
	case opKeep, opAway:
		s.refused = refused
		if s.columns, err = p.namedList(); err != nil {
			err = refused
		}
	case opJoin, opLookup:
		s.refused = refused
		var ok bool
		if s.join, ok = p.joinOf(); !ok {
			err = refused
		}
	default:
		if slices.Contains(otherOperators, operator) {
			return s, refused
		}
		p.at--
		err = p.unexpected("an operator that the simulator knows " + known)
	}
	return s, err
}

func (p *parser) rows() (int, error) {
	next := p.peek()
	rows, err := strconv.Atoi(next.text)
	if next.kind != tokenNumber || err != nil {
		return 0, p.unexpected("a number of rows")
	}
	p.at++
	return rows, nil
}

func (p *parser) orderBy() ([]orderKey, error) {
	if _, found := p.word("by"); !found {
		return nil, p.unexpected("'by'")
	}
	return list(p, func(int) (orderKey, error) {
		by, err := p.expression()
		direction, _ := p.word("asc", "desc")
		return orderKey{expression: by, ascending: direction == "asc"}, err
	})
}

func (p *parser) summarize(s *step) error {
	var err error
	if next := p.peek(); next.kind != tokenName || next.text != "by" {
		if s.columns, err = p.namedList(); err != nil {
			return err
		}
	}
	if _, found := p.word("by"); found {
		s.by, err = p.namedList()
	}
	return err
}

// list reads items separated by commas.
func list[T any](p *parser, item func(index int) (T, error)) ([]T, error) {
	var items []T
	for {
		next, err := item(len(items))
		if err != nil {
			return nil, err
		}
		if items = append(items, next); !p.sign(",") {
			return items, nil
		}
	}
}

// namedList reads expressions separated by commas, each perhaps with a name.
func (p *parser) namedList() ([]named, error) {
	return list(p, func(index int) (named, error) {
		name := ""
		if p.peek().kind == tokenName && p.follows("=") {
			name = p.peek().text
			p.at += 2
		}
		value, err := p.expression()
		if name == "" {
			name = defaultName(value, index)
		}
		return named{name: name, expression: value}, err
	})
}

// defaultName is the name of a column that the query does not name.
func defaultName(value expression, index int) string {
	switch e := value.(type) {
	case column:
		return e.name
	case bin:
		return defaultName(e.value, index)
	case call:
		if len(e.arguments) > 0 {
			if of, isColumn := e.arguments[0].(column); isColumn {
				return e.function + "_" + of.name
			}
		}
		return e.function + "_"
	}
	return fmt.Sprintf("Column%d", index+1)
}
