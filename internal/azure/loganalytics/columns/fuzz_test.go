package columns

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
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
		var all []string
		reader := records.NewReader(bytes.NewReader(source), 0)
		record, err := reader.Next()
		for ; err == nil; record, err = reader.Next() {
			all = append(all, string(record.Raw))
		}
		body := "[" + strings.Join(all, ",") + "]"
		var anything any
		if !errors.Is(err, io.EOF) || json.Unmarshal([]byte(body), &anything) != nil || longNumber.MatchString(body) || longFraction.MatchString(body) {
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
		var stored []loganalytics.Column
		for i, column := range snapshot.Columns {
			// The standard columns are three in front and six behind.
			if i >= 3 && i < len(snapshot.Columns)-6 {
				stored = append(stored, loganalytics.Column{Name: column.Name, Type: string(column.Type)})
			}
		}
		if !reflect.DeepEqual(predicted, stored) {
			t.Fatalf("%q makes %v, predicted were %v", source, stored, predicted)
		}
	})
}

// guidForm is what the vendor documents.
var guidForm = regexp.MustCompile(`^([0-9a-fA-F]{32}|[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})$`)

// FuzzLiterals compares what strings are taken for with the forms that the vendor
// documents.
func FuzzLiterals(f *testing.F) {
	for _, seed := range []string{"57920d1f-eee5-2731-3658-340bb1ab101a", "57920d1feee527313658340bb1ab101a", "{57920d1f-eee5-2731-3658-340bb1ab101a}", "2020-08-20T16:31:44+0200", "1a", "İ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
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
	})
}
