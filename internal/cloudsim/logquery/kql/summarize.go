package kql

import (
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// aggregate makes one value of a group's values of its argument.
type aggregate struct {
	least, most int
	// of is the result's type; empty means that of the argument.
	of    logstore.Type
	apply func(values []Value) Value
}

const (
	countRows = "count"
	argMax    = "arg_max"
)

var aggregates = map[string]aggregate{
	countRows: {0, 0, logstore.Long, nil},
	argMax:    {2, 1000, anyType, nil},
	"dcount":  {1, 2, logstore.Long, distinctCount},
	"sum":     {1, 1, anyType, sum},
	"min":     {1, 1, anyType, func(values []Value) Value { return extreme(values, -1) }},
	"max":     {1, 1, anyType, func(values []Value) Value { return extreme(values, 1) }},
}

func (t *table) checkAggregate(e expression) error {
	c, isCall := e.(call)
	if !isCall {
		return wrong(opSummarize, "Expected an aggregate function, got something else")
	}
	a, known := aggregates[c.function]
	if !known {
		return unknownFunction(opSummarize, c.function, "count, dcount, sum, min, max and arg_max")
	}
	if len(c.arguments) < a.least || len(c.arguments) > a.most {
		return wrong(opSummarize, "%s(): function expects %d argument(s)", c.function, a.least)
	}
	arguments := c.arguments
	if c.function == argMax && arguments[1] == (star{}) {
		arguments = arguments[:1]
	}
	for _, argument := range arguments {
		if err := t.check(opSummarize, argument); err != nil {
			return err
		}
	}
	return nil
}

// groups returns the rows' numbers by their keys, in the order of their first
// rows. Without keys there is one group, even of no rows.
func (t *table) groups(by []named) (keys [][]Value, rows [][]int) {
	places := map[string]int{}
	if len(by) == 0 {
		keys, rows, places[""] = [][]Value{nil}, [][]int{nil}, 0
	}
	for i := range t.rows {
		cells, id := make([]Value, len(by)), ""
		for j, key := range by {
			cells[j] = t.evaluate(i, key.expression)
			id += keyOf(cells[j]) + "\x00"
		}
		place, known := places[id]
		if !known {
			place = len(rows)
			places[id] = place
			keys, rows = append(keys, cells), append(rows, nil)
		}
		rows[place] = append(rows[place], i)
	}
	return keys, rows
}

func (t *table) summarize(s step) *table {
	made := &table{partial: t.partial, now: t.now}
	for _, by := range s.by {
		made.columns = append(made.columns, logstore.Column{Name: by.name, Type: t.typeOf(by.expression)})
	}
	keys, groups := t.groups(s.by)
	made.rows = keys
	plainCount := len(s.by) == 0 && len(s.columns) == 1
	for _, wanted := range s.columns {
		c, isCall := wanted.expression.(call)
		plainCount = plainCount && isCall && c.function == countRows
		if c.function == argMax {
			t.argMax(made, groups, c.arguments)
			continue
		}
		a := aggregates[c.function]
		of := a.of
		if of == anyType {
			of = t.typeOf(c.arguments[0])
		}
		made.columns = append(made.columns, logstore.Column{Name: wanted.name, Type: of})
		for i, rows := range groups {
			made.rows[i] = append(made.rows[i], t.aggregate(a, c, rows))
		}
	}
	// Only a plain count is right without the rows' values.
	if t.unkept > 0 && plainCount {
		made.rows[0][0] = int64(len(t.rows) + t.unkept)
	}
	made.partial = made.partial || t.unkept > 0 && !plainCount
	return made
}

func (t *table) aggregate(a aggregate, c call, rows []int) Value {
	if c.function == countRows {
		return int64(len(rows))
	}
	values := make([]Value, len(rows))
	for i, row := range rows {
		values[i] = t.evaluate(row, c.arguments[0])
	}
	return a.apply(values)
}

// argMax adds the columns of arg_max(by, columns).
func (t *table) argMax(made *table, groups [][]int, arguments []expression) {
	wanted := arguments
	if arguments[1] == (star{}) {
		wanted = arguments[:1:1]
		for _, other := range t.columns {
			if arguments[0] != (column{other.Name}) && made.index(other.Name) < 0 {
				wanted = append(wanted, column{other.Name})
			}
		}
	}
	for i, e := range wanted {
		made.columns = append(made.columns, logstore.Column{Name: defaultName(e, i), Type: t.typeOf(e)})
	}
	for i, rows := range groups {
		best, most := -1, Value(nil)
		for _, row := range rows {
			value := t.evaluate(row, wanted[0])
			if order, ok := compareValues(value, most); best < 0 || most == nil && value != nil || ok && order > 0 {
				best, most = row, value
			}
		}
		for _, e := range wanted {
			var value Value
			if best >= 0 {
				value = t.evaluate(best, e)
			}
			made.rows[i] = append(made.rows[i], value)
		}
	}
}

func distinctCount(values []Value) Value {
	seen := map[string]bool{}
	for _, value := range values {
		if value != nil {
			seen[keyOf(value)] = true
		}
	}
	return int64(len(seen))
}

// sum adds whole numbers as such, and all others as floats.
func sum(values []Value) Value {
	whole, float, isWhole := int64(0), 0.0, true
	for _, value := range values {
		n, isInteger := value.(int64)
		whole += n
		if number, ok := number(value); ok {
			float += number
			isWhole = isWhole && isInteger
		}
	}
	if isWhole {
		return whole
	}
	return float
}

func extreme(values []Value, direction int) Value {
	var best Value
	for _, value := range values {
		if order, ok := compareValues(value, best); best == nil || ok && order == direction {
			best = value
		}
	}
	return best
}
