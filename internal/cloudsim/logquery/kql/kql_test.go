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
		`T | where Name == "web" and TimeGenerated > ago(1h) | count`:                        `Count:long | 1`,
		`T | project Name, Packets`:                                                          `Name:string Packets:real | "web" 12 | "db" 7 | "web" null`,
		`T | where Name != 'web' | project N = Name`:                                         `N:string | "db"`,
		`T | where Name in ("db", "x") | project Name`:                                       `Name:string | "db"`,
		`T | where Name startswith "WE" or Packets == 7 | count`:                             `Count:long | 3`,
		`T | where (Packets >= 7 and Packets < 10.5) | project Name`:                         `Name:string | "db"`,
		`T | where Packets > -1 and Packets <= 1e1 | count`:                                  `Count:long | 1`,
		`T | where Packets > 10000000000000000000 | count`:                                   `Count:long | 0`,
		`T | where true | take 1 | project 1, "a", x = Name == "web"`:                        `Column1:long Column2:string x:bool | 1 "a" true`,
		`T | extend Name = Packets, N = 2 | project Name, N | limit 1`:                       `Name:real N:long | 12 2`,
		`T | order by Packets | project Packets`:                                             `Packets:real | 12 | 7 | null`,
		`T | sort by Name asc, Packets | project Name, Packets`:                              `Name:string Packets:real | "db" 7 | "web" 12 | "web" null`,
		`T | order by Packets asc | take 1 | project Packets`:                                `Packets:real | null`,
		`T | summarize count() by Name`:                                                      `Name:string count_:long | "web" 2 | "db" 1`,
		`T | summarize n = count(), dcount(Name), sum(Packets), max(Packets), min(Packets)`:  `n:long dcount_Name:long sum_Packets:real max_Packets:real min_Packets:real | 3 2 19 12 7`,
		`T | where Name == "none" | summarize count()`:                                       `count_:long | 0`,
		`T | where Name == "none" | summarize count(), max(Packets)`:                         `count_:long max_Packets:real | 0 null`,
		`T | where Name == "none" | summarize count() by Name`:                               `Name:string count_:long`,
		`T | summarize min(TimeGenerated), max(TimeGenerated)`:                               `min_TimeGenerated:datetime max_TimeGenerated:datetime | "2026-11-21T07:00:00Z" "2026-11-21T09:50:00Z"`,
		`T | summarize by Name`:                                                              `Name:string | "web" | "db"`,
		`T | summarize Rows = count() by Name | summarize sum(Rows)`:                         `sum_Rows:long | 3`,
		`T | summarize arg_max(TimeGenerated, Packets) by Name | order by Name asc`:          `Name:string TimeGenerated:datetime Packets:real | "db" "2026-11-21T08:00:00Z" 7 | "web" "2026-11-21T09:50:00Z" null`,
		`T | summarize arg_max(Packets, *) | project Name, Packets`:                          `Name:string Packets:real | "web" 12`,
		`T | take 1 | project Details`:                                                       `Details:dynamic | "{\"k\":[\"x\",\"y\"],\"n\":5}"`,
		`T | where ingestion_time() > ago(30m) | project Name`:                               `Name:string | "web"`,
		`T | where ingestion_time() < ago(1.5h) | count`:                                     `Count:long | 0`,
		"// a comment\nT\n| where Name == \"w\\x65b\" or Name == 'web' // another\n| count;": `Count:long | 2`,
		`Many | count`:                          `Count:long | 10`,
		`T | project Name, Packets | getschema`: `ColumnName:string ColumnOrdinal:int DataType:string ColumnType:string | "Name" 0 "System.String" "string" | "Packets" 1 "System.Double" "real"`,
		`T | getschema | count`:                 `Count:long | 4`,
		`Many | summarize count()`:              `count_:long | 10`,
		`Many | summarize count() by Name`:      `Name:string count_:long | "a" 1 | PARTIAL`,
		`Many | where Name == "a" | count`:      `Count:long | 1 | PARTIAL`,
		`Many | summarize dcount(Name)`:         `dcount_Name:long | 1 | PARTIAL`,
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
		"":                                       "line 1, column 1: found the end of the query, expected a table",
		"T | where ==":                           "line 1, column 11: found \"==\", expected an expression",
		"T |\n frobnicate x":                     "line 2, column 2: found \"frobnicate\", expected an operator",
		"T | where Name == \"a":                  "line 1, column 19: the string is not closed",
		"T | take x":                             "a number of rows",
		"T | order Name":                         "'by'",
		"T | summarize":                          "an expression",
		"T | join U":                             "line 1, column 5: \"join\" is not simulated: the simulator knows tables and the operators (where, project,",
		"union T":                                "line 1, column 1: \"union\" is not simulated: the simulator knows",
		"T T":                                    "'|' or the end",
		"T | where (a":                           "')'",
		"T | where a == 1.2.3":                   "not a number",
		"T | where a in ()":                      "an expression",
		"T | where TimeGenerated > ago(1)":       "a timespan like",
		"T | where TimeGenerated > ago(1y)":      "a timespan like",
		"T | where TimeGenerated > datetime(1":   "')'",
		`T | where Name == @"a`:                  "the string is not closed",
		"T | render frobnicate":                  "a visualization",
		"T | render timechart | count":           "the end of the query",
		"T | render timechart with title":        "'('",
		"T | summarize count() by bin(Packets)":  "','",
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

// TestRefused has what Kusto knows and the simulator does not.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"let x = 1; T | count", "print 1", `search "web"`, "union T, U", "find in (T) where Name == 1", "range x from 1 to 3 step 1", "datatable (a: long) [1]", "set x; T",
		"T | project-away Name", "T | project-keep Name", "T | project-rename N = Name", "T | join (U) on Name", "T | join kind=inner (U | where Extra) on $left.Name == $right.Name, Name", "T | lookup kind=leftouter U on Name",
		"let x = T; x | where Other == 1", "let x = 1; T | where Packets == x | summarize count() by x", "let x = T | take 1; T | join (x) on Name", "print a = 1, 2", `search in (T, U) "web"`, "let f = (a: int) { a }; T", "T | union U", "T | top 1 by Name",
		"T | mv-expand Details", "T | parse Name with *", "T | evaluate x()", "T | lookup U on Name", "(T | count)", "['T'] | count", "T | as x",
		`T | where Name !in ("a")`, `T | where Name in~ ("a")`, `T | where Packets between (1 .. 2)`,
		"T | extend x = Packets * 2", "T | extend x = Packets + 1", "T | extend x = Details.k", `T | extend x = Details["k"]`, "T | extend x = 1h",
		"T | order by Name nulls last", "T | extend x = Packets-1", "T | extend x = -Packets", "T | where TimeGenerated > TimeGenerated - 1h", "T | where TimeGenerated between (ago(1h) .. datetime(2026-11-21))",
		`T | where Name matches regex "w.b"`, `T | where Name has_any ("a")`, `T | where Name !contains "w"`, `T | where Name !~ "w"`, `T | where Name startswith_cs "w"`, `T | where Packets <> 1`,
		`workspace("x").T`, `workspace("x").T | count`, "materialize(T)", "let x = materialize(T); x", "T | where Packets > toscalar(T | summarize max(Packets))", `T | where Name in (U | project Name)`,
		"T | project ['Name']", "T | count; U | count", "T | extend x = dynamic([1])", "T | summarize count() by bin(Packets, Packets)", "T | where TimeGenerated > datetime(11/30/2026)", "T | mvexpand Details",
		"T | render timechart with (ycolumns=Packets, Name)",
	} {
		parsed, err := kql.Parse(query)
		if err == nil {
			// The names are resolved first.
			_, err = parsed.Run(workspace(), now, kql.Bounds{})
		}
		var syntax *kql.SyntaxError
		if !errors.As(err, &syntax) || !syntax.Unsupported || !strings.Contains(err.Error(), "is not simulated") {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestSemanticErrors(t *testing.T) {
	t.Parallel()
	const unresolved = "SEM0100"
	for query, want := range map[string]struct{ code, message string }{
		"None":                                 {unresolved, "Failed to resolve table or column expression named 'None'"},
		"None | take 1":                        {unresolved, "'take' operator: Failed to resolve table or column expression named 'None'"},
		"None | limit 1":                       {unresolved, "'take' operator: Failed to resolve table or column expression named 'None'"},
		"T | where Nothing == 1":               {unresolved, "'where' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		`T | where Name in ("a", Nothing)`:     {unresolved, "'where' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | project Nothing":                  {unresolved, "'project' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | extend x = Nothing":               {unresolved, "'extend' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | order by Nothing":                 {unresolved, "'order' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | summarize sum(Nothing)":           {unresolved, "'summarize' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | summarize count() by Nothing":     {unresolved, "'summarize' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | summarize arg_max(Name, Nothing)": {unresolved, "'summarize' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | project Name | where Packets > 1": {unresolved, "'where' operator: Failed to resolve column or scalar expression named 'Packets'"},
		"T | project x = tolower(Name)":        {"SEM0000", "'project' operator: The function 'tolower' is not simulated; the simulator knows ago, bin, datetime and ingestion_time"},
		"T | summarize avg(Name)":              {"SEM0000", "'summarize' operator: The function 'avg' is not simulated; the simulator knows count, dcount, sum, min, max and arg_max"},
		"T | project x = frobnicate(Name)":     {"SEM0260", "Unknown function: 'frobnicate'"},
		"T | where frobnicate(Nothing) == 1":   {"SEM0260", "Unknown function: 'frobnicate'"},
		"T | summarize frobnicate(Name)":       {"SEM0260", "Unknown function: 'frobnicate'"},
		"print frobnicate()":                   {"SEM0260", "Unknown function: 'frobnicate'"},

		"T | project-keep Name, Nothing":               {unresolved, "'project-keep' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | project-away Nothing":                     {unresolved, "'project-away' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | join None on Name":                        {unresolved, "'join' operator: Failed to resolve table or column expression named 'None'"},
		"T | join kind=inner (None | take 1) on Name":  {unresolved, "'take' operator: Failed to resolve table or column expression named 'None'"},
		"T | join (U) on Packets":                      {unresolved, "'join' operator: Failed to resolve column or scalar expression named 'Packets'"},
		"T | join (U) on Extra":                        {unresolved, "'join' operator: Failed to resolve column or scalar expression named 'Extra'"},
		"T | join (U) on $left.Name == $right.Packets": {unresolved, "'join' operator: Failed to resolve column or scalar expression named 'Packets'"},
		"T | join (U) on $right.Name == $left.Extra":   {unresolved, "'join' operator: Failed to resolve column or scalar expression named 'Extra'"},
		"T | lookup None on Name":                      {unresolved, "'lookup' operator: Failed to resolve table or column expression named 'None'"},
		"print x = Nothing":                            {unresolved, "'print' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		`search in (T, None) "web"`:                    {unresolved, "'search' operator: Failed to resolve table or column expression named 'None'"},
		"let x = None; T":                              {unresolved, "Failed to resolve table or column expression named 'None'"},
		"let x = 1; None | count":                      {unresolved, "'count' operator: Failed to resolve table or column expression named 'None'"},
		"let x = 1; T | where Packets == y":            {unresolved, "'where' operator: Failed to resolve column or scalar expression named 'y'"},
		"let x = 1 == Nothing; T":                      {unresolved, "Failed to resolve column or scalar expression named 'Nothing'"},
		"let x = T | where Nothing == 1; x":            {unresolved, "'where' operator: Failed to resolve column or scalar expression named 'Nothing'"},
		"T | summarize Name":                           {"SEM0000", "'summarize' operator: Expected an aggregate function, got something else"},
		"T | where ingestion_time(1) == 1":             {"SEM0000", "'where' operator: ingestion_time(): function expects 0 argument(s)"},
		"T | summarize dcount()":                       {"SEM0000", "'summarize' operator: dcount(): function expects 1 argument(s)"},
		"T | where * == 1":                             {"SEM0000", "'where' operator: '*' is not allowed here"},
	} {
		parsed, err := kql.Parse(query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		_, err = parsed.Run(workspace(), now, kql.Bounds{})
		var semantic *kql.SemanticError
		if !errors.As(err, &semantic) || semantic.Code() != want.code || semantic.Message != want.message {
			t.Errorf("%s:\ngot  %v\nwant %s %s", query, err, want.code, want.message)
		}
	}
}

// FuzzParse looks for queries that break the parser or the runner: they must
// end with a result whose rows fit its columns, or with one of the errors
// that a user can read.
func FuzzParse(f *testing.F) {
	for _, query := range []string{
		"T | where Name == 'web' and Packets > 1 | count", "T | summarize arg_max(Packets, *), n=count() by Name", "T | extend x = Details, y = -1 | order by x desc, y asc",
		"T | where Name in ('a', Details) | take 2", "T | project Name, Name, x = ingestion_time() < ago(1.5d)", "T | summarize sum(Details), dcount(Details), max(Details) by Details", "Many | count;",
		"let x = 1; T | join kind=inner (U | where Extra) on $left.Name == $right.Name | summarize arg_max(x, *) by x", "print a = 1", "search in (T) 'a'", "let x = T; T | project-keep x",
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
			if !errors.As(err, &semantic) && !errors.As(err, &syntax) {
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
