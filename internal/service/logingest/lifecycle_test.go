package logingest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestCreateSendsEachRecordOnce(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			config := api.config(cloud, nil)
			plan := p.ExpectAction(t, typeName, nil, config, "create")
			acctest.ExpectAttributes(t, plan.Value, "record_count", "3", "batch_count", "1", "table_name", api.table,
				"id", "(unknown)", "status", "(unknown)", "last_ingested_at", "(unknown)", "on_change", "append", "on_destroy", "forget")
			if got := acctest.Get(t, plan.Value, "bytes_sent"); got == "0" || got == "(unknown)" {
				t.Errorf("planned to send %s bytes", got)
			}
			if calls := cloud.Journal.Requests(); len(calls) > 0 {
				t.Errorf("the plan made calls: %v", calls)
			}
			object := mustApply(t, p, nil, config)
			acctest.ExpectAttributes(t, object.Value, "status", "complete", "record_count", "3")
			if len(acctest.Get(t, object.Value, "id")) != 36 || !acctest.IsSet(t, object.Value, "last_ingested_at") {
				t.Errorf("state %s", object.Value)
			}
			expectRows(t, cloud, api.table, 3)
			if calls := cloud.Journal.Count(api.service, api.operation); calls != 1 {
				t.Errorf("%d requests, want 1", calls)
			}
			cloud.Journal.Reset()
			object, diagnostics := p.Read(t.Context(), typeName, object)
			p.Expect(diagnostics)
			p.ExpectAction(t, typeName, object, config, "no-op")
			if calls := cloud.Journal.Requests(); len(calls) > 0 {
				t.Errorf("reading and planning made calls: %v", calls)
			}
		})
	}
}

func TestColumnsArePlanned(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	text := `[{"Host":"web-1","Packets":12,"Up":true,"At":"2026-11-20T10:00:00Z","Trace":"0123456789abcdef0123456789abcdef"}]`
	for name, want := range map[string]string{
		"data collector": "Host_s string,Packets_d real,Up_b bool,At_t datetime,Trace_g string",
		"logs ingestion": "Host string,Packets long,Up boolean,At datetime,Trace string",
	} {
		plan, diagnostics := p.Plan(t.Context(), typeName, nil, apis[name].config(cloud, acctest.Config{"records": text}))
		p.Expect(diagnostics)
		var columns []string
		for _, column := range acctest.Elements(t, plan.Value, "columns") {
			columns = append(columns, acctest.Get(t, column, "name")+" "+acctest.Get(t, column, "type"))
		}
		if got := strings.Join(columns, ","); got != want {
			t.Errorf("%s: planned columns %s, want %s", name, got, want)
		}
	}
}

func TestAppendSendsOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			object := mustApply(t, p, nil, api.config(cloud, nil))
			id := acctest.Get(t, object.Value, "id")

			// Two more, one of them in front.
			more := api.config(cloud, acctest.Config{"records": records(7, 1) + records(0, 3) + records(3, 1)})
			plan := p.ExpectAction(t, typeName, object, more, "update")
			acctest.ExpectAttributes(t, plan.Value, "record_count", "5", "batch_count", "1", "id", id, "status", "(unknown)")
			object = mustApply(t, p, object, more)
			acctest.ExpectAttributes(t, object.Value, "status", "complete", "id", id)
			expectRows(t, cloud, api.table, 5)
			p.ExpectAction(t, typeName, object, more, "no-op")

			// Written differently, but the same records.
			cloud.Journal.Reset()
			same := api.config(cloud, acctest.Config{"records": "[" + strings.ReplaceAll(strings.TrimSpace(records(7, 1)+records(0, 4)), "\n", ", ") + "]"})
			sent := acctest.Get(t, object.Value, "bytes_sent")
			object = mustApply(t, p, object, same)
			acctest.ExpectAttributes(t, object.Value, "bytes_sent", sent, "status", "complete")
			if calls := cloud.Journal.Requests(); len(calls) > 0 {
				t.Errorf("the same records were sent: %v", calls)
			}
		})
	}
}

func TestRemovedRecordsSendNothingAndWarn(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	object := mustApply(t, p, nil, collect(cloud, nil))
	cloud.Journal.Reset()
	fewer := collect(cloud, acctest.Config{"records": records(1, 1)})
	_, planned := p.Plan(t.Context(), typeName, object, fewer)
	acctest.ExpectText(t, planned.Warnings(), "Records that were removed stay", "2 records", "retention")
	object = mustApply(t, p, object, fewer)
	acctest.ExpectAttributes(t, object.Value, "record_count", "1", "status", "complete")
	if calls := cloud.Journal.Requests(); len(calls) > 0 {
		t.Errorf("removing records made calls: %v", calls)
	}
	// It is said once, and what comes back is not sent again.
	plan, planned := p.Plan(t.Context(), typeName, object, fewer)
	if plan.Action(object) != "no-op" || len(planned.Warnings()) > 0 {
		t.Errorf("afterwards: %s, %v", plan.Action(object), planned.Warnings())
	}
	object, diagnostics := apply(t, p, object, collect(cloud, acctest.Config{"records": records(1, 1) + records(9, 1)}))
	p.Expect(diagnostics)
	for _, warning := range diagnostics.Warnings() {
		if strings.Contains(warning, "removed") {
			t.Errorf("said again: %s", warning)
		}
	}
	mustApply(t, p, object, collect(cloud, acctest.Config{"records": records(0, 3) + records(9, 1)}))
	expectRows(t, cloud, collectorTable, 4)
}

func TestResendSendsEverythingOnChange(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	resend := acctest.Config{"on_change": "resend"}
	object := mustApply(t, p, nil, collect(cloud, resend))
	p.ExpectAction(t, typeName, object, collect(cloud, resend), "no-op")
	more := collect(cloud, acctest.Config{"on_change": "resend", "records": records(0, 4)})
	mustApply(t, p, object, more)
	expectRows(t, cloud, collectorTable, 7)
}

// TestPendingRecordsMayBeGivenUp removes the records that could not be sent.
func TestPendingRecordsMayBeGivenUp(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	text := noise(2)
	acctest.AddFault(t, cloud, "logs_ingestion", simcore.Fault{Kind: simcore.KindStatus, Code: 400, Skip: 1})
	object := mustApply(t, p, nil, ingest(cloud, acctest.Config{"records": text}))
	acctest.ExpectAttributes(t, object.Value, "status", "partial")
	first, _, _ := strings.Cut(text, "\n")
	cloud.Journal.Reset()
	object = mustApply(t, p, object, ingest(cloud, acctest.Config{"records": first}))
	acctest.ExpectAttributes(t, object.Value, "status", "complete", "record_count", "1")
	if calls := cloud.Journal.Requests(); len(calls) > 0 {
		t.Errorf("calls: %v", calls)
	}
}

func TestTriggersForceASend(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	with := func(build string) acctest.Config {
		return ingest(cloud, acctest.Config{"triggers": acctest.Config{"build": build}})
	}
	object := mustApply(t, p, nil, with("1"))
	p.ExpectAction(t, typeName, object, with("1"), "no-op")
	plan := p.ExpectAction(t, typeName, object, with("2"), "update")
	acctest.ExpectAttributes(t, plan.Value, "batch_count", "1", "status", "(unknown)")
	object = mustApply(t, p, object, with("2"))
	expectRows(t, cloud, ingestionTable, 6)
	mustApply(t, p, object, ingest(cloud, nil))
	expectRows(t, cloud, ingestionTable, 9)
}

func TestWhatReplacesAndWhatSendsNothing(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	collected, ingested := mustApply(t, p, nil, collect(cloud, nil)), mustApply(t, p, nil, ingest(cloud, nil))
	cloud.Journal.Reset()
	inCollector := func(name string, value any) acctest.Config {
		return collect(cloud, acctest.Config{"data_collector": acctest.Config{name: value}})
	}
	for name, test := range map[string]struct {
		object *acctest.Object
		config acctest.Config
		want   string
	}{
		"other log type":           {collected, inCollector("log_type", "Other"), "replace"},
		"other workspace":          {collected, inCollector("workspace_id", "11111111-2222-3333-4444-555555555555"), "replace"},
		"other API":                {collected, ingest(cloud, nil), "replace"},
		"back to the old API":      {ingested, collect(cloud, nil), "replace"},
		"other stream":             {ingested, ingest(cloud, acctest.Config{"logs_ingestion": acctest.Config{"stream": "Custom-Other_CL"}}), "replace"},
		"other rule":               {ingested, ingest(cloud, acctest.Config{"logs_ingestion": acctest.Config{"rule_id": "dcr-00000000000000000000000000000002"}}), "replace"},
		"workspace in other case":  {collected, inCollector("workspace_id", strings.ToUpper(workspace(cloud))), "no-op"},
		"key version":              {collected, inCollector("shared_key_wo_version", 2), "update"},
		"key in the state":         {collected, collect(cloud, acctest.Config{"data_collector": acctest.Config{"shared_key_wo": nil, "shared_key": sharedKey(cloud)}}), "update"},
		"Azure resource":           {collected, inCollector("azure_resource_id", "/subscriptions/s/resourceGroups/g/providers/p/t/n"), "update"},
		"time field":               {collected, inCollector("time_generated_field", "At"), "update"},
		"on_change":                {collected, collect(cloud, acctest.Config{"on_change": "resend"}), "update"},
		"id column":                {collected, collect(cloud, acctest.Config{"ingest_id_column": "IngestId"}), "update"},
		"timeouts":                 {collected, collect(cloud, acctest.Config{"timeouts": acctest.Config{"update": "2h"}}), "update"},
		"endpoint":                 {ingested, ingest(cloud, acctest.Config{"logs_ingestion": acctest.Config{"endpoint": "https://other.ingest.monitor.azure.com"}}), "update"},
		"table name":               {ingested, ingest(cloud, acctest.Config{"logs_ingestion": acctest.Config{"table_name": "Other_CL"}}), "update"},
		"same records from a file": {collected, collect(cloud, acctest.Config{"records": nil, "records_file": writeFile(t, records(0, 3))}), "update"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.ExpectAction(t, typeName, test.object, test.config, test.want)
			if test.want != "update" {
				return
			}
			updated := mustApply(t, p, test.object, test.config)
			acctest.ExpectAttributes(t, updated.Value, "status", "complete")
			p.ExpectAction(t, typeName, updated, test.config, "no-op")
			if calls := cloud.Journal.Requests(); len(calls) > 0 {
				t.Errorf("it sent something: %v", calls)
			}
		})
	}
}

func TestReplacementSendsToTheOtherTable(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	object := mustApply(t, p, nil, collect(cloud, nil))
	object, diagnostics := p.Apply(t.Context(), typeName, object, collect(cloud, acctest.Config{"data_collector": acctest.Config{"log_type": "Other"}}))
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, object.Value, "table_name", "Other_CL")
	expectRows(t, cloud, "Other_CL", 3)
	expectRows(t, cloud, collectorTable, 3)
}

func TestDestroyForgetsAndSaysSo(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	object := mustApply(t, p, nil, collect(cloud, nil))
	cloud.Journal.Reset()
	_, planned := p.Plan(t.Context(), typeName, object, nil)
	acctest.ExpectText(t, planned.Warnings(), "The records stay in the workspace", "3 records", collectorTable)
	gone, diagnostics := p.Apply(t.Context(), typeName, object, nil)
	p.Expect(diagnostics)
	acctest.ExpectText(t, diagnostics.Warnings(), "The records stay in the workspace", "3 records", collectorTable, "Delete Data API")
	if gone.Exists() || len(cloud.Journal.Requests()) > 0 {
		t.Errorf("state %v, calls %v", gone, cloud.Journal.Requests())
	}
	expectRows(t, cloud, collectorTable, 3)
}

func TestImportIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	_, p := start(t)
	_, diagnostics := p.Import(t.Context(), typeName, "00000000-0000-0000-0000-000000000000")
	acctest.ExpectError(t, diagnostics, "Log ingest cannot be imported", "keeps no object", "cloudtap_azure_log_query")
	_, diagnostics = p.ImportByIdentity(t.Context(), typeName, acctest.Config{"id": "00000000-0000-0000-0000-000000000000"})
	acctest.ExpectError(t, diagnostics, "Log ingest cannot be imported")
}

func TestIdentityIsSetByEveryOperation(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	object := mustApply(t, p, nil, collect(cloud, nil))
	id := acctest.Get(t, object.Value, "id")
	// CLIs before 1.12 never send an identity back.
	object.Identity = nil
	read, diagnostics := p.Read(t.Context(), typeName, object)
	p.Expect(diagnostics)
	updated := mustApply(t, p, object, collect(cloud, acctest.Config{"records": records(0, 4)}))
	for operation, object := range map[string]*acctest.Object{"read": read, "update": updated} {
		if got := acctest.Get(t, p.Identity(typeName, object)["id"], ""); got != id {
			t.Errorf("after %s the identity is %q, want %q", operation, got, id)
		}
	}
}

func TestFileThatChangesAfterThePlanIsRefused(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	file := writeFile(t, records(0, 3))
	config := collect(cloud, acctest.Config{"records": nil, "records_file": file})
	plan, diagnostics := p.Plan(t.Context(), typeName, nil, config)
	p.Expect(diagnostics)
	if err := os.WriteFile(file, []byte(records(0, 4)), 0o600); err != nil {
		t.Fatal(err)
	}
	object, diagnostics := p.ApplyPlan(t.Context(), typeName, nil, plan)
	acctest.ExpectError(t, diagnostics, "records_file", "File has changed since the plan", file, "Plan again")
	if object.Exists() || len(cloud.Journal.Requests()) > 0 {
		t.Errorf("state %v, calls %v", object, cloud.Journal.Requests())
	}

	object = mustApply(t, p, nil, config)
	expectRows(t, cloud, collectorTable, 4)
	p.ExpectAction(t, typeName, object, config, "no-op")
	if err := os.WriteFile(file, []byte(records(0, 6)), 0o600); err != nil {
		t.Fatal(err)
	}
	plan = p.ExpectAction(t, typeName, object, config, "update")
	acctest.ExpectAttributes(t, plan.Value, "record_count", "6", "batch_count", "1")
	mustApply(t, p, object, config)
	expectRows(t, cloud, collectorTable, 6)
}
