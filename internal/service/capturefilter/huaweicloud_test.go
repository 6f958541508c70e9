package capturefilter_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

func TestAccHuaweiCloudFilter(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(acctest.StartCloud(t, cloudsim.Options{})),
		Steps: []resource.TestStep{{
			Config:      `output "filter" { value = provider::cloudtap::huaweicloud_capture_filter("host 10.0.0.4 and host 10.1.0.5") }`,
			ExpectError: regexp.MustCompile(`(?s)column 1, "host":.*src host 10\.0\.0\.4\s+and\s+dst\s+host\s+10\.1\.0\.5`),
		}, {
			Config: `
locals { filter = provider::cloudtap::huaweicloud_capture_filter("src host 10.0.0.4 and dst host 10.1.0.5 and tcp dst portrange 8000-8010") }
output "filter" { value = local.filter }
output "expression" { value = provider::cloudtap::capture_filter_expression(local.filter) }
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("filter", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"source_address": knownvalue.StringExact("10.0.0.4"), "destination_address": knownvalue.StringExact("10.1.0.5"),
					"protocol": knownvalue.StringExact("tcp"), "source_port": knownvalue.Null(), "destination_port": knownvalue.StringExact("8000-8010"),
				})),
				statecheck.ExpectKnownOutputValue("expression", knownvalue.StringExact("tcp and src host 10.0.0.4 and dst host 10.1.0.5 and dst portrange 8000-8010")),
			},
		}},
	})
}
