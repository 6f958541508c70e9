package logingest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// withoutPrivate is what Terraform keeps of an object whose provider died in
// an update.
func withoutPrivate(object *acctest.Object) *acctest.Object {
	return &acctest.Object{Value: object.Value}
}

// TestLostProgressIsRebuilt loses the list of what was sent after a complete
// send, and sends with changed records.
func TestLostProgressIsRebuilt(t *testing.T) {
	t.Parallel()
	array := func(number int) string {
		return "[" + strings.ReplaceAll(strings.TrimSpace(records(0, number)), "\n", ",") + "]"
	}
	secret := func(version, number int) acctest.Config {
		return acctest.Config{"records": nil, "records_wo": records(0, number), "records_wo_version": version}
	}
	file := func(content string) acctest.Config {
		return acctest.Config{"records": nil, "records_file": writeFile(t, content)}
	}
	for name, test := range map[string]struct {
		before, after acctest.Config
		rows          int
	}{
		"added":             {nil, acctest.Config{"records": records(0, 5)}, 5},
		"put in between":    {nil, acctest.Config{"records": records(7, 1) + records(0, 3)}, 4},
		"removed":           {nil, acctest.Config{"records": records(0, 2)}, 3},
		"added to an array": {acctest.Config{"records": array(3)}, acctest.Config{"records": array(5)}, 5},
		"file":              {file(records(0, 3)), file(records(0, 5)), 5},
		"file without end":  {file(strings.TrimSpace(records(0, 3))), file(records(0, 5)), 5},
		"file with space":   {file(records(0, 3) + "\r\n \t"), file(records(0, 3) + "\r\n \t" + records(3, 2)), 5},
		"file to text":      {file(records(0, 3)), acctest.Config{"records": records(0, 5)}, 5},
		"text to file":      {nil, file(records(1, 3)), 4},
		"write-only":        {secret(1, 3), secret(2, 5), 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			object := withoutPrivate(mustApply(t, p, nil, collect(cloud, test.before)))
			p.ExpectAction(t, typeName, object, collect(cloud, test.before), "no-op")
			after := collect(cloud, test.after)
			object, diagnostics := apply(t, p, object, after)
			p.Expect(diagnostics)
			acctest.ExpectAttributes(t, object.Value, "status", "complete")
			acctest.ExpectText(t, diagnostics.Warnings(), "The list of the records that were sent was lost", "killed")
			expectRows(t, cloud, collectorTable, test.rows)
			// It is there again.
			if _, diagnostics = p.Plan(t.Context(), typeName, object, after); len(diagnostics.Warnings()) > 0 {
				t.Errorf("warned again: %v", diagnostics.Warnings())
			}
		})
	}
}

func TestWhatCannotBeRebuiltIsNotSent(t *testing.T) {
	t.Parallel()
	const lost = "missing from the private state"
	for name, test := range map[string]struct {
		// partial has the second of the records refused.
		partial       bool
		before, after string
		private, want string
	}{
		"another beginning": {before: records(0, 3), after: records(1, 5), want: "are not the beginning of the present ones"},
		"a longer record":   {before: records(0, 3), after: strings.TrimSpace(records(0, 3)) + `,{"Name":"x"}`, want: "are not the beginning of the present ones"},
		"fewer records":     {before: records(0, 3), after: records(0, 1), want: "are not the beginning of the present ones"},
		"a part":            {partial: true, before: noise(2), after: noise(2), want: "of the 2 records in the state only a part was known to be sent"},
		// {"accepted":"not a ledger","generation":"g"}
		"damaged": {before: records(0, 3), after: records(0, 4), private: `{"progress":"eyJhY2NlcHRlZCI6Im5vdCBhIGxlZGdlciIsImdlbmVyYXRpb24iOiJnIn0="}`, want: "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			file := writeFile(t, test.before)
			config := ingest(cloud, acctest.Config{"records": nil, "records_file": file})
			if test.partial {
				acctest.AddFault(t, cloud, "logs_ingestion", simcore.Fault{Kind: simcore.KindStatus, Code: 400, Skip: 1})
			}
			object := mustApply(t, p, nil, config)
			rows := cloud.LogStore.RowCount(workspace(cloud), ingestionTable)
			broken := withoutPrivate(object)
			wants := []string{"Could not read what was sent", "Custom-PacketCapture", test.want, "Restore the state", `on_change = "resend"`}
			if test.private == "" {
				wants = append(wants, lost)
			} else {
				broken.Private = []byte(test.private)
			}
			if err := os.WriteFile(file, []byte(test.after), 0o600); err != nil {
				t.Fatal(err)
			}
			_, diagnostics := p.Plan(t.Context(), typeName, broken, config)
			acctest.ExpectError(t, diagnostics, wants...)
			expectRows(t, cloud, ingestionTable, rows)
			// The ways out that the error names.
			for _, again := range []acctest.Config{{"on_change": "resend"}, {"triggers": acctest.Config{"again": "1"}}} {
				mustApply(t, p, broken, acctest.Merged(config, again))
				rows += strings.Count(strings.TrimSpace(test.after), "{")
				expectRows(t, cloud, ingestionTable, rows)
			}
		})
	}
}

// TestAKilledUpdateDoublesNothing kills the provider after the service took
// the records, with ids but without a verification.
func TestAKilledUpdateDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change acctest.Config
		// delay is how late rows show.
		delay string
	}{
		"append":             {acctest.Config{"records": records(0, 5)}, "0s"},
		"append, shown late": {acctest.Config{"records": records(0, 5)}, "700ms"},
		"resend":             {acctest.Config{"records": records(0, 5), "on_change": "resend", "verify": acctest.Config{}}, "0s"},
		"triggers":           {acctest.Config{"triggers": acctest.Config{"again": "1"}, "verify": acctest.Config{}}, "0s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cloud, killing := startKilled(t)
			if err := cloud.LogQuery.Switches().Set("ingestion_delay", test.delay); err != nil {
				t.Fatal(err)
			}
			p := acctest.NewProvider(t, cloud)
			object := mustApply(t, p, nil, collect(cloud, acctest.Config{"ingest_id_column": "IngestId"}))
			config := collect(cloud, acctest.Merged(test.change, acctest.Config{"ingest_id_column": "IngestId"}))
			plan := p.ExpectAction(t, typeName, object, config, "update")
			killing.Store(true)
			p.ApplyPlan(ctx, typeName, object, plan)
			killing.Store(false)
			rows := cloud.LogStore.RowCount(workspace(cloud), collectorTable)
			if rows <= 3 {
				t.Fatalf("%d rows: nothing was sent before the kill", rows)
			}
			object = mustApply(t, p, withoutPrivate(object), config)
			acctest.ExpectAttributes(t, object.Value, "status", "complete")
			expectRows(t, cloud, collectorTable, rows)
		})
	}
}

// TestALostPartIsNotGuessed loses the list after a part of the records was
// sent, with ids: a later part has ids that the state does not tell, so the
// records of its lost answer would be stored twice.
func TestALostPartIsNotGuessed(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]int{"of the first records": 0, "of later records": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			with := func(number int) acctest.Config {
				return collect(cloud, acctest.Config{"records": records(0, number), "ingest_id_column": "IngestId", "verify": acctest.Config{"timeout": "1s"}})
			}
			var object *acctest.Object
			if before > 0 {
				object = mustApply(t, p, nil, with(before))
			}
			acctest.AddFault(t, cloud, "data_collector", simcore.Fault{Kind: simcore.KindDropAfterCommit})
			acctest.AddFault(t, cloud, "log_query", simcore.Fault{Kind: simcore.KindReplaced, Body: []byte("[]"), Skip: 1, Times: -1})
			object, _ = apply(t, p, object, with(5))
			acctest.ExpectAttributes(t, object.Value, "status", "partial")
			expectRows(t, cloud, collectorTable, 5)
			_, diagnostics := p.Plan(t.Context(), typeName, withoutPrivate(object), with(5))
			acctest.ExpectError(t, diagnostics, "Could not read what was sent", "of the 5 records in the state only a part", "Restore the state", `on_change = "resend"`)
		})
	}
}
