package packetcapture_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// TestAccPacketCaptureOnTheGeneratedServer tells the story of a capture to the
// SDK's own server, with operations that are in progress for one poll or for none.
func TestAccPacketCaptureOnTheGeneratedServer(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	for polls := range 2 {
		t.Run(fmt.Sprintf("%d polls", polls), func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			server := newGenerated(t, cloud, polls)
			getenv := acctest.Override(cloud, map[string]string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": acctest.Serve(t, server)})
			// A server that never does what it accepted is found out soon.
			const filters = `filters = [{ protocol = "TCP", local_port = "443" }]
  timeouts = { create = "20s", read = "20s", update = "20s", delete = "20s" }`
			stopped := hcl(cloud, filters+"\n  desired_state = \"stopped\"")
			state := func(name, want string) statecheck.StateCheck {
				return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), knownvalue.StringExact(want))
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWithEnvironment(getenv),
				CheckDestroy: func(*terraform.State) error {
					if len(server.captures) > 0 {
						return fmt.Errorf("left behind: %v", server.captures)
					}
					return nil
				},
				Steps: []resource.TestStep{
					{Config: hcl(cloud, filters), ConfigStateChecks: []statecheck.StateCheck{state("provisioning_state", "Succeeded"), state("status", "Running")}},
					{Config: hcl(cloud, filters), ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionNoop)},
					{
						Config: stopped, ConfigPlanChecks: acctest.Planned(address, plancheck.ResourceActionUpdate),
						ConfigStateChecks: []statecheck.StateCheck{state("status", "Stopped"), state("stop_reason", "Manual")},
					},
					{Config: stopped, ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts"}},
				},
			})
		})
	}
}
