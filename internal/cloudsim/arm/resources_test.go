package arm_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

// TestWhatAClientReadsBeforeItWorks goes through what azurerm, Azure PowerShell
// and the CLI read to find their way.
func TestWhatAClientReadsBeforeItWorks(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	f.service.Connect(arm.Endpoints{ActiveDirectory: "https://login.test/", LogAnalytics: "https://query.test"})
	subscription := "/subscriptions/" + f.ids.SubscriptionID
	group := subscription + "/resourceGroups/" + arm.ResourceGroup
	for _, test := range []struct {
		method, path, version string
		status                int
		want                  []string
	}{
		{http.MethodGet, "/metadata/endpoints", "2022-09-01", 200, []string{`{"portal"`, `"loginEndpoint":"https://login.test"`, `"ossrDbmsResourceId":"https://ossrdbms-aad.database.windows.net"`, `"resourceManager":"` + f.url + `/"`, `"logAnalyticsResourceId":"https://query.test"`}},
		{http.MethodGet, "/metadata/endpoints", "2020-06-01", 200, []string{`[{"portal"`}},
		{http.MethodGet, "//metadata/endpoints", "2018-01-01", 200, []string{`"cloudEndpoint":{"public":{"endpoint":"` + strings.TrimPrefix(f.url, "https://") + `","locations":["westeurope","northeurope"]}}`, `"tenant":"common"`}},
		{http.MethodGet, "/metadata/endpoints", "2015-01-01", 200, []string{`{"galleryEndpoint"`, `"graphEndpoint"`, `"authentication":{"loginEndpoint":"https://login.test/","audiences":[`}},
		{http.MethodGet, "/metadata/endpoints", "1.0", 200, []string{`{"galleryEndpoint"`}},
		{http.MethodGet, "/tenants", "2022-12-01", 200, []string{`"tenantId":"` + f.directory.TenantID()}},
		{http.MethodGet, "/subscriptions", "2022-12-01", 200, []string{`"subscriptionId":"` + f.ids.SubscriptionID, `"state":"Enabled"`}},
		{http.MethodGet, subscription, "2022-12-01", 200, []string{`"tenantId":"` + f.directory.TenantID()}},
		{http.MethodGet, subscription + "/locations", "2022-12-01", 200, []string{`"name":"westeurope"`, `"displayName":"North Europe"`}},
		{http.MethodGet, subscription + "/resourcegroups", "2024-11-01", 200, []string{arm.ResourceGroup, arm.WatcherGroup}},
		{http.MethodGet, subscription + "/resourcegroups/" + strings.ToUpper(arm.ResourceGroup), "2024-11-01", 200, []string{`"id":"` + group + `"`}},
		{http.MethodHead, group, "2024-11-01", 204, nil},
		{http.MethodHead, group + "x", "2024-11-01", 404, nil},
		{http.MethodGet, subscription + "/providers", "2022-09-01", 200, []string{`"namespace":"Microsoft.Network"`, `"resourceType":"networkwatchers/packetcaptures"`, `"Registered"`, `"namespace":"microsoft.insights"`, `"NotRegistered"`}},
		{http.MethodGet, subscription + "/providers/microsoft.compute", "2022-09-01", 200, []string{`"namespace":"Microsoft.Compute"`, `"2025-04-01"`}},
		{http.MethodPost, subscription + "/providers/Microsoft.Storage/register", "2022-09-01", 200, []string{`"registrationState":"Registered"`}},
		{http.MethodGet, f.ids.VMID, "2024-07-01", 200, []string{`"type":"Microsoft.Compute/virtualMachines"`, `"osType":"Linux"`, "AzureNetworkWatcherExtension"}},
		{http.MethodGet, f.ids.VMID + "?$expand=instanceView", "2024-07-01", 200, []string{"PowerState/running"}},
		{http.MethodGet, f.ids.StoppedVMID + "/instanceView", "2024-07-01", 200, []string{"PowerState/deallocated"}},
		{http.MethodGet, f.ids.VMWithoutAgentID + "/extensions", "2024-07-01", 200, []string{`{"value":[]}`}},
		{http.MethodGet, f.ids.WindowsVMID + "/extensions/azurenetworkwatcherextension", "2024-07-01", 200, []string{`"id":"` + f.ids.WindowsVMID + `/extensions/AzureNetworkWatcherExtension"`, `"type":"NetworkWatcherAgentWindows"`}},
		{http.MethodGet, f.ids.VMWithoutAgentID + "/extensions/AzureNetworkWatcherExtension", "2024-07-01", 404, []string{`"ResourceNotFound"`, "'Microsoft.Compute/virtualMachines/vm-no-agent/extensions/AzureNetworkWatcherExtension' under"}},
		{http.MethodGet, f.ids.VMSSID + "/extensions", "2024-07-01", 200, []string{`"type":"Microsoft.Compute/virtualMachineScaleSets/extensions"`}},
		{http.MethodGet, f.ids.VMSSID + "/extensions/AzureNetworkWatcherExtension", "2024-07-01", 200, []string{`"id":"` + f.ids.VMSSID + "/extensions/"}},
		{http.MethodGet, f.ids.VMSSID + "/virtualMachines/1/extensions", "2024-07-01", 200, []string{`"type":"Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions"`}},
		{http.MethodGet, f.ids.VMSSID + "/virtualMachines/1/extensions/AzureNetworkWatcherExtension", "2024-07-01", 200, []string{`"id":"` + f.ids.VMSSID + "/virtualMachines/1/extensions/"}},
		{http.MethodGet, f.ids.VMSSID + "/virtualMachines/1/extensions/x", "2024-07-01", 404, []string{`"ResourceNotFound"`, "/vmss-linux/virtualMachines/1/extensions/x' under"}},
		{http.MethodGet, f.ids.VMSSID + "/virtualMachines/9/extensions", "2024-07-01", 404, []string{"The entity was not found."}},
		{http.MethodGet, f.ids.StorageAccountID, "2025-08-01", 200, nil},
		{http.MethodGet, subscription + "/providers/Microsoft.Storage/storageAccounts", "2025-08-01", 200, []string{"tapcaptures"}},
		{http.MethodPost, subscription + "/providers/Microsoft.Search/unregister", "2025-03-01", 200, []string{`"registrationState":"Unregistering"`}},
		{http.MethodGet, subscription + "/providers/Microsoft.Search", "2025-04-01", 200, []string{`"registrationState":"Unregistered"`}},
		{http.MethodPost, subscription + "/providers/microsoft.search/register", "2025-04-01", 200, []string{`"registrationState":"Registering"`}},
		{http.MethodPost, subscription + "/providers/Microsoft.Network/unregister", "2025-04-01", 409, []string{"'Microsoft.Network'"}},
		{http.MethodGet, group + "/providers/Microsoft.Compute/virtualMachines", "2024-07-01", 200, []string{"vm-windows"}},
		{http.MethodGet, subscription + "/providers/Microsoft.Compute/virtualMachineScaleSets", "2024-07-01", 200, []string{"vmss-linux", `"capacity":3`}},
		{http.MethodGet, f.ids.VMSSID, "2024-07-01", 200, []string{`"orchestrationMode":"Uniform"`}},
		{http.MethodGet, f.ids.VMSSID + "/virtualMachines", "2024-07-01", 200, []string{`"instanceId":"2"`}},
		{http.MethodGet, f.ids.VMSSID + "/virtualMachines/0", "2024-07-01", 200, []string{`"name":"vmss-linux_0"`}},
		{http.MethodGet, f.ids.VMSSID + "/virtualMachines/9", "2024-07-01", 404, []string{"The entity was not found."}},
		{http.MethodGet, f.ids.VMID + "x", "2024-07-01", 404, []string{"'Microsoft.Compute/virtualMachines/vm-linuxx' under resource group '" + arm.ResourceGroup + "'"}},
	} {
		path, query, _ := strings.Cut(test.path, "?")
		got := f.do(t, test.method, path+"?api-version="+test.version+"&"+query, "").want(t, test.status)
		for _, part := range test.want {
			if !strings.Contains(string(got.body), part) {
				t.Errorf("%s %s: no %s in %s", test.method, test.path, part, got.body)
			}
		}
	}
	f.token = ""
	f.do(t, http.MethodGet, "/metadata/endpoints?api-version=2022-09-01", "").want(t, 200)
	challenge := f.do(t, http.MethodGet, subscription, "").want(t, 401).header.Get("WWW-Authenticate")
	if !strings.Contains(challenge, "/"+f.directory.TenantID()+`"`) {
		t.Errorf("the challenge does not name the tenant: %s", challenge)
	}
}

func TestErrorsNameWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	subscription := "/subscriptions/" + f.ids.SubscriptionID
	for _, test := range []struct {
		path, version string
		status        int
		code          string
		want          []string
	}{
		{f.ids.VMID, "2025-05-01", 400, "NoRegisteredProviderFound", []string{"'virtualMachines'", "2024-07-01"}},
		{f.ids.NetworkWatcherID + "/packetCaptures", "2024-11-01", 400, "NoRegisteredProviderFound", []string{"'networkWatchers/packetCaptures'", "2025-05-01"}},
		{subscription, "2025-05-01", 400, "InvalidApiVersionParameter", []string{"'2025-05-01' is invalid", "2022-12-01"}},
		{subscription + "/providers/Microsoft.Compute/disks", "2024-07-01", 404, "InvalidResourceType", []string{"'disks'", "'Microsoft.Compute'", "2024-11-01"}},
		{subscription + "/providers/Microsoft.Web/sites", "2024-07-01", 404, "InvalidResourceType", []string{"'sites'", "'Microsoft.Web'"}},
		{subscription + "/providers/Contoso.Web/sites", "2024-07-01", 404, "InvalidResourceNamespace", []string{"'Contoso.Web'"}},
		{subscription + "/providers/Contoso.Web", "2022-09-01", 404, "InvalidResourceNamespace", []string{"'Contoso.Web'"}},
		{"/nowhere", "2022-09-01", 404, "MissingSubscription", nil},
	} {
		got := f.do(t, http.MethodGet, test.path+"?api-version="+test.version, "")
		got.wantError(t, test.status, test.code)
		for _, part := range test.want {
			if !strings.Contains(string(got.body), part) {
				t.Errorf("%s: no %s in %s", test.path, part, got.body)
			}
		}
	}
}

// TestBodiesThatDoNotFitAreRefusedInTheServicesWords puts every JSON type where
// another is wanted.
func TestBodiesThatDoNotFitAreRefusedInTheServicesWords(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	for _, member := range []string{"target", "scope", "totalBytesPerSession", "filters", "storageLocation", "continuousCapture", "captureSettings"} {
		for _, value := range []any{1.5, true, "x", []int{1}, map[string]int{"fileCount": 1}, -1e300} {
			body, err := json.Marshal(map[string]any{"properties": map[string]any{"target": f.ids.VMID, "storageLocation": map[string]string{}, member: value}})
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{string(body), string(body[:len(body)-2]), string(body) + "x"} {
				got := f.do(t, http.MethodPut, f.captureID("odd"), text).want(t, 400)
				for _, word := range []string{"Go ", "json:", "int64", "struct", "strconv", "request"} {
					if strings.Contains(strings.ReplaceAll(string(got.body), "Cannot parse the request", ""), word) && strings.Contains(string(got.body), "InvalidJson") {
						t.Errorf("%s: %s", text, got.body)
					}
				}
			}
		}
	}
}

// TestResourceProvidersAreRegistered registers what is not, and the opposite, as
// azurerm does.
func TestResourceProvidersAreRegistered(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	const blueprint = "Microsoft.Blueprint"
	for _, step := range []struct{ method, path, state string }{
		{http.MethodGet, blueprint, "NotRegistered"},
		{http.MethodPost, blueprint + "/unregister", "NotRegistered"},
		{http.MethodPost, blueprint + "/register", "Registering"},
		{http.MethodGet, blueprint, "Registered"},
		{http.MethodPost, blueprint + "/register", "Registered"},
		{http.MethodPost, blueprint + "/unregister", "Unregistering"},
		{http.MethodGet, blueprint, "Unregistered"},
	} {
		got := f.do(t, step.method, "/subscriptions/"+f.ids.SubscriptionID+"/providers/"+step.path+"?api-version=2022-09-01", "").want(t, 200)
		if !strings.Contains(string(got.body), `"registrationState":"`+step.state+`"`) {
			t.Errorf("%s %s: not %s: %s", step.method, step.path, step.state, got.body)
		}
	}
}

// TestRealisticOperationsTakeTheirTime polls as early as some clients do.
func TestRealisticOperationsTakeTheirTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{Realistic: true})
	monitor := f.do(t, http.MethodPut, f.captureID("slow"), f.vmBody("")).want(t, 201).header.Get("Azure-AsyncOperation")
	for _, step := range []struct {
		seconds int
		status  string
	}{{0, "InProgress"}, {1, "InProgress"}, {8, "InProgress"}, {3, "Succeeded"}} {
		f.core.Clock.Advance(time.Duration(step.seconds) * time.Second)
		if got := f.do(t, http.MethodGet, monitor, "").want(t, 200); !strings.Contains(string(got.body), step.status) {
			t.Errorf("%d seconds later: %s", step.seconds, got.body)
		}
	}
}
