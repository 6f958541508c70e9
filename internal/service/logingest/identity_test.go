package logingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

func identified(extra acctest.Config) acctest.Config {
	return acctest.Merged(acctest.Config{"ingest_id_column": "IngestId", "verify": acctest.Config{}}, extra)
}

// TestASlidingWindowLosesNoRecord has a record with the content of one that
// was sent before.
func TestASlidingWindowLosesNoRecord(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	object := mustApply(t, p, nil, collect(cloud, identified(acctest.Config{"records": `[{"m":"start"},{"m":"ok"}]`})))
	object = mustApply(t, p, object, collect(cloud, identified(acctest.Config{"records": `[{"m":"ok"},{"m":"ok"}]`})))
	acctest.ExpectAttributes(t, object.Value, "status", "complete")
	expectRows(t, cloud, collectorTable, 3)
	// The same records written anew are the same.
	object = mustApply(t, p, object, collect(cloud, identified(acctest.Config{"records": `[{"m":"ok"},{"m":"ok","n":null}]`})))
	object = mustApply(t, p, object, collect(cloud, identified(acctest.Config{"records": `[{"n":1.0},{"m":"ok"},{"m":"ok"}]`})))
	mustApply(t, p, object, collect(cloud, identified(acctest.Config{"records": `[{"n":1},{"m":"ok"},{"m":"ok"},{"n":1e0}]`})))
	expectRows(t, cloud, collectorTable, 5)
}

// TestTwoIngestsIntoOneTableLoseNoRecord creates them in one run, and then in
// two, of which the second is told at its plan.
func TestTwoIngestsIntoOneTableLoseNoRecord(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	first := collect(cloud, identified(acctest.Config{"records": `[{"m":"start"},{"m":"a"}]`}))
	second := collect(cloud, identified(acctest.Config{"records": `[{"m":"start"},{"m":"b"}]`}))
	planned := [2]acctest.Plan{p.ExpectAction(t, typeName, nil, first, "create"), p.ExpectAction(t, typeName, nil, second, "create")}
	var objects [2]*acctest.Object
	for i, plan := range planned {
		object, diagnostics := p.ApplyPlan(t.Context(), typeName, nil, plan)
		p.Expect(diagnostics)
		objects[i] = object
	}
	expectRows(t, cloud, collectorTable, 4)
	next := acctest.NewProvider(t, cloud)
	next.ExpectAction(t, typeName, objects[0], first, "no-op")
	_, diagnostics := apply(t, next, nil, second)
	acctest.ExpectError(t, diagnostics, "Log ingests cannot be told apart", "triggers")
	mustApply(t, next, nil, acctest.Merged(second, acctest.Config{"triggers": acctest.Config{"instance": "c"}}))
	expectRows(t, cloud, collectorTable, 6)
}

// TestFilesTellIngestsApart creates an ingest beside one that sent equal records
// to the same table from another file, and one whose first create was killed.
func TestFilesTellIngestsApart(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]func(t *testing.T, name string) string{
		"absolute": func(t *testing.T, name string) string {
			t.Helper()
			return filepath.Join(t.TempDir(), name) // Another folder each time.
		},
		"relative": func(t *testing.T, name string) string {
			t.Helper()
			working, err := os.Getwd()
			if err != nil {
				t.Fatal(err)
			}
			relative, err := filepath.Rel(working, filepath.Join(t.TempDir(), "logs", name))
			if err != nil {
				t.Fatal(err)
			}
			return relative
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			from := func(path string) acctest.Config {
				if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(`[{"m":"start"},{"m":"a"}]`), 0o600); err != nil {
					t.Fatal(err)
				}
				return collect(cloud, identified(acctest.Config{"records": nil, "records_file": path}))
			}
			one, other := from(file(t, "one.json")), file(t, "other.json")
			object := mustApply(t, p, nil, one)
			next := acctest.NewProvider(t, cloud)
			next.ExpectAction(t, typeName, object, one, "no-op")
			mustApply(t, next, nil, from(other))
			expectRows(t, cloud, collectorTable, 4)
			// The state of the second create is lost, and it is repeated.
			if name == "absolute" {
				other = file(t, "other.json")
			}
			mustApply(t, acctest.NewProvider(t, cloud), nil, from(other))
			expectRows(t, cloud, collectorTable, 4)
			// A create from the first one's file is refused beside it.
			last := acctest.NewProvider(t, cloud)
			last.ExpectAction(t, typeName, object, one, "no-op")
			_, diagnostics := apply(t, last, nil, one)
			acctest.ExpectError(t, diagnostics, "Log ingests cannot be told apart", "triggers", "records_file", "-replace")
		})
	}
}

// TestIngestsThatCannotBeToldApartAreRefusedInAnyOrder plans one that exists
// and one that is new, in both orders. What counts is whether the new one leaves
// out what was sent, and which triggers the other one was created with.
func TestIngestsThatCannotBeToldApartAreRefusedInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, newFirst := range []bool{false, true} {
		t.Run(map[bool]string{false: "the old one first", true: "the new one first"}[newFirst], func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t)
			looked := collect(cloud, identified(acctest.Config{"records": `[{"m":"start"}]`}))
			old := acctest.Merged(looked, acctest.Config{"verify": nil})
			object := mustApply(t, p, nil, old)
			old = acctest.Merged(old, acctest.Config{"triggers": acctest.Config{"instance": "a"}})
			object = mustApply(t, p, object, old)
			next := acctest.NewProvider(t, cloud)
			plans := []func() acctest.Diagnostics{
				func() acctest.Diagnostics {
					_, diagnostics := next.Plan(t.Context(), typeName, object, old)
					return diagnostics
				},
				func() acctest.Diagnostics {
					_, diagnostics := next.Plan(t.Context(), typeName, nil, looked)
					return diagnostics
				},
			}
			words := "Set triggers to a value that only this one has"
			if newFirst {
				plans[0], plans[1] = plans[1], plans[0]
				words = "Set triggers of the new one to a value that only it has"
			}
			next.Expect(plans[0]())
			acctest.ExpectError(t, plans[1](), "Log ingests cannot be told apart", collectorTable, words)
		})
	}
}

// TestANewIngestBesideAPendingOneIsRefused plans a create that does not look
// for ids, beside a resource that will look for those of its lost records: it
// would find the new one's, and never send its own.
func TestANewIngestBesideAPendingOneIsRefused(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	pending := collect(cloud, identified(acctest.Config{"records": `[{"m":"start"}]`}))
	acctest.AddFault(t, cloud, "data_collector", simcore.Fault{Kind: simcore.KindReset})
	acctest.AddFault(t, cloud, "log_query", simcore.Fault{Kind: simcore.KindReplaced, Body: []byte("[]"), Skip: 1})
	object, _ := apply(t, p, nil, pending)
	acctest.ExpectAttributes(t, object.Value, "status", "partial")
	added := acctest.Merged(pending, acctest.Config{"verify": nil})

	next := acctest.NewProvider(t, cloud)
	next.ExpectAction(t, typeName, object, pending, "update")
	_, diagnostics := next.Plan(t.Context(), typeName, nil, added)
	acctest.ExpectError(t, diagnostics, "Log ingests cannot be told apart", "triggers")

	// One that is destroyed looks for nothing.
	next = acctest.NewProvider(t, cloud)
	_, diagnostics = next.Plan(t.Context(), typeName, object, nil)
	next.Expect(diagnostics)
	_, diagnostics = next.Plan(t.Context(), typeName, nil, added)
	next.Expect(diagnostics)
}

// TestAnIngestInPlaceOfAnotherIsRefused plans the destroy of one beside the
// create of one that would take its records for its own.
func TestAnIngestInPlaceOfAnotherIsRefused(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	looked := collect(cloud, identified(acctest.Config{"records": `[{"m":"start"}]`}))
	object := mustApply(t, p, nil, looked)
	next := acctest.NewProvider(t, cloud)
	_, diagnostics := next.Plan(t.Context(), typeName, object, nil)
	next.Expect(diagnostics)
	_, diagnostics = next.Plan(t.Context(), typeName, nil, looked)
	acctest.ExpectError(t, diagnostics, "Log ingests cannot be told apart", "triggers")

	// In another run nobody knows of the destroyed one, and it is said what was left out.
	mustApply(t, acctest.NewProvider(t, cloud), object, nil)
	_, diagnostics = apply(t, acctest.NewProvider(t, cloud), nil, looked)
	said := strings.Join(diagnostics.Warnings(), " ")
	simtest.Says(t, said, "Records are in the workspace already", "1 of 1 records were not sent", "set triggers to a new value")
	expectRows(t, cloud, collectorTable, 1)
	mustApply(t, acctest.NewProvider(t, cloud), nil, acctest.Merged(looked, acctest.Config{"triggers": acctest.Config{"new": "1"}}))
	expectRows(t, cloud, collectorTable, 2)
}
