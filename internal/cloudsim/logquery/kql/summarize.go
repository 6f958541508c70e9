package kql

import (
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// aggregate makes one value of a group's rows.
type aggregate struct {
	least, most int
	// of is the result's type; empty means that of the argument.
	of    logstore.Type
	apply func(values []Value) Value
}

var aggregates = map[string]aggregate{
	"count":    {0, 0, logstore.Long, nil},
	"countif":  {1, 1, logstore.Long, countIf},
	"dcount":   {1, 2, logstore.Long, distinctCount},
	"sum":      {1, 1, anyType, sum},
	"avg":      {1, 1, logstore.Real, average},
	"min":      {1, 1, anyType, func(values []Value) Value { return extreme(values, -1) }},
	"max":      {1, 1, anyType, func(values []Value) Value { return extreme(values, 1) }},
	"any":      {1, 1, anyType, first},
	"take_any": {1, 1, anyType, first},
}

type group struct {
	by   []Value
	rows []int
}

func (r *runner) summarize(t *table, s summarizeStep) (*table, error) {
	groups, err := r.groups(t, s.by)
	if err != nil {
		return nil, err
	}
	made := &table{partial: t.partial}
	for _, by := range s.by {
		made.columns = append(made.columns, logstore.Column{Name: by.name, Type: r.typeFor(t, by.expression)})
	}
	rows := make([][]Value, len(groups))
	for i := range groups {
		rows[i] = groups[i].by
	}
	for _, wanted := range s.aggregates {
		if err := r.aggregate(t, made, groups, rows, wanted); err != nil {
			return nil, err
		}
	}
	made.rows = rows
	// Only a plain count is right without the rows' values.
	if t.unkept > 0 && (len(s.by) > 0 || len(s.aggregates) != 1 || !isCount(s.aggregates[0].expression)) {
		made.partial = true
	}
	return made, nil
}

func isCount(e expression) bool {
	c, isCall := e.(call)
	return isCall && c.function == "count"
}

// groups puts rows together whose keys are equal, in the order of their
// first rows. Without keys there is one group, even of no rows.
func (r *runner) groups(t *table, by []named) ([]group, error) {
	for _, key := range by {
		if err := check(t, key.expression); err != nil {
			return nil, err
		}
	}
	if len(by) == 0 {
		all := group{}
		for i := range t.rows {
			all.rows = append(all.rows, i)
		}
		return []group{all}, nil
	}
	var groups []group
	places := map[string]int{}
	for i := range t.rows {
		keys := make([]Value, len(by))
		for j, key := range by {
			var err error
			if keys[j], err = r.evaluate(t, i, key.expression); err != nil {
				return nil, err
			}
		}
		place, known := places[rowKey(keys)]
		if !known {
			place = len(groups)
			places[rowKey(keys)] = place
			groups = append(groups, group{by: keys})
		}
		groups[place].rows = append(groups[place].rows, i)
	}
	return groups, nil
}

// aggregate adds the columns of one aggregate.
func (r *runner) aggregate(t, made *table, groups []group, rows [][]Value, wanted named) error {
	c, isCall := wanted.expression.(call)
	if !isCall {
		return wrong("Expected an aggregate function, got something else")
	}
	if c.function == "arg_max" || c.function == "arg_min" {
		return r.argExtreme(t, made, groups, rows, c)
	}
	a, known := aggregates[c.function]
	if !known {
		return wrong("Unknown aggregate function: '%s'", c.function)
	}
	if len(c.arguments) < a.least || len(c.arguments) > a.most {
		return wrong("%s(): function expects %d argument(s)", c.function, a.least)
	}
	of := logstore.Column{Name: wanted.name, Type: a.of}
	if len(c.arguments) > 0 {
		if err := check(t, c.arguments[0]); err != nil {
			return err
		}
		if of.Type == anyType {
			of.Type = r.typeFor(t, c.arguments[0])
		}
	}
	made.columns = append(made.columns, of)
	for i, g := range groups {
		if c.function == "count" {
			count := int64(len(g.rows))
			if len(made.columns) == 1 {
				count += int64(t.unkept)
			}
			rows[i] = append(rows[i], count)
			continue
		}
		values := make([]Value, 0, len(g.rows))
		for _, row := range g.rows {
			value, err := r.evaluate(t, row, c.arguments[0])
			if err != nil {
				return err
			}
			values = append(values, value)
		}
		rows[i] = append(rows[i], a.apply(values))
	}
	return nil
}

// argExtreme adds the columns of arg_max(by, columns) or arg_min.
func (r *runner) argExtreme(t, made *table, groups []group, rows [][]Value, c call) error {
	if len(c.arguments) < 2 {
		return wrong("%s(): function expects at least 2 arguments", c.function)
	}
	wanted := c.arguments
	if _, all := c.arguments[1].(star); all {
		wanted = wanted[:1:1]
		for _, other := range t.columns {
			if by, isColumn := c.arguments[0].(column); (!isColumn || by.name != other.Name) && made.index(other.Name) < 0 {
				wanted = append(wanted, column{name: other.Name})
			}
		}
	}
	for i, e := range wanted {
		if err := check(t, e); err != nil {
			return err
		}
		made.columns = append(made.columns, logstore.Column{Name: defaultName(e, i), Type: r.typeFor(t, e)})
	}
	direction := 1
	if c.function == "arg_min" {
		direction = -1
	}
	for i, g := range groups {
		best := -1
		var bestValue Value
		for _, row := range g.rows {
			value, err := r.evaluate(t, row, wanted[0])
			if err != nil {
				return err
			}
			if order, ok := compareValues(value, bestValue); best < 0 || ok && order == direction {
				best, bestValue = row, value
			}
		}
		for _, e := range wanted {
			var value Value
			if best >= 0 {
				var err error
				if value, err = r.evaluate(t, best, e); err != nil {
					return err
				}
			}
			rows[i] = append(rows[i], value)
		}
	}
	return nil
}

func countIf(values []Value) Value {
	count := int64(0)
	for _, value := range values {
		if value == true {
			count++
		}
	}
	return count
}

func distinctCount(values []Value) Value {
	seen := map[string]bool{}
	for _, value := range values {
		if value != nil {
			seen[key(value)] = true
		}
	}
	return int64(len(seen))
}

func sum(values []Value) Value {
	var total Value = int64(0)
	for _, value := range values {
		if value == nil {
			continue
		}
		if d, isDuration := value.(time.Duration); isDuration && total == int64(0) {
			total = d
			continue
		}
		total = arithmetic("+", total, value)
	}
	return total
}

func average(values []Value) Value {
	total, count := 0.0, 0
	for _, value := range values {
		if float, ok := number(value); ok {
			total += float
			count++
		}
	}
	if count == 0 {
		return nil
	}
	return total / float64(count)
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

func first(values []Value) Value {
	for _, value := range values {
		if value != nil {
			return value
		}
	}
	return nil
}
