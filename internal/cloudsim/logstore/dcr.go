package logstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// StreamUpload is one decompressed body of the Logs Ingestion API.
type StreamUpload struct {
	Workspace string
	// Table is where the rule sends the stream to.
	Table string
	// Columns are the stream's declaration.
	Columns []Column
	// Body is a JSON array of objects.
	Body []byte
}

// The refusals of uploads.
var (
	// ErrTimeRange says that an Auxiliary table got times too far apart.
	ErrTimeRange = errors.New("the records' TimeGenerated lie more than 30 minutes apart")
	// ErrNested says that an Auxiliary table got nested JSON in a plain
	// column.
	ErrNested = errors.New("nested JSON in a column that is not dynamic")
)

const maxStreamValue = 64 << 10

// auxiliaryRange is how far apart the times of one upload to an Auxiliary
// table may be.
const auxiliaryRange = 30 * time.Minute

// IngestStream stores an upload whole, or not at all. Columns that the
// stream does not declare are dropped, as the service does. It returns the
// number of rows.
func (s *Store) IngestStream(upload StreamUpload) (int, error) {
	count, err := checkRecords(upload.Body, func(property) error { return nil })
	if err != nil {
		return 0, err
	}
	if first := firstByte(upload.Body); first != '[' {
		return 0, fmt.Errorf("%w: the body must be an array", ErrFormat)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w, found := s.workspaces[lower(upload.Workspace)]
	if !found {
		return 0, fmt.Errorf("no workspace %s", upload.Workspace)
	}
	t := w.tables[upload.Table]
	if t == nil {
		t = newTable(upload.Table, s.now())
		t.Migrated = true
	}
	if err := s.checkAuxiliary(t, upload); err != nil {
		return 0, err
	}
	w.tables[upload.Table] = t
	for _, column := range upload.Columns {
		if _, exists := t.column(column.Name); !exists && column.Name != timeColumn {
			t.addColumn(column.Name, column.Type)
		}
	}
	return count, eachRecord(upload.Body, func(properties []property, size int) error {
		s.keep(t, t.declaredRow(properties, upload.Columns, s.now(), size))
		return nil
	})
}

const timeColumn = "TimeGenerated"

// declaredRow converts a record as a stream's declaration says.
func (t *Table) declaredRow(properties []property, declared []Column, now time.Time, size int) row {
	r := row{generated: now, received: now, size: size}
	for _, p := range properties {
		at := slices.IndexFunc(declared, func(c Column) bool { return c.Name == p.name })
		switch {
		case at < 0:
		case p.name == timeColumn:
			r.generated = generatedTime(p.value, now)
		default:
			t.set(&r, p.name, declaredValue(p.value, declared[at].Type))
		}
	}
	return r
}

func firstByte(body []byte) byte {
	for _, c := range body {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
	}
	return 0
}

// checkAuxiliary applies the rules of the Auxiliary plan.
func (s *Store) checkAuxiliary(t *Table, upload StreamUpload) error {
	if !t.Auxiliary {
		return nil
	}
	var earliest, latest time.Time
	return eachRecord(upload.Body, func(properties []property, _ int) error {
		for _, p := range properties {
			column, _ := t.column(p.name)
			if (p.value[0] == '{' || p.value[0] == '[') && column.Type != Dynamic {
				return fmt.Errorf("%w: %s", ErrNested, p.name)
			}
			at, ok := parseISO(text(p.value))
			if p.name != timeColumn || !ok {
				continue
			}
			if earliest.IsZero() || at.Before(earliest) {
				earliest = at
			}
			if at.After(latest) {
				latest = at
			}
			if latest.Sub(earliest) > auxiliaryRange {
				return ErrTimeRange
			}
		}
		return nil
	})
}

// declaredValue converts a JSON value to a declared type; what does not
// convert is stored as nothing.
func declaredValue(raw json.RawMessage, to Type) Value {
	if raw[0] == 'n' {
		return nil
	}
	switch to {
	case Dynamic:
		return json.RawMessage(truncate(string(raw), maxStreamValue))
	case String:
		return truncate(text(raw), maxStreamValue)
	case Long:
		var number int64
		if json.Unmarshal([]byte(text(raw)), &number) == nil {
			return number
		}
		return nil
	case Real, Bool, DateTime, GUID:
	}
	return convert(text(raw), to)
}
