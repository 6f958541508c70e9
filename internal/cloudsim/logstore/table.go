package logstore

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Type is a column's type in KQL.
type Type string

// The types of columns.
const (
	String   Type = "string"
	Bool     Type = "bool"
	Real     Type = "real"
	Long     Type = "long"
	DateTime Type = "datetime"
	GUID     Type = "guid"
	Dynamic  Type = "dynamic"
)

// Column is a column of a table.
type Column struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// Value is a cell: nil, a string, bool, float64, int64, time.Time, or
// json.RawMessage for dynamic values.
type Value any

// Table is one table of a workspace.
type Table struct {
	Name string
	// Migrated tables take no new columns from the Data Collector API.
	Migrated bool
	// Auxiliary tables have the Auxiliary plan.
	Auxiliary bool

	columns []Column
	ordinal map[string]int
	rows    []row
	count   int
	bytes   int64
	created time.Time
}

// row is one record as it is stored.
type row struct {
	cells      []Value
	generated  time.Time
	received   time.Time
	item       uint64
	resourceID string
	size       int
}

func newTable(name string, created time.Time) *Table {
	return &Table{Name: name, ordinal: map[string]int{}, created: created}
}

func (t *Table) column(name string) (Column, bool) {
	i, found := t.ordinal[name]
	if !found {
		return Column{}, false
	}
	return t.columns[i], true
}

func (t *Table) addColumn(name string, of Type) {
	t.ordinal[name] = len(t.columns)
	t.columns = append(t.columns, Column{Name: name, Type: of})
}

func (t *Table) set(r *row, name string, value Value) {
	i := t.ordinal[name]
	for len(r.cells) <= i {
		r.cells = append(r.cells, nil)
	}
	r.cells[i] = value
}

// CreateTable makes a table with the given columns, as the Tables API does.
// It replaces one of the same name.
func (s *Store) CreateTable(workspace, name string, auxiliary bool, columns ...Column) error {
	return s.Change(workspace, func(w *Workspace) {
		t := newTable(name, s.now())
		t.Auxiliary, t.Migrated = auxiliary, true
		for _, column := range columns {
			t.addColumn(column.Name, column.Type)
		}
		w.tables[name] = t
	})
}

// MigrateTable ends a classic table's growing by the Data Collector API, as
// POST .../tables/{name}/migrate does.
func (s *Store) MigrateTable(workspace, name string) error {
	var failed error
	err := s.Change(workspace, func(w *Workspace) {
		t, found := w.tables[name]
		if !found {
			failed = fmt.Errorf("no table %s in workspace %s", name, workspace)
			return
		}
		t.Migrated = true
	})
	if err != nil {
		return err
	}
	return failed
}

// keep stores a row, or only counts it.
func (s *Store) keep(t *Table, r row) {
	t.count++
	t.bytes += int64(r.size)
	s.items++
	r.item = s.items
	if len(t.rows) < s.keepRows {
		t.rows = append(t.rows, r)
	}
}

// standardColumns surround a table's own ones.
var (
	leadingColumns  = []Column{{"TenantId", String}, {"SourceSystem", String}, {"TimeGenerated", DateTime}}
	trailingColumns = []Column{{"Type", String}, {"_ResourceId", String}, {"_ItemId", String}, {"_TimeReceived", DateTime}, {"_BilledSize", Real}, {"_SubscriptionId", String}}
)

// Snapshot is a table as a query sees it.
type Snapshot struct {
	Columns []Column
	Rows    [][]Value
	// Received are the rows' times of ingestion.
	Received []time.Time
	// Unkept is how many further rows there are whose values were not kept.
	Unkept int
}

// Visibility says when rows can be queried.
type Visibility struct {
	// Delay passes between a row's arrival and its first showing.
	Delay time.Duration
	// NewTableDelay passes before a new table shows any.
	NewTableDelay time.Duration
}

// Read returns a table's visible rows, and whether the table is visible.
func (s *Store) Read(workspace, name string, visibility Visibility) (Snapshot, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, now := s.table(workspace, name), s.now()
	if t == nil || now.Before(t.created.Add(visibility.NewTableDelay)) {
		return Snapshot{}, false
	}
	snapshot := Snapshot{Columns: slices.Concat(leadingColumns, t.columns, trailingColumns), Unkept: t.count - len(t.rows)}
	for i := range t.rows {
		r := &t.rows[i]
		if now.Before(r.received.Add(visibility.Delay)) {
			continue
		}
		snapshot.Rows = append(snapshot.Rows, t.cells(r, workspace))
		snapshot.Received = append(snapshot.Received, r.received)
	}
	return snapshot, true
}

// Tables returns the names of a workspace's tables, sorted, and whether the
// workspace exists.
func (s *Store) Tables(workspace string) ([]string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, found := s.workspaces[strings.ToLower(workspace)]
	if !found {
		return nil, false
	}
	var names []string
	for name := range w.tables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, true
}

func (t *Table) cells(r *row, workspace string) []Value {
	cells := make([]Value, 0, len(leadingColumns)+len(t.columns)+len(trailingColumns))
	cells = append(cells, workspace, "RestAPI", r.generated)
	cells = append(cells, r.cells...)
	for range len(t.columns) - len(r.cells) {
		cells = append(cells, nil)
	}
	subscription := ""
	if parts := strings.Split(r.resourceID, "/"); len(parts) > 2 && strings.EqualFold(parts[1], "subscriptions") {
		subscription = parts[2]
	}
	item := uuid.NewSHA1(itemNamespace, fmt.Appendf(nil, "%s %d", workspace, r.item))
	return append(cells, t.Name, strings.ToLower(r.resourceID), item.String(), r.received, float64(r.size), subscription)
}
