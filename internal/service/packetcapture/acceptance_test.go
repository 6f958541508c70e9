package packetcapture_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

const address = typeName + ".web"

// hcl returns a capture on the seeded machine; extra are more attributes.
func hcl(cloud *cloudsim.Cloud, extra string) string {
	seeded := cloud.ARM.Seeded()
	return fmt.Sprintf(`
resource "cloudtap_azure_packet_capture" "web" {
  name               = "web"
  network_watcher_id = %q
  target_id          = %q
  storage_location   = { storage_account_id = %q }
  %s
}
`, seeded.NetworkWatcherID, seeded.VMID, seeded.StorageAccountID, extra)
}

func expectEmpty(cloud *cloudsim.Cloud) func(*terraform.State) error {
	return func(*terraform.State) error {
		if left := cloud.ARM.Snapshot().PacketCaptures; len(left) > 0 {
			return fmt.Errorf("left behind: %v", left)
		}
		return nil
	}
}

func TestAccPacketCapture(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	attribute := func(name string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
	}
	const filters = `filters = [{ protocol = "Tcp", local_port = "443" }]`
	acctest.Run(t, cloud, expectEmpty(cloud), []resource.TestStep{
		{
			Config: hcl(cloud, filters),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute("id", knownvalue.StringExact(cloud.ARM.Seeded().NetworkWatcherID+"/packetCaptures/web")),
				attribute("target_type", knownvalue.StringExact("AzureVM")),
				attribute("provisioning_state", knownvalue.StringExact("Succeeded")),
				attribute("stop_reason", knownvalue.Null()),
			},
		},
		{
			ResourceName: address, ImportState: true, ImportStateVerify: true,
			// The protocol is spelled as the service does after an import.
			ImportStateVerifyIgnore: []string{"filters.0.protocol", "status", "start_time"},
		},
		{
			Config:           hcl(cloud, filters) + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, cloud.ARM.Seeded().NetworkWatcherID+"/packetCaptures/web"),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionNoop),
		},
		{
			PreConfig:         func() { cloud.Clock.Advance(5 * time.Hour) },
			Config:            hcl(cloud, filters),
			ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{attribute("stop_reason", knownvalue.StringExact("TimeExceeded"))},
		},
		{
			Config:           hcl(cloud, filters+"\n  timeouts = { delete = \"1h\" }"),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
		},
		{
			Config:           hcl(cloud, filters+"\n  desired_state = \"stopped\""),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
		},
		{
			Config:           hcl(cloud, filters),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
		},
		{
			PreConfig:        func() { cloud.ARM.Delete(cloud.ARM.Seeded().NetworkWatcherID + "/packetCaptures/web") },
			Config:           hcl(cloud, filters),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
		},
	})
}

func TestAccPacketCaptureWithUnknownInputs(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	seeded := cloud.ARM.Seeded()
	acctest.Run(t, cloud, expectEmpty(cloud), []resource.TestStep{{
		Config: `
variable "instances" { type = list(string) }

resource "terraform_data" "later" {
  input = {
    target     = "` + seeded.VMSSID + `"
    watcher    = "` + seeded.NetworkWatcherID + `"
    instances  = var.instances
    continuous = false
    port       = "443"
    limit      = 60
    file       = "/var/captures/later.cap"
    trigger    = "1"
  }
}

resource "cloudtap_azure_packet_capture" "web" {
  name               = "web"
  network_watcher_id = terraform_data.later.output.watcher
  target_id          = terraform_data.later.output.target
  instances          = { include = terraform_data.later.output.instances }
  filters            = [{ local_port = terraform_data.later.output.port }]
  continuous_capture = terraform_data.later.output.continuous
  capture_settings   = { session_time_limit_in_seconds = terraform_data.later.output.limit }
  storage_location   = { file_path = terraform_data.later.output.file }
  recapture_triggers = { incident = terraform_data.later.output.trigger }
}
`,
		ConfigVariables:  config.Variables{"instances": config.ListVariable(config.StringVariable("0"), config.StringVariable("1"))},
		ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
	}})
}

func TestAccDataSourcesAndFunction(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.Run(t, cloud, nil, []resource.TestStep{{
		Config:      `output "watcher" { value = provider::cloudtap::parse_packet_capture_id("web").name }`,
		ExpectError: regexp.MustCompile(`(?s)"web" is not the id of a packet capture.*networkWatchers`),
	}, {
		Config: hcl(cloud, "") + `
data "cloudtap_azure_network_watcher" "here" {
  location = "West Europe"
}
data "cloudtap_azure_packet_capture" "web" {
  name               = cloudtap_azure_packet_capture.web.name
  network_watcher_id = data.cloudtap_azure_network_watcher.here.id
}
data "cloudtap_azure_packet_captures" "all" {
  network_watcher_id = data.cloudtap_azure_network_watcher.here.id
  depends_on         = [cloudtap_azure_packet_capture.web]
}
output "same" {
  value = data.cloudtap_azure_packet_capture.web.id == one(data.cloudtap_azure_packet_captures.all.packet_captures).id
}
output "watcher" {
  value = provider::cloudtap::parse_packet_capture_id(lower(cloudtap_azure_packet_capture.web.id)).network_watcher_name
}
`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true)),
			statecheck.ExpectKnownOutputValue("watcher", knownvalue.StringExact("networkwatcher_westeurope")),
		},
	}})
}

func TestAccTaintedCreateIsReplaced(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.Run(t, cloud, expectEmpty(cloud), []resource.TestStep{
		{
			PreConfig: func() {
				if err := cloud.ARM.Switches().Set("agent_missing", "operation_fails"); err != nil {
					t.Error(err)
				}
			},
			Config:      strings.Replace(hcl(cloud, ""), cloud.ARM.Seeded().VMID, cloud.ARM.Seeded().VMWithoutAgentID, 1),
			ExpectError: regexp.MustCompile("Could not start packet capture"),
		},
		{
			Config:           hcl(cloud, ""),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
		},
	})
}

// TestAccNoSecretIsWritten looks for the client secret and for every token in
// the state, the plan, the outputs of the CLI and the TRACE log.
func TestAccNoSecretIsWritten(t *testing.T) { //nolint:paralleltest // KeepEverything sets the environment
	folder := acctest.KeepEverything(t)
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{Config: hcl(cloud, "")},
		{Config: hcl(cloud, `desired_state = "stopped"`)},
		{Config: strings.Replace(hcl(cloud, ""), cloud.ARM.Seeded().VMID, cloud.ARM.Seeded().VMWithoutAgentID, 1), ExpectError: regexp.MustCompile(".")},
	})
	secrets := cloud.AAD.Secrets()
	if len(secrets) < 2 {
		t.Fatal("the simulation issued no token, so nothing was tested")
	}
	acctest.ExpectNotWritten(t, folder, "Azure request", secrets...)
}
