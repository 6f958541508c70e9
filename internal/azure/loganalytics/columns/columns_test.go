package columns

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
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
	text, err := os.ReadFile("../../../cloudsim/logstore/testdata/columns.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []columnCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		var existing []loganalytics.Column
		for name, of := range c.Before {
			existing = append(existing, loganalytics.Column{Name: name, Type: of})
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
	if len(columns) != 501 || columns[500] != (loganalytics.Column{Name: "AdditionalFields", Type: "dynamic"}) {
		t.Errorf("%d columns, the last is %v", len(columns), columns[len(columns)-1])
	}
}

func TestColumnsAgreeWithFieldReports(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"StartDate":{"value":"2020-08-20T16:31:44Z"},"ContentData":{"records":[1]}}`: "[{StartDate_value_t datetime} {ContentData_records_s string}]",
		`{"a":{"b":{"c":1}}}`:      "[{a_b_c_d real}]",
		`{"a_b":1,"a":{"b":2}}`:    "[{a_b_d real}]",
		`{"a\u0062":{"\u0063":1}}`: "[{ab_c_d real}]",
		`{"Computer":"57920d1feee527313658340bb1ab101a","ComputerName":"x","C":{"Computer":"x"}}`: "[{Computer string} {ComputerName_s string} {C_Computer_s string}]",
		`{"id":"57920d1feee527313658340bb1ab101a"}`:                                               "[{id_g string}]",
		`{"n":1e400}`: "[{n_s string}]",
	} {
		columns, err := PredictColumns(t.Context(), strings.NewReader(text), nil)
		if got := fmt.Sprint(columns); err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{`{"a b":1}`, `{"a.b":1}`, `{"@a":1}`, `{"a-b":{"c":1}}`, `{"a":{"b c":1}}`, `{"tenant":{"k":1}}`, `{"RawData":1}`, `{"` + strings.Repeat("n", 44) + `":1}`} {
		if columns, err := PredictColumns(t.Context(), strings.NewReader(text), nil); err == nil {
			t.Errorf("%s: predicted %v for what is refused", text, columns)
		}
	}
}
