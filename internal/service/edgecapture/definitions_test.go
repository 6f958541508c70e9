package edgecapture_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestRequestsFitThePublishedDefinitions checks every body that the provider
// sends in the life of a capture of each kind.
func TestRequestsFitThePublishedDefinitions(t *testing.T) {
	t.Parallel()
	definitions := simtest.LoadDefinitions(t, "azure-more-captures/captures-2025-09-01.json")
	var mu sync.Mutex
	checked := map[string]int{}
	e := newEdge(t, func(exchange simcore.Exchange) {
		if !strings.Contains(exchange.Operation, "PacketCapture") {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		checked[exchange.Operation]++
		if err := definitions.CheckRequest(exchange.Operation, exchange.RequestBody); err != nil {
			t.Errorf("request of %s: %v", exchange.Operation, err)
		}
	})
	p := e.run(t)
	p.MustApply(t, firewallType, nil, e.firewall(acctest.Config{"protocol": "TCP", "flags": []string{"syn"}}))
	running := p.MustApply(t, firewallType, nil, e.firewall(acctest.Config{"wait_for_completion": false, "time_limit_in_seconds": 1800}))
	p.MustApply(t, firewallType, running, nil)
	for _, target := range []string{e.seed.VPNGatewayID, e.seed.SingleVPNConnectionID, e.seed.VirtualWANGatewayID, e.seed.VirtualWANConnectionID} {
		changes := acctest.Config{"target_id": target, "filter": acctest.Config{"tracing_flags": []string{"IKE"}}}
		if target == e.seed.VirtualWANConnectionID {
			changes["link_connection_names"] = []string{"link-fibre"}
		}
		p.MustApply(t, vpnType, nil, e.vpn(changes))
	}
	mu.Lock()
	defer mu.Unlock()
	if len(checked) != 9 || checked[arm.AzureFirewallsCaptureOperation] < 5 {
		t.Errorf("not every operation was called: %v", checked)
	}
}
