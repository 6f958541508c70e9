package packetcapture_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// TestLivePacketCapture captures a minute of real traffic. It runs by
// make testacc-live only; TestAccPacketCapture proves the same on the
// simulated cloud.
func TestLivePacketCapture(t *testing.T) {
	if os.Getenv("CLOUDTAP_LIVE") != "1" {
		t.Skip("captures in a real Azure account: set CLOUDTAP_LIVE=1 and what make testacc-live names")
	}
	acctest.RequireCLI(t)
	t.Setenv("SSL_CERT_FILE", "")
	config := fmt.Sprintf(`
resource "cloudtap_azure_packet_capture" "web" {
  name                  = "cloudtap-live-test"
  network_watcher_id    = %q
  target_id             = %q
  storage_location      = { storage_account_id = %q }
  time_limit_in_seconds = 60
  wait_for_completion   = true
}
`, os.Getenv("CLOUDTAP_LIVE_NETWORK_WATCHER_ID"), os.Getenv("CLOUDTAP_LIVE_VM_ID"), os.Getenv("CLOUDTAP_LIVE_STORAGE_ACCOUNT_ID"))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"cloudtap": providerserver.NewProtocol6WithError(provider.New("test")()),
		},
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, tfjsonpath.New("status"), knownvalue.StringExact("Stopped")),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("stop_reason"), knownvalue.StringExact("TimeExceeded")),
				},
			},
			{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
		},
	})
}
