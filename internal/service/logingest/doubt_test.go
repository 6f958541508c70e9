package logingest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// startSkipping starts a cloud and a provider that does not wait.
func startSkipping(t *testing.T) (*cloudsim.Cloud, *acctest.Provider) {
	t.Helper()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	return cloud, acctest.NewProviderIn(t, provider.Environment{Getenv: cloud.Lookup, Clock: new(skippingClock)}, acctest.Config{})
}

// TestAFailureMayHaveStoredRecords has the service store records and fail: once,
// and for ever. They are sent again, and nobody is told that they are not stored.
func TestAFailureMayHaveStoredRecords(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		for body, status := range map[string]int{`"<html>504"`: 504, `""`: 408, `"<html>502"`: 502, `"<html>503"`: 503, `{"Error":"UnspecifiedError"}`: 500} {
			t.Run(name+body, func(t *testing.T) {
				t.Parallel()
				fault := simcore.Fault{Operation: api.operation, Kind: simcore.KindReplaced, Code: status, Body: json.RawMessage(body), RetryAfterMilliseconds: new(1)}
				cloud, p := startSkipping(t)
				acctest.AddFault(t, cloud, api.service, fault)
				object, diagnostics := apply(t, p, nil, api.config(cloud, nil))
				p.Expect(diagnostics)
				acctest.ExpectAttributes(t, object.Value, "status", "complete")
				expectRows(t, cloud, api.table, 6)
				acctest.ExpectText(t, diagnostics.Warnings(), "Records may be stored twice", "3 records were accepted", "an attempt before may have stored them", "ingest_id_column")

				cloud, p = startSkipping(t)
				fault.Times = -1
				acctest.AddFault(t, cloud, api.service, fault)
				object, diagnostics = apply(t, p, nil, api.config(cloud, nil))
				p.Expect(diagnostics)
				acctest.ExpectAttributes(t, object.Value, "status", "partial")
				acctest.ExpectText(t, diagnostics.Warnings(), "it is unknown whether records 0 to 2 (3 records) were stored", "may then be stored twice")
			})
		}
	}
}

// TestRecordsThatDidNotShowInTimeMayBeStored loses an answer, and asks a workspace
// that shows records later than verify.timeout.
func TestRecordsThatDidNotShowInTimeMayBeStored(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		for timeout, told := range map[string]bool{"5s": true, "20m": false} {
			t.Run(name+" "+timeout, func(t *testing.T) {
				t.Parallel()
				cloud, p := startSkipping(t)
				if err := cloud.LogQuery.Switches().Set("ingestion_delay", "1h"); err != nil {
					t.Fatal(err)
				}
				acctest.AddFault(t, cloud, api.service, simcore.Fault{Operation: api.operation, Kind: simcore.KindDropAfterCommit})
				_, diagnostics := apply(t, p, nil, api.config(cloud, acctest.Config{
					"ingest_id_column": "IngestId", "verify": acctest.Config{"workspace_id": workspace(cloud), "timeout": timeout},
				}))
				p.Expect(diagnostics)
				expectRows(t, cloud, api.table, 6)
				warned := 0
				for _, warning := range diagnostics.Warnings() {
					if strings.Contains(warning, "Records may be stored twice") && strings.Contains(warning, "arg_max(TimeGenerated, *) by IngestId") {
						warned++
					}
				}
				if (warned == 1) != told {
					t.Errorf("%d warnings of doubles: %q", warned, diagnostics.Warnings())
				}
			})
		}
	}
}

// TestWhatAnEarlierRunMayHaveStoredIsTold sends again, soon after a run whose answer
// was lost, what the workspace does not show.
func TestWhatAnEarlierRunMayHaveStoredIsTold(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := startSkipping(t)
			if err := cloud.LogQuery.Switches().Set("ingestion_delay", "1h"); err != nil {
				t.Fatal(err)
			}
			config := api.config(cloud, acctest.Config{"ingest_id_column": "IngestId", "verify": acctest.Config{"workspace_id": workspace(cloud), "timeout": "5s"}})
			acctest.AddFault(t, cloud, api.service, simcore.Fault{Operation: api.operation, Kind: simcore.KindDropAfterCommit})
			acctest.AddFault(t, cloud, "log_query", simcore.Fault{Kind: simcore.KindStatus, Code: 403, Skip: 1, Times: -1})
			object, diagnostics := apply(t, p, nil, config)
			p.Expect(diagnostics)
			acctest.ExpectAttributes(t, object.Value, "status", "partial")
			cloud.Faults.Clear()
			_, diagnostics = apply(t, p, object, config)
			p.Expect(diagnostics)
			acctest.ExpectText(t, diagnostics.Warnings(), "Records may be stored twice", "an earlier run sent them")
		})
	}
}
