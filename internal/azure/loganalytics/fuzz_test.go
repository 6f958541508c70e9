package loganalytics

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

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

// FuzzAddresses compares the checks with the forms that the vendor documents.
func FuzzAddresses(f *testing.F) {
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
