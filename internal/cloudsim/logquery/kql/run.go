package kql

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// Data is where tables come from.
type Data interface {
	// Table returns a table's visible rows, and whether it exists.
	Table(name string) (logstore.Snapshot, bool)
}

// Result is what a query gives.
type Result struct {
	Columns []logstore.Column
	Rows    [][]Value
	// Partial tells that rows went into the query whose values the
	// simulation does not keep.
	Partial bool
	// Render is how the query wants it shown; nil if it does not say.
	Render *Render
}

// SemanticError says that a query means something that is not there, such as
// an unknown column.
type SemanticError struct{ Message string }

// Code is Kusto's code of the error: SEM0100 for a name that stands for
// nothing, SEM0260 for such a function. Those of the others are not reproduced.
func (e *SemanticError) Code() string {
	switch {
	case strings.Contains(e.Message, "Failed to resolve"):
		return "SEM0100"
	case strings.HasPrefix(e.Message, "Unknown function: "):
		return "SEM0260"
	}
	return "SEM0000"
}

// Error returns the message.
func (e *SemanticError) Error() string { return e.Message }

// Bounds restrict TimeGenerated of the table; zero times do not.
type Bounds struct{ From, To time.Time }

// Run runs the query. Its errors are *SemanticError, or *SyntaxError of what the
// service would run.
func (q *Query) Run(data Data, now time.Time, bounds Bounds) (Result, error) {
	t, err := q.shape(data, now, bounds, map[string]bool{}, "")
	if err != nil {
		return Result{}, err
	}
	if q.refused != nil {
		return Result{}, q.refused
	}
	return Result{Columns: t.columns, Rows: t.rows, Partial: t.unkept > 0 || t.partial, Render: q.render}, nil
}

// shape runs the query up to its last operator. It returns nil for a table that
// a let names. operator is the one that the query is an operand of.
func (q *Query) shape(data Data, now time.Time, bounds Bounds, lets map[string]bool, operator string) (*table, error) {
	outside := &table{now: now, lets: lets}
	if err := q.checkStatements(data, outside); err != nil || q.statement != "" || lets[q.table] {
		return nil, err
	}
	snapshot, found := data.Table(q.table)
	if !found {
		if len(q.steps) > 0 {
			operator = q.steps[0].operator
		}
		return nil, wrong(operator, "Failed to resolve table or column expression named '%s'", q.table)
	}
	t := &table{columns: snapshot.Columns, rows: snapshot.Rows, received: snapshot.Received, unkept: snapshot.Unkept, now: now, lets: lets}
	t = t.within(bounds)
	if len(lets) > 0 {
		t.rows, t.received = nil, nil // Only the names are resolved.
	}
	for _, s := range q.steps {
		t.lets = lets
		err := t.checkAll(s)
		if err == nil {
			err = t.checkRefused(data, s)
		}
		if err == nil {
			err = s.refused
		}
		if err != nil {
			return nil, err
		}
		t = t.step(s)
	}
	t.lets = lets
	return t, nil
}

// wrong names the operator in which something is wrong, as the service does.
func wrong(operator, format string, arguments ...any) error {
	message := fmt.Sprintf(format, arguments...)
	if operator != "" {
		message = "'" + operator + "' operator: " + message
	}
	return &SemanticError{Message: message}
}

// table is the rows between two operators.
type table struct {
	columns []logstore.Column
	rows    [][]Value
	// received are the rows' times of ingestion, as long as rows are
	// those of a table.
	received []time.Time
	// unkept counts rows whose values are not known.
	unkept int
	// partial tells that such rows were lost on the way.
	partial bool
	now     time.Time
	// lets are the names that let statements define.
	lets map[string]bool
}

func (t *table) index(name string) int {
	return slices.IndexFunc(t.columns, func(c logstore.Column) bool { return c.Name == name })
}

// within applies the request's timespan.
func (t *table) within(bounds Bounds) *table {
	at := t.index("TimeGenerated")
	if at < 0 || bounds.From.IsZero() && bounds.To.IsZero() {
		return t
	}
	return t.filter(func(row int) bool {
		generated, isTime := t.rows[row][at].(time.Time)
		return isTime && !generated.Before(bounds.From) && (bounds.To.IsZero() || !generated.After(bounds.To))
	})
}

func (t *table) filter(keep func(row int) bool) *table {
	// Whether an unknown row would be kept cannot be told.
	kept := &table{columns: t.columns, partial: t.partial || t.unkept > 0, now: t.now}
	for i, row := range t.rows {
		if !keep(i) {
			continue
		}
		kept.rows = append(kept.rows, row)
		if t.received != nil {
			kept.received = append(kept.received, t.received[i])
		}
	}
	return kept
}

// step runs an operator that was checked.
func (t *table) step(s step) *table {
	switch s.operator {
	case opWhere:
		return t.filter(func(row int) bool { return t.evaluate(row, s.where) == true })
	case opProject, opExtend:
		return t.project(s)
	case opSummarize:
		return t.summarize(s)
	case opDistinct:
		if s.by == nil {
			for _, c := range t.columns {
				s.by = append(s.by, named{c.Name, column{c.Name}})
			}
		}
		return t.summarize(s)
	case opOrder:
		return t.order(s.keys)
	case opTake:
		return t.filter(func(row int) bool { return row < s.rows })
	case opGetSchema:
		return t.schema()
	default:
		return &table{
			columns: []logstore.Column{{Name: "Count", Type: logstore.Long}},
			rows:    [][]Value{{int64(len(t.rows) + t.unkept)}},
			partial: t.partial, now: t.now,
		}
	}
}

// schema describes the columns.
func (t *table) schema() *table {
	described := &table{now: t.now, columns: []logstore.Column{
		{Name: "ColumnName", Type: logstore.String}, {Name: "ColumnOrdinal", Type: "int"},
		{Name: "DataType", Type: logstore.String}, {Name: "ColumnType", Type: logstore.String},
	}}
	for i, c := range t.columns {
		described.rows = append(described.rows, []Value{c.Name, int64(i), dataTypes[c.Type], string(c.Type)})
	}
	return described
}

// dataTypes are the types of .NET behind those of Kusto.
var dataTypes = map[logstore.Type]string{
	logstore.String: "System.String", logstore.Long: "System.Int64", logstore.Real: "System.Double", logstore.Bool: "System.SByte",
	logstore.DateTime: "System.DateTime", logstore.GUID: "System.Guid", logstore.Dynamic: "System.Object", "int": "System.Int32",
}

func (t *table) project(s step) *table {
	made := &table{received: t.received, unkept: t.unkept, partial: t.partial, now: t.now}
	if s.operator == opExtend {
		made.columns = slices.Clone(t.columns)
	}
	places := make([]int, len(s.columns))
	for i, c := range s.columns {
		of := logstore.Column{Name: c.name, Type: t.typeOf(c.expression)}
		if places[i] = made.index(c.name); places[i] < 0 {
			places[i] = len(made.columns)
			made.columns = append(made.columns, of)
		} else {
			made.columns[places[i]] = of
		}
	}
	for i := range t.rows {
		cells := make([]Value, len(made.columns))
		if s.operator == opExtend {
			copy(cells, t.rows[i])
		}
		for j, c := range s.columns {
			cells[places[j]] = t.evaluate(i, c.expression)
		}
		made.rows = append(made.rows, cells)
	}
	return made
}

func (t *table) order(keys []orderKey) *table {
	places := make([]int, len(t.rows))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int {
		for _, by := range keys {
			if order := by.compare(t.evaluate(a, by.expression), t.evaluate(b, by.expression)); order != 0 {
				return order
			}
		}
		return 0
	})
	ordered := &table{columns: t.columns, unkept: t.unkept, partial: t.partial, now: t.now}
	for _, place := range places {
		ordered.rows = append(ordered.rows, t.rows[place])
		if t.received != nil {
			ordered.received = append(ordered.received, t.received[place])
		}
	}
	return ordered
}

// compare puts nulls first in ascending order, and last in descending order.
func (k orderKey) compare(a, b Value) int {
	order, _ := compareValues(a, b)
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		order = -1
	case b == nil:
		order = 1
	}
	if k.ascending {
		return order
	}
	return -order
}
