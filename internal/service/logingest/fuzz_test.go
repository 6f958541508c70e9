package logingest

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// privateState keeps one value.
type privateState struct{ text []byte }

func (p *privateState) GetKey(context.Context, string) ([]byte, diag.Diagnostics) { return p.text, nil }
func (p *privateState) SetKey(_ context.Context, _ string, text []byte) diag.Diagnostics {
	p.text = text
	return nil
}

// FuzzProgress: the private state gives back what was put in, and one that is
// damaged is an error, never an empty list of what was sent: that would send
// all again.
func FuzzProgress(f *testing.F) {
	f.Add([]byte(`{"accepted":"AQA","removed":1,"generation":"g"}`), "AQA", 1, true)
	f.Add([]byte(`{"accepted":"AQ","generation":""}`), "", -1, false)
	f.Add([]byte(`{"accepted":7}`), "!", 1<<40, true)
	f.Fuzz(func(t *testing.T, raw []byte, accepted string, removed int, unknown bool) {
		var diags diag.Diagnostics
		read, found := tfkit.LoadPrivate[progress](t.Context(), &privateState{text: raw}, progressKey, &diags)
		absent := len(raw) == 0 || string(raw) == "null"
		if found == diags.HasError() && !absent || absent && (found || diags.HasError()) {
			t.Fatalf("%q: found %v, %v", raw, found, diags)
		}
		if ledger, err := read.ledger(); err == nil && (!found || read.Generation == "" || ledger.Empty() && len(read.Accepted) > 4) {
			t.Fatalf("%q: a list of %d", raw, ledger.Records())
		}
		want := progress{Accepted: string([]rune(accepted)), Removed: removed, Generation: "g", Unknown: unknown}
		private := &privateState{}
		if problems := tfkit.StorePrivate(t.Context(), private, progressKey, &want); problems.HasError() {
			t.Fatal(problems)
		}
		diags = nil
		if got, found := tfkit.LoadPrivate[progress](t.Context(), private, progressKey, &diags); !found || diags.HasError() || got != want {
			t.Fatalf("%+v became %+v, %v", want, got, diags)
		}
	})
}

// FuzzRowsJSON: the rows are objects with the columns' names, whatever these
// are, and with the cells as they came.
func FuzzRowsJSON(f *testing.F) {
	f.Add("n", "m", []byte(`9007199254740993`), []byte(`{"a":[1]}`))
	f.Add("\"", "\xff", []byte(`null`), []byte(`"\u0000"`))
	f.Add("a", "a", []byte(`1`), []byte(` 2 `))
	f.Fuzz(func(t *testing.T, first, second string, a, b []byte) {
		if !json.Valid(a) || !json.Valid(b) {
			return
		}
		result := &loganalytics.QueryResult{
			Columns: []loganalytics.Column{{Name: first}, {Name: second}},
			Rows:    [][]json.RawMessage{{a, b}, {a}, nil, {a, b, a}},
		}
		var rows []map[string]json.RawMessage
		if err := json.Unmarshal([]byte(rowsJSON(result)), &rows); err != nil || len(rows) != 4 {
			t.Fatalf("%s: %v", rowsJSON(result), err)
		}
		first, second = string([]rune(first)), string([]rune(second))
		want := map[string]string{first: string(bytes.TrimSpace(a)), second: string(bytes.TrimSpace(b))}
		for _, row := range []map[string]json.RawMessage{rows[0], rows[3]} {
			got := map[string]string{}
			for name, cell := range row {
				got[name] = string(bytes.TrimSpace(cell))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: %s", rowsJSON(result), diff)
			}
		}
	})
}

// FuzzResourceID: an accepted ID can be sent as a header.
func FuzzResourceID(f *testing.F) {
	for _, seed := range []string{"/subscriptions/s", "/SUBSCRIPTIONS/s\n", "/subscriptions/s\x7f", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		resp := &validator.StringResponse{}
		resourceID().ValidateString(t.Context(), validator.StringRequest{ConfigValue: types.StringValue(text)}, resp)
		if !resp.Diagnostics.HasError() && (strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == '\x7f' }) || !strings.EqualFold(text[:15], "/subscriptions/")) {
			t.Fatalf("%q is accepted", text)
		}
	})
}
