package messages

import (
	"encoding/base64"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// ingestAnswers are mistakes that only the service knows of, and what is lost
// on the way to it.
func ingestAnswers() []mistake {
	send, upload := create(ingest, goodIngest()), create(ingest, goodUpload())
	question := read(query, acctest.Config{"workspace_id": workspace, "query": "PacketCapture_CL | count"})
	verified := with(goodUpload(), acctest.Config{
		"logs_ingestion": with(goodStream(), acctest.Config{"table_name": logsingestion.SeededTable}), "ingest_id_column": "IngestId",
		"verify": acctest.Config{"workspace_id": workspace, "timeout": "1ms"},
	})
	var all []mistake
	for _, m := range []struct {
		title   string
		prepare func(*testing.T, *cloudsim.Cloud)
		call    step
	}{
		{"wrong key", nil, create(ingest, with(goodIngest(), acctest.Config{"data_collector": with(goodCollector(), acctest.Config{"shared_key_wo": canaryKey})}))},
		{"the workspace does not exist", nil, create(ingest, with(goodIngest(), acctest.Config{"data_collector": with(goodCollector(), acctest.Config{"workspace_id": "11111111-2222-3333-4444-555555555555"})}))},
		{"a proxy's page instead of an answer", answers("data_collector", "", 200, page), send},
		{"the proxy wants a login", answers("data_collector", "", 407, page), send},
		{"the service has a fault", answers("data_collector", "", 400, `{"Error":"InvalidLogType","Message":"The specified log type was empty"}`), send},
		{"the answer is lost", fault(simcore.Fault{Service: "data_collector", Kind: simcore.KindDropAfterCommit}), send},
		{"logs_ingestion: the role is missing", answers(logsingestion.Name, "", 403, `{"error":{"code":"OperationFailed","message":"The authentication token provided does not have access to ingest data for the data collection rule."}}`), upload},
		{"logs_ingestion: the stream does not exist", nil, create(ingest, with(goodUpload(), acctest.Config{"logs_ingestion": with(goodStream(), acctest.Config{"stream": "Custom-Nowhere"})}))},
		{"logs_ingestion: a proxy's page instead of an answer", answers(logsingestion.Name, "", 200, page), upload},
		{"logs_ingestion: the proxy wants a login", answers(logsingestion.Name, "", 407, page), upload},
		{"logs_ingestion: the answer is lost", fault(simcore.Fault{Service: logsingestion.Name, Kind: simcore.KindDropAfterCommit}), upload},
		{"verify: the records do not show in time", showLate, create(ingest, verified)},
		{"verify: nobody may ask", answers(logquery.Name, "", 403, ""), create(ingest, verified)},
		{"two of one table, one of which exists", nil, steps(alike(false))},
		{"two of one table, one of which exists, with verify", nil, steps(alike(true))},
		{"only a part is sent", fault(simcore.Fault{Service: logsingestion.Name, Kind: simcore.KindStatus, Code: 403, Skip: 1}), create(ingest, with(goodUpload(), acctest.Config{"records": large()}))},
		{"records that were sent are removed", nil, steps(removed)},
		{"it is destroyed", nil, steps(destroyed)},
		{"the provider was killed in an update", nil, steps(killed)},
		{"the file has changed since the plan", nil, steps(fileChanged)},
	} {
		all = append(all, mistake{title: ingest + ": " + m.title, prepare: m.prepare, call: m.call})
	}
	return append(all,
		mistake{title: query + ": the table does not exist", call: read(query, acctest.Config{"workspace_id": workspace, "query": "Nowhere_CL | count"})},
		mistake{title: query + ": wrong query", call: read(query, acctest.Config{"workspace_id": workspace, "query": "PacketCapture_CL | wherever"})},
		mistake{title: query + ": the workspace does not exist", call: read(query, acctest.Config{"workspace_id": "11111111-2222-3333-4444-555555555555", "query": "PacketCapture_CL | count"})},
		mistake{title: query + ": a proxy's page instead of an answer", prepare: answers(logquery.Name, "", 200, page), call: question},
		mistake{title: query + ": the proxy wants a login", prepare: answers(logquery.Name, "", 407, page), call: question},
		mistake{title: query + ": only a part of the rows came", prepare: answers(logquery.Name, "", 200,
			`{"tables":[{"name":"PrimaryResult","columns":[{"name":"Count","type":"long"}],"rows":[[1]]}],"error":{"code":"PartialError","message":"There were some errors when processing your query."}}`), call: question},
	)
}

// showLate lets rows show in queries only after an hour.
func showLate(t *testing.T, cloud *cloudsim.Cloud) {
	t.Helper()
	for _, name := range []string{logquery.SwitchIngestionDelay, logquery.SwitchNewTableDelay} {
		if err := cloud.LogQuery.Switches().Set(name, "1h"); err != nil {
			t.Fatal(err)
		}
	}
}

// large are records of which each takes a request of its own.
func large() string {
	random := rand.NewChaCha8([32]byte{7})
	var text strings.Builder
	for range 2 {
		var noise [700_000]byte
		_, _ = random.Read(noise[:]) // It never fails.
		text.WriteString(`{"Name":"` + base64.StdEncoding.EncodeToString(noise[:]) + `"}` + "\n")
	}
	return text.String()
}

func alike(verify bool) func(*testing.T, *acctest.Provider, *cloudsim.Cloud) acctest.Diagnostics {
	return func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
		t.Helper()
		config := with(goodIngest(), acctest.Config{"ingest_id_column": "IngestId", "triggers": acctest.Config{"verify": verify}})
		if verify {
			config["verify"] = acctest.Config{"timeout": "1ms"}
		}
		config = inCloud(cloud, config)
		object := p.MustApply(t, ingest, nil, config)
		p = acctest.NewProvider(t, cloud)
		p.Plan(t.Context(), ingest, object, config)
		_, diagnostics := p.Plan(t.Context(), ingest, nil, config)
		return diagnostics
	}
}

// sent returns a log ingest of two records.
func sent(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) (*acctest.Object, acctest.Config) {
	t.Helper()
	config := inCloud(cloud, with(goodUpload(), acctest.Config{"records": `[{"Name":"a"},{"Name":"b"}]`}))
	return p.MustApply(t, ingest, nil, config), config
}

func removed(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	object, config := sent(t, p, cloud)
	_, diagnostics := p.Plan(t.Context(), ingest, object, with(config, acctest.Config{"records": `[{"Name":"a"}]`}))
	return diagnostics
}

func destroyed(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	object, _ := sent(t, p, cloud)
	_, diagnostics := p.Apply(t.Context(), ingest, object, nil)
	return diagnostics
}

// killed has a state without its private part, as an update leaves it whose
// provider was killed.
func killed(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	object, config := sent(t, p, cloud)
	object.Private = nil
	_, diagnostics := p.Plan(t.Context(), ingest, object, with(config, acctest.Config{"records": `[{"Name":"a"},{"Name":"b"},{"Name":"c"}]`}))
	return diagnostics
}

func fileChanged(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	file := filepath.Join(t.TempDir(), "records.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`[{"Name":"a"}]`)
	planned, _ := p.Plan(t.Context(), ingest, nil, inCloud(cloud, with(goodUpload(), acctest.Config{"records": nil, "records_file": file})))
	write(`[{"Name":"b"}]`)
	_, diagnostics := p.ApplyPlan(t.Context(), ingest, nil, planned)
	return diagnostics
}
