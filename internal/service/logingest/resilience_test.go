package logingest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestServiceThatFailsThreeTimesGetsEachRecordOnce(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		for _, status := range []int{429, 503} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				cloud, p := start(t)
				acctest.AddFault(t, cloud, api.service, simcore.Fault{Kind: simcore.KindStatus, Code: status, Times: 3, RetryAfterMilliseconds: new(10)})
				object := mustApply(t, p, nil, api.config(cloud, nil))
				acctest.ExpectAttributes(t, object.Value, "status", "complete")
				expectRows(t, cloud, api.table, 3)
				if calls := cloud.Journal.Count(api.service, api.operation); calls != 4 {
					t.Errorf("%d requests, want 4", calls)
				}
			})
		}
	}
}

// TestKilledBetweenBatchesTheNextApplySendsTheRest ends the create's context
// when the second request has arrived and nothing was done with it yet.
func TestKilledBetweenBatchesTheNextApplySendsTheRest(t *testing.T) {
	t.Parallel()
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.AddFault(t, cloud, "logs_ingestion", simcore.Fault{Kind: simcore.KindDelay, Delay: "1m", Skip: 1})
	go killAtRequest(ctx, kill, cloud, 2)
	p := acctest.NewProvider(t, cloud)
	config := ingest(cloud, acctest.Config{"records": noise(3)})
	plan := p.ExpectAction(t, typeName, nil, config, "create")
	acctest.ExpectAttributes(t, plan.Value, "batch_count", "3")
	object, diagnostics := p.ApplyPlan(ctx, typeName, nil, plan)
	p.Expect(diagnostics) // An error would taint the resource, and all be sent again.
	kept(t, plan.Value, object.Value)
	acctest.ExpectAttributes(t, object.Value, "status", "partial", "record_count", "3")
	expectRows(t, cloud, ingestionTable, 1)
	acctest.ExpectText(t, diagnostics.Warnings(), "Only a part of the records was sent", "Apply again", `status = "partial"`)

	rest := p.ExpectAction(t, typeName, object, config, "update")
	object, diagnostics = apply(t, p, object, config)
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, object.Value, "status", "complete")
	expectRows(t, cloud, ingestionTable, 3)
	acctest.ExpectAttributes(t, rest.Value, "batch_count", "2", "record_count", "3")
	p.ExpectAction(t, typeName, object, config, "no-op")
}

func killAtRequest(ctx context.Context, kill func(), cloud *cloudsim.Cloud, number int) {
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for ctx.Err() == nil && cloud.Journal.Count("logs_ingestion", "") < number {
		<-ticker.C
	}
	kill()
}

func TestPartialCreateIsAWarningAndTheRestAnUpdate(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	acctest.AddFault(t, cloud, "logs_ingestion", simcore.Fault{Kind: simcore.KindStatus, Code: 403, Skip: 1})
	config := ingest(cloud, acctest.Config{"records": noise(3)})
	object, diagnostics := apply(t, p, nil, config)
	p.Expect(diagnostics)
	acctest.ExpectText(t, diagnostics.Warnings(), "Only a part of the records was sent", "1 of 3 records were accepted", "HTTP 403", "Monitoring Metrics Publisher", "exactly the rest")
	acctest.ExpectAttributes(t, object.Value, "status", "partial", "record_count", "3", "batch_count", "3")
	if !acctest.IsSet(t, object.Value, "id") || p.Identity(typeName, object) == nil {
		t.Error("the state has no id")
	}
	// The rest fails too, at its end: now it is an error, since an update taints nothing.
	acctest.AddFault(t, cloud, "logs_ingestion", simcore.Fault{Kind: simcore.KindStatus, Code: 403, Skip: 1})
	object, diagnostics = apply(t, p, object, config)
	acctest.ExpectError(t, diagnostics, "Could not send all records", "2 of 3 records were accepted", "HTTP 403")
	acctest.ExpectAttributes(t, object.Value, "status", "partial")
	expectRows(t, cloud, ingestionTable, 2)
	plan := p.ExpectAction(t, typeName, object, config, "update")
	acctest.ExpectAttributes(t, plan.Value, "batch_count", "1", "record_count", "3")
	object = mustApply(t, p, object, config)
	acctest.ExpectAttributes(t, object.Value, "status", "complete")
	expectRows(t, cloud, ingestionTable, 3)
}

func TestUpdateThatSendsNothingKeepsTheState(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	object := mustApply(t, p, nil, collect(cloud, nil))
	acctest.AddFault(t, cloud, "data_collector", simcore.Fault{Kind: simcore.KindStatus, Code: 400})
	more := collect(cloud, acctest.Config{"records": records(0, 5)})
	after, diagnostics := apply(t, p, object, more)
	acctest.ExpectError(t, diagnostics, "Could not send all records", "Nothing was sent", "records 3 to 4")
	if !after.Value.Equal(object.Value) {
		t.Errorf("the state changed from %s to %s", object.Value, after.Value)
	}
	mustApply(t, p, after, more)
	expectRows(t, cloud, collectorTable, 5)
}

func TestPartialResendKeepsItsGeneration(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	with := func(build string) acctest.Config {
		return ingest(cloud, acctest.Config{"records": noise(3), "triggers": acctest.Config{"build": build}})
	}
	object := mustApply(t, p, nil, with("1"))
	acctest.AddFault(t, cloud, "logs_ingestion", simcore.Fault{Kind: simcore.KindStatus, Code: 400, Skip: 2})
	object, diagnostics := apply(t, p, object, with("2"))
	acctest.ExpectError(t, diagnostics, "2 of 3 records were accepted")
	expectRows(t, cloud, ingestionTable, 5)
	object = mustApply(t, p, object, with("2"))
	acctest.ExpectAttributes(t, object.Value, "status", "complete")
	expectRows(t, cloud, ingestionTable, 6)
}

func TestLostAnswerWithoutIDsSaysWhatMayBeDoubled(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			acctest.AddFault(t, cloud, api.service, simcore.Fault{Kind: simcore.KindDropAfterCommit})
			config := api.config(cloud, nil)
			object, diagnostics := apply(t, p, nil, config)
			p.Expect(diagnostics)
			acctest.ExpectText(t, diagnostics.Warnings(), "unknown whether records 0 to 2", "may then be stored twice", "ingest_id_column", "0 of 3 records were accepted")
			acctest.ExpectAttributes(t, object.Value, "status", "partial", "last_ingested_at", acctest.Null)
			if calls := cloud.Journal.Count(api.service, api.operation); calls != 1 {
				t.Errorf("%d requests: the lost one was repeated blindly", calls)
			}
			expectRows(t, cloud, api.table, 3)
			object = mustApply(t, p, object, config)
			acctest.ExpectAttributes(t, object.Value, "status", "complete")
			// No more than the one batch is doubled.
			expectRows(t, cloud, api.table, 6)
		})
	}
}

func TestLostAnswerWithIDsIsClearedUp(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			acctest.AddFault(t, cloud, api.service, simcore.Fault{Kind: simcore.KindDropAfterCommit})
			object, diagnostics := apply(t, p, nil, api.config(cloud, acctest.Config{
				"ingest_id_column": "IngestId", "verify": acctest.Config{"workspace_id": workspace(cloud)},
			}))
			p.Expect(diagnostics)
			acctest.ExpectAttributes(t, object.Value, "status", "complete")
			expectRows(t, cloud, api.table, 3)
			if calls := cloud.Journal.Count(api.service, api.operation); calls != 1 {
				t.Errorf("%d requests, want 1", calls)
			}
			for _, warning := range diagnostics.Warnings() {
				if !strings.Contains(warning, "retired") {
					t.Errorf("warned: %s", warning)
				}
			}
		})
	}
}

// TestAnswerLostWithTheRun loses an answer and then the run itself, so that
// only the next apply can ask what arrived.
func TestAnswerLostWithTheRun(t *testing.T) {
	t.Parallel()
	ctx, cloud, killing := startKilled(t)
	p := acctest.NewProvider(t, cloud)
	acctest.AddFault(t, cloud, "data_collector", simcore.Fault{Kind: simcore.KindDropAfterCommit})
	config := collect(cloud, acctest.Config{"ingest_id_column": "IngestId"})
	plan := p.ExpectAction(t, typeName, nil, config, "create")
	killing.Store(true)
	object, diagnostics := p.ApplyPlan(ctx, typeName, nil, plan)
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, object.Value, "status", "partial")
	expectRows(t, cloud, collectorTable, 3)
	killing.Store(false)
	object = mustApply(t, p, object, config)
	acctest.ExpectAttributes(t, object.Value, "status", "complete")
	expectRows(t, cloud, collectorTable, 3)
}

func TestIDsAreTheSameWhenARunIsRepeated(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	config := ingest(cloud, acctest.Config{"ingest_id_column": "IngestId"})
	// The first state is lost, as if the machine had died.
	mustApply(t, acctest.NewProvider(t, cloud), nil, config)
	object := mustApply(t, p, nil, config)
	distinct := func() string {
		rows, diagnostics := p.ReadData(t.Context(), dataName, acctest.Config{
			"workspace_id": workspace(cloud), "query": ingestionTable + " | summarize Ids = dcount(IngestId), Rows = count()",
		})
		p.Expect(diagnostics)
		return acctest.Get(t, rows, "rows_json")
	}
	if got := distinct(); got != `[{"Ids":3,"Rows":6}]` {
		t.Errorf("after a repeated create: %s", got)
	}
	// What is sent again on purpose gets new ids.
	object = mustApply(t, p, object, ingest(cloud, acctest.Config{"ingest_id_column": "IngestId", "triggers": acctest.Config{"again": "1"}}))
	if got := distinct(); got != `[{"Ids":6,"Rows":9}]` {
		t.Errorf("after a forced send: %s", got)
	}
	mustApply(t, p, object, ingest(cloud, acctest.Config{
		"ingest_id_column": "IngestId", "triggers": acctest.Config{"again": "1"}, "on_change": "resend", "records": records(0, 4),
	}))
	if got := distinct(); got != `[{"Ids":10,"Rows":13}]` {
		t.Errorf("after a resend: %s", got)
	}
}

// TestAKilledCreateSendsNothingTwice repeats creates whose state was lost.
func TestAKilledCreateSendsNothingTwice(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			config := acctest.Config{"ingest_id_column": "IngestId", "verify": acctest.Config{"workspace_id": workspace(cloud)}}
			mustApply(t, acctest.NewProvider(t, cloud), nil, api.config(cloud, config))
			config["records"] = records(0, 5)
			// Without an answer about what is there, nothing is sent.
			acctest.AddFault(t, cloud, "log_query", simcore.Fault{Kind: simcore.KindStatus, Code: 503, Times: 4})
			object, diagnostics := apply(t, p, nil, api.config(cloud, config))
			p.Expect(diagnostics)
			acctest.ExpectText(t, diagnostics.Warnings(), "HTTP 503", "asks the workspace for their ids", "0 of 5 records were accepted")
			cloud.Faults.Clear()
			object = mustApply(t, p, object, api.config(cloud, config))
			acctest.ExpectAttributes(t, object.Value, "status", "complete")
			if rows := cloud.LogStore.RowCount(workspace(cloud), api.table); rows != 5 {
				t.Errorf("%d rows, want each of the 5 records once", rows)
			}
		})
	}
}

func TestVerificationWarnsOfWhatIsMissingOrDouble(t *testing.T) {
	t.Parallel()
	verify := acctest.Config{"ingest_id_column": "IngestId"}
	t.Run("missing", func(t *testing.T) {
		t.Parallel()
		cloud, p := start(t)
		if err := cloud.LogQuery.Switches().Set("ingestion_delay", "1h"); err != nil {
			t.Fatal(err)
		}
		object, diagnostics := apply(t, p, nil, collect(cloud, acctest.Merged(verify, acctest.Config{"verify": acctest.Config{"timeout": "10ms"}})))
		p.Expect(diagnostics)
		acctest.ExpectAttributes(t, object.Value, "status", "complete")
		acctest.ExpectText(t, diagnostics.Warnings(), "Records have not arrived yet", "of the 3 that were looked for", "3 did not show within 10ms", "15 minutes")
	})
	t.Run("double", func(t *testing.T) {
		t.Parallel()
		cloud, p := start(t)
		for range 2 { // Two that died.
			mustApply(t, acctest.NewProvider(t, cloud), nil, ingest(cloud, verify))
		}
		_, diagnostics := apply(t, p, nil, ingest(cloud, acctest.Merged(verify, acctest.Config{"verify": acctest.Config{"workspace_id": workspace(cloud)}})))
		acctest.ExpectText(t, diagnostics.Warnings(), "Records are stored twice", "3 have more than one row", "arg_max(TimeGenerated, *) by IngestId")
	})
	t.Run("not allowed", func(t *testing.T) {
		t.Parallel()
		cloud, p := start(t)
		acctest.AddFault(t, cloud, "log_query", simcore.Fault{Kind: simcore.KindStatus, Code: 403, Times: -1})
		object, diagnostics := apply(t, p, nil, collect(cloud, acctest.Merged(verify, acctest.Config{"verify": acctest.Config{}})))
		p.Expect(diagnostics)
		acctest.ExpectAttributes(t, object.Value, "status", "complete")
		acctest.ExpectText(t, diagnostics.Warnings(), "Could not verify the records", "HTTP 403", "Log Analytics Reader")
	})
	t.Run("nothing wrong", func(t *testing.T) {
		t.Parallel()
		cloud, p := start(t)
		_, diagnostics := apply(t, p, nil, ingest(cloud, acctest.Merged(verify, acctest.Config{"verify": acctest.Config{"workspace_id": workspace(cloud)}})))
		p.Expect(diagnostics)
		if warnings := diagnostics.Warnings(); len(warnings) > 0 {
			t.Errorf("warned: %v", warnings)
		}
	})
}
