package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// FuzzValidate: what is found is about the records that there are, secret
// values are shown nowhere, and a record that is sent has its id and else
// says the same.
func FuzzValidate(f *testing.F) {
	f.Add([]byte(`[{"a":1},{"t":"2026-11-21T09:00:00Z","IngestId":2}]`), "a", "2026-11-21T09:00:00Z", uint8(9), true)
	f.Add([]byte(`{"a":"x"}{"A":{}}`), "t", "57920d1feee527313658340bb1ab101a", uint8(40), false)
	f.Add([]byte(`{`), "é", `"\`, uint8(200), true)
	f.Fuzz(func(t *testing.T, source []byte, name, value string, cut uint8, classic bool) {
		rules := Rules{Rules: columns.Rules{API: loganalytics.LogsIngestion, TimeGeneratedField: "t", IDColumn: "IngestId", LogType: "T", Now: validateNow, HideValues: true}}
		if classic {
			rules.API = loganalytics.DataCollector
		}
		all := 0
		reader := records.NewReader(bytes.NewReader(source), 0)
		record, failed := reader.Next()
		for ; failed == nil; record, failed = reader.Next() {
			checkIdentified(t, record)
			all++
		}
		whole := errors.Is(failed, io.EOF)
		summary, err := Validate(t.Context(), bytes.NewReader(source), rules)
		if err != nil || (!whole || all == 0) && summary.ErrorCount == 0 {
			t.Fatalf("%q: %v, and nothing found", source, err)
		}
		errorCount := 0
		for _, issue := range summary.Issues {
			if issue.Severity == columns.Error {
				errorCount++
			}
			if issue.RecordIndex > all || issue.RecordIndex < -1 || issue.Line > bytes.Count(source, []byte("\n"))+1 || issue.Message == "" {
				t.Fatalf("%q: %s", source, issue)
			}
		}
		if whole && (summary.RecordCount != all || summary.PendingCount != all) || errorCount > summary.ErrorCount {
			t.Fatalf("%q has %d records: %d, %d pending, %d errors", source, all, summary.RecordCount, summary.PendingCount, summary.ErrorCount)
		}
		checkHidden(t, rules, name, value, int(cut))
	})
}

// checkIdentified gives a record its id.
func checkIdentified(t *testing.T, record *records.Record) {
	t.Helper()
	ids, raw := newIdentifier("IngestId", "g"), record.Raw
	at := ids.next(record.Index, record.Hash(), records.Hash{})
	id := ids.id(at, record.Hash())
	sent := ids.appendTo(nil, record, id)
	var before, after map[string]json.RawMessage
	if json.Unmarshal(raw, &before) != nil || json.Unmarshal(sent, &after) != nil || id.Version() != 5 || id != ids.id(at, record.Hash()) {
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
