package logingest_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

func startAction(t *testing.T) (*cloudsim.Cloud, *acctest.Provider) {
	t.Helper()
	return startWith(t, func(cloud *cloudsim.Cloud) map[string]string {
		return map[string]string{"AZURE_LOG_ANALYTICS_SHARED_KEY": sharedKey(cloud)}
	})
}

// withoutKeys is what the action takes of a resource's configuration.
func withoutKeys(config acctest.Config) acctest.Config {
	if config["data_collector"] == nil {
		return config
	}
	return acctest.Merged(config, acctest.Config{"data_collector": acctest.Config{"shared_key_wo": nil, "shared_key_wo_version": nil}})
}

func TestActionSendsEachTime(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := startAction(t)
			config := withoutKeys(api.config(cloud, acctest.Config{
				"ingest_id_column": "IngestId", "verify": acctest.Config{"workspace_id": workspace(cloud)},
			}))
			for range 2 {
				progress, diagnostics := p.Invoke(t.Context(), typeName, config)
				p.Expect(diagnostics)
				if want := []string{"Sending 3 records in 1 batch.", "Batch 1 of 1: 3 records accepted."}; !slices.Equal(progress, want) {
					t.Errorf("progress %q, want %q", progress, want)
				}
			}
			expectRows(t, cloud, api.table, 6)
		})
	}
}

func TestActionSaysHowFarItGot(t *testing.T) {
	t.Parallel()
	cloud, p := startAction(t)
	acctest.AddFault(t, cloud, "logs_ingestion", simcore.Fault{Kind: simcore.KindStatus, Code: 400, Skip: 1})
	progress, diagnostics := p.Invoke(t.Context(), typeName, withoutKeys(ingest(cloud, acctest.Config{"records": nil, "records_file": writeFile(t, noise(2))})))
	acctest.ExpectError(t, diagnostics, "Could not send all records", "1 of 2 records were accepted", "sends all of them again")
	if len(progress) != 2 {
		t.Errorf("progress %q", progress)
	}
}

func TestActionRefusesBadInputBeforeItSends(t *testing.T) {
	t.Parallel()
	cloud, p := startAction(t)
	for name, test := range map[string]struct {
		config acctest.Config
		want   []string
	}{
		"bad records":    {collect(cloud, acctest.Config{"records": "{"}), []string{"records", "record 0 (line 1"}},
		"no records":     {collect(cloud, acctest.Config{"records": nil}), []string{"records_file"}},
		"no destination": {collect(cloud, acctest.Config{"data_collector": nil}), []string{"logs_ingestion"}},
		"log type":       {collect(cloud, acctest.Config{"data_collector": acctest.Config{"log_type": "a-b"}}), []string{"log_type"}},
		"verify":         {collect(cloud, acctest.Config{"verify": acctest.Config{}}), []string{"Verification needs ids"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := test.config
			if config["data_collector"] != nil {
				config = withoutKeys(config)
			}
			_, diagnostics := p.Invoke(t.Context(), typeName, config)
			if len(diagnostics.Errors()) == 0 {
				t.Fatal("it was accepted")
			}
			simtest.Says(t, strings.Join(diagnostics.Errors(), "\n"), test.want...)
		})
	}
	if calls := cloud.Journal.Requests(); len(calls) > 0 {
		t.Errorf("calls were made: %v", calls)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	mustApply(t, p, nil, collect(cloud, acctest.Config{"records": `[{"Name":"a \"b\"","Packets":12,"Up":true},{"Name":"c","Packets":9007199254740993}]`}))
	query := func(kql string, changes acctest.Config) (tftypes.Value, acctest.Diagnostics) {
		return p.ReadData(t.Context(), dataName, acctest.Merged(acctest.Config{"workspace_id": workspace(cloud), "query": kql}, changes))
	}
	rows, diagnostics := query(collectorTable+" | order by Name_s asc | project Name_s, Packets_d, Up_b", nil)
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, rows, "row_count", "2", "columns.0.name", "Name_s", "columns.0.type", "string", "columns.1.type", "real",
		"rows_json", `[{"Name_s":"a \"b\"","Packets_d":12,"Up_b":true},{"Name_s":"c","Packets_d":9007199254740992,"Up_b":null}]`)

	rows, diagnostics = query(collectorTable+" | where Packets_d > 10000000000000000000", nil)
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, rows, "row_count", "0", "rows_json", "[]")

	_, diagnostics = query("Missing_CL | take 1", nil)
	acctest.ExpectError(t, diagnostics, "Could not query the workspace", workspace(cloud), "HTTP 400", "BadArgumentError", "Missing_CL", "15 minutes")
	_, diagnostics = query(collectorTable, acctest.Config{"timespan": "a while"})
	acctest.ExpectError(t, diagnostics, "timespan", "a while", "PT1H")
	_, diagnostics = query(collectorTable, acctest.Config{"workspace_id": "11111111-2222-3333-4444-555555555555"})
	acctest.ExpectError(t, diagnostics, "InsufficientAccessError", "Log Analytics Reader")
	_, diagnostics = query(collectorTable, acctest.Config{"workspace_id": "mine"})
	acctest.ExpectError(t, diagnostics, "workspace_id", "not a GUID")
}

func TestQueryWarnsOfIncompleteResults(t *testing.T) {
	t.Parallel()
	cloud, p := start(t)
	mustApply(t, p, nil, collect(cloud, nil))
	if err := cloud.LogQuery.Switches().Set("max_rows", "2"); err != nil {
		t.Fatal(err)
	}
	rows, diagnostics := p.ReadData(t.Context(), dataName, acctest.Config{"workspace_id": workspace(cloud), "query": collectorTable})
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, rows, "row_count", "2")
	acctest.ExpectText(t, diagnostics.Warnings(), "query", "The result is not complete", "PartialError", "2 records")
}

func TestLogColumns(t *testing.T) {
	t.Parallel()
	_, p := start(t)
	call := func(records string) *tfprotov6.CallFunctionResponse {
		argument, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, records))
		if err != nil {
			t.Fatal(err)
		}
		server, ok := p.Server.(interface {
			CallFunction(context.Context, *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error)
		})
		if !ok {
			t.Fatal("the provider has no functions")
		}
		resp, err := server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: "log_columns", Arguments: []*tfprotov6.DynamicValue{&argument}})
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	resp := call(`{"number":1,"boolean":true,"string":"x"}` + "\n" + `{"number":"7","boolean":5}`)
	if resp.Error != nil {
		t.Fatal(resp.Error.Text)
	}
	column := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String, "type": tftypes.String}}
	result, err := resp.Result.Unmarshal(tftypes.List{ElementType: column})
	if err != nil {
		t.Fatal(err)
	}
	acctest.ExpectAttributes(t, result, "0.name", "number_d", "0.type", "real", "1.name", "boolean_b", "2.name", "string_s", "3.name", "boolean_d")
	var columns []tftypes.Value
	if err := result.As(&columns); err != nil || len(columns) != 4 {
		t.Errorf("%d columns, want 4: %v", len(columns), err)
	}
	if resp := call("[{]"); resp.Error == nil || !strings.Contains(resp.Error.Text, "record 0 (line 1, column 3)") {
		t.Errorf("invalid JSON: %v", resp.Error)
	}
}

// TestRequestsNameTheProvider looks at what the services are told who asks.
func TestRequestsNameTheProvider(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	agents := map[string]string{}
	cloud := acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		agents[exchange.Service] = exchange.Request.UserAgent()
	}})
	p := acctest.NewProvider(t, cloud)
	verified := acctest.Config{"ingest_id_column": "IngestId", "verify": acctest.Config{"workspace_id": workspace(cloud)}}
	mustApply(t, p, nil, collect(cloud, verified))
	mustApply(t, p, nil, ingest(cloud, verified))
	mu.Lock()
	defer mu.Unlock()
	for _, service := range []string{"data_collector", "logs_ingestion", "log_query"} {
		if !strings.HasPrefix(agents[service], "terraform-provider-cloudtap/test") {
			t.Errorf("%s was asked by %q", service, agents[service])
		}
	}
}
