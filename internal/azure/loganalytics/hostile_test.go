package loganalytics_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// scripted answers every request alike.
type scripted struct {
	status     int
	body       string
	redirected bool
}

func (s scripted) Do(request *http.Request) (*http.Response, error) {
	if request.Body != nil {
		_, _ = io.Copy(io.Discard, request.Body) // What is sent does not matter.
		_ = request.Body.Close()
	}
	if s.redirected {
		request = request.Clone(request.Context())
		request.Method = http.MethodGet
	}
	return &http.Response{
		StatusCode: s.status, Status: fmt.Sprint(s.status), Header: http.Header{}, Request: request,
		Body: io.NopCloser(strings.NewReader(s.body)), ContentLength: int64(len(s.body)),
	}, nil
}

const askedID = "0b1c2d3e-0000-4000-8000-000000000001"

// hostileBodies are answers of everybody but the service; %s is a name.
var hostileBodies = []string{
	"<html>log in</html>", `{"html":"x"}`, "{}", "null", "[]", `""`, "7", `{"Error":"InvalidLogType"}`, `{"Error":"InvalidLogType","Message":null}`, `{"error":{}}`,
	`{"error":{"code":"PartialError"}}`, `{"tables":null}`, `{"tables":[]}`, `{"tables":[],"error":{"code":"PartialError"}}`, `{"tables":[{}]}`,
	`{"tables":[{"name":"PrimaryResult","columns":[],"rows":[]}]}`, `{"tables":[{"name":"PrimaryResult","columns":[{"name":"IngestId_g","type":"string"}]}]}`,
	`{"tables":[{"name":"PrimaryResult","columns":[{"name":"a","type":"string"},{"name":"b","type":"long"}],"rows":[["x"]]}]}`,
	`{"tables":[{"name":"PrimaryResult","columns":[{"name":"","type":"string"}],"rows":[["x"]]}]}`, "\x00\xff", "{",
}

// uncountable are results that do not answer how many rows the ids have.
var uncountable = []string{
	`{"tables":[{"name":"PrimaryResult","columns":[{"name":"x","type":"string"}],"rows":[]}]}`,
	`{"tables":[{"name":"PrimaryResult","columns":[{"name":"IngestId_g","type":"string"},{"name":"Rows","type":"long"}],"rows":[]}],"error":{"code":"PartialError"}}`,
	`{"tables":[{"name":"PrimaryResult","columns":[{"name":"IngestId_g","type":"string"},{"name":"Rows","type":"long"}],"rows":[["other",1]]}]}`,
	`{"tables":[{"name":"PrimaryResult","columns":[{"name":"IngestId_g","type":"string"},{"name":"Rows","type":"long"}],"rows":[["` + askedID + `","one"]]}]}`,
	`{"tables":[{"name":"PrimaryResult","columns":[{"name":"IngestId_g","type":"string"},{"name":"Rows","type":"long"}],"rows":[["` + askedID + `",1],["` + askedID + `",1]]}]}`,
}

// TestHostileAnswersAreNeverSuccess gives every operation answers that do not
// answer it: each must be an error that says what came.
func TestHostileAnswersAreNeverSuccess(t *testing.T) {
	t.Parallel()
	statuses := []int{200, 201, 202, 203, 204, 206, 301, 302, 307, 400, 401, 403, 404, 407, 409, 410, 418, 429, 500, 502, 503, 504}
	ran := 0
	for _, operation := range []string{"post to the Data Collector", "upload", "query", "arrived", "verify"} {
		bodies := append(slices.Clone(hostileBodies), "")
		if operation == "arrived" || operation == "verify" {
			bodies = append(bodies, uncountable...)
		}
		for _, status := range statuses {
			for _, body := range bodies {
				for _, via := range []bool{false, true}[:1+min(1, len(body)%2)] { // Half of them are redirected, too.
					answer := scripted{status: status, body: body, redirected: via}
					if answers(operation, answer) {
						continue
					}
					ran++
					err := hostile(t, operation, answer)
					if err == nil {
						t.Errorf("%s: HTTP %d %q (redirected: %v) is a success", operation, status, body, via)
					} else if !via && !strings.Contains(err.Error(), fmt.Sprint(status)) && status >= 200 && !strings.Contains(err.Error(), "workspace") {
						t.Errorf("%s: HTTP %d %q: the error does not say what came: %s", operation, status, body, err)
					}
					sent := operation == "post to the Data Collector" || operation == "upload"
					handled := sent && !via && status >= 200 && status < 300
					// What fails, or answers in place of what failed, may have stored them before.
					failed := status >= 500 || status == 408
					if unknown := errors.As(err, new(*ingest.UnknownError)); unknown != handled && (!sent || !failed) {
						t.Errorf("%s: HTTP %d %q (redirected: %v): whether the records are stored: %v", operation, status, body, via, err)
					}
				}
			}
		}
	}
	t.Logf("%d combinations of operation, status, body and redirection", ran)
}

// answers reports whether an answer is one that the service gives.
func answers(operation string, answer scripted) bool {
	if answer.redirected {
		return false
	}
	switch operation {
	case "post to the Data Collector":
		return answer.status == 200 && answer.body == ""
	case "upload":
		return answer.status == 204
	default:
		return answer.status == 204 // A workspace without data.
	}
}

func hostile(t *testing.T, operation string, answer scripted) error {
	t.Helper()
	clock := waittest.NewClock(start, nil)
	transport := policy.ClientOptions{Transport: answer}
	options := ingest.SendOptions{Clock: clock}
	switch operation {
	case "post to the Data Collector":
		client, err := loganalytics.NewDataCollectorClient(loganalytics.DataCollectorConfig{
			WorkspaceID: workspaceID, SharedKey: sharedKey(t, "AAAA"), LogType: "Capture", Environment: azure.EnvironmentPublic, Transport: answer, Clock: clock,
		})
		if err != nil {
			t.Fatal(err)
		}
		report, err := ingest.Send(t.Context(), strings.NewReader(`{"a":1}`), client, options, nil)
		if !report.Accepted.Empty() {
			t.Errorf("%+v: accepted", answer)
		}
		return err
	case "upload":
		client, err := loganalytics.NewLogsIngestionClient(loganalytics.LogsIngestionConfig{
			Endpoint: "https://x.ingest.monitor.azure.com", RuleID: "dcr-1", Stream: "Custom-T_CL", Credential: tokens{}, Options: transport, Clock: clock,
		})
		if err != nil {
			t.Fatal(err)
		}
		report, err := ingest.Send(t.Context(), strings.NewReader(`{"a":1}`), client, options, nil)
		if !report.Accepted.Empty() {
			t.Errorf("%+v: accepted", answer)
		}
		return err
	}
	client, err := loganalytics.NewQueryClient(loganalytics.QueryConfig{Credential: tokens{}, Options: transport, Clock: cutOff{clock, new(int)}})
	if err != nil {
		t.Fatal(err)
	}
	arrivals := loganalytics.NewQueryArrivals(client, workspaceID, loganalytics.DataCollector, "Capture", "IngestId")
	switch operation {
	case "query":
		_, err = client.Query(t.Context(), workspaceID, "Capture_CL", "")
	case "arrived":
		_, err = arrivals.Arrived(t.Context(), []string{askedID})
	case "verify":
		_, err = arrivals.Verify(t.Context(), [][]string{{askedID}}, 0, clock)
	}
	return err
}

// cutOff lets only a few waits pass.
type cutOff struct {
	wait.Clock
	slept *int
}

var errNoMoreTime = errors.New("no more time")

// Sleep implements wait.Clock.
func (c cutOff) Sleep(ctx context.Context, d time.Duration) error {
	if *c.slept++; *c.slept > 5 {
		return errNoMoreTime
	}
	return c.Clock.Sleep(ctx, d)
}

// TestOnlyWhatSaysSoIsNotThereYet asks for ids and is answered with 400.
func TestOnlyWhatSaysSoIsNotThereYet(t *testing.T) {
	t.Parallel()
	semantic := func(code, message string) string {
		return fmt.Sprintf(`{"error":{"code":"BadArgumentError","message":"The request had some invalid properties","innererror":{"code":"SemanticError","message":"A semantic error occurred.",`+
			`"innererror":{"code":%q,"message":%q}}}}`, code, message)
	}
	for name, test := range map[string]struct {
		body string
		want bool
	}{
		"the table":     {semantic("SEM0100", "'where' operator: Failed to resolve table or column expression named 'Capture_CL'"), true},
		"the column":    {semantic("SEM0100", "'where' operator: Failed to resolve column or scalar expression named 'IngestId_g'"), true},
		"another table": {semantic("SEM0100", "'where' operator: Failed to resolve table or column expression named 'Other_CL'"), false},
		"another error": {semantic("SEM0001", "'Capture_CL' is not allowed here"), false},
		"syntax":        {`{"error":{"code":"BadArgumentError","innererror":{"code":"SyntaxError","message":"Failed to resolve 'Capture_CL'"}}}`, false},
		"no error":      {`{}`, false},
		"a proxy":       {"<html>Failed to resolve 'Capture_CL'</html>", false},
	} {
		err := hostile(t, "arrived", scripted{status: 400, body: test.body})
		if (err == nil) != test.want || err != nil && strings.Contains(err.Error(), "Check the query") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
