package logingest_test

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

func identified(extra acctest.Config) acctest.Config {
	return changed(acctest.Config{"ingest_id_column": "IngestId", "verify": acctest.Config{}}, extra)
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
	mustApply(t, next, nil, changed(second, acctest.Config{"triggers": acctest.Config{"instance": "c"}}))
	expectRows(t, cloud, collectorTable, 6)
}
