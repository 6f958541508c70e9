package instancemetadata_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// serveDocument serves one document for one api-version, and nothing else.
func serveDocument(t *testing.T, version string, document []byte) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/metadata/instance" || r.URL.Query().Get("api-version") != version {
			answer(http.StatusNotFound, "application/json", `{"error":"Not found"}`)(w, r)
			return
		}
		answer(http.StatusOK, "application/json; charset=utf-8", string(document))(w, r)
	})
}

// readTwice reads with two providers, as two runs of Terraform do, and fails
// the test if they differ: the second plan would not be empty.
func readTwice(t *testing.T, endpoint string, config acctest.Config) tftypes.Value {
	t.Helper()
	first := mustRead(t, providerAt(t, endpoint), typeName, config)
	if second := mustRead(t, providerAt(t, endpoint), typeName, config); !first.Equal(second) {
		t.Errorf("the second read differs:\n%s\n%s", first, second)
	}
	return first
}

func TestPublishedExamplesAreReadWithoutLoss(t *testing.T) {
	t.Parallel()
	examples := imdstest.Examples(t, "GetInstanceMetadata")
	if len(examples) < 25 {
		t.Fatalf("%d examples", len(examples))
	}
	for version, document := range examples {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			read := readTwice(t, serveDocument(t, version, document), acctest.Config{"api_version": version, "include_user_data": true})
			expectLossless(t, document, read)
			acctest.ExpectAttributes(t, read, "available", "true", "api_version_used", version)
		})
	}
}

func TestPublishedSamplesAreReadWithoutLoss(t *testing.T) {
	t.Parallel()
	for file, wrap := range map[string]string{
		"2017-04-02-compute-linux.json": "%s", "2017-04-02-instance-windows.json": "%s", "2017-08-01-instance-linux.json": "%s",
		"2021-12-13-instance-windows-full.json": "%s", "azure-stack-hub-instance.json": "%s",
		"2025-04-07-compute-linux.json": `{"compute":%s}`, "2025-04-07-compute-windows.json": `{"compute":%s}`,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			document := fmt.Appendf(nil, wrap, imdstest.Sample(t, file))
			const version = "2025-04-07"
			expectLossless(t, document, readTwice(t, serveDocument(t, version, document), acctest.Config{"include_user_data": true}))
		})
	}
}

// TestEveryVersionOfTheService reads what the simulated host sends for each
// api-version that it knows.
func TestEveryVersionOfTheService(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	var table struct{ Versions []string }
	readJSON(t, filepath.Join("..", "..", "cloudsim", "imds", "fields.json"), &table)
	if len(table.Versions) < 35 {
		t.Fatal(table.Versions)
	}
	for _, version := range table.Versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			read := readTwice(t, cloud.Lookup(endpointVariable), acctest.Config{"api_version": version})
			acctest.ExpectAttributes(t, read, "api_version_used", version, "compute.name", cloud.Lookup("CLOUDTAP_SIM_VM_ID")[strings.LastIndex(cloud.Lookup("CLOUDTAP_SIM_VM_ID"), "/")+1:])
			raw := acctest.Get(t, read, "raw_json")
			if strings.Contains(raw, "publicIpAddress\":\"\"") {
				// Only the load balancer's metadata has this one.
				acctest.ExpectAttributes(t, read, "network.interfaces.0.ipv4.ip_addresses.0.public_ip_address", "51.0.0.1")
				raw = strings.Replace(raw, "publicIpAddress\":\"\"", "publicIpAddress\":\"51.0.0.1\"", 1)
			}
			expectLossless(t, []byte(raw), read)
		})
	}
}

func TestNegotiatedVersion(t *testing.T) {
	t.Parallel()
	for newest, want := range map[string]string{"2025-04-07": "2025-04-07", "2021-10-01": "2021-10-01", "2019-06-04": "2019-06-04"} {
		t.Run(newest, func(t *testing.T) {
			t.Parallel()
			cloud := startCloud(t)
			set(t, cloud, "newest_version", newest)
			acctest.ExpectAttributes(t, mustRead(t, acctest.NewProvider(t, cloud), typeName, acctest.Config{}), "api_version_used", want, "available", "true")
		})
	}
}

func TestMachines(t *testing.T) {
	t.Parallel()
	const address = "network.interfaces.0.ipv4.ip_addresses.0."
	for scenario, test := range map[string]struct {
		pairs []string
		// warning is part of the only warning; empty means none.
		warning string
	}{
		"linux": {pairs: []string{
			"compute.os_type", "Linux", "compute.location", "westeurope", "compute.environment", "public", "compute.az_environment", "AzurePublicCloud",
			"compute.platform_fault_domain", "0", "compute.platform_sub_fault_domain", acctest.Null, "compute.zone", "1", "compute.is_spot", "false",
			"compute.is_scale_set_instance", "false", "compute.vm_scale_set_name", acctest.Null, "compute.plan", acctest.Null, "compute.host", acctest.Null,
			"compute.os_profile.disable_password_authentication", "true", "compute.tags.role", "web", "compute.tags_ambiguous", "false",
			"compute.storage_profile.data_disks.0.lun", "0", "compute.storage_profile.data_disks.0.disk_size_gb", "64",
			"compute.storage_profile.resource_disk.size_in_kb", "0", "compute.security_profile.security_type", "TrustedLaunch",
			address + "private_ip_address", "10.1.0.4", address + "public_ip_address", "51.0.0.1", address + "public_ip_address_source", "loadbalancer",
			"network.interfaces.0.mac_address", "00:0d:3a:f8:06:ec", "network.interfaces.0.mac_address_raw", "000D3AF806EC",
			"network.interfaces.0.ipv4.subnets.0.cidr", "10.1.0.0/24", "network.interfaces.0.ipv4.subnets.0.prefix", "24",
		}},
		"windows": {pairs: []string{
			"compute.os_type", "Windows", "compute.license_type", "Windows_Server", "compute.is_spot", "true", "compute.plan.name", "server",
			"compute.os_profile.disable_password_authentication", acctest.Null, "compute.storage_profile.data_disks.0.is_ultra_disk", "true",
			"compute.storage_profile.data_disks.0.disk_capacity_bytes", "274877906944", "compute.storage_profile.os_disk.diff_disk_settings.option", "Local",
			address + "public_ip_address_source", "instance", "network.interfaces.0.ipv6.ip_addresses.0.public_ip_address", "2603:10e1:100:2::1:1",
			"network.interfaces.1.ipv4.ip_addresses.1.private_ip_address", "10.2.0.10", "network.interfaces.1.ipv4.ip_addresses.1.public_ip_address", acctest.Null,
		}},
		"scale-set": {pairs: []string{
			"compute.name", "vmss-linux_0", "compute.hostname", "vmss-linux000000", "compute.vm_scale_set_name", "vmss-linux",
			"compute.is_scale_set_instance", "true", "compute.platform_update_domain", "4",
		}},
		"custom-image":    {pairs: []string{"compute.offer", acctest.Null, "compute.sku", acctest.Null, "compute.storage_profile.image_reference.offer", acctest.Null}},
		"basic-public-ip": {pairs: []string{address + "public_ip_address", "51.0.0.1", address + "public_ip_address_source", "instance"}},
		"no-public-ip":    {pairs: []string{address + "public_ip_address", acctest.Null, address + "public_ip_address_source", acctest.Null}},
		"partial": {pairs: []string{
			"compute.storage_profile", acctest.Null, "compute.tags", acctest.Null, "compute.os_type", "Linux", "compute.platform_fault_domain", acctest.Null, "network.interfaces", acctest.Null,
		}},
		"classic":         {pairs: []string{"available", "true", "compute", acctest.Null, address + "private_ip_address", "10.1.0.4"}, warning: "compute: missing"},
		"azure-stack-hub": {pairs: []string{"compute.environment", "azurestack", "compute.zone", acctest.Null, "api_version_used", "2021-05-01", address + "public_ip_address", "10.217.119.162"}},
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			cloud := startCloud(t)
			set(t, cloud, "scenario", scenario)
			p := acctest.NewProvider(t, cloud)
			read, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{})
			p.Expect(diagnostics)
			acctest.ExpectAttributes(t, read, test.pairs...)
			warnings := strings.Join(diagnostics.Warnings(), "\n")
			if test.warning == "" && warnings != "" || !strings.Contains(warnings, test.warning) {
				t.Errorf("warnings %q, want %q", warnings, test.warning)
			}
			acctest.ExpectAttributes(t, mustRead(t, acctest.NewProvider(t, cloud), typeName, acctest.Config{}), test.pairs...)
		})
	}
}

func TestUnreadableValuesAreNullWithAWarning(t *testing.T) {
	t.Parallel()
	document := `{"compute":{"name":"web","vmId":"1","platformFaultDomain":"many","tags":"a:b:c","future":{"field":"kept"}},"network":{"interface":[{"macAddress":"??"}]}}`
	p := providerAt(t, serveDocument(t, "2025-04-07", []byte(document)))
	read, diagnostics := p.ReadData(t.Context(), typeName, acctest.Config{})
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, read, "compute.name", "web", "compute.platform_fault_domain", acctest.Null, "compute.tags.a", "b:c", "compute.tags_ambiguous", "true",
		"network.interfaces.0.mac_address", acctest.Null, "network.interfaces.0.mac_address_raw", "??")
	if !strings.Contains(acctest.Get(t, read, "raw_json"), `"future":{"field":"kept"}`) {
		t.Errorf("raw_json is %s", acctest.Get(t, read, "raw_json"))
	}
	warnings := diagnostics.Warnings()
	if len(warnings) != 1 {
		t.Fatalf("%d warnings: %q", len(warnings), warnings)
	}
	simtest.Says(t, warnings[0], "Instance metadata is incomplete", `compute.platformFaultDomain: "many"`, "macAddress", "tagsList")
}
