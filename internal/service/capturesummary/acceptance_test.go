package capturesummary_test

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// captured is a capture whose filters are an expression.
func captured(cloud *cloudsim.Cloud, name, expression string) string {
	seeded := cloud.ARM.Seeded()
	return fmt.Sprintf(`
resource "cloudtap_azure_packet_capture" %[1]q {
  name                  = %[1]q
  network_watcher_id    = %[2]q
  target_id             = %[3]q
  time_limit_in_seconds = 60
  filters               = provider::cloudtap::azure_capture_filters(%[5]q)
  storage_location      = { storage_account_id = %[4]q }
}
`, name, seeded.NetworkWatcherID, seeded.VMID, seeded.StorageAccountID, expression)
}

func summarized(name string) string {
	return fmt.Sprintf(`
resource "cloudtap_capture_summary" %[1]q {
  source        = { azure_packet_capture_id = cloudtap_azure_packet_capture.%[1]s.id }
  include_names = true
}
`, name)
}

// TestAccFiltersSelectExactlyTheirPackets brings expressions through the CLI into
// captures, and compares what these stored with what the expressions select of all
// packets that the machine sent and received meanwhile.
func TestAccFiltersSelectExactlyTheirPackets(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	expressions := map[string]string{
		"network": "tcp and net 10.1.0.0/24 and not port 443",
		"host":    "host 93.184.216.34 and tcp",
		"dns":     "udp port 53",
		"ports":   "tcp port 80 or 5432 or 8443",
		"none":    "tcp port 9",
	}
	var captures, summaries string
	for name, expression := range expressions {
		captures += captured(cloud, name, expression)
		summaries += summarized(name)
	}
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{Config: captures},
		{
			PreConfig: func() { cloud.Clock.Advance(5 * time.Minute) },
			Config:    captures + summaries,
			Check: func(state *terraform.State) error {
				for name, expression := range expressions {
					if err := checkSelection(state, name, expression); err != nil {
						return fmt.Errorf("%s: %w", expression, err)
					}
				}
				return nil
			},
		},
		{
			PreConfig: func() {
				for _, b := range cloud.ARM.Blobs() {
					cloud.Blob.Delete(b.Account + "/" + b.Container + "/" + b.Name)
				}
			},
			Config:           captures + summaries,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	})
}

// checkSelection makes the traffic of the capture's minute anew, whole, and counts
// what the expression selects.
func checkSelection(state *terraform.State, name, expression string) error {
	attributes := state.RootModule().Resources["cloudtap_capture_summary."+name].Primary.Attributes
	started, err := time.Parse(time.RFC3339Nano, state.RootModule().Resources["cloudtap_azure_packet_capture."+name].Primary.Attributes["start_time"])
	if err != nil {
		return err
	}
	var whole bytes.Buffer
	if _, _, err := (traffic.File{Target: machine, From: started, To: started.Add(time.Minute)}).Write(&whole); err != nil {
		return err
	}
	filter, err := pcapfilter.Parse(expression)
	if err != nil {
		return err
	}
	analyzer := capture.NewAnalyzer(capture.Options{Filter: filter})
	if err := analyzer.AddFile(name, &whole); err != nil {
		return err
	}
	want := analyzer.Summary().Total
	if got := attributes["packet_count"]; got != strconv.FormatInt(want.Packets, 10) || attributes["byte_count"] != strconv.FormatInt(want.Bytes, 10) {
		return fmt.Errorf("the capture holds %s packets with %s bytes; the expression selects %d with %d", got, attributes["byte_count"], want.Packets, want.Bytes)
	}
	if (want.Packets == 0) != (name == "none") {
		return fmt.Errorf("the expression selects %d packets", want.Packets)
	}
	return nil
}

// TestAccAnswer is the story: a capture, its summary, and assertions.
func TestAccAnswer(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	captureConfig := captured(cloud, "tls", "tcp port 443")
	checks := summarized("tls") + `
check "tls" {
  assert {
    condition     = cloudtap_capture_summary.tls.connections.established > 0 && cloudtap_capture_summary.tls.connections.refused == 0
    error_message = cloudtap_capture_summary.tls.report
  }
}

output "answered" {
  value = cloudtap_capture_summary.tls.server_names["www.contoso.com"] > 0 && cloudtap_capture_summary.tls.tls.versions["TLS 1.3"] > 0
}
`
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{Config: captureConfig},
		{
			PreConfig: func() { cloud.Clock.Advance(5 * time.Minute) },
			Config:    captureConfig + checks,
			Check:     resource.TestCheckOutput("answered", "true"),
		},
		{Config: captureConfig + checks, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
	})
}

// TestAccTask is the same story on Huawei Cloud, whose object then forgets the file.
func TestAccTask(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	if err := cloud.CFW.Switches().Set("result_shape", "file_list"); err != nil {
		t.Fatal(err)
	}
	task := fmt.Sprintf(`
resource "cloudtap_huaweicloud_capture_task" "tls" {
  fw_instance_id      = %q
  name                = "tls"
  duration_in_minutes = 1
  max_packets         = 10000
  source_address      = "10.1.0.4"
  destination_address = "93.184.216.34"
  protocol            = "tcp"
  destination_port    = "443"
}
`, cloud.CFW.FirewallID())
	answer := `
resource "cloudtap_capture_summary" "tls" {
  source = { huaweicloud_capture_task = {
    fw_instance_id = cloudtap_huaweicloud_capture_task.tls.fw_instance_id
    task_id        = cloudtap_huaweicloud_capture_task.tls.task_id
  } }
  include_names = true
}

check "tls" {
  assert {
    condition     = cloudtap_capture_summary.tls.connections.attempted > 0 && cloudtap_capture_summary.tls.connections.reset == 0
    error_message = cloudtap_capture_summary.tls.report
  }
}

output "asked" {
  value = cloudtap_capture_summary.tls.server_names["www.contoso.com"] == cloudtap_capture_summary.tls.tls.client_hellos && join(",", keys(cloudtap_capture_summary.tls.server_names)) == "www.contoso.com"
}
`
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{Config: task},
		{
			PreConfig: func() { cloud.Clock.Advance(5 * time.Minute) },
			Config:    task + answer,
			Check:     resource.TestCheckOutput("asked", "true"),
		},
		{
			PreConfig: func() {
				for _, object := range cloud.OBS.Objects() {
					cloud.OBS.Delete(object)
				}
			},
			Config:           task + answer,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	})
}
