package packetcapture_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

func TestWhatReplacesAndWhatDoesNot(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	seeded := cloud.ARM.Seeded()
	base := acctest.Config{"filters": []acctest.Config{{"protocol": "TCP", "local_port": "443"}}}
	object := p.MustApply(t, typeName, nil, classic(cloud, base))
	scope := acctest.Config{"instances": acctest.Config{"include": []string{"0"}}}
	ringed := p.MustApply(t, typeName, nil, ring(cloud, scope))
	for name, test := range map[string]struct {
		object *acctest.Object
		config acctest.Config
		want   string
	}{
		"other case of ids":      {object, classic(cloud, acctest.Changed(base, acctest.Config{"target_id": strings.ToUpper(seeded.VMID)})), "no-op"},
		"other case of protocol": {object, classic(cloud, acctest.Config{"filters": []acctest.Config{{"protocol": "tcp", "local_port": "443"}}}), "no-op"},
		"full instance id":       {ringed, ring(cloud, acctest.Config{"instances": acctest.Config{"include": []string{seeded.VMSSID + "/virtualMachines/0"}}}), "no-op"},
		"other target":           {object, classic(cloud, acctest.Changed(base, acctest.Config{"target_id": seeded.WindowsVMID})), "replace"},
		"other filter":           {object, classic(cloud, acctest.Config{"filters": []acctest.Config{{"protocol": "TCP", "local_port": "80"}}}), "replace"},
		"no filter":              {object, classic(cloud, nil), "replace"},
		"time limit":             {object, classic(cloud, acctest.Changed(base, acctest.Config{"time_limit_in_seconds": 60})), "replace"},
		"storage":                {object, classic(cloud, acctest.Changed(base, acctest.Config{"storage_location": acctest.Config{"storage_account_id": seeded.StorageWithoutSharedKey}})), "replace"},
		"storage path":           {object, classic(cloud, acctest.Changed(base, acctest.Config{"storage_location": acctest.Config{"storage_account_id": seeded.StorageAccountID, "storage_path": "https://a.blob.core.windows.net/c/a.cap"}})), "replace"},
		"other instance":         {ringed, ring(cloud, acctest.Config{"instances": acctest.Config{"include": []string{"1"}}}), "replace"},
		"all instances":          {ringed, ring(cloud, nil), "replace"},
		"continuous for ever":    {ringed, ring(cloud, acctest.Changed(scope, acctest.Config{"continuous_capture": true})), "replace"},
		"capture settings":       {ringed, ring(cloud, acctest.Changed(scope, acctest.Config{"capture_settings": acctest.Config{"file_count": 3}})), "replace"},
		"waiting from now on":    {object, classic(cloud, acctest.Changed(base, acctest.Config{"wait_for_completion": true})), "update"},
		"from classic to ring":   {object, acctest.Changed(ring(cloud, nil), acctest.Config{"name": "web"}), "replace"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.ExpectAction(t, typeName, test.object, test.config, test.want)
		})
	}
}

func TestMoveFromAzurerm(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	seeded := cloud.ARM.Seeded()
	classicConfig := classic(cloud, acctest.Config{
		"time_limit_in_seconds": 600, "filters": []acctest.Config{{"protocol": "TCP", "local_port": "443"}},
	})
	scaleSetConfig := classic(cloud, acctest.Config{
		"name": "workers", "target_id": seeded.VMSSID, "instances": acctest.Config{"include": []string{"0", "2"}},
	})
	web := p.MustApply(t, typeName, nil, classicConfig)
	p.MustApply(t, typeName, nil, scaleSetConfig)
	path := acctest.Get(t, web.Value, "storage_location.storage_path")
	storage := fmt.Sprintf(`[{"file_path":"","storage_account_id":%q,"storage_path":%q}]`, seeded.StorageAccountID, path)
	filter := `[{"local_ip_address":"","local_port":"443","protocol":"TCP","remote_ip_address":"","remote_port":""}]`
	for _, test := range []struct {
		source, raw string
		config      acctest.Config
	}{
		{"azurerm_virtual_machine_packet_capture", fmt.Sprintf(
			`{"id":"%s/packetCaptures/web","name":"web","network_watcher_id":%q,"virtual_machine_id":%q,"maximum_bytes_per_packet":0,"maximum_bytes_per_session":1073741824,"maximum_capture_duration_in_seconds":600,"storage_location":%s,"filter":%s,"timeouts":null}`,
			seeded.NetworkWatcherID, seeded.NetworkWatcherID, seeded.VMID, storage, filter), classicConfig},
		{"azurerm_network_packet_capture", fmt.Sprintf(
			`{"id":"%s/packetCaptures/web","name":"web","network_watcher_name":"NetworkWatcher_westeurope","resource_group_name":"NetworkWatcherRG","target_resource_id":%q,"maximum_bytes_per_packet":0,"maximum_bytes_per_session":1073741824,"maximum_capture_duration":600,"storage_location":%s,"filter":%s}`,
			seeded.NetworkWatcherID, seeded.VMID, storage, filter), classicConfig},
		{"azurerm_virtual_machine_scale_set_packet_capture", fmt.Sprintf(
			`{"id":"%s/packetCaptures/workers","name":"workers","network_watcher_id":%q,"virtual_machine_scale_set_id":%q,"maximum_bytes_per_packet":0,"maximum_bytes_per_session":1073741824,"maximum_capture_duration_in_seconds":18000,"storage_location":[{"file_path":"","storage_account_id":%q,"storage_path":""}],"filter":[],"machine_scope":[{"include_instance_ids":["0","2"],"exclude_instance_ids":[]}]}`,
			seeded.NetworkWatcherID, seeded.NetworkWatcherID, seeded.VMSSID, seeded.StorageAccountID), scaleSetConfig},
	} {
		t.Run(test.source, func(t *testing.T) {
			t.Parallel()
			moved, diagnostics := p.Move(t.Context(), "registry.terraform.io/hashicorp/azurerm", test.source, typeName, test.raw)
			p.Expect(diagnostics)
			if p.Identity(typeName, moved) == nil {
				t.Error("the moved capture has no identity")
			}
			p.ExpectAction(t, typeName, p.MustRead(t, typeName, moved), test.config, "no-op")
		})
	}
	readable := fmt.Sprintf(`{"id":"%s/packetCaptures/web"}`, seeded.NetworkWatcherID)
	for source, sourceType := range map[string]string{
		"registry.terraform.io/example/other":     "azurerm_network_packet_capture",
		"registry.terraform.io/hashicorp/azurerm": "azurerm_virtual_machine",
	} {
		moved, diagnostics := p.Move(t.Context(), source, sourceType, typeName, readable)
		if len(diagnostics.Errors()) != 1 || moved.Exists() {
			t.Errorf("the state of %s of %s was taken over: %v", sourceType, source, diagnostics.Errors())
		}
	}
}

func TestListResource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		selection       acctest.Config
		limit           int64
		includeResource bool
		most            int
		want            string
		statuses        int
	}{
		"all":             {nil, 0, false, 0, "db-1,web-1,web-2,web-3", 0},
		"by name":         {acctest.Config{"name_regex": "^web-"}, 0, false, 0, "web-1,web-2,web-3", 0},
		"by other target": {acctest.Config{"target_id": unknownVM}, 0, false, 0, "", 0},
		"with resources":  {nil, 0, true, 0, "db-1,web-1,web-2,web-3", 4},
		"limit":           {nil, 2, true, 0, "db-1,web-1", 2},
		"stopped early":   {nil, 0, true, 1, "db-1", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			p := acctest.NewProvider(t, cloud)
			for _, name := range []string{"web-1", "web-2", "web-3", "db-1"} {
				p.MustApply(t, typeName, nil, classic(cloud, acctest.Config{"name": name}))
			}
			config := acctest.Changed(acctest.Config{"network_watcher_id": cloud.ARM.Seeded().NetworkWatcherID}, test.selection)
			cloud.Journal.Reset()
			listed, diagnostics := p.List(t.Context(), typeName, config, test.limit, test.includeResource, test.most)
			p.Expect(diagnostics)
			var names []string
			for _, item := range listed {
				names = append(names, item.DisplayName)
				if acctest.Get(t, item.Identity["name"], "") != item.DisplayName {
					t.Errorf("identity %v of %s", item.Identity, item.DisplayName)
				}
				if test.includeResource && !acctest.IsSet(t, item.Resource, "status") {
					t.Errorf("the resource of %s is incomplete: %s", item.DisplayName, item.Resource)
				}
			}
			if got := strings.Join(names, ","); got != test.want {
				t.Errorf("listed %s, want %s", got, test.want)
			}
			if got := cloud.Journal.Count("arm", "PacketCaptures_GetStatus"); got != test.statuses {
				t.Errorf("%d status queries, want %d", got, test.statuses)
			}
		})
	}
}

func TestListResourceOfAMissingWatcher(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t, acctest.StartCloud(t, cloudsim.Options{}))
	_, diagnostics := p.List(t.Context(), typeName, acctest.Config{"network_watcher_id": unknownWatcher}, 0, false, 0)
	acctest.ExpectError(t, diagnostics, "Could not list packet captures", "SubscriptionNotFound")
}

func TestStopOfWhatIsNoCapture(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t, acctest.StartCloud(t, cloudsim.Options{}))
	_, diagnostics := p.Invoke(t.Context(), typeName+"_stop", acctest.Config{"packet_capture_id": unknownWatcher + "/packetCaptures/webx"})
	acctest.ExpectError(t, diagnostics, "Could not stop packet capture", "webx")
	_, diagnostics = p.Invoke(t.Context(), typeName+"_stop", acctest.Config{"packet_capture_id": "web"})
	acctest.ExpectError(t, diagnostics, "packet_capture_id", "/packetCaptures/")
}
