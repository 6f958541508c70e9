package logstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ClassicPost is one body of the Data Collector API.
type ClassicPost struct {
	Workspace, LogType string
	// Body is a JSON array of objects, or one object.
	Body []byte
	// TimeField names the property for TimeGenerated; it may be empty.
	TimeField string
	// ResourceID is the _ResourceId of the rows; it may be empty.
	ResourceID string
	// FlattenDepth is how many levels of nested objects become columns of
	// their own; what is deeper is stored as JSON text. 0 means all, a negative
	// number none.
	FlattenDepth int
	// Names says what happens to properties whose names are not documented as
	// allowed. The zero value is NamesRefuse.
	Names NamePolicy
}

// NamePolicy is what the API does with property names that have other
// characters than letters, digits and underscores, or are too long.
type NamePolicy string

// The policies; which one is the service's is not documented.
const (
	// NamesRefuse refuses the post.
	NamesRefuse NamePolicy = ""
	// NamesUnderscore writes underscores for other characters, and cuts.
	NamesUnderscore NamePolicy = "underscore"
	// NamesDrop leaves such properties out.
	NamesDrop NamePolicy = "drop"
)

// ErrFormat says that a body is not what the API takes.
var ErrFormat = errors.New("the data is not in the right format")

// The limits of the Data Collector API.
const (
	maxColumns         = 500
	maxNameLength      = 45
	maxClassicValue    = 32 << 10
	additionalFields   = "AdditionalFields"
	oldestTime         = 48 * time.Hour
	furthestTime       = 24 * time.Hour
	classicTableSuffix = "_CL"
)

var classicReserved = []string{"tenant", "TimeGenerated", "RawData"}

// IngestClassic stores a post whole, or not at all. It returns the number of
// rows. Its errors wrap ErrFormat.
func (s *Store) IngestClassic(post ClassicPost) (int, error) {
	records, err := checkRecords(post.Body, post.check)
	if err != nil || records == 0 {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w, found := s.workspaces[lower(post.Workspace)]
	if !found {
		return 0, fmt.Errorf("no workspace %s", post.Workspace)
	}
	name, now := post.LogType+classicTableSuffix, s.now()
	t := w.tables[name]
	if t == nil {
		t = newTable(name, now)
		w.tables[name] = t
	}
	return records, eachRecord(post.Body, func(properties []property, size int) error {
		r := row{generated: now, received: now, resourceID: post.ResourceID, size: size}
		for _, p := range post.columns(properties) {
			t.store(&r, p)
			if p.name == post.TimeField {
				r.generated = generatedTime(p.value, now)
			}
		}
		s.keep(t, r)
		return nil
	})
}

// property is one member of a record.
type property struct {
	name  string
	value json.RawMessage
}

// checkRecords validates a body and counts its records.
func checkRecords(body []byte, check func(property) error) (int, error) {
	if !json.Valid(body) {
		return 0, ErrFormat
	}
	count, checked := 0, map[string]bool{}
	err := eachRecord(body, func(properties []property, _ int) error {
		count++
		for _, p := range properties {
			nested := p.value[0] == '{'
			if checked[p.name] && !nested {
				continue
			}
			if err := check(p); err != nil {
				return err
			}
			checked[p.name] = checked[p.name] || !nested
		}
		return nil
	})
	return count, err
}

func checkClassicName(name string) error {
	if len(name) == 0 || len(name)+len("_s") > maxNameLength {
		return fmt.Errorf("%w: the property name %q is empty or too long", ErrFormat, name)
	}
	for _, c := range name {
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return fmt.Errorf("%w: the property name %q has characters other than letters, digits and underscores", ErrFormat, name)
		}
	}
	return nil
}

// generatedTime is the time of a record, or the time of its arrival if its
// own is not usable.
func generatedTime(value json.RawMessage, now time.Time) time.Time {
	var written string
	if json.Unmarshal(value, &written) != nil {
		return now
	}
	generated, ok := parseISO(written)
	if !ok || now.Sub(generated) > oldestTime || generated.Sub(now) > furthestTime {
		return now
	}
	return generated
}
