package loganalytics

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

var fuzzedAt = time.Date(2026, time.November, 21, 10, 0, 0, 0, time.UTC)

// longNumber and longFraction are numbers and times of so many digits that
// nothing published says what the service makes of them.
var (
	longNumber   = regexp.MustCompile(`[-+.0-9eE]{60}`)
	longFraction = regexp.MustCompile(`\d\.\d{10}`)
)

// FuzzPredictColumns posts records to the simulated service, whose rules are
// written on their own, and wants the columns that were predicted.
func FuzzPredictColumns(f *testing.F) {
	for _, seed := range []string{
		`{"a":1}{"a":"2"}`, `[{"a":"57920d1feee527313658340bb1ab101a"},{"a":"true","b":false}]`, `{"a":"2020-08-20T16:31:44+0200","b":"2020-08-20T16:31Z"}`,
		`{"a":true}{"a":"True"}{"a":"t"}`, `{"a":null}{"a":{"b":1}}{"a":[]}`, `{"\u0061":"\u0031","a":"1e3"}`, `{"a":-0.0e-1}{"a":"-0"}{"a":"0x1"}{"a":"inf"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		records, ok := reference(source)
		var all []string
		for _, record := range records {
			all = append(all, string(record))
		}
		body := "[" + strings.Join(all, ",") + "]"
		var anything any
		if !ok || json.Unmarshal([]byte(body), &anything) != nil || longNumber.MatchString(body) || longFraction.MatchString(body) {
			return
		}
		store := logstore.New(simcore.NewStoppedClock(fuzzedAt))
		if _, err := store.IngestClassic(logstore.ClassicPost{Workspace: logstore.SeededWorkspaceID, LogType: "T", Body: []byte(body)}); err != nil {
			return // It takes no such names.
		}
		predicted, err := PredictColumns(t.Context(), bytes.NewReader(source), nil)
		if err != nil {
			t.Fatalf("%q: %v", source, err)
		}
		snapshot, _ := store.Read(logstore.SeededWorkspaceID, "T_CL", logstore.Visibility{})
		var stored []Column
		for i, column := range snapshot.Columns {
			// The standard columns are three in front and six behind.
			if i >= 3 && i < len(snapshot.Columns)-6 {
				stored = append(stored, Column{Name: column.Name, Type: string(column.Type)})
			}
		}
		if !reflect.DeepEqual(predicted, stored) {
			t.Fatalf("%q makes %v, predicted were %v", source, stored, predicted)
		}
	})
}

// FuzzValidate: what is found is about the records that there are, secret
// values are shown nowhere, and a record that is sent has its id and else
// says the same.
func FuzzValidate(f *testing.F) {
	f.Add([]byte(`[{"a":1},{"t":"2026-11-21T09:00:00Z","IngestId":2}]`), "a", "2026-11-21T09:00:00Z", uint8(9), true)
	f.Add([]byte(`{"a":"x"}{"A":{}}`), "t", "57920d1feee527313658340bb1ab101a", uint8(40), false)
	f.Add([]byte(`{`), "é", `"\`, uint8(200), true)
	f.Fuzz(func(t *testing.T, source []byte, name, value string, cut uint8, classic bool) {
		rules := Rules{API: LogsIngestion, TimeGeneratedField: "t", IDColumn: "IngestId", LogType: "T", Now: fuzzedAt, HideValues: true, KeepHashes: true}
		if classic {
			rules.API = DataCollector
		}
		records, failed := readAll(bytes.NewReader(source), 0)
		summary, err := Validate(t.Context(), bytes.NewReader(source), rules)
		if err != nil || (failed != nil || len(records) == 0) && summary.ErrorCount == 0 {
			t.Fatalf("%q: %v, and nothing found", source, err)
		}
		errorCount := 0
		for _, issue := range summary.Issues {
			if issue.Severity == Error {
				errorCount++
			}
			if issue.RecordIndex > len(records) || issue.RecordIndex < -1 || issue.Line > bytes.Count(source, []byte("\n"))+1 || issue.Message == "" {
				t.Fatalf("%q: %s", source, issue)
			}
		}
		if failed == nil && (summary.RecordCount != len(records) || summary.PendingCount != len(records) || len(summary.Hashes) != len(records)) || errorCount > summary.ErrorCount {
			t.Fatalf("%q has %d records: %d, %d pending, %d hashes, %d errors", source, len(records), summary.RecordCount, summary.PendingCount, len(summary.Hashes), summary.ErrorCount)
		}
		for i, record := range records {
			checkIdentified(t, i, record.raw)
		}
		checkHidden(t, rules, name, value, int(cut))
	})
}

// checkIdentified gives a record its id.
func checkIdentified(t *testing.T, index int, raw string) {
	t.Helper()
	var p parser
	if err := p.record([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	ids := newIdentifier("IngestId", "g")
	at := ids.next(index, hashOf(p.canonical), Hash{})
	id := ids.id(at, hashOf(p.canonical))
	sent := ids.appendTo(nil, &Record{Raw: []byte(raw), fields: p.fields}, id)
	var before, after map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &before) != nil || json.Unmarshal(sent, &after) != nil || id.Version() != 5 || id != ids.id(at, hashOf(p.canonical)) {
		t.Fatalf("%q is sent as %q", raw, sent)
	}
	if _, taken := before["IngestId"]; taken {
		return // Validation refuses it.
	}
	if string(after["IngestId"]) != `"`+id.String()+`"` {
		t.Fatalf("%q is sent as %q", raw, sent)
	}
	if delete(after, "IngestId"); !reflect.DeepEqual(before, after) {
		t.Fatalf("%q is sent as %q", raw, sent)
	}
}

// checkHidden validates records whose values are secret, whole and broken.
func checkHidden(t *testing.T, rules Rules, name, value string, cut int) {
	t.Helper()
	const canary = "canary4711"
	if strings.Contains(name, "canary") {
		return
	}
	built, err := json.Marshal([]map[string]any{{name: canary + value, "t": value + canary}, {name: []string{canary}, "t": canary, "u": value}, {name: value + canary, "T": map[string]string{"v": canary}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range [][]byte{built, built[:min(cut, len(built))], bytes.Replace(built, []byte(canary), []byte(canary+"\n"+canary), 1), bytes.Replace(built, []byte(`"`+canary), []byte(canary), 1)} {
		summary, err := Validate(t.Context(), bytes.NewReader(source), rules)
		if shown := fmt.Sprint(err, summary.Issues, summary.Columns); err != nil || strings.Contains(shown, canary) {
			t.Fatalf("%q: %s", source, shown)
		}
	}
}

// FuzzQueryResult compares with the answer as a tree of JSON.
func FuzzQueryResult(f *testing.F) {
	f.Add([]byte(`{"tables":[{"name":"PrimaryResult","columns":[{"name":"n","type":"long"}],"rows":[[9007199254740993],[null]]}]}`), "PartialError", "x")
	f.Add([]byte(`{"tables":[],"error":{"code":"c","innererror":{"message":"m"}}}`), "", "")
	f.Add([]byte(`{"tables":[{"rows":[null,[{"a":[1,"\u0000"]}]]}]}`), "\xff", "\n")
	f.Fuzz(func(t *testing.T, text []byte, code, message string) {
		result, err := parseQueryResult(text, 200, "w")
		var tree struct{ Tables []map[string]any }
		if err == nil {
			decoder := json.NewDecoder(bytes.NewReader(text))
			decoder.UseNumber()
			if err := decoder.Decode(&tree); err != nil {
				t.Fatalf("%q is read: %v", text, err)
			}
			if len(tree.Tables) == 0 || len(result.Columns) == 0 {
				t.Fatalf("%q is no result", text)
			}
			for _, row := range result.Rows {
				if len(row) != len(result.Columns) {
					t.Fatalf("%q has %d cells for %d columns", text, len(row), len(result.Columns))
				}
				for _, cell := range row {
					if !json.Valid(cell) || !bytes.Contains(text, cell) {
						t.Fatalf("%q: the cell %q is not what came", text, cell)
					}
				}
			}
		}
		built, failed := json.Marshal(map[string]any{
			"tables": []any{map[string]any{"columns": []any{map[string]string{"name": code, "type": "string"}}, "rows": []any{[]string{message}, []string{code}}}},
			"error":  map[string]any{"code": code, "innererror": map[string]string{"message": message}},
		})
		if failed != nil {
			t.Fatal(failed)
		}
		if code == "" {
			return // A column has a name.
		}
		code, message = string([]rune(code)), string([]rune(message))
		result, err = parseQueryResult(built, 200, "w")
		var cell string
		if err != nil || result.RowCount() != 2 || result.Columns[0] != (Column{Name: code, Type: "string"}) || json.Unmarshal(result.Rows[0][0], &cell) != nil || cell != message {
			t.Fatalf("%s is read as %+v, %v", built, result, err)
		}
		if want := code + ": " + message; message != "" && len(want) < 100 && want == strings.ToValidUTF8(want, "") && isPlain(want) && result.Partial != want {
			t.Fatalf("%s is incomplete because of %q", built, result.Partial)
		}
	})
}

func isPlain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) && strings.TrimSpace(text) == text && !strings.Contains(text, "  ")
}

var (
	logTypeForm   = regexp.MustCompile(`^[A-Za-z0-9_]{1,100}$`)
	workspaceForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)
	guidForm      = regexp.MustCompile(`^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})$`)
)

// FuzzSettings compares the checks with the forms that the vendor documents.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{"PacketCapture", "a-b", strings.Repeat("a", 101), "57920d1f-eee5-2731-3658-340bb1ab101a", "57920d1feee527313658340bb1ab101a", "{57920d1f-eee5-2731-3658-340bb1ab101a}", "dcr-57920d1feee527313658340bb1ab101a", "Custom-T_CL", "Microsoft-", "1a", "İ", "https://x.ingest.monitor.azure.com", "https://:443", "https://h#x", "https://h/?"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		stream, rest, _ := strings.Cut(text, "-")
		for what, check := range map[string]struct {
			err  error
			want bool
		}{
			"log type":  {CheckLogType(text), logTypeForm.MatchString(text)},
			"workspace": {CheckWorkspaceID(text), workspaceForm.MatchString(text)},
			"rule":      {CheckRuleID(text), strings.HasPrefix(text, "dcr-") && len(text) == 36 && guidForm.MatchString(text[4:])},
			"stream":    {CheckStream(text), rest != "" && (stream == "Custom" || stream == "Microsoft")},
		} {
			if (check.err == nil) != check.want {
				t.Fatalf("%q as %s: %v", text, what, check.err)
			}
		}
		if guidLike([]byte(text)) != guidForm.MatchString(text) {
			t.Fatalf("%q is like a GUID: %v", text, guidLike([]byte(text)))
		}
		if _, err := uuid.Parse(text); guidLike([]byte(text)) && err != nil {
			t.Fatalf("%q is like a GUID, and none: %v", text, err)
		}
		if at, ok := parseTime([]byte(text)); ok && at.Year() > 0 {
			if again, ok := parseTime([]byte(at.UTC().Format(time.RFC3339Nano))); !ok || !again.Equal(at) {
				t.Fatalf("%q is %s, and that %s", text, at, again)
			}
		}
		if CheckPropertyName(text) == nil && !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,44}$`).MatchString(text) {
			t.Fatalf("%q is a name", text)
		}
		if CheckIngestionEndpoint(text) == nil {
			written, err := url.Parse(text)
			sent, err2 := url.Parse(strings.TrimRight(text, "/") + "/x?a=b")
			if err != nil || err2 != nil || sent.Host != written.Host || sent.Hostname() == "" || sent.Scheme != "https" || sent.Path != "/x" || sent.RawQuery != "a=b" || sent.Fragment != "" || sent.User != nil {
				t.Fatalf("%q: requests go to %q", text, sent)
			}
		}
		if table := StreamTable(text); table != "" && text != "Custom-"+table && text != "Microsoft-"+table {
			t.Fatalf("%q goes to %q", text, table)
		}
	})
}
