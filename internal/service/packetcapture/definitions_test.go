package packetcapture_test

import (
	"sync"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestExchangesFitThePublishedDefinitions checks every body that the provider
// sends and gets in the life of two captures.
func TestExchangesFitThePublishedDefinitions(t *testing.T) {
	t.Parallel()
	definitions := simtest.LoadDefinitions(t, "azure-packet-capture/networkWatcher-packetCaptures-2025-05-01.json")
	// Scale sets answer with sentences where the definition has an enumeration.
	definitions.OpenEnum("PcError")
	var mu sync.Mutex
	checked := map[string]int{}
	cloud := acctest.StartCloud(t, cloudsim.Options{Observe: func(exchange simcore.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		switch exchange.Operation {
		case "PacketCaptures_Create", "PacketCaptures_Get", "PacketCaptures_List", "PacketCaptures_GetStatus", "PacketCaptures_Stop", "PacketCaptures_Delete":
		default:
			return
		}
		checked[exchange.Operation]++
		if err := definitions.CheckRequest(exchange.Operation, exchange.RequestBody); err != nil {
			t.Errorf("request of %s: %v", exchange.Operation, err)
		}
		if err := definitions.CheckResponse(exchange.Operation, exchange.Status, exchange.Body); err != nil {
			t.Errorf("answer to %s: %v", exchange.Operation, err)
		}
	}})
	p := acctest.NewProvider(t, cloud)
	for _, config := range []acctest.Config{
		classic(cloud, acctest.Config{"filters": []acctest.Config{{"protocol": "tcp", "remote_port": "80-120"}}}),
		ring(cloud, acctest.Config{"instances": acctest.Config{"include": []string{"0"}}}),
	} {
		object := p.MustRead(t, typeName, p.MustApply(t, typeName, nil, config))
		object = p.MustApply(t, typeName, object, acctest.Changed(config, acctest.Config{"desired_state": "stopped"}))
		p.MustApply(t, typeName, object, nil)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(checked) != 6 {
		t.Errorf("not every operation was called: %v", checked)
	}
}
