package logstore_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

var classicName = regexp.MustCompile(`^[A-Za-z0-9_]{1,43}$`)

// FuzzIngest compares with encoding/json: the same bodies are records, as
// many, and what the client says of numbers, booleans and plain texts is what
// a query sees.
func FuzzIngest(f *testing.F) {
	for _, seed := range []string{`[{"a":1},{}]`, `{"a":"\ud83d\ude00"}`, `[{"a":[1,-2.5e+3,true,null,{"b":"\\"}]}]`, `[{"a":01}]`, `[1]`, `[{"\u0061":"x\\\"","b": true , "c" :-0}]`, `[{"tenant":1}]`, "[{\"a\":\"\xff\"}]", `[[{}]]`, "{\"a\":\"\xff\xff\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := logstore.New(simcore.NewStoppedClock(start))
		count, err := s.IngestClassic(logstore.ClassicPost{Workspace: workspaceID, LogType: "T", Body: body})
		records, ok := recordsOf(body)
		if (err == nil) != ok || err != nil && !errors.Is(err, logstore.ErrFormat) || ok && count != len(records) {
			t.Fatalf("%q: %d records, %v, want %d, %v", body, count, err, len(records), ok)
		}
		if !ok || count == 0 {
			return
		}
		snapshot, _ := s.Read(workspaceID, "T_CL", logstore.Visibility{})
		if len(snapshot.Rows) != len(records) {
			t.Fatalf("%q: %d rows", body, len(snapshot.Rows))
		}
		// The first record's columns have the types of its values.
		cells := map[string]logstore.Value{}
		for i, column := range snapshot.Columns {
			cells[column.Name] = snapshot.Rows[0][i]
		}
		for name, value := range records[0] {
			if name == "Computer" {
				continue
			}
			switch value := value.(type) {
			case float64:
				if cells[name+"_d"] != value {
					t.Fatalf("%q: %s is %v", body, name, cells[name+"_d"])
				}
			case bool:
				if cells[name+"_b"] != value {
					t.Fatalf("%q: %s is %v", body, name, cells[name+"_b"])
				}
			case string:
				if cells[name+"_s"] != value && cells[name+"_g"] == nil && cells[name+"_t"] == nil && len(value) < 30000 {
					t.Fatalf("%q: %s is %v", body, name, cells[name+"_s"])
				}
			}
		}
	})
}

// recordsOf reads a body as the documentation describes it.
func recordsOf(body []byte) ([]map[string]any, bool) {
	var raws []json.RawMessage
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '{' {
		raws = []json.RawMessage{trimmed}
	} else if json.Unmarshal(body, &raws) != nil || raws == nil {
		return nil, false
	}
	var records []map[string]any
	for _, raw := range raws {
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil || members == nil {
			return nil, false
		}
		record := map[string]any{}
		for name, member := range members {
			if name == "tenant" || name == "TimeGenerated" || name == "RawData" || !flatNames(name, member) {
				return nil, false
			}
			var value any
			if json.Unmarshal(member, &value) == nil && memberCount(raw) == len(members) && !bytes.ContainsRune(raw[1:], '{') {
				record[name] = value
			}
		}
		records = append(records, record)
	}
	return records, true
}

// flatNames reports whether all columns that a member makes have allowed names.
func flatNames(name string, member json.RawMessage) bool {
	var members map[string]json.RawMessage
	if member[0] != '{' || json.Unmarshal(member, &members) != nil {
		return classicName.MatchString(name)
	}
	for inner, value := range members {
		if name == "" || !flatNames(name+"_"+inner, value) {
			return false
		}
	}
	return name != ""
}

// memberCount counts an object's members, those of the same name as well.
func memberCount(raw []byte) int {
	decoder, count := json.NewDecoder(bytes.NewReader(raw)), 0
	if _, err := decoder.Token(); err != nil {
		return -1
	}
	for ; decoder.More(); count++ {
		var value json.RawMessage
		if _, err := decoder.Token(); err != nil || decoder.Decode(&value) != nil {
			return -1
		}
	}
	return count
}

func TestBytesThatAreNoTextAreReplacedOneByOne(t *testing.T) {
	t.Parallel()
	s := logstore.New(simcore.NewStoppedClock(start))
	for logType, body := range map[string]string{"Plain": "{\"a\":\"x\xff\xff\"}", "Escaped": "{\"a\":\"\\u0078\xff\xff\"}"} {
		post(t, s, logType, body)
		if _, row := own(t, s, logType+"_CL"); row["a_s"] != "x\ufffd\ufffd" {
			t.Errorf("%s: %q", logType, row["a_s"])
		}
	}
}
