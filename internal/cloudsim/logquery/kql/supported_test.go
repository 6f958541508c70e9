package kql_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery/kql"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// names has strings that tell the string operators apart.
func names() tables {
	cells := []string{"web-01", "web01", "a_web", "Webserver", ""}
	snapshot := logstore.Snapshot{Columns: []logstore.Column{{Name: "Name", Type: logstore.String}, {Name: "N", Type: logstore.Long}, {Name: "TimeGenerated", Type: logstore.DateTime}}}
	for i, name := range cells {
		at := now.Add(time.Duration(i) * 20 * time.Minute)
		snapshot.Rows, snapshot.Received = append(snapshot.Rows, []logstore.Value{name, int64(7 - 3*i), at}), append(snapshot.Received, at)
	}
	return tables{"T": snapshot}
}

func run(t *testing.T, query string) kql.Result {
	t.Helper()
	parsed, err := kql.Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	result, err := parsed.Run(names(), now, kql.Bounds{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestWhatReadersOfLogsUse has what most queries of logs have in common.
func TestWhatReadersOfLogsUse(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`T | where Name has "WEB" | project Name`:                                   `Name:string | "web-01" | "a_web"`,
		`T | where Name has "web-0" | count`:                                        `Count:long | 0`,
		`T | where Name contains "EB0" | project Name`:                              `Name:string | "web01"`,
		`T | where Name endswith "WEB" | project Name`:                              `Name:string | "a_web"`,
		`T | where Name startswith "web" | count`:                                   `Count:long | 3`,
		`T | where Name =~ "WEBSERVER" | project Name`:                              `Name:string | "Webserver"`,
		`T | where Name == @"web-01" | count`:                                       `Count:long | 1`,
		`T | where Name != @'C:\' | count`:                                          `Count:long | 5`,
		`T | where N > 0 | distinct Name`:                                           `Name:string | "web-01" | "web01" | "a_web"`,
		`T | distinct First = N > 0`:                                                `First:bool | true | false`,
		`T | project N | distinct *`:                                                `N:long | 7 | 4 | 1 | -2 | -5`,
		`T | summarize count() by bin(TimeGenerated,1h)`:                            `TimeGenerated:datetime count_:long | "2026-11-21T10:00:00Z" 3 | "2026-11-21T11:00:00Z" 2`,
		`T | summarize count() by At = bin(TimeGenerated, 1d)`:                      `At:datetime count_:long | "2026-11-21T00:00:00Z" 5`,
		`T | summarize count() by bin(N, 5)`:                                        `N:long count_:long | 5 1 | 0 2 | -5 2`,
		`T | take 1 | project x = bin(N, 0.5), y = bin(N, 1h)`:                      `x:real y:long | 7 null`,
		`T | where TimeGenerated > datetime(2026-11-21T11:00Z) | count`:             `Count:long | 1`,
		`T | where TimeGenerated >= datetime("2026-11-21 11:00:00") | count`:        `Count:long | 2`,
		`T | where TimeGenerated < datetime(2026-11-21T12:20:00.000+02:00) | count`: `Count:long | 1`,
		`T | where TimeGenerated > datetime(2026-11-22) or N == 7 | project Name`:   `Name:string | "web-01"`,
		`T | project datetime(2026-11-30T00:00:00Z)`:                                `Column1:datetime | "2026-11-30T00:00:00Z" | "2026-11-30T00:00:00Z" | "2026-11-30T00:00:00Z" | "2026-11-30T00:00:00Z" | "2026-11-30T00:00:00Z"`,
	} {
		if got := table(run(t, query)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", query, got, want)
		}
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]*kql.Render{
		"T":                                 {},
		"T | render timechart":              {Visualization: "timechart", Properties: map[string]kql.Value{}},
		"T | count | render Card;":          {Visualization: "card", Properties: map[string]kql.Value{}},
		"T | render barchart title='24H x'": {Visualization: "barchart", Properties: map[string]kql.Value{"title": "24H x"}},
		`T | render columnchart with (kind=stacked, xTitle="x", ymin=1, accumulate=true)`: {Visualization: "columnchart", Properties: map[string]kql.Value{
			"kind": "stacked", "xtitle": "x", "ymin": int64(1), "accumulate": true,
		}},
	} {
		got := run(t, query).Render
		if got == nil {
			got = &kql.Render{}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}
