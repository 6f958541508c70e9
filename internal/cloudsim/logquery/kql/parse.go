package kql

import (
	"fmt"
	"strconv"
	"strings"
)

type parser struct {
	text   string
	tokens []token
	at     int
	depth  int
}

// maxDepth bounds nested expressions and queries.
const maxDepth = 100

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
	p.sign(";")
	if p.peek().kind != tokenEnd {
		return nil, p.unexpected("'|' or the end of the query")
	}
	return query, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) unexpected(wanted string) error {
	found := p.peek()
	what := fmt.Sprintf("%q", found.text)
	if found.kind == tokenEnd {
		what = "the end of the query"
	}
	return syntaxErrorAt(p.text, found.at, fmt.Sprintf("found %s where %s must be", what, wanted))
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
	if next.kind != tokenName {
		return "", false
	}
	for _, word := range words {
		if next.text == word {
			p.at++
			return word, true
		}
	}
	return "", false
}

func (p *parser) name(what string) (string, error) {
	next := p.peek()
	if next.kind == tokenName {
		p.at++
		return next.text, nil
	}
	// ['name'] quotes names that are not words.
	if next.kind == tokenSign && next.text == "[" && p.tokens[p.at+1].kind == tokenString {
		quoted := p.tokens[p.at+1].text
		p.at += 2
		return quoted, p.need("]")
	}
	return "", p.unexpected(what)
}

func (p *parser) enter() error {
	p.depth++
	if p.depth > maxDepth {
		return syntaxErrorAt(p.text, p.peek().at, "the query nests too deeply")
	}
	return nil
}

func (p *parser) query() (*Query, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	query := &Query{}
	var err error
	if _, isUnion := p.word("union"); isUnion {
		query.source, err = p.union()
	} else {
		err = p.tableOrNested(&query.source)
	}
	for err == nil && p.sign("|") {
		var next step
		if next, err = p.step(); err == nil {
			query.steps = append(query.steps, next)
		}
	}
	return query, err
}

func (p *parser) tableOrNested(into *source) error {
	if p.sign("(") {
		nested, err := p.query()
		if err != nil {
			return err
		}
		into.nested = append(into.nested, nested)
		return p.need(")")
	}
	name, err := p.name("a table")
	into.tables = append(into.tables, name)
	return err
}

// union reads what stands behind the word.
func (p *parser) union() (source, error) {
	var all source
	for {
		option, found := p.word("kind", "isfuzzy", "withsource")
		if !found {
			break
		}
		if err := p.need("="); err != nil {
			return all, err
		}
		value, err := p.name("the option's value")
		if err != nil {
			return all, err
		}
		all.fuzzy = all.fuzzy || option == "isfuzzy" && value == "true"
	}
	for {
		if err := p.tableOrNested(&all); err != nil {
			return all, err
		}
		if !p.sign(",") {
			return all, nil
		}
	}
}

func (p *parser) step() (step, error) {
	operator, err := p.name("an operator")
	if err != nil {
		return nil, err
	}
	switch operator {
	case "where", "filter":
		condition, err := p.expression()
		return whereStep{condition}, err
	case "project", "extend":
		columns, err := p.namedList()
		return projectStep{columns: columns, extend: operator == "extend"}, err
	case "project-away":
		names, err := p.names()
		return awayStep{names}, err
	case "summarize":
		return p.summarize()
	case "order", "sort":
		keys, err := p.orderBy()
		return orderStep{keys}, err
	case "take", "limit":
		rows, err := p.rows()
		return takeStep{rows}, err
	case "top":
		rows, err := p.rows()
		if err != nil {
			return nil, err
		}
		keys, err := p.orderBy()
		return topStep{rows: rows, keys: keys}, err
	case "count":
		return countStep{}, nil
	case "distinct":
		columns, err := p.namedList()
		return distinctStep{columns}, err
	case "getschema":
		return schemaStep{}, nil
	case "union":
		with, err := p.union()
		return unionStep{with}, err
	}
	p.at--
	return nil, p.unexpected("an operator that the simulator knows (where, project, project-away, extend, summarize, order, top, take, count, distinct, getschema, union)")
}

func (p *parser) names() ([]string, error) {
	var names []string
	for {
		name, err := p.name("a column")
		if err != nil {
			return nil, err
		}
		if names = append(names, name); !p.sign(",") {
			return names, nil
		}
	}
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
	var keys []orderKey
	for {
		by, err := p.expression()
		if err != nil {
			return nil, err
		}
		direction, _ := p.word("asc", "desc")
		key := orderKey{expression: by, ascending: direction == "asc"}
		key.nullsFirst = key.ascending
		if _, found := p.word("nulls"); found {
			which, found := p.word("first", "last")
			if !found {
				return nil, p.unexpected("'first' or 'last'")
			}
			key.nullsFirst = which == "first"
		}
		if keys = append(keys, key); !p.sign(",") {
			return keys, nil
		}
	}
}

func (p *parser) summarize() (step, error) {
	var s summarizeStep
	var err error
	if next := p.peek(); next.kind != tokenName || next.text != "by" {
		if s.aggregates, err = p.namedList(); err != nil {
			return nil, err
		}
	}
	if _, found := p.word("by"); found {
		if s.by, err = p.namedList(); err != nil {
			return nil, err
		}
	}
	if len(s.aggregates)+len(s.by) == 0 {
		return nil, p.unexpected("an aggregate or 'by'")
	}
	return s, nil
}

// namedList reads expressions separated by commas, each perhaps with a name.
func (p *parser) namedList() ([]named, error) {
	var list []named
	for {
		item, err := p.named(len(list))
		if err != nil {
			return nil, err
		}
		if list = append(list, item); !p.sign(",") {
			return list, nil
		}
	}
}

func (p *parser) named(index int) (named, error) {
	if next := p.tokens[min(p.at+1, len(p.tokens)-1)]; p.peek().kind == tokenName && next.kind == tokenSign && next.text == "=" {
		name := p.peek().text
		p.at += 2
		value, err := p.expression()
		return named{name: name, given: true, expression: value}, err
	}
	value, err := p.expression()
	if err != nil {
		return named{}, err
	}
	return named{name: defaultName(value, index), expression: value}, nil
}

// defaultName is the name of a column that the query does not name.
func defaultName(value expression, index int) string {
	switch e := value.(type) {
	case column:
		return e.name
	case call:
		if len(e.arguments) > 0 {
			if of, isColumn := e.arguments[0].(column); isColumn {
				if e.function == "bin" {
					return of.name
				}
				return e.function + "_" + of.name
			}
		}
		return strings.TrimSuffix(e.function, "_") + "_"
	}
	return fmt.Sprintf("Column%d", index+1)
}
