package columns

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// check checks records as ingest does that sends them.
func check(t *testing.T, text string, change func(*Rules)) Findings {
	t.Helper()
	rules := Rules{LogType: "Capture", Now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	if change != nil {
		change(&rules)
	}
	checker, reader := NewChecker(rules), records.NewReader(strings.NewReader(text), rules.API.Limits().RawBytes-len("[]"))
	for {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			checker.Finish()
			return checker.Findings()
		}
		if err != nil {
			if err := checker.Unreadable(err); err != nil {
				t.Fatal(err)
			}
			return checker.Findings()
		}
		checker.Record(record, false)
	}
}

func TestCheckerFindsWhatTheServiceWouldRefuseOrChange(t *testing.T) {
	t.Parallel()
	timed := func(r *Rules) { r.TimeGeneratedField = "At" }
	ingestion := func(r *Rules) { r.API = loganalytics.LogsIngestion }
	for name, test := range map[string]struct {
		text   string
		change func(*Rules)
		// want are the issues with severity, place and a part of the message.
		want []string
	}{
		"fine":                {`{"a":1,"b":"x","c":null}`, nil, nil},
		"log type":            {`{"a":1}`, func(r *Rules) { r.LogType = "a-b" }, []string{`error: the log type "a-b" contains '-'`}},
		"long log type":       {`{"a":1}`, func(r *Rules) { r.LogType = strings.Repeat("a", 101) }, []string{"error: the log type has 101 characters"}},
		"no log type":         {`{"a":1}`, func(r *Rules) { r.LogType = "" }, []string{"error: the log type is empty"}},
		"log type with _CL":   {`{"a":1}`, func(r *Rules) { r.LogType = "a_CL" }, []string{"warning: the service appends _CL to every log type, so the table will be called a_CL_CL"}},
		"longest log type":    {`{"a":1}`, func(r *Rules) { r.LogType = strings.Repeat("a", 100) }, nil},
		"nothing":             {"[]", nil, []string{"error: there are no records"}},
		"broken JSON":         {"{\"a\":1}\n{\"a\":}", nil, []string{`error: record 1 (line 2, column 6): invalid JSON: found '}' where a value`}},
		"reserved":            {`{"tenant":1,"RawData":2,"Type":3}`, nil, []string{`error: record 0 (line 1), field "tenant": the name is reserved`, `error: record 0 (line 1), field "RawData"`}},
		"reserved there":      {`{"tenant":1,"RawData":2,"Type":3}`, ingestion, []string{`error: record 0 (line 1), field "Type": the name is reserved`}},
		"name's characters":   {`{"a b":1,"ä":2,"":3}`, nil, []string{`field "a b": the name contains ' '`, `field "ä": the name contains 'ä'`, `record 0 (line 1): the name is empty`}},
		"name's first letter": {`{"_a":1,"1a":2}`, ingestion, []string{`field "_a": the name must begin with a letter`, `field "1a": the name must begin`}},
		"long name": {
			`{"` + strings.Repeat("n", 43) + `":1,"` + strings.Repeat("m", 44) + `":1}`, nil,
			[]string{`makes a column name of 46 characters`},
		},
		"long name there": {
			`{"` + strings.Repeat("n", 45) + `":1,"` + strings.Repeat("m", 46) + `":1}`, ingestion,
			[]string{`the name has 46 characters`},
		},
		"only case":       {"{\"Name\":1}\n{\"name\":2}\n{\"name\":2}", nil, []string{`warning: record 1 (line 2), field "name": the name differs only by case from "Name"`}},
		"twice":           {`{"a":1,"\u0061":2}`, nil, []string{`warning: record 0 (line 1), field "a": the record has this property twice`}},
		"long value":      {`{"a":"` + strings.Repeat("x", 32769) + `"}`, nil, []string{`warning: record 0 (line 1), field "a": the value has 32769 bytes; the service cuts values at 32768`}},
		"longest value":   {`{"a":"` + strings.Repeat("x", 32768) + `"}`, nil, nil},
		"long there":      {`{"a":"` + strings.Repeat("x", 65537) + `"}`, ingestion, []string{`the service cuts values at 65536`}},
		"nested":          {`{"o":{"k":1},"l":[1]}`, nil, []string{`field "o": the value is an object`, `field "l": the value is an array`}},
		"nested reserved": {`{"tenant":{"k":1}}`, nil, []string{`warning: record 0 (line 1), field "tenant": the value is an object`, `error: record 0 (line 1), field "tenant_k": the name is reserved`}},
		"nested name":     {`{"o":{"a b":1}}`, nil, []string{`field "o": the value is an object`, `field "o_a b": the name contains ' '`}},
		"same column":     {`{"o_k":1,"o":{"k":2}}`, nil, []string{`field "o": the value is an object`, `field "o_k": flattened, two properties`}},
		"nested long":     {`{"` + strings.Repeat("n", 30) + `":{"` + strings.Repeat("m", 30) + `":1}}`, nil, []string{`is an object`, `makes a column name of 63 characters`}},
		"large integer":   {`{"a":9007199254740993,"b":999999999999999,"c":1e15,"d":0.1234567890123456789}`, nil, []string{`warning: record 0 (line 1), field "a": "9007199254740993" has more than 15 digits; the service stores numbers as doubles and rounds it; give it as a string`}},
		"outside double":  {`{"a":1e400,"b":-1E-400,"c":0e5,"d":1e308}`, nil, []string{`field "a": "1e400" is outside the range of a double`, `field "b": "-1E-400" is outside`}},
		"integers there":  {`{"a":9007199254740993,"b":9223372036854775807}`, ingestion, nil},
		"no long there":   {`{"a":9223372036854775808,"b":1e400}`, ingestion, []string{`field "a": "9223372036854775808" is outside the range of the types long and real`, `field "b": "1e400" is outside`}},
		"text in number":  {"{\"a\":1}\n{\"a\":\"many\"}\n{\"a\":\"2\"}", ingestion, []string{`warning: record 1 (line 2), field "a": "many" is a string, but since record 0 the property is of type long`}},
		"bool in number":  {"{\"a\":1}\n{\"a\":true}\n{\"a\":false}", ingestion, []string{`warning: record 1 (line 2), field "a": "true" is a boolean, but since record 0 the property is of type long`}},
		"several types":   {"{\"a\":\"x\"}\n{\"a\":1}\n{\"a\":[1]}", ingestion, []string{`record 1 (line 2), field "a": "1" is a number`, `record 2 (line 3), field "a": "[1]" is an array`}},
		"date and text":   {"{\"a\":\"2026-11-20T12:00:00Z\"}\n{\"a\":\"soon\"}", ingestion, []string{`record 1 (line 2), field "a": "soon" is a string, but since record 0 the property is of type datetime`}},
		"mixed, hidden":   {"{\"a\":1}\n{\"a\":\"canary\"}", func(r *Rules) { ingestion(r); r.HideValues = true }, []string{`field "a": the value is a string`}},
		"rounded there":   {"{\"a\":1.5}\n{\"a\":9007199254740993}", ingestion, []string{`record 1 (line 2), field "a": "9007199254740993" has more than 15 digits and is rounded`}},
		"generated there": {"{\"TimeGenerated\":\"2026-11-20T12:00:00Z\"}\n{\"TimeGenerated\":null}", ingestion, nil},
		"bad time there": {"{\"TimeGenerated\":\"01/11/2026 10:00\"}\n{\"TimeGenerated\":1700000000}\n{\"TimeGenerated\":\"2026-11-19T11:59:59Z\"}\n{\"TimeGenerated\":\"2026-11-22T12:00:01Z\"}", ingestion, []string{
			`warning: record 0 (line 1), field "TimeGenerated": "01/11/2026 10:00" is not a time`, `warning: record 1 (line 2), field "TimeGenerated": "1700000000" is not a time`,
			`warning: record 2 (line 3), field "TimeGenerated": "2026-11-19T11:59:59Z" is more than 2 days ago`, `warning: record 3 (line 4), field "TimeGenerated": "2026-11-22T12:00:01Z" is more than a day ahead`}},
		"nested there":  {`{"o":{"k":1}}`, ingestion, nil},
		"GUID":          {`{"g":"8145d822-13a7-44ad-859c-36f31a84f6dd"}`, nil, []string{`warning: record 0 (line 1), field "g": "8145d822-13a7-44ad-859c-36f31a84f6dd" looks like a GUID; the service stores it in g_g`}},
		"MD5":           {`{"m":"57920d1feee527313658340bb1ab101a"}`, nil, []string{`puts dashes into it`}},
		"date":          {`{"d":"2020-08-20T16:31:44.375Z","r":"Thu, 20 Aug 2020 16:31:44 GMT"}`, nil, []string{`field "d": "2020-08-20T16:31:44.375Z" looks like a date`}},
		"time":          {`{"At":"2026-11-20T12:00:00Z"}`, timed, nil},
		"no time":       {"{\"At\":\"2026-11-20T12:00:00Z\"}\n{}", timed, []string{`error: record 1 (line 2), field "At": the record lacks`}},
		"bad time":      {`{"At":"Thu, 20 Aug 2020 16:31:44 GMT"}`, timed, []string{`"Thu, 20 Aug 2020 16:31:44 GMT" is not a time in ISO 8601`}},
		"time number":   {`{"At":1700000000}`, timed, []string{`"1700000000" is not a time`}},
		"old time":      {`{"At":"2026-11-19T11:59:59Z"}`, timed, []string{"more than 2 days ago"}},
		"oldest time":   {`{"At":"2026-11-19T12:00:00Z"}`, timed, nil},
		"future time":   {`{"At":"2026-11-22T12:00:01Z"}`, timed, []string{"more than a day ahead"}},
		"latest time":   {`{"At":"2026-11-22T13:00:00+01:00"}`, timed, nil},
		"hidden values": {`{"At":"canary","m":"57920d1feee527313658340bb1ab101a"}`, func(r *Rules) { r.HideValues = true; timed(r) }, []string{`field "m": the value looks like`, `field "At": the value is not`}},
		"id column":     {`{"Id":1}`, func(r *Rules) { r.IDColumn = "Id" }, []string{`error: record 0 (line 1), field "Id": the record has a property of the same name`}},
		"bad id column": {`{"a":1}`, func(r *Rules) { r.IDColumn = "tenant" }, []string{`error: the ingest id column "tenant": the name is reserved`}},
		"too large":     {`{"a":"` + strings.Repeat("x", 30_000_000) + `"}`, nil, []string{"error: record 0 (line 1): with 30000008 bytes the record is larger"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			summary := check(t, test.text, test.change)
			if len(summary.Issues) != len(test.want) {
				t.Fatalf("got %v, want %d issues", summary.Issues, len(test.want))
			}
			errors := 0
			for i, issue := range summary.Issues {
				text := issue.Severity.String() + ": " + issue.String()
				if !strings.Contains(text, test.want[i]) {
					t.Errorf("got %q, want %q", text, test.want[i])
				}
				if issue.Severity == Error {
					errors++
				}
			}
			if summary.ErrorCount != errors {
				t.Errorf("%d errors counted, want %d", summary.ErrorCount, errors)
			}
		})
	}
}

func TestCheckerBoundsIssuesButKeepsErrors(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 150 {
		fmt.Fprintf(&text, `{"p%d":[]}`, i)
	}
	text.WriteString(`{"tenant":1}`)
	summary := check(t, text.String(), nil)
	if len(summary.Issues) != 100 || summary.IssuesOmitted != 51 || summary.ErrorCount != 1 || summary.Issues[99].Field != "tenant" {
		t.Errorf("%d issues, %d omitted, %d errors, last %v", len(summary.Issues), summary.IssuesOmitted, summary.ErrorCount, summary.Issues[99])
	}
}

func TestDeclaredColumnsAreTypesOfStreams(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a":true,"b":9007199254740993,"c":1,"d":1.5,"e":"x","f":{"k":1},"g":"2026-11-20T12:00:00Z"}`: "[{a boolean} {b long} {c long} {d real} {e string} {f dynamic} {g datetime}]",
		"{\"a\":1}\n{\"a\":1.5}":               "[{a real}]",
		`{"a":9223372036854775808}`:            "[{a string}]",
		`{"TimeGenerated":"01/11/2026 10:00"}`: "[{TimeGenerated datetime}]",
	} {
		if got := fmt.Sprint(check(t, text, func(r *Rules) { r.API = loganalytics.LogsIngestion }).Columns); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	former := check(t, `{"a":true}`, func(r *Rules) {
		r.API, r.Existing = loganalytics.LogsIngestion, []loganalytics.Column{{Name: "a", Type: "bool"}}
	})
	if fmt.Sprint(former.Columns) != "[{a boolean}]" || len(former.Issues) > 0 {
		t.Errorf("%v %v", former.Columns, former.Issues)
	}
}
