package edgecapture_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
)

// TestEveryCapture on all that captures, and on a gateway of two instances.
func TestEveryCapture(t *testing.T) {
	t.Parallel()
	kinds := edgeKinds()
	kinds["active-active gateway"] = edgeKind{vpnType, func(e *edge) acctest.Config {
		return e.vpn(acctest.Config{"target_id": e.seed.VPNGatewayID})
	}, arm.VirtualNetworkGatewaysStop}
	kinds["with a filter"] = edgeKind{vpnType, func(e *edge) acctest.Config {
		return e.vpn(acctest.Config{"target_id": e.seed.VPNConnectionID, "filter": acctest.Config{
			"tracing_flags": []string{"ESP", "IKE"}, "max_packet_buffer_size_in_bytes": 1500, "protocols": []int{6}, "tcp_flags": []string{"SYN", "ACK"},
			"source_subnets": []string{"10.1.0.0/16"}, "destination_ports": []int{443},
		}})
	}, arm.GatewayConnectionsStop}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := 2
			if name == "gateway" || name == "connection" {
				files = 1 // The gateway has one instance.
			}
			kind.conformance(files).Run(t)
		})
	}
}

// conformance describes captures which store so many files.
func (k edgeKind) conformance(files int) acctest.Captures {
	// A capture that must run until it is destroyed takes half a minute, one that
	// is waited for half a second.
	const factor = 60
	var edges sync.Map
	of := func(cloud *cloudsim.Cloud) *edge {
		found, _ := edges.Load(cloud)
		e, _ := found.(*edge)
		return e
	}
	throttled := map[string]string{"create": arm.AzureFirewallsCaptureOperation, "read": arm.AzureFirewallsCaptureOperation, "delete": arm.AzureFirewallsCaptureOperation}
	short := acctest.Config{"time_limit_in_seconds": 30}
	if k.stop != "" {
		// No "read": the service tells nothing of these captures.
		throttled = map[string]string{"create": strings.Replace(k.stop, "_Stop", "_Start", 1), "create after its start": k.stop, "update": k.stop, "delete": k.stop}
		short = acctest.Config{"duration_in_seconds": 1} // Timeout has to be longer.
	}
	return acctest.Captures{
		Type: k.resource,
		Start: func(t *testing.T) (*cloudsim.Cloud, func(*testing.T) *acctest.Provider) {
			t.Helper()
			e := newEdgeAt(t, factor, nil)
			edges.Store(e.Cloud, e)
			return e.Cloud, func(t *testing.T) *acctest.Provider { t.Helper(); return e.runWith(t, e.sas) }
		},
		Config: func(cloud *cloudsim.Cloud, changes acctest.Config) acctest.Config {
			return acctest.Changed(acctest.Changed(k.config(of(cloud)), short), changes)
		},
		Created: []string{"status", "completed", "sas_url_wo", acctest.Null, "container_url", "https://tapcaptures.blob.core.windows.net/packet-captures"},
		Made: func(t *testing.T, cloud *cloudsim.Cloud, capture *acctest.Object) {
			t.Helper()
			e := of(cloud)
			e.expectNoSecret(t, capture, nil)
			e.expectIdle(t)
			if stored := e.files(); len(stored) != files {
				t.Errorf("stored %v, want %d files", stored, files)
			}
		},
		Silent: true,
		// No Identity, Imported, IDs and Delete: Azure gives these captures no id, tells
		// nobody what was asked of them, and keeps nothing of them but their files.
		// No Stopped and Action: there is no desired_state, as what still runs is stopped
		// by a destroy or, with the SAS of the configuration, by the next apply.
		Service:   "arm",
		Throttled: throttled,
		Left: func(t *testing.T, cloud *cloudsim.Cloud, config acctest.Config) *acctest.Object {
			t.Helper()
			return k.left(t, of(cloud), config)
		},
		Timeout: "2s",
	}
}
