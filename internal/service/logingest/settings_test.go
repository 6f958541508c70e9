package logingest_test

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

func startWith(t *testing.T, variables func(*cloudsim.Cloud) map[string]string) (*cloudsim.Cloud, *acctest.Provider) {
	t.Helper()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	return cloud, acctest.NewProviderWithEnvironment(t, acctest.Override(cloud, variables(cloud)))
}

// noCredentials unsets what Azure's identity needs.
func noCredentials(*cloudsim.Cloud) map[string]string {
	return map[string]string{"ARM_CLIENT_ID": "", "ARM_CLIENT_SECRET": "", "ARM_TENANT_ID": "", "ARM_SUBSCRIPTION_ID": "", "ARM_USE_CLI": "false"}
}

func TestDataCollectorNeedsNoAzureCredential(t *testing.T) {
	t.Parallel()
	cloud, p := startWith(t, noCredentials)
	mustApply(t, p, nil, collect(cloud, nil))
	// Ids only help where the workspace can be asked.
	object := mustApply(t, p, nil, collect(cloud, acctest.Config{"ingest_id_column": "IngestId"}))
	acctest.ExpectAttributes(t, object.Value, "status", "complete")
	expectRows(t, cloud, collectorTable, 6)

	_, diagnostics := apply(t, p, nil, collect(cloud, acctest.Config{"ingest_id_column": "IngestId", "verify": acctest.Config{}}))
	acctest.ExpectError(t, diagnostics, "Could not prepare the verification", "no Azure credential is configured", "verify queries the workspace")
	_, diagnostics = apply(t, p, nil, ingest(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Could not send records", "no Azure credential is configured", "ARM_CLIENT_SECRET")
	_, diagnostics = p.ReadData(t.Context(), dataName, acctest.Config{"workspace_id": workspace(cloud), "query": "T"})
	acctest.ExpectError(t, diagnostics, "Could not use Azure", "no Azure credential is configured")
}

func TestKeysComeFromTheEnvironment(t *testing.T) {
	t.Parallel()
	withoutKey := func(cloud *cloudsim.Cloud) acctest.Config {
		return collect(cloud, acctest.Config{"data_collector": acctest.Config{"shared_key_wo": nil, "shared_key_wo_version": nil}})
	}
	cloud, p := startWith(t, func(cloud *cloudsim.Cloud) map[string]string {
		return map[string]string{"AZURE_LOG_ANALYTICS_SHARED_KEY": wrongKey, "AZURE_LOG_ANALYTICS_SECONDARY_SHARED_KEY": sharedKey(cloud)}
	})
	mustApply(t, p, nil, withoutKey(cloud))
	expectRows(t, cloud, collectorTable, 3)

	cloud, p = startWith(t, func(*cloudsim.Cloud) map[string]string {
		return map[string]string{"AZURE_LOG_ANALYTICS_SHARED_KEY": "", "AZURE_LOG_ANALYTICS_SECONDARY_SHARED_KEY": ""}
	})
	_, diagnostics := p.Plan(t.Context(), typeName, nil, withoutKey(cloud))
	acctest.ExpectError(t, diagnostics, "data_collector", "Shared key is missing", "shared_key_wo", "AZURE_LOG_ANALYTICS_SHARED_KEY")
}

func TestWrongEndpointIsNotReplacedByThePublicCloud(t *testing.T) {
	t.Parallel()
	cloud, p := startWith(t, func(*cloudsim.Cloud) map[string]string {
		return map[string]string{"CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT": "not an endpoint"}
	})
	object, diagnostics := apply(t, p, nil, collect(cloud, nil))
	acctest.ExpectError(t, diagnostics, "Could not send records", "CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT", "not an endpoint")
	if object.Exists() {
		t.Error("something was sent")
	}
}
