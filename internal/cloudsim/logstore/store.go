// Package logstore holds the workspaces, tables and rows that the simulated
// ingestion and query services of Azure Monitor Logs share.
package logstore

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// The workspace that exists from the start.
const (
	SeededWorkspaceID = "97ce69d9-b4be-4241-8dbd-d265edcf06c4"
	seededKeyMaterial = "primary"
)

// defaultKeepRows is how many rows of a table are kept with their values. It
// is enough for every query in tests and keeps a large ingest from filling
// the memory.
const defaultKeepRows = 20_000

// Store is the data of all workspaces. Its methods are safe for concurrent
// use.
type Store struct {
	clock *simcore.Clock

	mu         sync.Mutex
	workspaces map[string]*Workspace
	keepRows   int
	items      uint64
}

// New returns a store with the seeded workspace.
func New(clock *simcore.Clock) *Store {
	s := &Store{clock: clock, workspaces: map[string]*Workspace{}, keepRows: defaultKeepRows}
	s.AddWorkspace(SeededWorkspaceID)
	return s
}

// KeepRows sets how many rows of each table are kept with their values; of
// further rows only their number is known.
func (s *Store) KeepRows(rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keepRows = rows
}

// Workspace is one Log Analytics workspace.
type Workspace struct {
	// ID is the workspace id ("customer id").
	ID string
	// Closed workspaces refuse data.
	Closed bool
	// LocalAuthDisabled makes the workspace refuse shared keys.
	LocalAuthDisabled bool
	// PublicIngestionDisabled makes it refuse data from the internet.
	PublicIngestionDisabled bool

	primary, secondary []byte
	generation         int
	tables             map[string]*Table
}

// AddWorkspace makes a workspace with two keys that depend only on its id.
func (s *Store) AddWorkspace(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.workspaces[strings.ToLower(id)] = &Workspace{
		ID: id, primary: keyFor(id, seededKeyMaterial), secondary: keyFor(id, "secondary"),
		tables: map[string]*Table{},
	}
}

// keyFor derives a key of 64 bytes, as long as the service's.
func keyFor(id, material string) []byte {
	var key []byte
	for _, half := range []string{"0", "1"} {
		mac := hmac.New(sha256.New, []byte("simulated workspace key"))
		mac.Write([]byte(strings.ToLower(id) + material + half))
		key = mac.Sum(key)
	}
	return key
}

// Keys returns a workspace's primary and secondary key in base64.
func (s *Store) Keys(id string) (primary, secondary string, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, found := s.workspaces[strings.ToLower(id)]
	if !found {
		return "", "", false
	}
	return base64.StdEncoding.EncodeToString(w.primary), base64.StdEncoding.EncodeToString(w.secondary), true
}

// RegenerateKey replaces the primary or the secondary key.
func (s *Store) RegenerateKey(id string, secondary bool) error {
	return s.Change(id, func(w *Workspace) {
		w.generation++
		key := keyFor(id, fmt.Sprintf("regenerated %d", w.generation))
		if secondary {
			w.secondary = key
		} else {
			w.primary = key
		}
	})
}

// Change changes a workspace's settings. It fails if there is no such
// workspace.
func (s *Store) Change(id string, change func(*Workspace)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, found := s.workspaces[strings.ToLower(id)]
	if !found {
		return fmt.Errorf("no workspace %s", id)
	}
	change(w)
	return nil
}

// Standing is what a service must know of a workspace before it takes data.
type Standing struct {
	Closed, LocalAuthDisabled, PublicIngestionDisabled bool
	// Keys are the raw keys that are valid now.
	Keys [][]byte
}

// Standing returns a workspace's, and whether it exists.
func (s *Store) Standing(id string) (Standing, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, found := s.workspaces[strings.ToLower(id)]
	if !found {
		return Standing{}, false
	}
	return Standing{
		Closed: w.Closed, LocalAuthDisabled: w.LocalAuthDisabled,
		PublicIngestionDisabled: w.PublicIngestionDisabled, Keys: [][]byte{w.primary, w.secondary},
	}, true
}

// DeleteTable removes a table and reports whether it existed. id is
// "workspace/table".
func (s *Store) DeleteTable(id string) bool {
	workspace, name, _ := strings.Cut(id, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	w, found := s.workspaces[strings.ToLower(workspace)]
	if !found {
		return false
	}
	_, found = w.tables[name]
	delete(w.tables, name)
	return found
}

// TableState describes a table for the control API.
type TableState struct {
	Workspace string   `json:"workspace"`
	Table     string   `json:"table"`
	Rows      int      `json:"rows"`
	RowsKept  int      `json:"rows_kept"`
	Migrated  bool     `json:"migrated,omitempty"`
	Columns   []Column `json:"columns"`
}

// State describes every table.
func (s *Store) State() []TableState {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := []TableState{}
	for _, w := range s.workspaces {
		for _, t := range w.tables {
			states = append(states, TableState{
				Workspace: w.ID, Table: t.Name, Rows: t.count, RowsKept: len(t.rows), Migrated: t.Migrated,
				Columns: append([]Column{}, t.columns...),
			})
		}
	}
	return states
}

// RowCount returns how many rows a table has, those included whose values
// were not kept; 0 if there is no such table.
func (s *Store) RowCount(workspace, table string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.table(workspace, table); t != nil {
		return t.count
	}
	return 0
}

func (s *Store) table(workspace, table string) *Table {
	w, found := s.workspaces[strings.ToLower(workspace)]
	if !found {
		return nil
	}
	return w.tables[table]
}

// itemNamespace makes _ItemId unique and repeatable.
var itemNamespace = uuid.MustParse("5e7d1f0c-7f7e-4c3a-9d43-0b6c1f0a5a11")

// now is the time of arrival; the services keep 100 ns.
func (s *Store) now() time.Time { return s.clock.Now().Truncate(100 * time.Nanosecond) }
