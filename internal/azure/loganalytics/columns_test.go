package loganalytics

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// columnCase is one step of the columns' growing; the records of the
// documentation's example are the first four.
type columnCase struct {
	ID      int               `json:"id"`
	Before  map[string]string `json:"table_before"`
	Record  json.RawMessage   `json:"record"`
	Columns []string          `json:"columns_after"`
}

func TestPredictColumns(t *testing.T) {
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
		var existing []Column
		for name, of := range c.Before {
			existing = append(existing, Column{Name: name, Type: of})
		}
		columns, err := PredictColumns(t.Context(), strings.NewReader(string(c.Record)), existing)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, column := range columns {
			names = append(names, column.Name)
		}
		slices.Sort(names)
		slices.Sort(c.Columns)
		if !slices.Equal(names, c.Columns) {
			t.Errorf("case %d: %v, want %v", c.ID, names, c.Columns)
		}
	}
}

func TestColumnsBeyondTheLimitShareOne(t *testing.T) {
	t.Parallel()
	var record strings.Builder
	record.WriteString(`{"p0":0`)
	for i := 1; i < 600; i++ {
		record.WriteString(`,"p` + strings.Repeat("x", i%30) + "_" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + `":1`)
	}
	record.WriteString("}")
	columns, err := PredictColumns(t.Context(), strings.NewReader(record.String()), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(columns) != 501 || columns[500] != (Column{Name: "AdditionalFields", Type: "dynamic"}) {
		t.Errorf("%d columns, the last is %v", len(columns), columns[len(columns)-1])
	}
}

func TestTableName(t *testing.T) {
	t.Parallel()
	for logType, want := range map[string]string{"MyType": "MyType_CL", "MyType_CL": "MyType_CL_CL"} {
		if got := TableName(logType); got != want {
			t.Errorf("%s: %s, want %s", logType, got, want)
		}
	}
}
