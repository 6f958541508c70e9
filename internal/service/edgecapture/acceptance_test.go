package edgecapture_test

import (
	"fmt"
	"strconv"
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

const summaryType = "cloudtap_capture_summary"

// TestAccCaptures makes captures at a firewall, a VPN gateway and a connection of
// Virtual WAN through the CLI, reads their files, and destroys them.
func TestAccCaptures(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	container := containerURL(cloud, "rwl", time.Hour)
	passTime(t, cloud)
	seeded := cloud.ARM.Seeded()
	captures := fmt.Sprintf(`
variable "container" {
  type      = string
  sensitive = true
}

resource "cloudtap_azure_firewall_packet_capture" "web" {
  firewall_id        = %q
  file_name          = "web"
  protocol           = "TCP"
  filters            = [{ sources = ["10.1.0.4"], destinations = ["0.0.0.0/1", "128.0.0.0/1"], destination_ports = [443] }]
  sas_url_wo         = var.container
  sas_url_wo_version = 1
}

# The same firewall, which makes one capture at a time.
resource "cloudtap_azure_firewall_packet_capture" "dns" {
  firewall_id = %q
  file_name   = "dns"
  protocol    = "UDP"
  filters     = [{ sources = ["10.1.0.4"], destinations = ["0.0.0.0/1", "128.0.0.0/1"], destination_ports = [53] }]
  sas_url_wo  = var.container
}

resource "cloudtap_azure_vpn_packet_capture" "office" {
  target_id           = %q
  duration_in_seconds = 1
  filter              = { tracing_flags = ["ESP", "IKE"], max_packet_buffer_size_in_bytes = 1500 }
  sas_url_wo          = var.container
}

resource "cloudtap_azure_vpn_packet_capture" "branch" {
  target_id             = %q
  link_connection_names = ["link-fibre"]
  duration_in_seconds   = 1
  sas_url_wo            = var.container
}

resource "cloudtap_capture_summary" "firewall" {
  source     = { azure_container_sas_url_wo = var.container, azure_container_sas_url_wo_version = 1, azure_container_prefix = "web" }
  depends_on = [cloudtap_azure_firewall_packet_capture.web]
}

resource "cloudtap_capture_summary" "all" {
  source     = { azure_container_sas_url_wo = var.container, azure_container_sas_url_wo_version = 1 }
  depends_on = [
    cloudtap_azure_firewall_packet_capture.web, cloudtap_azure_firewall_packet_capture.dns,
    cloudtap_azure_vpn_packet_capture.office, cloudtap_azure_vpn_packet_capture.branch,
  ]
}

output "instances" {
  value = sort(distinct([for file in cloudtap_capture_summary.all.files : coalesce(file.instance, "none")]))
}

output "packets" {
  value = alltrue([for file in cloudtap_capture_summary.firewall.files : file.packet_count > 0])
}
`, seeded.FirewallID, seeded.FirewallID, seeded.VPNGatewayID, seeded.VirtualWANConnectionID)
	completed := func(address string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New("status"), knownvalue.StringExact("completed"))
	}
	variables := config.Variables{"container": config.StringVariable(container)}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(cloud),
		CheckDestroy: func(*terraform.State) error {
			if running := (&edge{Cloud: cloud}).running(); len(running) > 0 {
				return fmt.Errorf("left behind: %v", running)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config: captures, ConfigVariables: variables,
				ConfigStateChecks: []statecheck.StateCheck{
					completed(firewallType + ".web"), completed(firewallType + ".dns"), completed(vpnType + ".office"), completed(vpnType + ".branch"),
					statecheck.ExpectKnownValue(firewallType+".web", tfjsonpath.New("sas_url_wo"), knownvalue.Null()),
					statecheck.ExpectKnownValue(summaryType+".firewall", tfjsonpath.New("files"), knownvalue.ListSizeExact(2)),
					statecheck.ExpectKnownValue(summaryType+".all", tfjsonpath.New("files"), knownvalue.ListSizeExact(8)),
					statecheck.ExpectKnownOutputValue("instances", knownvalue.ListExact([]knownvalue.Check{
						knownvalue.StringExact("INT0"), knownvalue.StringExact("INT1"), knownvalue.StringExact("none"),
					})),
					statecheck.ExpectKnownOutputValue("packets", knownvalue.Bool(true)),
				},
				Check: func(*terraform.State) error { return checkFiles(t, cloud, container) },
			},
			{
				Config: captures, ConfigVariables: variables,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{
				Config: strings.Replace(captures, "sas_url_wo_version = 1", "sas_url_wo_version = 2\n  time_limit_in_seconds = 30", 1), ConfigVariables: variables,
				ConfigPlanChecks: acctest.Planned(firewallType+".web", plancheck.ResourceActionReplace),
			},
		},
	})
}

// passTime lets a minute pass whenever a firewall captures.
func passTime(t *testing.T, cloud *cloudsim.Cloud) {
	t.Helper()
	ctx, done := t.Context(), make(chan struct{})
	t.Cleanup(func() { <-done })
	go func() {
		defer close(done)
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			for _, firewall := range cloud.ARM.Snapshot().Firewalls {
				if firewall.Running {
					cloud.Clock.Advance(time.Minute)
				}
			}
		}
	}()
}

// checkFiles reads what was stored: a file of each instance.
func checkFiles(t *testing.T, cloud *cloudsim.Cloud, container string) error {
	t.Helper()
	prefix, signature, _ := strings.Cut(container, "?")
	var urls []string
	for _, blob := range cloud.ARM.Blobs() {
		urls = append(urls, prefix+"/"+blob.Name+"?"+signature)
	}
	if len(urls) != 8 {
		return fmt.Errorf("%d files, want two of each capture", len(urls))
	}
	p := acctest.NewProvider(t, cloud)
	summary := p.MustApply(t, summaryType, nil, acctest.Config{"source": acctest.Config{"azure_blob_urls_wo": urls}})
	if packets, err := strconv.Atoi(acctest.Get(t, summary.Value, "packet_count")); err != nil || packets == 0 {
		return fmt.Errorf("the files hold %d packets: %w", packets, err)
	}
	return nil
}
