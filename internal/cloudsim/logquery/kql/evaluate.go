package kql

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

func unknownColumn(name string) error {
	return wrong("Failed to resolve column or scalar expression named '%s'", name)
}

// check finds unknown columns and functions before any row is looked at.
func check(t *table, e expression) error {
	switch e := e.(type) {
	case column:
		if t.index(e.name) < 0 {
			return unknownColumn(e.name)
		}
	case call:
		if _, known := functions[e.function]; !known {
			return wrong("Unknown function: '%s'", e.function)
		}
	}
	for _, inner := range inside(e) {
		if err := check(t, inner); err != nil {
			return err
		}
	}
	return nil
}

// inside returns an expression's operands.
func inside(e expression) []expression {
	switch e := e.(type) {
	case call:
		if e.function == "column_ifexists" && len(e.arguments) > 1 {
			return e.arguments[1:]
		}
		return e.arguments
	case binary:
		return []expression{e.left, e.right}
	case membership:
		return append([]expression{e.value}, e.options...)
	case between:
		return []expression{e.value, e.low, e.high}
	case member:
		return []expression{e.of, e.index}
	default:
		return nil
	}
}

func (r *runner) evaluate(t *table, row int, e expression) (Value, error) {
	switch e := e.(type) {
	case literal:
		return e.value, nil
	case column:
		return t.rows[row][t.index(e.name)], nil
	case binary:
		return r.binary(t, row, e)
	case membership:
		return r.membership(t, row, e)
	case between:
		low, err := r.evaluate(t, row, binary{operator: ">=", left: e.value, right: e.low})
		if err != nil {
			return nil, err
		}
		high, err := r.evaluate(t, row, binary{operator: "<=", left: e.value, right: e.high})
		return low == true && high == true, err
	case member:
		return r.member(t, row, e)
	case call:
		return r.call(t, row, e)
	default:
		return nil, wrong("'*' is not allowed here")
	}
}

func (r *runner) operands(t *table, row int, left, right expression) (a, b Value, err error) {
	if a, err = r.evaluate(t, row, left); err == nil {
		b, err = r.evaluate(t, row, right)
	}
	return a, b, err
}

func (r *runner) binary(t *table, row int, e binary) (Value, error) {
	a, b, err := r.operands(t, row, e.left, e.right)
	if err != nil {
		return nil, err
	}
	switch e.operator {
	case "and":
		return a == true && b == true, nil
	case "or":
		return a == true || b == true, nil
	case "+", "-", "*", "/", "%":
		return arithmetic(e.operator, a, b), nil
	case "==":
		return equal(a, b), nil
	case "!=":
		return !equal(a, b), nil
	case "<", "<=", ">", ">=":
		order, ok := compareValues(a, b)
		return ok && (order == 0 && len(e.operator) == 2 || order < 0 && e.operator[0] == '<' || order > 0 && e.operator[0] == '>'), nil
	default:
		return textOperator(e.operator, toText(a), toText(b)), nil
	}
}

func equal(a, b Value) bool {
	order, ok := compareValues(a, b)
	return ok && order == 0
}

// textOperator compares texts; without _cs it folds case.
func textOperator(operator, a, b string) bool {
	positive, negated := strings.CutPrefix(operator, "!")
	name, exact := strings.CutSuffix(positive, "_cs")
	if !exact {
		a, b = strings.ToLower(a), strings.ToLower(b)
	}
	var truth bool
	switch name {
	case "=~", "~":
		truth = a == b
	case "contains":
		truth = strings.Contains(a, b)
	case "startswith":
		truth = strings.HasPrefix(a, b)
	case "endswith":
		truth = strings.HasSuffix(a, b)
	case "has":
		truth = hasTerm(a, b)
	}
	return truth != negated
}

// hasTerm looks for b as a whole word of a.
func hasTerm(a, b string) bool {
	for from := 0; ; {
		at := strings.Index(a[from:], b)
		if at < 0 || b == "" {
			return b == ""
		}
		at += from
		end := at + len(b)
		before := at == 0 || !isLetter(a[at-1]) && !isDigit(a[at-1])
		behind := end == len(a) || !isLetter(a[end]) && !isDigit(a[end])
		if before && behind {
			return true
		}
		from = at + 1
	}
}

func arithmetic(operator string, a, b Value) Value {
	switch left := a.(type) {
	case time.Time:
		switch right := b.(type) {
		case time.Duration:
			if operator == "-" {
				right = -right
			}
			return left.Add(right)
		case time.Time:
			return left.Sub(right)
		}
		return nil
	case time.Duration:
		if right, ok := b.(time.Duration); ok {
			if operator == "-" {
				return left - right
			}
			return left + right
		}
	}
	whole, isWhole := a.(int64)
	other, isOther := b.(int64)
	if isWhole && isOther {
		return wholeArithmetic(operator, whole, other)
	}
	x, okX := number(a)
	y, okY := number(b)
	if duration, isDuration := b.(time.Duration); isDuration && operator == "-" && okX && x == 0 {
		return -duration
	}
	if !okX || !okY {
		return nil
	}
	switch operator {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "/":
		return x / y
	default:
		return math.Mod(x, y)
	}
}

func wholeArithmetic(operator string, x, y int64) Value {
	switch operator {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	}
	if y == 0 || y == -1 && x == math.MinInt64 {
		return nil
	}
	if operator == "/" {
		return x / y
	}
	return x % y
}

func (r *runner) membership(t *table, row int, e membership) (Value, error) {
	value, err := r.evaluate(t, row, e.value)
	if err != nil {
		return nil, err
	}
	for _, option := range e.options {
		candidate, err := r.evaluate(t, row, option)
		if err != nil {
			return nil, err
		}
		if equal(value, candidate) || e.folded && strings.EqualFold(toText(value), toText(candidate)) {
			return !e.negated, nil
		}
	}
	return e.negated, nil
}

func (r *runner) member(t *table, row int, e member) (Value, error) {
	of, index, err := r.operands(t, row, e.of, e.index)
	raw, isDynamic := of.(json.RawMessage)
	if err != nil || !isDynamic {
		return nil, err
	}
	if name, isName := index.(string); isName {
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) == nil && members[name] != nil {
			return members[name], nil
		}
		return nil, nil
	}
	var elements []json.RawMessage
	if at, isNumber := index.(int64); isNumber && json.Unmarshal(raw, &elements) == nil && at >= 0 && at < int64(len(elements)) {
		return elements[at], nil
	}
	return nil, nil
}

// typeFor is the type of the column that an expression makes.
func (r *runner) typeFor(t *table, e expression) logstore.Type {
	switch e := e.(type) {
	case column:
		return t.columns[t.index(e.name)].Type
	case membership, between:
		return logstore.Bool
	case member:
		return logstore.Dynamic
	case call:
		if of, fixed := functionTypes[e.function]; fixed {
			return of
		}
	case binary:
		if !slices.Contains([]string{"+", "-", "*", "/", "%"}, e.operator) {
			return logstore.Bool
		}
	}
	// What is not fixed shows in the first row that has a value.
	for i := range t.rows {
		if value, err := r.evaluate(t, i, e); err == nil && value != nil {
			return typeOf(value)
		}
	}
	if of, isLiteral := e.(literal); isLiteral && of.value != nil {
		return typeOf(of.value)
	}
	return logstore.String
}
