package arm_test

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

type page struct {
	Value []struct {
		ID, Name, Type, Location string
	}
	NextLink string
}

// pages reads a list to its end, and returns how many pages it had.
func (f *fixture) pages(t *testing.T, target string) (ids []string, count int) {
	t.Helper()
	for ; target != ""; count++ {
		var got page
		f.do(t, http.MethodGet, target, "").want(t, http.StatusOK).decode(t, &got)
		for _, resource := range got.Value {
			ids = append(ids, resource.ID)
			if resource.Name == "" || resource.Type == "" || resource.Location == "" || !strings.HasSuffix(resource.ID, "/"+path.Base(resource.Name)) {
				t.Errorf("a resource without name, type or location: %+v", resource)
			}
		}
		target = got.NextLink
	}
	return ids, count
}

func TestResourcesOfEveryProviderAreListed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	subscription := "/subscriptions/" + f.ids.SubscriptionID
	list := func(under, query string) string {
		return subscription + under + "/resources?api-version=2024-11-01&" + query
	}
	filter := func(text string) string { return "$filter=" + url.QueryEscape(text) }
	all, count := f.pages(t, list("", ""))
	for _, id := range []string{f.ids.NetworkWatcherID, f.ids.VMID, f.ids.VMID + "/extensions/AzureNetworkWatcherExtension", f.ids.VMSSID, f.ids.StorageAccountID, f.ids.FirewallID, f.ids.VPNGatewayID, f.ids.VPNConnectionID, f.ids.VirtualWANGatewayID, f.service.WorkspaceID()} {
		if !slices.Contains(all, id) {
			t.Errorf("%s is not listed", id)
		}
	}
	if count != 1 || slices.Contains(all, f.ids.VirtualWANConnectionID) {
		t.Errorf("%d pages, or a resource without a location: %v", count, all)
	}
	for query, want := range map[string][]string{
		filter("resourceType eq 'Microsoft.Network/networkWatchers'"):                               {f.ids.NetworkWatcherID, f.ids.OtherNetworkWatcherID},
		filter("resourceType eq 'microsoft.network/NETWORKWATCHERS' and location eq 'northeurope'"): {f.ids.OtherNetworkWatcherID},
		filter("name eq 'vm-linux'"):         {f.ids.VMID},
		filter("substringof('-stop', name)"): {f.ids.StoppedVMID, f.ids.StoppedVMID + "/extensions/AzureNetworkWatcherExtension"},
		filter("name eq 'vm-linux' or resourceType eq 'Microsoft.Network/networkWatchers' and location ne 'westeurope'"): {f.ids.OtherNetworkWatcherID, f.ids.VMID},
		filter("resourceGroup eq 'networkwatcherrg'"):                                                                    {f.ids.NetworkWatcherID, f.ids.OtherNetworkWatcherID},
		filter("name eq 'it''s'"):                    nil,
		filter("tagName eq 'a' and tagValue eq 'b'"): nil,
	} {
		if got, _ := f.pages(t, list("", query)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	inGroup, _ := f.pages(t, list("/resourceGroups/"+strings.ToUpper(arm.WatcherGroup), ""))
	if !slices.Equal(inGroup, []string{f.ids.NetworkWatcherID, f.ids.OtherNetworkWatcherID}) {
		t.Errorf("of a group: %v", inGroup)
	}
	for size, want := range map[string]int{"1": len(all), "7": (len(all) + 6) / 7, "1000": 1, "5000": 1} {
		if paged, count := f.pages(t, list("", "$top="+size)); count != want || !slices.Equal(paged, all) {
			t.Errorf("$top=%s: %d pages of %d, want %d of %d", size, count, len(paged), want, len(all))
		}
	}
	if paged, count := f.pages(t, list("", "$top=1&"+filter("substringof('vm-', name) and resourceType eq 'Microsoft.Compute/virtualMachines'"))); count != 5 || len(paged) != 5 {
		t.Errorf("pages of a filter: %d, %v", count, paged)
	}
	if groups, count := f.pages(t, subscription+"/resourcegroups?api-version=2024-11-01&$top=1"); count != 2 || len(groups) != 2 {
		t.Errorf("groups: %d pages, %v", count, groups)
	}
	for query, code := range map[string]string{
		"$top=0": "InvalidTopInQueryString", "$top=many": "InvalidTopInQueryString", "$skiptoken=x": "InvalidSkiptokenInQueryString",
		filter("resourceType"): "InvalidFilterInQueryString", filter("colour eq 'red'"): "InvalidFilterInQueryString", filter("name eq 'a' and"): "InvalidFilterInQueryString",
		filter("(name eq 'a')"): "InvalidFilterInQueryString", filter("name eq a"): "InvalidFilterInQueryString",
	} {
		f.do(t, http.MethodGet, list("", query), "").wantError(t, http.StatusBadRequest, code)
	}
}

// TestWhatIsListedCanBeRead reads every resource by its id, and lists its type.
func TestWhatIsListedCanBeRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	versions := map[string]string{"microsoft.network": "2025-05-01", "microsoft.compute": "2024-07-01", "microsoft.storage": "2025-01-01", "microsoft.operationalinsights": "2023-09-01"}
	all, _ := f.pages(t, "/subscriptions/"+f.ids.SubscriptionID+"/resources?api-version=2024-11-01")
	for _, id := range all {
		_, below, _ := strings.Cut(id, "/providers/")
		namespace, _, _ := strings.Cut(below, "/")
		version := "?api-version=" + versions[strings.ToLower(namespace)]
		var one struct{ ID, Name, Type, Location string }
		f.do(t, http.MethodGet, id+version, "").want(t, http.StatusOK).decode(t, &one)
		if one.ID != id || one.Name != path.Base(id) || one.Type == "" || one.Location == "" {
			t.Errorf("%s: %+v", id, one)
		}
		if ids, _ := f.pages(t, path.Dir(id)+version); !slices.Contains(ids, id) {
			t.Errorf("%s is not in the list of its type: %v", id, ids)
		}
		f.do(t, http.MethodGet, id+"x"+version, "").wantError(t, http.StatusNotFound, "ResourceNotFound")
	}
	if !f.service.Delete(f.ids.FirewallID) {
		t.Fatal("no firewall")
	}
	if left, _ := f.pages(t, path.Dir(f.ids.FirewallID)+"?api-version=2025-05-01"); slices.Contains(left, f.ids.FirewallID) {
		t.Error("a firewall that was deleted is listed")
	}
	connections := f.do(t, http.MethodGet, path.Dir(f.ids.VirtualWANConnectionID)+"?api-version=2025-05-01", "").want(t, http.StatusOK)
	if !strings.Contains(string(connections.body), f.ids.VirtualWANConnectionID) {
		t.Errorf("connections: %s", connections.body)
	}
	account := f.do(t, http.MethodGet, f.ids.StorageWithoutSharedKey+"?api-version=2025-01-01", "").want(t, http.StatusOK)
	if !strings.Contains(string(account.body), `"allowSharedKeyAccess":false`) || !strings.Contains(string(account.body), `"blob":"https://tapnosharedkeys.blob.core.windows.net/"`) {
		t.Errorf("account: %s", account.body)
	}
}

// TestPathsThatNobodyServes gives each the error that fits it.
func TestPathsThatNobodyServes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	subscription := "/subscriptions/" + f.ids.SubscriptionID
	group := subscription + "/resourceGroups/" + arm.ResourceGroup
	for _, test := range []struct {
		method, path, version string
		status                int
		code, part            string
	}{
		{http.MethodGet, "/nowhere", "2024-11-01", 404, "MissingSubscription", ""},
		{http.MethodGet, subscription + "/nowhere", "2024-11-01", 404, "NotFound", "https://" + strings.TrimPrefix(f.url, "https://") + subscription + "/nowhere?api-version=2024-11-01"},
		{http.MethodGet, group + "/nowhere/x", "2024-11-01", 404, "NotFound", "/nowhere/x?api-version"},
		{http.MethodGet, group + "x/nowhere", "2024-11-01", 404, "ResourceGroupNotFound", "'tap-rgx'"},
		{http.MethodGet, group + "x/resources", "2024-11-01", 404, "ResourceGroupNotFound", "'tap-rgx'"},
		{http.MethodGet, "/subscriptions/6babcaad-604b-40ac-a9d7-9fd97c0b779f/nowhere", "2024-11-01", 404, "SubscriptionNotFound", ""},
		{http.MethodGet, "/subscriptions/6babcaad-604b-40ac-a9d7-9fd97c0b779f/resources", "2024-11-01", 404, "SubscriptionNotFound", ""},
		{http.MethodGet, "/subscriptions/x/nowhere", "2024-11-01", 400, "InvalidSubscriptionId", ""},
		{http.MethodPost, subscription + "/resources", "2024-11-01", 405, "MethodNotAllowed", "'POST'"},
		{http.MethodPut, group + "x", "2024-11-01", 405, "MethodNotAllowed", "'PUT'"},
		{http.MethodGet, subscription + "/providers/Microsoft.Network/networkWatchers/x", "2025-05-01", 404, "NotFound", "No HTTP resource was found"},
		{http.MethodGet, subscription + "/providers/Microsoft.Network/connections", "2025-05-01", 404, "NotFound", "No HTTP resource was found"},
		{http.MethodPost, f.ids.VMID + "/start", "2024-07-01", 404, "InvalidResourceType", "'virtualMachines/start'"},
		{http.MethodPost, subscription + "/providers/Microsoft.Storage/checkNameAvailability", "2023-01-01", 404, "InvalidResourceType", "'checkNameAvailability' could not be found in the namespace 'Microsoft.Storage' for api version '2023-01-01'. The supported api-versions are '2015-06-15"},
		{http.MethodPost, subscription + "/providers/Microsoft.Web/checkNameAvailability", "2023-01-01", 404, "InvalidResourceType", "'Microsoft.Web'"},
		{http.MethodPost, subscription + "/providers/Contoso.Web/unregister", "2022-09-01", 404, "InvalidResourceNamespace", "'Contoso.Web'"},
		{http.MethodPost, subscription + "/providers/Microsoft.Web/unregister", "2023-01-01", 400, "InvalidApiVersionParameter", "2022-09-01"},
		{http.MethodDelete, f.ids.VMID, "2024-07-01", 405, "MethodNotAllowed", "'DELETE'"},
		{http.MethodGet, f.ids.StorageAccountID + "/blobServices/default", "2025-01-01", 404, "InvalidResourceType", "'storageAccounts/blobServices'"},
		{http.MethodGet, "/providers/Microsoft.Network", "2022-09-01", 200, "", `"id":"/providers/Microsoft.Network"`},
		{http.MethodGet, "/providers", "2022-09-01", 200, "", `"namespace":"Microsoft.Storage"`},
		{http.MethodGet, "/providers/Contoso.Web", "2022-09-01", 404, "InvalidResourceNamespace", "'Contoso.Web'"},
	} {
		got := f.do(t, test.method, test.path+"?api-version="+test.version, "")
		if test.code != "" {
			got.wantError(t, test.status, test.code)
		}
		if got.status != test.status || !strings.Contains(string(got.body), test.part) {
			t.Errorf("%s %s: %d without %s: %s", test.method, test.path, got.status, test.part, got.body)
		}
	}
	for id, exists := range map[string]bool{
		subscription: true, strings.ToUpper(group): true, f.ids.VMID: true, f.ids.VMSSID + "/virtualMachines/0": true, f.service.WorkspaceID(): true, f.ids.VPNConnectionID: true,
		f.ids.VMID + "/extensions/AzureNetworkWatcherExtension": true,
		f.captureID("none"): false, f.ids.VMID + "x": false, "": false, "/": false,
	} {
		if f.service.Exists(id) != exists {
			t.Errorf("%q exists: %v", id, !exists)
		}
	}
}

// The lists of Microsoft.Network have pages since 2025-07-01.
func TestNetworkListsHavePages(t *testing.T) {
	t.Parallel()
	f := newFixture(t, arm.Options{})
	for _, name := range []string{"a", "b", "c"} {
		f.create(t, name, f.vmBody(""))
	}
	captures, watchers := f.ids.NetworkWatcherID+"/packetCaptures", "/subscriptions/"+f.ids.SubscriptionID+"/providers/Microsoft.Network/networkWatchers"
	for size, counts := range map[string][3]int{"100": {1, 1, 1}, "2": {2, 1, 1}, "1": {3, 2, 1}} {
		f.set(t, arm.SwitchListPageSize, size)
		for i, target := range []string{captures + "?api-version=2025-07-01", watchers + "?api-version=2025-09-01", captures + "?api-version=2025-05-01"} {
			count := 0
			for ; target != ""; count++ {
				var got page
				f.do(t, http.MethodGet, target, "").want(t, http.StatusOK).decode(t, &got)
				target = got.NextLink
			}
			if count != counts[i] {
				t.Errorf("%s on a page: list %d has %d pages", size, i, count)
			}
		}
	}
}
