package columns_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// values are what properties get in turn; nearly every pair converts, or
// does not, for another reason.
var values = []string{
	`null`, `1`, `1.5`, `-2e3`, `true`, `false`, `"true"`, `"False"`, `"12"`, `"1e3"`, `"0x10"`, `"1_000"`, `"NaN"`, `"+Inf"`, `""`, `"abc"`,
	`"57920d1feee527313658340bb1ab101a"`, `"57920D1F-eee5-2731-3658-340bb1ab101a"`, `"57920d1f-eee527313658340bb1ab101a-----"`,
	`"12345678901234567890123456789012"`, `"2020-08-20T16:31:44.375Z"`, `"2020-08-20T16:31:44"`, `"2020-08-20T16:31Z"`, `"2020-08-20T16:31"`,
	`"2020-08-20T16:31:44+02:00"`, `"2020-08-20T16:31:44+0200"`, `"2020-08-20"`, `"2020-13-20T16:31:44Z"`, `"2020-08-20T6:31:44Z"`, `"2020-08-20T16:31:44,375Z"`,
	`"Thu, 20 Aug 2020 16:31:44 GMT"`, `{"k":1}`, `[1,2]`, `"\u0074rue"`, `"{}"`,
	`1e400`, `{"k":{"l":"x"},"m":[1]}`, `{}`, `{"k":null}`,
}

// TestPredictionAgreesWithTheSimulation posts sequences of values to the
// simulated service, which has rules of its own code, and predicts.
func TestPredictionAgreesWithTheSimulation(t *testing.T) {
	t.Parallel()
	store := logstore.New(simcore.NewStoppedClock(time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)))
	for i, a := range values {
		for j, b := range values {
			for k, c := range []string{`"abc"`, `"1"`, `7`, `"abc"`, `"1"`} {
				// Computer has a column without a suffix.
				property := "p"
				if k > 2 {
					property = "Computer"
				}
				var records []string
				for _, value := range []string{a, b, c} {
					records = append(records, fmt.Sprintf(`{%q:%s}`, property, value))
				}
				source := "[" + strings.Join(records, ",") + "]"
				name := fmt.Sprintf("T%d_%d_%d", i, j, k)
				if _, err := store.IngestClassic(logstore.ClassicPost{Workspace: logstore.SeededWorkspaceID, LogType: name, Body: []byte(source)}); err != nil {
					t.Fatal(err)
				}
				predicted, err := columns.PredictColumns(t.Context(), strings.NewReader(source), nil)
				if err != nil {
					t.Fatal(err)
				}
				if actual := columnsOf(store, name+"_CL"); !slices.Equal(actual, predicted) {
					t.Errorf("%s makes %v, predicted were %v", source, actual, predicted)
				}
			}
		}
	}
}

// columnsOf returns a table's own columns.
func columnsOf(store *logstore.Store, table string) []loganalytics.Column {
	snapshot, _ := store.Read(logstore.SeededWorkspaceID, table, logstore.Visibility{})
	var own []loganalytics.Column
	for _, column := range snapshot.Columns {
		if strings.HasPrefix(column.Name, "p_") || strings.HasPrefix(column.Name, "Computer") {
			own = append(own, loganalytics.Column{Name: column.Name, Type: string(column.Type)})
		}
	}
	return own
}
