package loganalytics_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestQueryReadsBackWhatWasSent(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	records := `[{"CapturedAt":"2026-11-21T09:00:00Z","Name":"web","Packets":12},{"CapturedAt":"2026-11-21T09:30:00Z","Name":"db","Packets":9007199254740993}]`
	client := s.collectorClient(func(c *loganalytics.DataCollectorConfig) { c.TimeGeneratedField = "CapturedAt" })
	s.mustSend(records, client, s.options())
	result, err := s.queryClient().Query(t.Context(), workspaceID, "Capture_CL | order by TimeGenerated asc | project TimeGenerated, Name_s, Packets_d", "")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := json.Marshal(result.Rows)
	if err != nil {
		t.Fatal(err)
	}
	want := `[["2026-11-21T09:00:00Z","web",12],["2026-11-21T09:30:00Z","db",9007199254740992]]`
	if string(rows) != want || result.RowCount() != 2 || fmt.Sprint(result.Columns) != "[{TimeGenerated datetime} {Name_s string} {Packets_d real}]" {
		t.Errorf("got %v %s", result.Columns, rows)
	}
	result, err = s.queryClient().Query(t.Context(), workspaceID, "Capture_CL | count", "PT45M")
	if err != nil || string(result.Rows[0][0]) != "1" {
		t.Errorf("within 45 minutes: %v, %v", result, err)
	}
}

func TestQueryKeepsLargeNumbers(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	s.fault(simcore.Fault{Service: logquery.Name, Kind: simcore.KindStatus, Code: http.StatusOK, Body: json.RawMessage(
		`{"tables":[{"name":"PrimaryResult","columns":[{"name":"n","type":"long"}],"rows":[[9007199254740993],[null]]}],` +
			`"error":{"code":"PartialError","message":"There were some errors.","details":[{"code":"E","message":"too many rows"}]}}`)})
	result, err := s.queryClient().Query(t.Context(), workspaceID, "T", "")
	if err != nil {
		t.Fatal(err)
	}
	if string(result.Rows[0][0]) != "9007199254740993" || string(result.Rows[1][0]) != "null" {
		t.Errorf("rows %s", result.Rows)
	}
	if result.Partial != "PartialError: There were some errors: too many rows" {
		t.Errorf("partial %q", result.Partial)
	}
}

func TestQueryErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare   func(*simulation)
		workspace string
		kql       string
		status    int
		want      []string
	}{
		"syntax":       {nil, workspaceID, "T | where ==", 400, []string{"BadArgumentError", "on line [1,10]", "Check the query"}},
		"no table":     {nil, workspaceID, "Nothing_CL", 400, []string{"BadArgumentError", "Nothing_CL", "15 minutes"}},
		"no access":    {nil, "00000000-0000-0000-0000-000000000000", "T", 403, []string{"InsufficientAccessError", "Log Analytics Reader"}},
		"not found":    {injected(logquery.Name, 404, ""), workspaceID, "T", 404, []string{"404 Not Found", "Workspace ID"}},
		"unauthorized": {injected(logquery.Name, 401, ""), workspaceID, "T", 401, []string{"401", "credential"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			if test.prepare != nil {
				test.prepare(s)
			}
			_, err := s.queryClient().Query(t.Context(), test.workspace, test.kql, "")
			var failure *loganalytics.ServiceError
			if !errors.As(err, &failure) || failure.Status != test.status {
				t.Fatalf("got %v", err)
			}
			for _, part := range append(test.want, test.workspace, "request id") {
				if part == "request id" && test.prepare != nil {
					continue
				}
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestQueryOfAnEmptyWorkspace(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	s.set(s.query, "empty_workspace", "no_content")
	result, err := s.queryClient().Query(t.Context(), workspaceID, "T", "")
	if err != nil || result.RowCount() != 0 {
		t.Errorf("got %v, %v", result, err)
	}
	s.fault(simcore.Fault{Service: logquery.Name, Kind: simcore.KindStatus, Code: http.StatusOK, Body: json.RawMessage(`""`)})
	if _, err := s.queryClient().Query(t.Context(), workspaceID, "T", ""); err == nil || !strings.Contains(err.Error(), "but with nothing") {
		t.Errorf("an empty answer: %v", err)
	}
}

func TestArrivalsOfATableThatIsNotThereYet(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	if found, err := s.arrivals("data collector").Arrived(t.Context(), []string{"a"}); err != nil || found != 0 {
		t.Errorf("got %d, %v", found, err)
	}
}
