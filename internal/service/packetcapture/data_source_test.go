package packetcapture_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

func TestDataSource(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	p.MustApply(t, typeName, nil, ring(cloud, acctest.Config{"instances": acctest.Config{"include": []string{"0"}}}))
	config := acctest.Config{"name": "ring", "network_watcher_id": cloud.ARM.Seeded().NetworkWatcherID}
	read, diagnostics := p.ReadData(t.Context(), typeName, config)
	p.Expect(diagnostics)
	for path, want := range map[string]string{
		"id": cloud.ARM.Seeded().NetworkWatcherID + "/packetCaptures/ring", "target_type": "AzureVMSS", "status": "Running",
		"instances.include": cloud.ARM.Seeded().VMSSID + "/virtualMachines/0", "capture_settings.file_count": "2",
		"storage_location.file_path": "/var/captures/ring.cap", "stop_reason": acctest.Null,
	} {
		if path == "status" {
			cloud.Clock.Advance(time.Second)
			read, diagnostics = p.ReadData(t.Context(), typeName, config)
			p.Expect(diagnostics)
		}
		if got := acctest.Get(t, read, path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	_, diagnostics = p.ReadData(t.Context(), typeName, acctest.Changed(config, acctest.Config{"name": "rong"}))
	acctest.ExpectError(t, diagnostics, "Packet capture does not exist", `"rong"`, "cloudtap_azure_packet_captures")
	_, diagnostics = p.ReadData(t.Context(), typeName, acctest.Changed(config, acctest.Config{"network_watcher_id": unknownWatcher}))
	acctest.ExpectError(t, diagnostics, "Could not read packet capture", "SubscriptionNotFound")
}

func TestListDataSource(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	p.MustApply(t, typeName, nil, classic(cloud, acctest.Config{"name": "web-1", "desired_state": "stopped"}))
	p.MustApply(t, typeName, nil, classic(cloud, acctest.Config{"name": "web-2"}))
	p.MustApply(t, typeName, nil, classic(cloud, acctest.Config{"name": "win", "target_id": cloud.ARM.Seeded().WindowsVMID}))
	watcher := acctest.Config{"network_watcher_id": cloud.ARM.Seeded().NetworkWatcherID}
	for name, test := range map[string]struct {
		config acctest.Config
		want   string
	}{
		"all":         {watcher, "web-1 web-2 win"},
		"by name":     {acctest.Changed(watcher, acctest.Config{"name_regex": "^web-.$"}), "web-1 web-2"},
		"by target":   {acctest.Changed(watcher, acctest.Config{"target_id": strings.ToUpper(cloud.ARM.Seeded().WindowsVMID)}), "win"},
		"with status": {acctest.Changed(watcher, acctest.Config{"include_status": true, "name_regex": "1$"}), "web-1:Stopped:Manual"},
		"none":        {acctest.Changed(watcher, acctest.Config{"name_regex": "nothing"}), ""},
	} {
		read, diagnostics := p.ReadData(t.Context(), typeName+"s", test.config)
		p.Expect(diagnostics)
		var got []string
		for _, capture := range acctest.Elements(t, read, "packet_captures") {
			text := acctest.Get(t, capture, "name") + ":" + acctest.Get(t, capture, "status") + ":" + acctest.Get(t, capture, "stop_reason")
			got = append(got, strings.ReplaceAll(text, ":"+acctest.Null, ""))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %v, want %s", name, got, test.want)
		}
	}
	_, diagnostics := p.ReadData(t.Context(), typeName+"s", acctest.Changed(watcher, acctest.Config{"name_regex": "("}))
	acctest.ExpectError(t, diagnostics, "name_regex", "missing closing")
}

func TestNetworkWatcherDataSource(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	const watcherType = "cloudtap_azure_network_watcher"
	for name, config := range map[string]acctest.Config{
		"region":          {"location": "westeurope"},
		"displayed name":  {"location": "West Europe"},
		"name":            {"name": "networkwatcher_WESTEUROPE", "resource_group_name": "networkwatcherrg"},
		"in subscription": {"location": "westeurope", "subscription_id": cloud.ARM.Seeded().SubscriptionID},
	} {
		read, diagnostics := p.ReadData(t.Context(), watcherType, config)
		p.Expect(diagnostics)
		if got := acctest.Get(t, read, "id"); !strings.EqualFold(got, cloud.ARM.Seeded().NetworkWatcherID) {
			t.Errorf("%s: found %q", name, got)
		}
	}
	for name, test := range map[string]struct {
		config acctest.Config
		want   []string
	}{
		"unknown region":       {acctest.Config{"location": "atlantis"}, []string{"atlantis", "NetworkWatcher_westeurope"}},
		"unknown name":         {acctest.Config{"name": "nw", "resource_group_name": "NetworkWatcherRG"}, []string{"missing network watcher", `"nw"`}},
		"nothing":              {acctest.Config{}, []string{"location", "name"}},
		"both":                 {acctest.Config{"location": "westeurope", "name": "nw", "resource_group_name": "rg"}, []string{"location", "name"}},
		"name without group":   {acctest.Config{"name": "nw"}, []string{"resource_group_name"}},
		"unknown subscription": {acctest.Config{"location": "westeurope", "subscription_id": "00000000-0000-0000-0000-000000000000"}, []string{"SubscriptionNotFound"}},
	} {
		_, diagnostics := p.ReadData(t.Context(), watcherType, test.config)
		if len(diagnostics.Errors()) == 0 {
			t.Errorf("%s: no error", name)
			continue
		}
		simtest.Says(t, strings.Join(diagnostics.Errors(), "\n"), test.want...)
	}
}

// TestListsHavePages: what is on a later page is not missing.
func TestListsHavePages(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	if err := cloud.ARM.Switches().Set(arm.SwitchListPageSize, "1"); err != nil {
		t.Fatal(err)
	}
	p := acctest.NewProvider(t, cloud)
	var objects []*acctest.Object
	for _, name := range []string{"a", "b", "c"} {
		objects = append(objects, p.MustApply(t, typeName, nil, classic(cloud, acctest.Config{"name": name})))
	}
	again := acctest.NewProvider(t, cloud)
	acctest.Together(len(objects), func(i int) {
		if read, diagnostics := again.Read(t.Context(), typeName, objects[i]); !read.Exists() || len(diagnostics.Errors()) > 0 {
			t.Errorf("%d: %v", i, diagnostics)
		}
	})
	read, diagnostics := again.ReadData(t.Context(), typeName+"s", acctest.Config{"network_watcher_id": cloud.ARM.Seeded().NetworkWatcherID})
	again.Expect(diagnostics)
	if got := len(acctest.Elements(t, read, "packet_captures")); got != len(objects) {
		t.Errorf("%d captures", got)
	}
	for _, location := range []string{"westeurope", "northeurope"} {
		_, diagnostics := again.ReadData(t.Context(), "cloudtap_azure_network_watcher", acctest.Config{"location": location})
		again.Expect(diagnostics)
	}
}
