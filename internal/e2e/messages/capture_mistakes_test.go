package messages

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// generatedPath is a blob as Azure names it.
const generatedPath = "https://captures.blob.core.windows.net/network-watcher-logs/subscriptions/s/resourcegroups/web/providers/microsoft.compute/virtualmachines/web-1/2026/03/04/packetcapture_12_00_00_123.cap"

func captureMistakes() []mistake {
	good := goodCapture()
	filter := func(f ...any) acctest.Config { return with(good, acctest.Config{"filters": f}) }
	one := func(f acctest.Config) acctest.Config { return filter(f) }
	var all []mistake
	for _, m := range []struct {
		title  string
		config acctest.Config
	}{
		{"null in instances.include", with(good, acctest.Config{"instances": acctest.Config{"include": []any{"0", nil}}})},
		{"null in instances.exclude", with(good, acctest.Config{"instances": acctest.Config{"exclude": []any{nil}}})},
		{"filters = [null]", filter(nil)},
		{"null in recapture_triggers", with(good, acctest.Config{"recapture_triggers": acctest.Config{"a": nil}})},
		{"timeouts.create below zero", with(good, acctest.Config{"timeouts": acctest.Config{"create": "-5m"}})},
		{"timeouts.delete of zero", with(good, acctest.Config{"timeouts": acctest.Config{"delete": "0s"}})},
		{"timeouts.read is no duration", with(good, acctest.Config{"timeouts": acctest.Config{"read": "5 minutes"}})},
		{"port range backwards", one(acctest.Config{"protocol": "TCP", "local_port": "8080-80"})},
		{"port too large", one(acctest.Config{"protocol": "TCP", "local_port": "443-70000"})},
		{"port too large, in the second filter", filter(acctest.Config{"local_port": "443"}, acctest.Config{"remote_port": "443-70000"})},
		{"range in a list of ports", one(acctest.Config{"protocol": "TCP", "local_port": "80;8000-8080"})},
		{"filter on ICMP", one(acctest.Config{"protocol": "ICMP"})},
		{"address that is none", one(acctest.Config{"local_ip_address": "10.0.0.300"})},
		{"network instead of a range", one(acctest.Config{"remote_ip_address": "10.0.0.0/24"})},
		{"filter without a condition", one(acctest.Config{})},
		{"filter without a condition, beside another", filter(acctest.Config{"local_port": "443"}, acctest.Config{"protocol": "Any", "local_port": ""})},
		{"watcher ID is a name", with(good, acctest.Config{"network_watcher_id": "NetworkWatcher_westeurope"})},
		{"target is a disk", with(good, acctest.Config{"target_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/web/providers/Microsoft.Compute/disks/d"})},
		{"no place to store it", with(good, acctest.Config{"storage_location": acctest.Config{}})},
		{"storage_path without an account", with(good, acctest.Config{"storage_location": acctest.Config{"file_path": "/var/captures/web.cap", "storage_path": "https://captures.blob.core.windows.net/a/b.cap"}})},
		{"storage_path that Azure generated", with(good, acctest.Config{"storage_location": acctest.Config{"storage_account_id": account, "storage_path": generatedPath}})},
		{"file is no .cap", with(good, acctest.Config{"storage_location": acctest.Config{"file_path": "/var/captures/web.pcap"}})},
		{"time limit too long", with(good, acctest.Config{"time_limit_in_seconds": 99999})},
		{"ring settings without continuous_capture", with(good, acctest.Config{"capture_settings": acctest.Config{"file_count": 5}})},
		{"classic limit on a ring", with(good, acctest.Config{"continuous_capture": true, "time_limit_in_seconds": 60})},
		{"desired_state misspelt", with(good, acctest.Config{"desired_state": "paused"})},
		{"instances of a single machine", with(good, acctest.Config{"instances": acctest.Config{"include": []any{"0"}}})},
		{"instances included and excluded", with(good, acctest.Config{"target_id": scaleSet, "instances": acctest.Config{"include": []any{"0"}, "exclude": []any{"1"}}})},
	} {
		all = append(all, mistake{title: capture + ": " + m.title, call: validate(capture, m.config)})
	}
	return append(all,
		mistake{title: capture + ": waits for an end that is beyond the create timeout", call: plan(capture, with(good, acctest.Config{"name": "waits", "wait_for_completion": true}))},
		mistake{title: capture + ": waits for the end of a ring", call: plan(capture, with(good, acctest.Config{"name": "ring", "wait_for_completion": true, "continuous_capture": true}))},
		mistake{title: capture + ": a name is planned twice", call: steps(func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
			t.Helper()
			config := inCloud(cloud, with(good, acctest.Config{"name": "twice"}))
			p.Plan(t.Context(), capture, nil, config)
			_, diagnostics := p.Plan(t.Context(), capture, nil, config)
			return diagnostics
		})},
		mistake{title: capture + ": import of a name", call: importID(capture, "web")},
		mistake{title: capture + ": the data source's name_regex is none", call: refuse(capture+"s", acctest.Config{"network_watcher_id": watcher, "name_regex": "web-("})},
		mistake{title: "cloudtap_azure_network_watcher: no such region", call: read("cloudtap_azure_network_watcher", acctest.Config{"location": "weteurope"})},
		mistake{title: "cloudtap_azure_network_watcher: no such watcher", call: read("cloudtap_azure_network_watcher", acctest.Config{"name": "NetworkWatcher_weteurope", "resource_group_name": "NetworkWatcherRG"})},
		mistake{title: "cloudtap_azure_network_watcher: the subscription is nowhere", environment: map[string]string{"ARM_SUBSCRIPTION_ID": "", "AZURE_SUBSCRIPTION_ID": ""},
			call: read("cloudtap_azure_network_watcher", acctest.Config{"location": "westeurope"})},
	)
}

// wrongWatcher is a watcher that a subscription lacks.
func wrongWatcher() string { return strings.ReplaceAll(watcher, "}", "}x") }
