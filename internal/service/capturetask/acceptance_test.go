package capturetask_test

import (
	"fmt"
	"regexp"
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

// hcl returns a task on the seeded firewall; extra are more attributes.
func hcl(cloud *cloudsim.Cloud, extra string) string {
	return fmt.Sprintf(`
resource "cloudtap_huaweicloud_capture_task" "web" {
  fw_instance_id      = %q
  name                = "web"
  duration_in_minutes = 3
  max_packets         = 100000
  source_address      = "1.1.1.1"
  destination_address = "2.2.2.2"
  %s
}
`, cloud.CFW.FirewallID(), extra)
}

func expectEmpty(cloud *cloudsim.Cloud) func(*terraform.State) error {
	return func(*terraform.State) error {
		if left := cloud.CFW.Tasks(); len(left) > 0 {
			return fmt.Errorf("left behind: %v", left)
		}
		return nil
	}
}

func TestAccCaptureTask(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	attribute := func(name string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
	}
	const traffic = `protocol = "tcp"
  destination_port = "443"`
	acctest.Run(t, cloud, expectEmpty(cloud), []resource.TestStep{
		{
			Config: hcl(cloud, traffic),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute("status", knownvalue.StringExact("running")),
				attribute("region", knownvalue.StringExact(cloud.IAM.Region())),
				attribute("source_port", knownvalue.Null()),
				attribute("expired", knownvalue.Bool(false)),
			},
		},
		{
			ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"modified_date"},
		},
		{
			PreConfig:         func() { cloud.Clock.Advance(time.Hour) },
			Config:            hcl(cloud, traffic),
			ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{attribute("status", knownvalue.StringExact("completed"))},
		},
		{
			Config:           hcl(cloud, traffic+"\n  timeouts = { delete = \"1h\" }"),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
		},
		{
			Config:           hcl(cloud, traffic+"\n  desired_state = \"stopped\""),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
		},
		{
			Config:           hcl(cloud, traffic),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionDestroyBeforeCreate),
		},
		{
			Config:            hcl(cloud, traffic+"\n  desired_state = \"stopped\""),
			ConfigPlanChecks:  acctest.Planned(address, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{attribute("status", knownvalue.StringExact("stopped"))},
		},
		{
			PreConfig:        func() { cloud.CFW.Delete(cloud.CFW.Tasks()[0].ID) },
			Config:           hcl(cloud, traffic),
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
		},
	})
}

func TestAccAgedOutRecordIsNoChange(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.Run(t, cloud, nil, []resource.TestStep{
		{Config: hcl(cloud, "")},
		{
			PreConfig:        func() { cloud.Clock.Advance(pastRetention) },
			Config:           hcl(cloud, "") + "\noutput \"expired\" { value = cloudtap_huaweicloud_capture_task.web.expired }",
			ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("expired", knownvalue.Bool(true)),
			},
		},
	})
}

func TestAccCaptureTaskWithUnknownInputs(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.Run(t, cloud, expectEmpty(cloud), []resource.TestStep{{
		Config: `
variable "fw_instance_id" { type = string }
variable "region" { type = string }

resource "terraform_data" "later" {
  input = {
    firewall = var.fw_instance_id
    region   = var.region
    address  = "10.0.0.4"
    protocol = "udp"
    port     = "53"
    number   = 3
    trigger  = "1"
    text     = "0"
  }
}

provider "cloudtap" {
  huaweicloud = {
    enterprise_project_id = terraform_data.later.output.text
  }
}

resource "cloudtap_huaweicloud_capture_task" "web" {
  fw_instance_id      = terraform_data.later.output.firewall
  region              = terraform_data.later.output.region
  name                = terraform_data.later.output.text
  duration_in_minutes = terraform_data.later.output.number
  max_packets         = terraform_data.later.output.number
  source_address      = terraform_data.later.output.address
  destination_address = terraform_data.later.output.address
  protocol            = terraform_data.later.output.protocol
  source_port         = terraform_data.later.output.port
  destination_port    = terraform_data.later.output.port
  recapture_triggers  = { incident = terraform_data.later.output.trigger }
}
`,
		ConfigVariables: config.Variables{
			"fw_instance_id": config.StringVariable(cloud.CFW.FirewallID()), "region": config.StringVariable(cloud.IAM.Region()),
		},
		ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionCreate),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("enterprise_project_id"), knownvalue.StringExact("0")),
		},
	}})
}

func TestAccDataSources(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.Run(t, cloud, expectEmpty(cloud), []resource.TestStep{
		{
			Config: `
data "cloudtap_huaweicloud_firewall" "edge" {
  name = "sim-firewall"
}
data "cloudtap_huaweicloud_capture_tasks" "all" {
  fw_instance_id = data.cloudtap_huaweicloud_firewall.edge.fw_instance_id
  name           = cloudtap_huaweicloud_capture_task.web.name
}
data "cloudtap_huaweicloud_capture_result" "web" {
  fw_instance_id = cloudtap_huaweicloud_capture_task.web.fw_instance_id
  task_id        = cloudtap_huaweicloud_capture_task.web.task_id
}
output "same" {
  value = one(data.cloudtap_huaweicloud_capture_tasks.all.capture_tasks).id == cloudtap_huaweicloud_capture_task.web.id
}
output "digits" {
  value = nonsensitive(length(data.cloudtap_huaweicloud_capture_result.web.captcha))
}
` + hcl(cloud, `desired_state = "stopped"`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("same", knownvalue.Bool(true)),
				statecheck.ExpectKnownOutputValue("digits", knownvalue.Int64Exact(6)),
				statecheck.ExpectSensitiveValue("data.cloudtap_huaweicloud_capture_result.web", tfjsonpath.New("url")),
			},
		},
		{
			Config:      regexp.MustCompile(cloud.CFW.FirewallID()).ReplaceAllString(hcl(cloud, ""), cloud.CFW.FirewallWithoutCaptureID()),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile("does not support packet capture"),
		},
	})
}
