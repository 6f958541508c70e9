package messages

import (
	"maps"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// mistake is one configuration, and what is done with it.
type mistake struct {
	title       string
	environment map[string]string
	block       acctest.Config
	call        func(*testing.T, *acctest.Provider) acctest.Diagnostics
}

const (
	watcher  = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"
	machine  = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1"
	account  = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/web/providers/Microsoft.Storage/storageAccounts/captures"
	firewall = "546af3f8-88e9-47f2-a205-2346d7090925"
	task     = "39ba0ed5-a3f6-4b3a-8d5c-5a1d7e1f1234"

	capture = "cloudtap_azure_packet_capture"
	ingest  = "cloudtap_azure_log_ingest"
	tasks   = "cloudtap_huaweicloud_capture_task"
)

// with returns a configuration with other values; nil leaves one out.
func with(base acctest.Config, changes acctest.Config) acctest.Config {
	changed := maps.Clone(base)
	maps.Copy(changed, changes)
	return changed
}

func validate(name string, config acctest.Config) func(*testing.T, *acctest.Provider) acctest.Diagnostics {
	return func(t *testing.T, p *acctest.Provider) acctest.Diagnostics {
		t.Helper()
		return p.Validate(t.Context(), name, config)
	}
}

func create(name string, config acctest.Config) func(*testing.T, *acctest.Provider) acctest.Diagnostics {
	return func(t *testing.T, p *acctest.Provider) acctest.Diagnostics {
		t.Helper()
		_, diagnostics := p.Apply(t.Context(), name, nil, config)
		return diagnostics
	}
}

func read(name string, config acctest.Config) func(*testing.T, *acctest.Provider) acctest.Diagnostics {
	return func(t *testing.T, p *acctest.Provider) acctest.Diagnostics {
		t.Helper()
		_, diagnostics := p.ReadData(t.Context(), name, config)
		return diagnostics
	}
}

func importID(name, id string) func(*testing.T, *acctest.Provider) acctest.Diagnostics {
	return func(t *testing.T, p *acctest.Provider) acctest.Diagnostics {
		t.Helper()
		_, diagnostics := p.Import(t.Context(), name, id)
		return diagnostics
	}
}

func mistakes() []mistake {
	all := captureMistakes()
	all = append(all, taskMistakes()...)
	all = append(all, ingestMistakes()...)
	return append(all, otherMistakes()...)
}

func captureMistakes() []mistake {
	good := acctest.Config{"name": "web", "network_watcher_id": watcher, "target_id": machine, "storage_location": acctest.Config{"storage_account_id": account}}
	filter := func(f acctest.Config) acctest.Config { return with(good, acctest.Config{"filters": []any{f}}) }
	var all []mistake
	for _, m := range []struct {
		title  string
		config acctest.Config
	}{
		{"null in instances.include", with(good, acctest.Config{"instances": acctest.Config{"include": []any{"0", nil}}})},
		{"null in instances.exclude", with(good, acctest.Config{"instances": acctest.Config{"exclude": []any{nil}}})},
		{"filters = [null]", with(good, acctest.Config{"filters": []any{nil}})},
		{"null in recapture_triggers", with(good, acctest.Config{"recapture_triggers": acctest.Config{"a": nil}})},
		{"timeouts.create below zero", with(good, acctest.Config{"timeouts": acctest.Config{"create": "-5m"}})},
		{"timeouts.delete of zero", with(good, acctest.Config{"timeouts": acctest.Config{"delete": "0s"}})},
		{"timeouts.read is no duration", with(good, acctest.Config{"timeouts": acctest.Config{"read": "5 minutes"}})},
		{"port range backwards", filter(acctest.Config{"protocol": "TCP", "local_port": "8080-80"})},
		{"port too large", filter(acctest.Config{"protocol": "TCP", "local_port": "443-70000"})},
		{"range in a list of ports", filter(acctest.Config{"protocol": "TCP", "local_port": "80;8000-8080"})},
		{"filter on ICMP", filter(acctest.Config{"protocol": "ICMP"})},
		{"address that is none", filter(acctest.Config{"local_ip_address": "10.0.0.300"})},
		{"network instead of a range", filter(acctest.Config{"remote_ip_address": "10.0.0.0/24"})},
		{"watcher ID is a name", with(good, acctest.Config{"network_watcher_id": "NetworkWatcher_westeurope"})},
		{"target is a disk", with(good, acctest.Config{"target_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/web/providers/Microsoft.Compute/disks/d"})},
		{"no place to store it", with(good, acctest.Config{"storage_location": acctest.Config{}})},
		{"file is no .cap", with(good, acctest.Config{"storage_location": acctest.Config{"file_path": "/var/captures/web.pcap"}})},
		{"time limit too long", with(good, acctest.Config{"time_limit_in_seconds": 99999})},
		{"ring settings without continuous_capture", with(good, acctest.Config{"capture_settings": acctest.Config{"file_count": 5}})},
		{"desired_state misspelt", with(good, acctest.Config{"desired_state": "paused"})},
		{"instances of a single machine", with(good, acctest.Config{"instances": acctest.Config{"include": []any{"0"}}})},
	} {
		all = append(all, mistake{title: capture + ": " + m.title, call: validate(capture, m.config)})
	}
	return append(all,
		mistake{title: capture + ": the watcher does not exist", call: create(capture, good)},
		mistake{title: capture + ": import of a name", call: importID(capture, "web")},
		mistake{title: capture + ": the data source's capture does not exist", call: read(capture, acctest.Config{"name": "gone", "network_watcher_id": watcher})},
		mistake{title: "cloudtap_azure_network_watcher: no such region", call: read("cloudtap_azure_network_watcher", acctest.Config{"location": "weteurope"})},
		mistake{title: "credentials: unknown environment", environment: map[string]string{"ARM_ENVIRONMENT": "german"}, call: create(capture, good)},
		mistake{title: "credentials: secret without tenant", environment: map[string]string{"ARM_TENANT_ID": "", "AZURE_TENANT_ID": "", "ARM_CLIENT_SECRET": canary}, call: create(capture, good)},
		mistake{title: "credentials: wrong secret", environment: map[string]string{"ARM_CLIENT_SECRET": canary}, call: create(capture, good)},
		mistake{title: "credentials: nothing configured", environment: map[string]string{"ARM_CLIENT_SECRET": "", "AZURE_CLIENT_SECRET": "", "ARM_USE_CLI": "false"}, call: create(capture, good)},
		mistake{title: "credentials: certificate file is missing", environment: map[string]string{"ARM_CLIENT_SECRET": "", "ARM_CLIENT_CERTIFICATE_PATH": "/nowhere/client.pem", "ARM_CLIENT_CERTIFICATE_PASSWORD": canary}, call: create(capture, good)},
		mistake{title: "provider: ARM_USE_CLI is no boolean", environment: map[string]string{"ARM_USE_CLI": "maybe"}, call: create(capture, good)},
		mistake{title: "provider: an endpoint without scheme", environment: map[string]string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": "management.example.com"}, call: create(capture, good)},
	)
}

func taskMistakes() []mistake {
	good := acctest.Config{
		"fw_instance_id": firewall, "name": "web", "duration_in_minutes": 5, "max_packets": 1000,
		"source_address": "203.0.113.7", "destination_address": "198.51.100.20", "protocol": "tcp",
	}
	var all []mistake
	for _, m := range []struct {
		title  string
		config acctest.Config
	}{
		{"protocol misspelt", with(good, acctest.Config{"protocol": "tpc"})},
		{"families differ", with(good, acctest.Config{"destination_address": "2001:db8::1"})},
		{"address that is none", with(good, acctest.Config{"source_address": "web.example.com"})},
		{"port without TCP or UDP", with(good, acctest.Config{"protocol": "icmp", "destination_port": "443"})},
		{"port too large", with(good, acctest.Config{"destination_port": "70000"})},
		{"no packets", with(good, acctest.Config{"max_packets": 0})},
		{"timeouts.create of zero", with(good, acctest.Config{"timeouts": acctest.Config{"create": "0s"}})},
	} {
		all = append(all, mistake{title: tasks + ": " + m.title, call: validate(tasks, m.config)})
	}
	noKeys := map[string]string{"HW_ACCESS_KEY": "", "HW_SECRET_KEY": "", "HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": "", "CLOUDTAP_HUAWEICLOUD_METADATA_ENDPOINT": "http://127.0.0.1:1"}
	return append(all,
		mistake{title: tasks + ": import of a name", call: importID(tasks, "web")},
		mistake{title: tasks + ": the firewall does not exist", call: create(tasks, good)},
		mistake{title: "cloudtap_huaweicloud_firewall: no such name", call: read("cloudtap_huaweicloud_firewall", acctest.Config{"name": "nowhere"})},
		mistake{title: "credentials: no region", environment: map[string]string{"HW_REGION_NAME": "", "OS_REGION_NAME": ""}, call: create(tasks, good)},
		mistake{title: "credentials: no keys", environment: noKeys, call: create(tasks, good)},
		mistake{title: "credentials: key without secret", environment: map[string]string{"HW_SECRET_KEY": "", "HUAWEICLOUD_SDK_SK": ""}, call: create(tasks, good)},
		mistake{title: "credentials: wrong secret key", environment: map[string]string{"HW_SECRET_KEY": canary}, call: create(tasks, good)},
		mistake{title: "provider: HW_MAX_RETRIES below zero", environment: map[string]string{"HW_MAX_RETRIES": "-1"}, call: create(tasks, good)},
	)
}

func ingestMistakes() []mistake {
	collector := acctest.Config{"workspace_id": "11111111-2222-3333-4444-555555555555", "shared_key": canaryKey, "log_type": "PacketCapture"}
	good := acctest.Config{"data_collector": collector, "records": `[{"Name":"web"}]`}
	var all []mistake
	for _, m := range []struct {
		title  string
		config acctest.Config
	}{
		{"no records", with(good, acctest.Config{"records": nil})},
		{"records twice", with(good, acctest.Config{"records_file": "records.json"})},
		{"no destination", acctest.Config{"records": `[{"Name":"web"}]`}},
		{"records are no JSON", with(good, acctest.Config{"records": "Name: web"})},
		{"records hold a number", with(good, acctest.Config{"records": "[1]"})},
		{"log type with a hyphen", with(good, acctest.Config{"data_collector": with(collector, acctest.Config{"log_type": "packet-capture"})})},
		{"workspace ID is a name", with(good, acctest.Config{"data_collector": with(collector, acctest.Config{"workspace_id": "my-workspace"})})},
		{"shared key is no base64", with(good, acctest.Config{"data_collector": with(collector, acctest.Config{"shared_key": canary + "!"})})},
		{"null in triggers", with(good, acctest.Config{"triggers": acctest.Config{"a": nil}})},
		{"timeouts.update below zero", with(good, acctest.Config{"timeouts": acctest.Config{"update": "-1s"}})},
		{"on_change misspelt", with(good, acctest.Config{"on_change": "replace"})},
	} {
		all = append(all, mistake{title: ingest + ": " + m.title, call: validate(ingest, m.config)})
	}
	return append(all,
		mistake{title: ingest + ": wrong key", call: create(ingest, with(good, acctest.Config{"data_collector": with(collector, acctest.Config{"shared_key": canaryKey})}))},
		mistake{title: ingest + ": the records file does not exist", call: create(ingest, with(good, acctest.Config{"records": nil, "records_file": "/nowhere/records.json"}))},
	)
}

func otherMistakes() []mistake {
	return []mistake{
		{title: "cloudtap_azure_instance_metadata: not on Azure", environment: map[string]string{"CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT": "http://127.0.0.1:1"}, call: read("cloudtap_azure_instance_metadata", acctest.Config{})},
		{title: "cloudtap_azure_instance_metadata: the host does not know the api_version", call: read("cloudtap_azure_instance_metadata", acctest.Config{"api_version": "2031-01-01"})},
		{title: "cloudtap_azure_attested_document: not on Azure", environment: map[string]string{"CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT": "http://127.0.0.1:1"},
			call: func(t *testing.T, p *acctest.Provider) acctest.Diagnostics {
				t.Helper()
				_, diagnostics := p.Open(t.Context(), "cloudtap_azure_attested_document", acctest.Config{})
				return diagnostics
			}},
		{title: "cloudtap_azure_log_query: wrong query", call: read("cloudtap_azure_log_query", acctest.Config{"workspace_id": "11111111-2222-3333-4444-555555555555", "query": "PacketCapture_CL | wherever"})},
	}
}
