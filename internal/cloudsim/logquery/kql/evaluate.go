package kql

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// ingestionTime is the only scalar function besides ago, bin and datetime.
const ingestionTime = "ingestion_time"

// checkAll finds unknown columns and functions of an operator before any row
// is looked at.
func (t *table) checkAll(s step) error {
	if s.where != nil {
		if err := t.check(s.operator, s.where); err != nil {
			return err
		}
	}
	for _, key := range s.keys {
		if err := t.check(s.operator, key.expression); err != nil {
			return err
		}
	}
	for _, key := range s.by {
		if err := t.check(s.operator, key.expression); err != nil {
			return err
		}
	}
	for _, c := range s.columns {
		err := t.check(s.operator, c.expression)
		if s.operator == opSummarize {
			err = t.checkAggregate(c.expression)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *table) check(operator string, e expression) error {
	var inside []expression
	switch e := e.(type) {
	case column:
		if t.index(e.name) < 0 && !t.lets[e.name] {
			return wrong(operator, "Failed to resolve column or scalar expression named '%s'", e.name)
		}
	case star:
		return wrong(operator, "'*' is not allowed here")
	case call:
		if e.function != ingestionTime {
			return unknownFunction(operator, e.function, "ago, bin, datetime and "+ingestionTime)
		}
		if len(e.arguments) > 0 {
			return wrong(operator, "%s(): function expects 0 argument(s)", e.function)
		}
	case binary:
		inside = []expression{e.left, e.right}
	case bin:
		inside = []expression{e.value}
	case membership:
		inside = append([]expression{e.value}, e.options...)
	}
	for _, operand := range inside {
		if err := t.check(operator, operand); err != nil {
			return err
		}
	}
	return nil
}

// evaluate returns the value of an expression that was checked.
func (t *table) evaluate(row int, e expression) Value {
	switch e := e.(type) {
	case literal:
		return e.value
	case column:
		return t.rows[row][t.index(e.name)]
	case ago:
		return t.now.Add(-e.span)
	case bin:
		return binned(t.evaluate(row, e.value), e.size)
	case binary:
		return compute(e.operator, t.evaluate(row, e.left), t.evaluate(row, e.right))
	case membership:
		value := t.evaluate(row, e.value)
		for _, option := range e.options {
			if equal(value, t.evaluate(row, option)) {
				return true
			}
		}
		return false
	default: // ingestion_time()
		if t.received == nil {
			return nil
		}
		return t.received[row]
	}
}

func compute(operator string, a, b Value) Value {
	switch operator {
	case "and":
		return a == true && b == true
	case "or":
		return a == true || b == true
	case "==":
		return equal(a, b)
	case "!=":
		return !equal(a, b)
	case "=~":
		return strings.EqualFold(toText(a), toText(b)) && a != nil
	case "startswith":
		return strings.HasPrefix(strings.ToLower(toText(a)), strings.ToLower(toText(b)))
	case "endswith":
		return strings.HasSuffix(strings.ToLower(toText(a)), strings.ToLower(toText(b)))
	case "contains":
		return strings.Contains(strings.ToLower(toText(a)), strings.ToLower(toText(b)))
	case "has":
		return hasTerm(strings.ToLower(toText(a)), strings.ToLower(toText(b)))
	default:
		order, ok := compareValues(a, b)
		return ok && (order == 0 && len(operator) == 2 || order < 0 && operator[0] == '<' || order > 0 && operator[0] == '>')
	}
}

// hasTerm reports whether a term is in a text with no letter or digit beside it.
//
// Source: https://learn.microsoft.com/kusto/query/datatypes-string-operators#what-is-a-term
func hasTerm(text, term string) bool {
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for from := 0; ; {
		at := strings.Index(text[from:], term)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		behind, _ := utf8.DecodeRuneInString(text[at+len(term):])
		if term == "" || !inWord(before) && !inWord(behind) {
			return true
		}
		from = at + 1
	}
}

func equal(a, b Value) bool {
	order, ok := compareValues(a, b)
	return ok && order == 0
}

// typeOf is the type of the column that an expression makes.
func (t *table) typeOf(e expression) logstore.Type {
	switch e := e.(type) {
	case column:
		if at := t.index(e.name); at >= 0 {
			return t.columns[at].Type
		}
		return logstore.String // Of a let, which is not run.
	case literal:
		return typeOf(e.value)
	case bin:
		if _, isReal := e.size.(float64); isReal {
			return logstore.Real
		}
		return t.typeOf(e.value)
	case binary, membership:
		return logstore.Bool
	default:
		return logstore.DateTime
	}
}
