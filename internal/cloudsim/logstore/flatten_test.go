package logstore_test

import (
	"fmt"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestNestedAndOddProperties has what field scripts query:
// StartDate_value_t, ContentData_records_s, and Computer without a suffix.
func TestNestedAndOddProperties(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		post         logstore.ClassicPost
		body         string
		columns, row string
	}{
		"member": {body: `{"StartDate":{"value":"2020-08-20T16:31:44Z"}}`, columns: "[StartDate_value_t]",
			row: "map[StartDate_value_t:2020-08-20 16:31:44 +0000 UTC]"},
		"array in object":   {body: `{"ContentData":{"records":[ 1, {"a":2}]}}`, columns: "[ContentData_records_s]", row: `map[ContentData_records_s:[1,{"a":2}]]`},
		"deep":              {body: `{"a":{"b":{"c":1},"d":true}}`, columns: "[a_b_c_d a_d_b]", row: "map[a_b_c_d:1 a_d_b:true]"},
		"one level":         {post: logstore.ClassicPost{FlattenDepth: 1}, body: `{"a":{"b":{"c":1}}}`, columns: "[a_b_s]", row: `map[a_b_s:{"c":1}]`},
		"no level":          {post: logstore.ClassicPost{FlattenDepth: -1}, body: `{"a":{"b":1}}`, columns: "[a_s]", row: `map[a_s:{"b":1}]`},
		"nothing in it":     {body: `{"a":{},"b":1}`, columns: "[b_d]", row: "map[b_d:1]"},
		"same column":       {body: `{"a_b":1,"a":{"b":2}}`, columns: "[a_b_d]", row: "map[a_b_d:2]"},
		"Computer":          {body: `{"Computer":"web1","ComputerName":"web1"}`, columns: "[Computer ComputerName_s]", row: "map[Computer:web1 ComputerName_s:web1]"},
		"Computer's GUID":   {body: `{"Computer":"57920d1feee527313658340bb1ab101a"}`, columns: "[Computer]", row: "map[Computer:57920d1feee527313658340bb1ab101a]"},
		"Computer's number": {body: `{"Computer":1}`, columns: "[Computer_d]", row: "map[Computer_d:1]"},
		"Computer in it":    {body: `{"a":{"Computer":"x"}}`, columns: "[a_Computer_s]", row: "map[a_Computer_s:x]"},
		"large integer":     {body: `{"a":9007199254740993}`, columns: "[a_d]", row: "map[a_d:9.007199254740992e+15]"},
		"underscores": {post: logstore.ClassicPost{Names: logstore.NamesUnderscore}, body: `{"a b":1,"@x.y-z":{"k k":2}}`,
			columns: "[a_b_d _x_y_z_k_k_d]", row: "map[_x_y_z_k_k_d:2 a_b_d:1]"},
		"cut": {post: logstore.ClassicPost{Names: logstore.NamesUnderscore}, body: `{"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz":1}`,
			columns: "[abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq_d]", row: "map[abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq_d:1]"},
		"dropped": {post: logstore.ClassicPost{Names: logstore.NamesDrop}, body: `{"a b":1,"c":2}`, columns: "[c_d]", row: "map[c_d:2]"},
	} {
		s := logstore.New(simcore.NewStoppedClock(start))
		test.post.Workspace, test.post.LogType, test.post.Body = workspaceID, "T", []byte(test.body)
		if _, err := s.IngestClassic(test.post); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		columns, row := own(t, s, "T_CL")
		if fmt.Sprint(columns) != test.columns || fmt.Sprint(row) != test.row {
			t.Errorf("%s: %v %v, want %s %s", name, columns, row, test.columns, test.row)
		}
	}
	s := logstore.New(simcore.NewStoppedClock(start))
	for _, body := range []string{`{"a":{"b c":1}}`, `{"tenant":{"a":1}}`, `{"abcdefghijklmnopqrstuvwxyz":{"abcdefghijklmnopqrstuvwxyz":1}}`, `{"a":{"":{"@":1}}}`} {
		if _, err := s.IngestClassic(logstore.ClassicPost{Workspace: workspaceID, LogType: "Refused", Body: []byte(body)}); err == nil {
			t.Errorf("%s was accepted", body)
		}
	}
}

func TestGUIDColumnsAreStrings(t *testing.T) {
	t.Parallel()
	s := logstore.New(simcore.NewStoppedClock(start))
	post(t, s, "T", `{"id":"57920d1feee527313658340bb1ab101a"}`)
	snapshot, _ := s.Read(workspaceID, "T_CL", logstore.Visibility{})
	for _, column := range snapshot.Columns {
		if column.Name == "id_g" && column.Type != logstore.String {
			t.Errorf("id_g is %s", column.Type)
		}
	}
}
