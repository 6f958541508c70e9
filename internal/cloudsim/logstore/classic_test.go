package logstore_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

var start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

const workspaceID = logstore.SeededWorkspaceID

func post(t *testing.T, s *logstore.Store, logType, body string) {
	t.Helper()
	if _, err := s.IngestClassic(logstore.ClassicPost{Workspace: workspaceID, LogType: logType, Body: []byte(body)}); err != nil {
		t.Fatal(err)
	}
}

// own returns a table's own columns and, of its last row, what they hold.
func own(t *testing.T, s *logstore.Store, table string) (columns []string, last map[string]logstore.Value) {
	t.Helper()
	snapshot, found := s.Read(workspaceID, table, logstore.Visibility{})
	if !found {
		t.Fatalf("no table %s", table)
	}
	standard := []string{"TenantId", "SourceSystem", "TimeGenerated", "Type", "_ResourceId", "_ItemId", "_TimeReceived", "_BilledSize", "_SubscriptionId"}
	last = map[string]logstore.Value{}
	for i, column := range snapshot.Columns {
		if slices.Contains(standard, column.Name) {
			continue
		}
		columns = append(columns, column.Name)
		if value := snapshot.Rows[len(snapshot.Rows)-1][i]; value != nil {
			last[column.Name] = value
		}
	}
	return columns, last
}

// TestTheDocumentationsFourRecords posts the records that the documentation
// of the API shows one after another.
func TestTheDocumentationsFourRecords(t *testing.T) {
	t.Parallel()
	s := logstore.New(simcore.NewStoppedClock(start))
	for i, step := range []struct{ logType, record, columns, row string }{
		{"Story", `{"number":1.5,"boolean":true,"string":"abc"}`, "[number_d boolean_b string_s]", "map[boolean_b:true number_d:1.5 string_s:abc]"},
		{"Story", `{"number":"2.5","boolean":"false","string":"def"}`, "[number_d boolean_b string_s]", "map[boolean_b:false number_d:2.5 string_s:def]"},
		{"Story", `{"number":3,"boolean":7,"string":8}`, "[number_d boolean_b string_s boolean_d string_d]", "map[boolean_d:7 number_d:3 string_d:8]"},
		{"Other", `{"number":"1.5","boolean":"true","string":"abc"}`, "[number_s boolean_s string_s]", "map[boolean_s:true number_s:1.5 string_s:abc]"},
	} {
		post(t, s, step.logType, step.record)
		columns, row := own(t, s, step.logType+"_CL")
		if fmt.Sprint(columns) != step.columns || fmt.Sprint(row) != step.row {
			t.Errorf("record %d: %v %v, want %s %s", i+1, columns, row, step.columns, step.row)
		}
	}
}

type columnCase struct {
	ID      int                        `json:"id"`
	Before  map[string]string          `json:"table_before"`
	Record  json.RawMessage            `json:"record"`
	Columns []string                   `json:"columns_after"`
	Row     map[string]json.RawMessage `json:"row"`
}

// samples make the columns that a case begins with.
var samples = map[string]string{"_d": "1", "_b": "true", "_s": `"text"`}

func TestColumnCases(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/columns.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []columnCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		s := logstore.New(simcore.NewStoppedClock(start))
		for column := range c.Before {
			post(t, s, "Case", fmt.Sprintf(`{%q:%s}`, column[:len(column)-2], samples[column[len(column)-2:]]))
		}
		post(t, s, "Case", string(c.Record))
		columns, row := own(t, s, "Case_CL")
		slices.Sort(columns)
		slices.Sort(c.Columns)
		if !slices.Equal(columns, c.Columns) {
			t.Errorf("case %d: columns %v, want %v", c.ID, columns, c.Columns)
		}
		for name, want := range c.Row {
			got, err := json.Marshal(row[name])
			if err != nil || string(got) != string(want) {
				t.Errorf("case %d: %s is %s, want %s", c.ID, name, got, want)
			}
		}
	}
}

func TestColumnsBeyond500GoToAdditionalFields(t *testing.T) {
	t.Parallel()
	s := logstore.New(simcore.NewStoppedClock(start))
	var members []string
	for i := range 503 {
		members = append(members, fmt.Sprintf(`"p%d":%d`, i, i))
	}
	post(t, s, "Wide", "{"+strings.Join(members, ",")+"}")
	columns, row := own(t, s, "Wide_CL")
	additional, ok := row["AdditionalFields"].(json.RawMessage)
	if len(columns) != 501 || !ok || string(additional) != `{"p500":500,"p501":501,"p502":502}` {
		t.Errorf("%d columns, AdditionalFields %s", len(columns), additional)
	}
}

func TestValuesAreCutAt32KB(t *testing.T) {
	t.Parallel()
	s := logstore.New(simcore.NewStoppedClock(start))
	post(t, s, "Long", `{"a":"`+strings.Repeat("x", 32767)+`é"}`)
	_, row := own(t, s, "Long_CL")
	if value, _ := row["a_s"].(string); value != strings.Repeat("x", 32767) {
		t.Errorf("%d bytes", len(value))
	}
}

func TestTimeGeneratedWindow(t *testing.T) {
	t.Parallel()
	for written, kept := range map[string]bool{
		`"2026-11-21T09:00:00Z"`: true, `"2026-11-19T10:00:00Z"`: true, `"2026-11-19T09:59:59Z"`: false,
		`"2026-11-22T10:00:00Z"`: true, `"2026-11-22T10:00:01Z"`: false, `"21.11.2026"`: false, `1700000000`: false,
	} {
		s := logstore.New(simcore.NewStoppedClock(start))
		_, err := s.IngestClassic(logstore.ClassicPost{
			Workspace: workspaceID, LogType: "Timed", TimeField: "at", Body: []byte(`{"at":` + written + `}`),
			ResourceID: "/Subscriptions/ABC/resourceGroups/rg",
		})
		if err != nil {
			t.Fatal(err)
		}
		snapshot, _ := s.Read(workspaceID, "Timed_CL", logstore.Visibility{})
		row := map[string]logstore.Value{}
		for i, column := range snapshot.Columns {
			row[column.Name] = snapshot.Rows[0][i]
		}
		if isNow := row["TimeGenerated"] == start; isNow == kept {
			t.Errorf("%s became %v", written, row["TimeGenerated"])
		}
		if row["_ResourceId"] != "/subscriptions/abc/resourcegroups/rg" || row["_SubscriptionId"] != "ABC" || row["TenantId"] != workspaceID || row["Type"] != "Timed_CL" || row["_TimeReceived"] != start {
			t.Errorf("row %v", row)
		}
	}
}

func TestMigratedTablesTakeNoNewColumns(t *testing.T) {
	t.Parallel()
	s := logstore.New(simcore.NewStoppedClock(start))
	post(t, s, "Old", `{"a":1}`)
	if err := s.MigrateTable(workspaceID, "Old_CL"); err != nil {
		t.Fatal(err)
	}
	post(t, s, "Old", `{"a":2,"b":3}`)
	if columns, row := own(t, s, "Old_CL"); fmt.Sprint(columns, row) != "[a_d] map[a_d:2]" {
		t.Errorf("%v %v", columns, row)
	}
	if s.MigrateTable(workspaceID, "None_CL") == nil {
		t.Error("a table that does not exist was migrated")
	}
}

func TestAPostIsStoredWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	s := logstore.New(simcore.NewStoppedClock(start))
	for _, body := range []string{`[{"a":1},{"tenant":2}]`, `[{"a":1},2]`, `[{"a":1}`, `"a"`, `{"a":1}{"a":2}`} {
		if _, err := s.IngestClassic(logstore.ClassicPost{Workspace: workspaceID, LogType: "All", Body: []byte(body)}); !errors.Is(err, logstore.ErrFormat) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if s.RowCount(workspaceID, "All_CL") != 0 {
		t.Error("a part of a refused post was stored")
	}
}

func TestRowsBeyondTheKeptOnesAreCounted(t *testing.T) {
	t.Parallel()
	s := logstore.New(simcore.NewStoppedClock(start))
	s.KeepRows(2)
	post(t, s, "Many", `[{"a":1},{"a":2},{"b":"\"}]"}, {"a":4}]`)
	snapshot, _ := s.Read(workspaceID, "Many_CL", logstore.Visibility{})
	if len(snapshot.Rows) != 2 || snapshot.Unkept != 2 || s.RowCount(workspaceID, "Many_CL") != 4 {
		t.Errorf("%d rows, %d not kept", len(snapshot.Rows), snapshot.Unkept)
	}
	if columns, _ := own(t, s, "Many_CL"); fmt.Sprint(columns) != "[a_d b_s]" {
		t.Errorf("columns %v: rows that are not kept make columns as well", columns)
	}
}

func TestVisibility(t *testing.T) {
	t.Parallel()
	clock := simcore.NewStoppedClock(start)
	s := logstore.New(clock)
	post(t, s, "Late", `{"a":1}`)
	late := logstore.Visibility{Delay: time.Minute, NewTableDelay: 2 * time.Minute}
	for _, step := range []struct {
		advance time.Duration
		found   bool
		rows    int
	}{{0, false, 0}, {time.Minute, false, 0}, {time.Minute, true, 1}} {
		clock.Advance(step.advance)
		if snapshot, found := s.Read(workspaceID, "Late_CL", late); found != step.found || len(snapshot.Rows) != step.rows {
			t.Errorf("at %v: found %v, %d rows", clock.Now(), found, len(snapshot.Rows))
		}
	}
	post(t, s, "Late", `{"a":2}`)
	if snapshot, _ := s.Read(workspaceID, "Late_CL", late); len(snapshot.Rows) != 1 {
		t.Errorf("%d rows, the second must not show yet", len(snapshot.Rows))
	}
}

func TestDeleteTable(t *testing.T) {
	t.Parallel()
	s := logstore.New(simcore.NewStoppedClock(start))
	post(t, s, "Gone", `{"a":1}`)
	id := workspaceID + "/Gone_CL"
	if !s.DeleteTable(id) || s.DeleteTable(id) || s.DeleteTable("nowhere/x") || len(s.State()) != 0 {
		t.Errorf("state %v", s.State())
	}
}
