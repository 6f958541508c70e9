package edgecapture_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const (
	firewallType = "cloudtap_azure_firewall_packet_capture"
	vpnType      = "cloudtap_azure_vpn_packet_capture"
	sasVariable  = "CLOUDTAP_AZURE_CAPTURE_SAS_URL"
)

// speed lets ten minutes of a capture pass within half a second.
const speed = 1200

// edge is a simulated Azure on a fast clock, and a container with a SAS.
type edge struct {
	*cloudsim.Cloud
	clock acctest.FastClock
	seed  arm.Seeded
	sas   string
	// stops counts the requests to stop a firewall's capture.
	stops atomic.Int64
}

func newEdge(t *testing.T, observe func(simcore.Exchange)) *edge {
	t.Helper()
	return newEdgeAt(t, speed, observe)
}

// newEdgeAt is for tests where time must not pass as fast.
func newEdgeAt(t *testing.T, factor int, observe func(simcore.Exchange)) *edge {
	t.Helper()
	clock := acctest.NewFastClock(factor)
	e := &edge{clock: clock}
	e.Cloud = acctest.StartCloud(t, cloudsim.Options{Clock: clock.Clock, Observe: func(exchange simcore.Exchange) {
		if exchange.Operation == arm.AzureFirewallsCaptureOperation && strings.Contains(string(exchange.RequestBody), `"Stop"`) {
			e.stops.Add(1)
		}
		if observe != nil {
			observe(exchange)
		}
	}})
	e.seed, e.sas = e.ARM.Seeded(), containerURL(e.Cloud, "cwl", 7*24*time.Hour)
	return e
}

func containerURL(cloud *cloudsim.Cloud, permissions string, valid time.Duration) string {
	now := cloud.Clock.Now()
	return cloud.Blob.ContainerURL(blob.SeededAccount, blob.SeededContainer, permissions, now.Add(-time.Hour), now.Add(valid))
}

// run is a provider of its own, like that of each run of the CLI.
func (e *edge) run(t *testing.T) *acctest.Provider {
	t.Helper()
	return e.runWith(t, "")
}

// runWith has a SAS in the environment.
func (e *edge) runWith(t *testing.T, sas string) *acctest.Provider {
	t.Helper()
	getenv := func(name string) string {
		if name == sasVariable {
			return sas
		}
		return e.Lookup(name)
	}
	return acctest.NewProviderIn(t, provider.Environment{Getenv: getenv, Clock: e.clock, RetryDelay: time.Millisecond}, acctest.Config{})
}

func (e *edge) firewall(changes acctest.Config) acctest.Config {
	return acctest.Changed(acctest.Config{
		"firewall_id": e.seed.FirewallID, "file_name": "web", "time_limit_in_seconds": 60, "max_packets": 90000, "sas_url_wo": e.sas,
		"filters": []acctest.Config{{"sources": []string{"10.1.0.4"}, "destinations": []string{"0.0.0.0/1", "128.0.0.0/1"}, "destination_ports": []int{443, 53}}},
	}, changes)
}

func (e *edge) vpn(changes acctest.Config) acctest.Config {
	return acctest.Changed(acctest.Config{"target_id": e.seed.SingleVPNGatewayID, "duration_in_seconds": 60, "sas_url_wo": e.sas}, changes)
}

// running are the ids of what captures.
func (e *edge) running() []string {
	var ids []string
	for _, firewall := range e.ARM.Snapshot().Firewalls {
		if firewall.Running {
			ids = append(ids, firewall.ID)
		}
	}
	for _, gateway := range e.ARM.Snapshot().VPNGateways {
		if gateway.Running {
			ids = append(ids, gateway.ID)
		}
	}
	return ids
}

func (e *edge) expectIdle(t *testing.T) {
	t.Helper()
	if running := e.running(); len(running) > 0 {
		t.Errorf("a capture runs on %v", running)
	}
}

func (e *edge) expectStops(t *testing.T, want int64) {
	t.Helper()
	if got := e.stops.Load(); got != want {
		t.Errorf("%d stops were sent to firewalls, want %d", got, want)
	}
}

func (e *edge) set(t *testing.T, name, value string) {
	t.Helper()
	if err := e.ARM.Switches().Set(name, value); err != nil {
		t.Fatal(err)
	}
}

// files are the paths of what was stored.
func (e *edge) files() []string {
	var names []string
	for _, b := range e.ARM.Blobs() {
		names = append(names, b.Container+"/"+b.Name)
	}
	return names
}

// expectNoSecret searches whatever leaves the provider for the signature.
func (e *edge) expectNoSecret(t *testing.T, object *acctest.Object, diagnostics acctest.Diagnostics) {
	t.Helper()
	_, query, _ := strings.Cut(e.sas, "?")
	said := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
	if object != nil {
		said += object.Value.String() + string(object.Private)
	}
	for parameter := range strings.SplitSeq(query, "&") {
		if secret, is := strings.CutPrefix(parameter, "sig="); is && strings.Contains(said, secret) {
			t.Errorf("the signature is shown: %s", said)
		}
	}
}
