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
}

// SemanticError says that a query means something that is not there, such as
// an unknown column.
type SemanticError struct{ Message string }

// Code is Kusto's code of the error: SEM0100 for a name that stands for
// nothing. Those of the others are not reproduced.
func (e *SemanticError) Code() string {
	if strings.Contains(e.Message, "Failed to resolve") {
		return "SEM0100"
	}
	return "SEM0000"
}

// Error returns the message.
func (e *SemanticError) Error() string { return e.Message }

func wrong(format string, arguments ...any) error {
	return &SemanticError{Message: fmt.Sprintf(format, arguments...)}
}

// Bounds restrict TimeGenerated of every table; zero times do not.
type Bounds struct{ From, To time.Time }

// Run runs the query. Its errors are *SemanticError.
func (q *Query) Run(data Data, now time.Time, bounds Bounds) (Result, error) {
	r := &runner{data: data, now: now, bounds: bounds}
	t, err := r.query(q)
	if err != nil {
		return Result{}, err
	}
	return Result{Columns: t.columns, Rows: t.rows, Partial: t.unkept > 0 || t.partial}, nil
}

type runner struct {
	data   Data
	now    time.Time
	bounds Bounds
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
}

func (t *table) index(name string) int {
	return slices.IndexFunc(t.columns, func(c logstore.Column) bool { return c.Name == name })
}

func (r *runner) query(q *Query) (*table, error) {
	t, err := r.source(q.source)
	for i := 0; err == nil && i < len(q.steps); i++ {
		t, err = r.step(t, q.steps[i])
	}
	return t, err
}

func (r *runner) source(s source) (*table, error) {
	var all []*table
	for _, name := range s.tables {
		snapshot, found := r.data.Table(name)
		if !found {
			if s.fuzzy {
				continue
			}
			return nil, wrong("'where' operator: Failed to resolve table or column expression named '%s'", name)
		}
		all = append(all, r.within(&table{columns: snapshot.Columns, rows: snapshot.Rows, received: snapshot.Received, unkept: snapshot.Unkept}))
	}
	for _, nested := range s.nested {
		t, err := r.query(nested)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	switch len(all) {
	case 0:
		return &table{}, nil
	case 1:
		return all[0], nil
	default:
		return unite(all), nil
	}
}

// within applies the request's timespan.
func (r *runner) within(t *table) *table {
	at := t.index("TimeGenerated")
	if at < 0 || r.bounds.From.IsZero() && r.bounds.To.IsZero() {
		return t
	}
	return t.filter(func(row int) bool {
		generated, isTime := t.rows[row][at].(time.Time)
		return isTime && !generated.Before(r.bounds.From) && (r.bounds.To.IsZero() || !generated.After(r.bounds.To))
	})
}

func (t *table) filter(keep func(row int) bool) *table {
	// Whether an unknown row would be kept cannot be told.
	kept := &table{columns: t.columns, partial: t.partial || t.unkept > 0}
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

// unite joins tables by column names; what a table lacks is null.
func unite(all []*table) *table {
	united := &table{}
	for _, t := range all {
		for _, c := range t.columns {
			if united.index(c.Name) < 0 {
				united.columns = append(united.columns, c)
			}
		}
	}
	for _, t := range all {
		united.unkept += t.unkept
		united.partial = united.partial || t.partial
		for i, row := range t.rows {
			cells := make([]Value, len(united.columns))
			for j, c := range t.columns {
				cells[united.index(c.Name)] = row[j]
			}
			united.rows = append(united.rows, cells)
			received := time.Time{}
			if t.received != nil {
				received = t.received[i]
			}
			united.received = append(united.received, received)
		}
	}
	return united
}
