package logingest_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

const wrongKey = "d3Jvbmcga2V5IGNhbmFyeSBOTzEzMzc="

// TestEveryReturnCodeReachesTheUser has every row of the two documented tables
// of return codes, with the words that tell the user what to do.
func TestEveryReturnCodeReachesTheUser(t *testing.T) {
	t.Parallel()
	for name, test := range returnCodes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			// What is repeated is repeated until the time is up.
			config := apis[test.api].config(cloud, acctest.Merged(acctest.Config{"timeouts": acctest.Config{"create": "5s"}}, test.changes))
			if err := test.prepare(cloud); err != nil {
				t.Fatal(err)
			}
			object, diagnostics := apply(t, p, nil, config)
			// The service may have stored them all the same.
			unknown := name == "DC 500 UnspecifiedError"
			if unknown {
				p.Expect(diagnostics)
				acctest.ExpectText(t, diagnostics.Warnings(), append(test.want, "it is unknown whether records 0 to 2 (3 records) were stored")...)
			} else {
				acctest.ExpectError(t, diagnostics, append(test.want, "Could not send records", "records 0 to 2 were not stored")...)
			}
			if object.Exists() != unknown {
				t.Errorf("nothing was accepted, and the state is %s", object.Value)
			}
			calls := cloud.Journal.Count(apis[test.api].service, "")
			if calls != test.calls && (test.calls != manyCalls || calls < 2) {
				t.Errorf("%d requests, want %d", calls, test.calls)
			}
		})
	}
}

// manyCalls stands for two or more requests.
const manyCalls = -1

type returnCode struct {
	api     string
	changes acctest.Config
	prepare func(*cloudsim.Cloud) error
	calls   int
	want    []string
}

// answer makes the service give an answer in the form that it has for it.
func answer(service string, status int, body string) func(*cloudsim.Cloud) error {
	return func(cloud *cloudsim.Cloud) error {
		return cloud.Faults.Add(simcore.Fault{
			Service: service, Kind: simcore.KindStatus, Code: status, Times: -1, Body: json.RawMessage(body), RetryAfterMilliseconds: new(1),
		})
	}
}

func returnCodes() map[string]returnCode {
	nothing := func(*cloudsim.Cloud) error { return nil }
	workspaceWith := func(change func(*logstore.Workspace)) func(*cloudsim.Cloud) error {
		return func(cloud *cloudsim.Cloud) error { return cloud.LogStore.Change(workspace(cloud), change) }
	}
	causes := []string{"HTTP 403", "InvalidAuthorization", "which of these causes", "shared key", "proxy", "disableLocalAuth", "public network access"}
	codes := map[string]returnCode{
		"DC 400 InactiveCustomer": {"data collector", nil, workspaceWith(func(w *logstore.Workspace) { w.Closed = true }), 1,
			[]string{"HTTP 400", "InactiveCustomer", "The workspace is closed"}},
		"DC 403 wrong key": {"data collector", acctest.Config{"data_collector": acctest.Config{"shared_key_wo": wrongKey}}, nothing, 1,
			append(causes, "An invalid signature was specified")},
		"DC 403 both keys wrong": {"data collector", acctest.Config{"data_collector": acctest.Config{"shared_key_wo": wrongKey, "secondary_shared_key_wo": "c2Vjb25kIHdyb25nIGtleQ=="}}, nothing, 2,
			append(causes, "neither the shared key nor the secondary key")},
		"DC 403 local authentication": {"data collector", nil, workspaceWith(func(w *logstore.Workspace) { w.LocalAuthDisabled = true }), 1, causes},
		"DC 403 public ingestion":     {"data collector", nil, workspaceWith(func(w *logstore.Workspace) { w.PublicIngestionDisabled = true }), 1, causes},
		"DC 403 other workspace":      {"data collector", acctest.Config{"data_collector": acctest.Config{"workspace_id": "11111111-2222-3333-4444-555555555555"}}, nothing, 1, causes},
		"DC 404": {"data collector", nil, answer("data_collector", 404, `""`), 1,
			[]string{"HTTP 404", "the workspace id and the data_collector endpoint", "Logs Ingestion API"}},
		"DC 410 retired": {"data collector", nil, func(cloud *cloudsim.Cloud) error {
			return cloud.DataCollector.Switches().Set(datacollector.SwitchRetired, "gone")
		}, 1, []string{"HTTP 410", "how a retired service looks", "2026-09-14", "logs_ingestion"}},
		"DC 403 retired": {"data collector", nil, func(cloud *cloudsim.Cloud) error {
			return cloud.DataCollector.Switches().Set(datacollector.SwitchRetired, "forbidden")
		}, 1, []string{"HTTP 403", "how a retired service looks", "logs_ingestion"}},
		"DC 429": {"data collector", nil, answer("data_collector", 429, `{"Error":"TooManyRequests"}`), manyCalls,
			[]string{"HTTP 429", " attempts: ", "500 MB a minute"}},
		"DC 500 UnspecifiedError": {"data collector", nil, answer("data_collector", 500, `{"Error":"UnspecifiedError"}`), manyCalls,
			[]string{"HTTP 500", "UnspecifiedError", "may have stored the records all the same"}},
		"DC 503 ServiceUnavailable": {"data collector", nil, answer("data_collector", 503, `{"Error":"ServiceUnavailable"}`), manyCalls,
			[]string{"HTTP 503", "ServiceUnavailable", " attempts: ", "try again later"}},
		"LI 401": {"logs ingestion", nil, answer("logs_ingestion", 401, `{"error":{"code":"InvalidToken","message":"Token refused."}}`), 2,
			[]string{"HTTP 401", "InvalidToken", "Token refused.", "fetched anew", "environment"}},
		"LI 403 OperationFailed": {"logs ingestion", nil, func(cloud *cloudsim.Cloud) error {
			cloud.LogsIngestion.AddRule(logsingestion.Rule{ImmutableID: logsingestion.SeededRuleID, Workspace: workspace(cloud), Forbidden: true})
			return nil
		}, 1, []string{"HTTP 403", "OperationFailed", "does not have access to ingest data", "Monitoring Metrics Publisher", "30 minutes"}},
		"LI 404": {"logs ingestion", acctest.Config{"logs_ingestion": acctest.Config{"rule_id": "dcr-00000000000000000000000000000099"}}, nothing, 1,
			[]string{"HTTP 404", "dcr-00000000000000000000000000000099", "immutable id"}},
		"LI 400 InvalidStream": {"logs ingestion", acctest.Config{"logs_ingestion": acctest.Config{"stream": "Custom-Other"}}, nothing, 1,
			[]string{"HTTP 400", "InvalidStream", "Custom-Other", "streamDeclarations"}},
		"LI 400 RecordsTimeRangeIsMoreThan30Minutes": {"logs ingestion", nil,
			answer("logs_ingestion", 400, `{"error":{"code":"RecordsTimeRangeIsMoreThan30Minutes","message":"The time range is too wide."}}`), 1,
			[]string{"HTTP 400", "RecordsTimeRangeIsMoreThan30Minutes", "Auxiliary plan", "within 30 minutes"}},
		"LI 400 malformed": {"logs ingestion", nil, answer("logs_ingestion", 400, `{"error":{"code":"InvalidRequestBody","message":"Not an array."}}`), 1,
			[]string{"HTTP 400", "InvalidRequestBody", "could not read the records", "dynamic columns"}},
		"LI 429": {"logs ingestion", nil, answer("logs_ingestion", 429, `{"error":{"code":"TooManyRequests","message":"Slow down."}}`), manyCalls,
			[]string{"HTTP 429", "Slow down.", " attempts: ", "12,000 requests a minute"}},
		"LI 503": {"logs ingestion", nil, answer("logs_ingestion", 503, `{"error":{"code":"ServiceUnavailable","message":"Down."}}`), manyCalls,
			[]string{"HTTP 503", " attempts: ", "try again later"}},
	}
	for code, want := range map[string]string{
		"InvalidApiVersion": "does not know api-version", "InvalidCustomerId": "Check workspace_id", "InvalidDataFormat": "could not read the records",
		"InvalidLogType": "Check log_type", "MissingApiVersion": "removed the query string", "MissingContentType": "removed the Content-Type",
		"MissingLogType": "removed the Log-Type", "UnsupportedContentType": "changed the Content-Type",
	} {
		codes["DC 400 "+code] = returnCode{"data collector", nil, answer("data_collector", 400, fmt.Sprintf(`{"Error":%q,"Message":null}`, code)), 1, []string{"HTTP 400", code, want}}
	}
	return codes
}

func TestTooLargeIsHalvedAndTheOneThatCannotFitIsNamed(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	if err := cloud.LogsIngestion.Switches().Set(logsingestion.SwitchWireLimit, "90"); err != nil {
		t.Fatal(err)
	}
	object, diagnostics := apply(t, p, nil, ingest(cloud, nil))
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, object.Value, "status", "complete")
	expectRows(t, cloud, ingestionTable, 3)
	if calls := cloud.Journal.Count("logs_ingestion", ""); calls < 3 {
		t.Errorf("%d requests: nothing was halved", calls)
	}
	_, diagnostics = apply(t, p, object, ingest(cloud, acctest.Config{"records": records(0, 3) + noise(1)}))
	acctest.ExpectError(t, diagnostics, "record 3 was not stored", "HTTP 413", "ContentLengthLimitExceeded", "too large", "shorten or split")
}

func TestSecondaryKeyIsTriedOnce(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	old := sharedKey(cloud)
	_, secondary, _ := cloud.LogStore.Keys(workspace(cloud))
	if err := cloud.LogStore.RegenerateKey(workspace(cloud), false); err != nil {
		t.Fatal(err)
	}
	mustApply(t, p, nil, collect(cloud, acctest.Config{"data_collector": acctest.Config{"shared_key_wo": old, "secondary_shared_key_wo": secondary}}))
	expectRows(t, cloud, collectorTable, 3)
	if calls := cloud.Journal.Count("data_collector", ""); calls != 2 {
		t.Errorf("%d requests, want one with each key", calls)
	}
}

func TestClockSkewIsCorrected(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	if err := cloud.DataCollector.Switches().Set(datacollector.SwitchClockOffset, "2h"); err != nil {
		t.Fatal(err)
	}
	mustApply(t, p, nil, collect(cloud, nil))
	expectRows(t, cloud, collectorTable, 3)
}
