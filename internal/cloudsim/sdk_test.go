package cloudsim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	ingestion "github.com/Azure/azure-sdk-for-go/sdk/monitor/ingestion/azlogs"
	query "github.com/Azure/azure-sdk-for-go/sdk/monitor/query/azlogs"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestOfficialLogsClients sends and queries with the official clients, whose
// tokens are for the simulation's own endpoints.
func TestOfficialLogsClients(t *testing.T) {
	t.Parallel()
	ca := simtest.NewCA(t)
	sim, err := cloudsim.Start(cloudsim.Options{CA: ca, Clock: simcore.NewStoppedClock(time.Now())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	ingest, ask := sim.Lookup("CLOUDTAP_SIM_LOGS_INGESTION_ENDPOINT"), sim.Lookup("CLOUDTAP_AZURE_LOG_ANALYTICS_QUERY_ENDPOINT")
	options := azcore.ClientOptions{Transport: simtest.Client(t, ca), Cloud: cloud.Configuration{
		ActiveDirectoryAuthorityHost: sim.Lookup("CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT"),
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			ingestion.ServiceNameIngestion: {Endpoint: ingest, Audience: ingest}, query.ServiceName: {Endpoint: ask, Audience: ask},
		},
	}}
	credential, err := azidentity.NewClientSecretCredential(sim.AAD.TenantID(), sim.AAD.ClientID(), sim.AAD.ClientSecret(),
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options, DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	sender, err := ingestion.NewClient(ingest, credential, &ingestion.ClientOptions{ClientOptions: options})
	if err != nil {
		t.Fatal(err)
	}
	record := fmt.Sprintf(`[{"TimeGenerated":%q,"Name":"sdk","Packets":7}]`, sim.Clock.Now().Format(time.RFC3339))
	if _, err := sender.Upload(t.Context(), logsingestion.SeededRuleID, logsingestion.SeededStream, []byte(record), nil); err != nil {
		t.Fatal(err)
	}
	reader, err := query.NewClient(credential, &query.ClientOptions{ClientOptions: options})
	if err != nil {
		t.Fatal(err)
	}
	checkQueries(t, reader, sim.ARM.WorkspaceID())
}

func checkQueries(t *testing.T, reader *query.Client, workspaceID string) {
	t.Helper()
	workspace := logstore.SeededWorkspaceID
	body := query.QueryBody{Query: new(logsingestion.SeededTable + " | project Name, Packets")}
	prefer := query.QueryOptions{Statistics: new(true), Visualization: new(true)}
	answers := map[string]func(context.Context) (tables []query.Table, extra bool, err error){
		"workspace": func(ctx context.Context) ([]query.Table, bool, error) {
			got, err := reader.QueryWorkspace(ctx, workspace, body, &query.QueryWorkspaceOptions{Options: &prefer})
			return got.Tables, json.Valid(got.Statistics) && json.Valid(got.Visualization), err
		},
		"resource": func(ctx context.Context) ([]query.Table, bool, error) {
			got, err := reader.QueryResource(ctx, workspaceID, body, nil)
			return got.Tables, true, err
		},
		"batch": func(ctx context.Context) ([]query.Table, bool, error) {
			got, err := reader.QueryBatch(ctx, query.BatchRequest{Requests: []query.BatchQueryRequest{
				{ID: new("1"), WorkspaceID: &workspace, Body: &body}, {ID: new("2"), WorkspaceID: new("none"), Body: &body},
			}}, nil)
			if err != nil || len(got.Responses) != 2 {
				return nil, false, err
			}
			return got.Responses[0].Body.Tables, got.Responses[1].Body.Error != nil, err
		},
	}
	for name, ask := range answers {
		tables, extra, err := ask(t.Context())
		if err != nil || !extra || len(tables) != 1 || fmt.Sprint(tables[0].Rows) != "[[sdk 7]]" {
			t.Errorf("%s: %v, %v, %v", name, tables, extra, err)
		}
	}
}
