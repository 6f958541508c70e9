package kql

import (
	"slices"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

func (r *runner) step(t *table, s step) (*table, error) {
	switch s := s.(type) {
	case whereStep:
		return r.where(t, s)
	case projectStep:
		return r.project(t, s)
	case awayStep:
		return away(t, s)
	case summarizeStep:
		return r.summarize(t, s)
	case orderStep:
		return r.order(t, s.keys)
	case takeStep:
		return t.take(s.rows), nil
	case topStep:
		ordered, err := r.order(t, s.keys)
		if err != nil {
			return nil, err
		}
		return ordered.take(s.rows), nil
	case countStep:
		return &table{
			columns: []logstore.Column{{Name: "Count", Type: logstore.Long}},
			rows:    [][]Value{{int64(len(t.rows) + t.unkept)}},
			partial: t.partial,
		}, nil
	case distinctStep:
		return r.distinct(t, s)
	case schemaStep:
		return t.schema(), nil
	case unionStep:
		other, err := r.source(s.with)
		if err != nil {
			return nil, err
		}
		return unite([]*table{t, other}), nil
	default:
		return nil, wrong("operator %T is not supported", s)
	}
}

func (r *runner) where(t *table, s whereStep) (*table, error) {
	if err := check(t, s.condition); err != nil {
		return nil, err
	}
	var failed error
	kept := t.filter(func(row int) bool {
		value, err := r.evaluate(t, row, s.condition)
		if err != nil {
			failed = err
		}
		truth, isBool := value.(bool)
		return isBool && truth
	})
	return kept, failed
}

func (r *runner) project(t *table, s projectStep) (*table, error) {
	made := &table{received: t.received, unkept: t.unkept, partial: t.partial}
	if s.extend {
		made.columns = slices.Clone(t.columns)
	}
	places := make([]int, len(s.columns))
	for i, c := range s.columns {
		if err := check(t, c.expression); err != nil {
			return nil, err
		}
		of := logstore.Column{Name: c.name, Type: r.typeFor(t, c.expression)}
		if places[i] = made.index(c.name); places[i] < 0 {
			places[i] = len(made.columns)
			made.columns = append(made.columns, of)
		} else {
			made.columns[places[i]] = of
		}
	}
	for i := range t.rows {
		cells := make([]Value, len(made.columns))
		if s.extend {
			copy(cells, t.rows[i])
		}
		for j, c := range s.columns {
			value, err := r.evaluate(t, i, c.expression)
			if err != nil {
				return nil, err
			}
			cells[places[j]] = value
		}
		made.rows = append(made.rows, cells)
	}
	return made, nil
}

func away(t *table, s awayStep) (*table, error) {
	kept := &table{received: t.received, unkept: t.unkept, partial: t.partial}
	var places []int
	for i, c := range t.columns {
		if !slices.Contains(s.names, c.Name) {
			kept.columns = append(kept.columns, c)
			places = append(places, i)
		}
	}
	for _, name := range s.names {
		if t.index(name) < 0 {
			return nil, unknownColumn(name)
		}
	}
	for _, row := range t.rows {
		cells := make([]Value, len(places))
		for i, place := range places {
			cells[i] = row[place]
		}
		kept.rows = append(kept.rows, cells)
	}
	return kept, nil
}

func (r *runner) order(t *table, keys []orderKey) (*table, error) {
	type keyed struct {
		row  int
		keys []Value
	}
	rows := make([]keyed, len(t.rows))
	for _, by := range keys {
		if err := check(t, by.expression); err != nil {
			return nil, err
		}
	}
	for i := range t.rows {
		rows[i].row = i
		for _, by := range keys {
			value, err := r.evaluate(t, i, by.expression)
			if err != nil {
				return nil, err
			}
			rows[i].keys = append(rows[i].keys, value)
		}
	}
	slices.SortStableFunc(rows, func(a, b keyed) int {
		for i, by := range keys {
			if order := by.compare(a.keys[i], b.keys[i]); order != 0 {
				return order
			}
		}
		return 0
	})
	ordered := &table{columns: t.columns, unkept: t.unkept, partial: t.partial}
	for _, row := range rows {
		ordered.rows = append(ordered.rows, t.rows[row.row])
		if t.received != nil {
			ordered.received = append(ordered.received, t.received[row.row])
		}
	}
	return ordered, nil
}

func (k orderKey) compare(a, b Value) int {
	if a == nil || b == nil {
		switch {
		case a == nil && b == nil:
			return 0
		case (a == nil) == k.nullsFirst:
			return -1
		default:
			return 1
		}
	}
	order, _ := compareValues(a, b)
	if k.ascending {
		return order
	}
	return -order
}

func (t *table) take(rows int) *table {
	return t.filter(func(row int) bool { return row < rows })
}

func (r *runner) distinct(t *table, s distinctStep) (*table, error) {
	projected := t
	if _, all := s.columns[0].expression.(star); !all {
		var err error
		if projected, err = r.project(t, projectStep{columns: s.columns}); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	return projected.filter(func(row int) bool {
		id := rowKey(projected.rows[row])
		first := !seen[id]
		seen[id] = true
		return first
	}), nil
}

func rowKey(cells []Value) string {
	id := ""
	for _, cell := range cells {
		id += key(cell) + "\x00"
	}
	return id
}

var dataTypes = map[logstore.Type]string{
	logstore.String: "System.String", logstore.Bool: "System.SByte", logstore.Real: "System.Double", logstore.Long: "System.Int64",
	logstore.DateTime: "System.DateTime", logstore.GUID: "System.Guid", logstore.Dynamic: "System.Object", timespanType: "System.TimeSpan",
}

func (t *table) schema() *table {
	described := &table{columns: []logstore.Column{
		{Name: "ColumnName", Type: logstore.String}, {Name: "ColumnOrdinal", Type: "int"},
		{Name: "DataType", Type: logstore.String}, {Name: "ColumnType", Type: logstore.String},
	}}
	for i, c := range t.columns {
		described.rows = append(described.rows, []Value{c.Name, int64(i), dataTypes[c.Type], string(c.Type)})
	}
	described.received = make([]time.Time, len(described.rows))
	return described
}
