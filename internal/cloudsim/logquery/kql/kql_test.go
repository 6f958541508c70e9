package kql_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery/kql"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

// tables is a fixed workspace.
type tables map[string]logstore.Snapshot

func (t tables) Table(name string) (logstore.Snapshot, bool) {
	snapshot, found := t[name]
	return snapshot, found
}

func workspace() tables {
	columns := []logstore.Column{
		{Name: "TimeGenerated", Type: logstore.DateTime}, {Name: "Name", Type: logstore.String},
		{Name: "Packets", Type: logstore.Real}, {Name: "Details", Type: logstore.Dynamic},
	}
	at := func(ago time.Duration) time.Time { return now.Add(-ago) }
	return tables{
		"T": {
			Columns: columns,
			Rows: [][]logstore.Value{
				{at(3 * time.Hour), "web", 12.0, json.RawMessage(`{"k":["x","y"],"n":5}`)},
				{at(2 * time.Hour), "db", 7.0, nil},
				{at(10 * time.Minute), "web", nil, nil},
			},
			Received: []time.Time{at(time.Hour), at(time.Hour), at(time.Minute)},
		},
		"U":    {Columns: []logstore.Column{{Name: "Name", Type: logstore.String}, {Name: "Extra", Type: logstore.Bool}}, Rows: [][]logstore.Value{{"u", true}}, Received: []time.Time{now}},
		"Many": {Columns: columns[1:2], Rows: [][]logstore.Value{{"a"}}, Received: []time.Time{now}, Unkept: 9},
	}
}

// table writes a result as "names | row | row".
func table(result kql.Result) string {
	var names []string
	for _, column := range result.Columns {
		names = append(names, column.Name+":"+string(column.Type))
	}
	parts := []string{strings.Join(names, " ")}
	for _, row := range result.Rows {
		var cells []string
		for _, cell := range row {
			cells = append(cells, string(kql.JSON(cell)))
		}
		parts = append(parts, strings.Join(cells, " "))
	}
	if result.Partial {
		parts = append(parts, "PARTIAL")
	}
	return strings.Join(parts, " | ")
}

func TestQueries(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`T | count`: `Count:long | 3`,
		`T | where Name == "web" and TimeGenerated > ago(1h) | count`:                       `Count:long | 1`,
		`T | project Name, Packets`:                                                         `Name:string Packets:real | "web" 12 | "db" 7 | "web" null`,
		`T | where Name != 'web' | project N = toupper(Name)`:                               `N:string | "DB"`,
		`T | where Name =~ "WEB" | take 1 | project-away TimeGenerated, Details`:            `Name:string Packets:real | "web" 12`,
		`T | where Name in ("db", "x") | project Name`:                                      `Name:string | "db"`,
		`T | where Name in~ ("DB") | project Name`:                                          `Name:string | "db"`,
		`T | where Name !in ("db") | count`:                                                 `Count:long | 2`,
		`T | where Packets between (7 .. 10) | project Name`:                                `Name:string | "db"`,
		`T | where isnull(Packets) | count`:                                                 `Count:long | 1`,
		`T | where isnotempty(Packets) or false | count`:                                    `Count:long | 2`,
		`T | extend Twice = Packets * 2 | project Twice | order by Twice asc`:               `Twice:real | null | 14 | 24`,
		`T | order by Packets | project Packets`:                                            `Packets:real | 12 | 7 | null`,
		`T | sort by Name asc, Packets desc nulls first | project Name, Packets`:            `Name:string Packets:real | "db" 7 | "web" null | "web" 12`,
		`T | top 1 by Packets desc | project Name`:                                          `Name:string | "web"`,
		`T | summarize count() by Name`:                                                     `Name:string count_:long | "web" 2 | "db" 1`,
		`T | summarize n = count(), dcount(Name), sum(Packets), max(Packets), avg(Packets)`: `n:long dcount_Name:long sum_Packets:real max_Packets:real avg_Packets:real | 3 2 19 12 9.5`,
		`T | where Name == "none" | summarize count()`:                                      `count_:long | 0`,
		`T | where Name == "none" | summarize count() by Name`:                              `Name:string count_:long`,
		`T | summarize countif(Packets > 8), min(TimeGenerated)`:                            `countif_:long min_TimeGenerated:datetime | 1 "2026-11-21T07:00:00Z"`,
		`T | summarize arg_max(TimeGenerated, Packets) by Name | order by Name asc`:         `Name:string TimeGenerated:datetime Packets:real | "db" "2026-11-21T08:00:00Z" 7 | "web" "2026-11-21T09:50:00Z" null`,
		`T | summarize arg_min(TimeGenerated, *) | project Name, Packets`:                   `Name:string Packets:real | "web" 12`,
		`T | summarize count() by bin(TimeGenerated, 1h) | order by TimeGenerated asc`:      `TimeGenerated:datetime count_:long | "2026-11-21T07:00:00Z" 1 | "2026-11-21T08:00:00Z" 1 | "2026-11-21T09:00:00Z" 1`,
		`T | distinct Name`: `Name:string | "web" | "db"`,
		`T | take 1 | where isnull(Details.k + 1) | count`:                                   `Count:long | 1`,
		`T | take 1 | project Details, x = tostring(Details.k[1]), n = Details["n"] + 1`:     `Details:dynamic x:string n:real | "{\"k\":[\"x\",\"y\"],\"n\":5}" "y" 6`,
		`T | take 1 | extend d = now() - TimeGenerated | project d`:                          `d:timespan | "03:00:00"`,
		`T | where ingestion_time() > ago(30m) | project Name`:                               `Name:string | "web"`,
		`T | where TimeGenerated >= datetime(2026-11-21T08:00:00Z) | count`:                  `Count:long | 2`,
		`T | where Name has "we" | count`:                                                    `Count:long | 0`,
		`T | where Name contains "E" and Name !startswith "d" | count`:                       `Count:long | 2`,
		`T | project x = iff(Packets > 8, "many", "few"), y = strcat(Name, "-", 1) | take 1`: `x:string y:string | "many" "web-1"`,
		`T | project x = column_ifexists("Nothing", 7) | take 1`:                             `x:long | 7`,
		`T | project x = 7 / 2, y = 7.0 / 2, z = -7 % 4, w = 1 / 0 | take 1`:                 `x:long y:real z:long w:string | 3 3.5 -3 null`,
		`union T, U | count`:                                             `Count:long | 4`,
		`union isfuzzy=true T, None | count`:                             `Count:long | 3`,
		`U | union (T | take 1) | project Name, Extra`:                   `Name:string Extra:bool | "u" true | "web" null`,
		`U | getschema | project ColumnName, ColumnType, DataType`:       `ColumnName:string ColumnType:string DataType:string | "Name" "string" "System.String" | "Extra" "bool" "System.SByte"`,
		"// a comment\nT\n| where Name == @\"web\" // another\n| count;": `Count:long | 2`,
		`['T'] | project ['Name'] | take 1`:                              `Name:string | "web"`,
		`Many | count`:                                                   `Count:long | 10`,
		`Many | summarize count()`:                                       `count_:long | 10`,
		`Many | where Name == "a" | count`:                               `Count:long | 1 | PARTIAL`,
		`Many | summarize dcount(Name)`:                                  `dcount_Name:long | 1 | PARTIAL`,
		`Many | distinct Name`:                                           `Name:string | "a" | PARTIAL`,
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			parsed, err := kql.Parse(query)
			if err != nil {
				t.Fatal(err)
			}
			result, err := parsed.Run(workspace(), now, kql.Bounds{})
			if err != nil {
				t.Fatal(err)
			}
			if got := table(result); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	parsed, err := kql.Parse("T | project Name")
	if err != nil {
		t.Fatal(err)
	}
	result, err := parsed.Run(workspace(), now, kql.Bounds{From: now.Add(-150 * time.Minute), To: now.Add(-time.Hour)})
	if err != nil || table(result) != `Name:string | "db"` {
		t.Errorf("%s, %v", table(result), err)
	}
}

func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                                       "line 1, column 1: found the end of the query where a table must be",
		"T | where ==":                           "line 1, column 11: found \"==\" where an expression must be",
		"T |\n frobnicate x":                     "line 2, column 2: found \"frobnicate\" where an operator",
		"T | where Name == \"a":                  "line 1, column 19: the string is not closed",
		"T | take x":                             "a number of rows",
		"T | order Name":                         "'by'",
		"T | summarize":                          "an expression",
		"T T":                                    "'|' or the end",
		"T | where (a":                           "')'",
		"T | where a == datetime(soon)":          "not a datetime",
		"T | where a ? b":                        "unexpected character '?'",
		"T | where " + strings.Repeat("(", 1000): "nests too deeply",
	} {
		_, err := kql.Parse(query)
		var syntax *kql.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: got %v, want %s", query, err, want)
		}
	}
}

func TestSemanticErrors(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"None":                             "'None'",
		"T | where Nothing == 1":           "'Nothing'",
		"T | project x = frobnicate(Name)": "'frobnicate'",
		"T | summarize frobnicate(Name)":   "'frobnicate'",
		"T | summarize Name":               "aggregate",
		"T | project-away Nothing":         "'Nothing'",
		"T | order by Nothing":             "'Nothing'",
		"T | project tolower()":            "expects 1 argument",
		"T | summarize dcount()":           "expects 1 argument",
		"T | where * == 1":                 "not allowed here",
	} {
		parsed, err := kql.Parse(query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		_, err = parsed.Run(workspace(), now, kql.Bounds{})
		var semantic *kql.SemanticError
		if !errors.As(err, &semantic) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", query, err, want)
		}
	}
}

// FuzzParse looks for queries that break the parser or the runner: they must
// end with a result whose rows fit its columns, or with one of the errors
// that a user can read.
func FuzzParse(f *testing.F) {
	for _, query := range []string{
		"T | where Name == 'web' and Packets > 1h | count", "union isfuzzy=true T, (U | take 2)", "T | summarize arg_max(Packets, *), n=count() by bin(TimeGenerated, 5m)",
		"T | extend x = Details.k[0], y = dynamic([1]), z=-1d | order by x desc nulls last", "T | getschema", "T | where Name in~ ('a') | distinct *", "T | project Name, Name, x=1%0",
		"T | extend 1[0] % dynamic([1])", "T | where a between (1 .. 2)", "T | top 3 by datetime(2020-01-01) - now()",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		parsed, err := kql.Parse(query)
		var syntax *kql.SyntaxError
		if err != nil {
			if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		result, err := parsed.Run(workspace(), now, kql.Bounds{})
		var semantic *kql.SemanticError
		if err != nil {
			if !errors.As(err, &semantic) {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		checkCount(t, query, result)
		for _, row := range result.Rows {
			if len(row) != len(result.Columns) {
				t.Fatalf("%q: a row of %d cells for %d columns", query, len(row), len(result.Columns))
			}
			for _, cell := range row {
				if !json.Valid(kql.JSON(cell)) {
					t.Fatalf("%q: the cell %v is not JSON", query, cell)
				}
			}
		}
	})
}

// checkCount counts the rows of a query by another query.
func checkCount(t *testing.T, query string, result kql.Result) {
	t.Helper()
	counting, err := kql.Parse(query + "\n| count")
	if err != nil {
		return // It ends with a semicolon.
	}
	counted, err := counting.Run(workspace(), now, kql.Bounds{})
	if err != nil || len(counted.Rows) != 1 || len(counted.Columns) != 1 {
		t.Fatalf("%q has rows, and no count: %v", query, err)
	}
	if got := string(kql.JSON(counted.Rows[0][0])); !result.Partial && got != strconv.Itoa(len(result.Rows)) {
		t.Fatalf("%q has %d rows, and counts %s", query, len(result.Rows), got)
	}
}
