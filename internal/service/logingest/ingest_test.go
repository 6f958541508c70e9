package logingest_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// The tables that the configurations below fill.
const (
	collectorTable = "PacketCapture_CL"
	ingestionTable = logsingestion.SeededTable
)

func workspace(cloud *cloudsim.Cloud) string { return cloud.Lookup("CLOUDTAP_SIM_WORKSPACE_ID") }

func sharedKey(cloud *cloudsim.Cloud) string { return cloud.Lookup("CLOUDTAP_SIM_WORKSPACE_KEY") }

// collect returns a configuration for the Data Collector API, with changes;
// a nil value removes an attribute, and a configuration within it is merged.
func collect(cloud *cloudsim.Cloud, changes acctest.Config) acctest.Config {
	return acctest.Merged(acctest.Config{
		"data_collector": acctest.Config{
			"workspace_id": workspace(cloud), "log_type": "PacketCapture", "shared_key_wo": sharedKey(cloud), "shared_key_wo_version": 1,
		},
		"records": records(0, 3),
	}, changes)
}

// ingest is collect for the Logs Ingestion API.
func ingest(cloud *cloudsim.Cloud, changes acctest.Config) acctest.Config {
	return acctest.Merged(acctest.Config{
		"logs_ingestion": acctest.Config{
			"endpoint": cloud.Lookup("CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT"), "rule_id": cloud.Lookup("CLOUDTAP_SIM_DCR_ID"),
			"stream": cloud.Lookup("CLOUDTAP_SIM_DCR_STREAM"), "table_name": ingestionTable,
		},
		"records": records(0, 3),
	}, changes)
}

// apis are both ways to send, with what they fill and call.
var apis = map[string]struct {
	config    func(*cloudsim.Cloud, acctest.Config) acctest.Config
	table     string
	service   string
	operation string
}{
	"data collector": {collect, collectorTable, "data_collector", "Post"},
	"logs ingestion": {ingest, ingestionTable, logsingestion.Name, logsingestion.OperationUpload},
}

// records returns JSON lines of the records from first on.
func records(first, number int) string {
	var text strings.Builder
	for i := range number {
		fmt.Fprintf(&text, `{"Name":"web-%d","Packets":%d}`+"\n", first+i, first+i)
	}
	return text.String()
}

// noise returns records that gzip cannot shrink below about 700 KB each, so
// that each takes a request of its own.
func noise(number int) string {
	random := rand.NewChaCha8([32]byte{7})
	var text strings.Builder
	for i := range number {
		var bytes [700_000]byte
		_, _ = random.Read(bytes[:]) // It never fails.
		fmt.Fprintf(&text, `{"Name":"noise-%d","Details":"%s"}`+"\n", i, base64.StdEncoding.EncodeToString(bytes[:]))
	}
	return text.String()
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "records.jsonl")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func mustApply(t *testing.T, p *acctest.Provider, prior *acctest.Object, config acctest.Config) *acctest.Object {
	t.Helper()
	object, diagnostics := apply(t, p, prior, config)
	p.Expect(diagnostics)
	return object
}

// apply applies, and checks as Terraform does that everything that the plan
// promised was kept, unless there was an error. The diagnostics are those of
// the plan and of the apply.
func apply(t *testing.T, p *acctest.Provider, prior *acctest.Object, config acctest.Config) (*acctest.Object, acctest.Diagnostics) {
	t.Helper()
	plan, planned := p.Plan(t.Context(), typeName, prior, config)
	if len(planned.Errors()) > 0 {
		return prior, planned
	}
	object, diagnostics := p.ApplyPlan(t.Context(), typeName, prior, plan)
	if len(diagnostics.Errors()) == 0 {
		kept(t, plan.Value, object.Value)
	}
	return object, append(planned, diagnostics...)
}

func kept(t *testing.T, planned, applied tftypes.Value) {
	t.Helper()
	for _, name := range []string{"id", "records", "table_name", "columns", "record_count", "batch_count", "bytes_sent", "content_hash", "status", "last_ingested_at"} {
		before, after := acctest.Get(t, planned, name), acctest.Get(t, applied, name)
		if before != "(unknown)" && !strings.Contains(before, "(unknown)") && before != after {
			t.Errorf("inconsistent result after apply: %s was planned as %q and became %q", name, before, after)
		}
		if strings.Contains(after, "(unknown)") {
			t.Errorf("%s is unknown after the apply", name)
		}
	}
}

func expectRows(t *testing.T, cloud *cloudsim.Cloud, table string, want int) {
	t.Helper()
	if got := cloud.LogStore.RowCount(workspace(cloud), table); got != want {
		t.Errorf("%s has %d rows, want %d", table, got, want)
	}
}

func start(t *testing.T) (*cloudsim.Cloud, *acctest.Provider) {
	t.Helper()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	return cloud, acctest.NewProvider(t, cloud)
}

// startKilled starts a cloud that ends a context at the next request to the
// Data Collector API, once killing is set.
func startKilled(t *testing.T) (ctx context.Context, cloud *cloudsim.Cloud, killing *atomic.Bool) {
	t.Helper()
	ctx, kill := context.WithCancel(t.Context())
	t.Cleanup(kill)
	killing = &atomic.Bool{}
	cloud = acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		if exchange.Operation == "Post" && killing.Load() {
			kill()
		}
	}})
	return ctx, cloud, killing
}
