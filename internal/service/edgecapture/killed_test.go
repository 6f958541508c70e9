package edgecapture_test

import (
	"context"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// cancelLater is cancelAt that counts from the moment on that begin is called.
func cancelLater(number int, cancel context.CancelFunc) (observe func(simcore.Exchange), begin func()) {
	began, count := make(chan struct{}), cancelAt(number, cancel)
	return func(exchange simcore.Exchange) {
		select {
		case <-began:
			count(exchange)
		default:
		}
	}, func() { close(began) }
}

// edgeKind is what captures are made on.
type edgeKind struct {
	resource string
	config   func(*edge) acctest.Config
	// stop is the operation that a VPN capture ends with.
	stop string
}

func edgeKinds() map[string]edgeKind {
	vpn := func(stop string, target func(arm.Seeded) string, changes acctest.Config) edgeKind {
		return edgeKind{vpnType, func(e *edge) acctest.Config {
			return acctest.Changed(e.vpn(changes), acctest.Config{"target_id": target(e.seed)})
		}, stop}
	}
	links := acctest.Config{"link_connection_names": []string{"link-fibre"}}
	return map[string]edgeKind{
		"firewall":               {firewallType, func(e *edge) acctest.Config { return e.firewall(nil) }, ""},
		"gateway":                vpn(arm.VirtualNetworkGatewaysStop, func(s arm.Seeded) string { return s.SingleVPNGatewayID }, nil),
		"connection":             vpn(arm.GatewayConnectionsStop, func(s arm.Seeded) string { return s.SingleVPNConnectionID }, nil),
		"Virtual WAN gateway":    vpn(arm.VPNGatewaysStop, func(s arm.Seeded) string { return s.VirtualWANGatewayID }, nil),
		"Virtual WAN connection": vpn(arm.VPNConnectionsStop, func(s arm.Seeded) string { return s.VirtualWANConnectionID }, links),
	}
}

// left returns a capture that runs, of a configuration.
func (k edgeKind) left(t *testing.T, e *edge, config acctest.Config) *acctest.Object {
	t.Helper()
	changes := acctest.Config{"wait_for_completion": false, "time_limit_in_seconds": 1800}
	if k.stop != "" {
		changes = nil
		acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: k.stop, Kind: simcore.KindReset})
	}
	object, _ := e.run(t).Apply(t.Context(), k.resource, nil, acctest.Changed(config, changes))
	acctest.ExpectAttributes(t, object.Value, "status", "running")
	if len(e.running()) != 1 {
		t.Fatalf("running: %v", e.running())
	}
	object.Private = nil // As if the create had been interrupted before its stop.
	return object
}

// destroyed destroys an object. A stop that has nothing to store, as an earlier one
// has ended the capture, is sent twice.
func (k edgeKind) destroyed(t *testing.T, e *edge, object *acctest.Object) {
	t.Helper()
	for try := 1; object.Exists(); try++ {
		var diagnostics acctest.Diagnostics
		object, diagnostics = e.runWith(t, e.sas).Apply(t.Context(), k.resource, object, nil)
		if e.expectNoSecret(t, object, diagnostics); try == 2 && object.Exists() {
			t.Fatalf("it is still in the state: %v", diagnostics.Errors())
		}
	}
	e.expectIdle(t)
}

// atEveryRequest has a test cut something off at its first request, its second and so
// on, until nothing is left to cut off. There are at least so many.
func atEveryRequest(t *testing.T, least int, test func(t *testing.T, request int) (cut bool)) {
	t.Helper()
	for request, cut := 0, true; cut; request++ {
		t.Run(requestName(request), func(t *testing.T) {
			if cut = test(t, request); !cut && request < least {
				t.Errorf("there were only %d requests", request)
			}
		})
	}
}

// TestCreatesThatAreCutOff at each of their requests, on all that captures. One that is
// killed leaves no state: the next create captures all the same. One that is
// interrupted leaves the state of what runs.
func TestCreatesThatAreCutOff(t *testing.T) {
	t.Parallel()
	const least = 5
	for name, kind := range edgeKinds() {
		for _, how := range []string{"killed", "interrupted"} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				atEveryRequest(t, least, func(t *testing.T, request int) bool {
					t.Helper()
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					e := newEdge(t, cancelAt(request, cancel))
					object, diagnostics := e.run(t).Apply(ctx, kind.resource, nil, kind.config(e))
					cut := ctx.Err() != nil
					e.expectNoSecret(t, object, diagnostics)
					if len(e.running()) > 0 && !object.Exists() {
						t.Fatalf("a capture runs that no state knows: %v", diagnostics.Errors())
					}
					if how == "interrupted" {
						kind.destroyed(t, e, object)
						return cut
					}
					config := kind.config(e)
					if kind.stop != "" {
						config["take_over"] = true
					}
					acctest.ExpectAttributes(t, e.run(t).MustApply(t, kind.resource, nil, config).Value, "status", "completed")
					e.expectIdle(t)
					return cut
				})
			})
		}
	}
}

// TestDestroysThatAreCutOff at each of their requests. One that is killed leaves the
// state from before.
func TestDestroysThatAreCutOff(t *testing.T) {
	t.Parallel()
	const least, slow = 3, 240
	for name, kind := range edgeKinds() {
		for _, how := range []string{"killed", "interrupted"} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				atEveryRequest(t, least, func(t *testing.T, request int) bool {
					t.Helper()
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					observe, begin := cancelLater(request, cancel)
					factor := speed
					if kind.stop == "" {
						factor = slow // A firewall's capture must run until it is stopped.
					}
					e := newEdgeAt(t, factor, observe)
					object := kind.left(t, e, kind.config(e))
					begin()
					left, diagnostics := e.runWith(t, e.sas).Apply(ctx, kind.resource, object, nil)
					cut := ctx.Err() != nil
					e.expectNoSecret(t, left, diagnostics)
					if len(e.running()) > 0 && !left.Exists() {
						t.Error("a capture runs that no state knows")
					}
					if left.Exists() && len(diagnostics.Errors()) == 0 {
						t.Error("an interrupted destroy reports no error")
					}
					if how == "killed" {
						left = object
					}
					kind.destroyed(t, e, left)
					return cut
				})
			})
		}
	}
}

// TestVPNStopsThatAreKilled keeps the state from before an update or a destroy
// that was cut off at each of its requests. The next one settles it.
func TestVPNStopsThatAreKilled(t *testing.T) {
	t.Parallel()
	for request := range 4 {
		for _, what := range []string{"update", "destroy"} {
			t.Run(what+" "+requestName(request), func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				observe, begin := cancelLater(request, cancel)
				e := newEdge(t, observe)
				object := e.lost(t, simcore.Fault{Operation: arm.VirtualNetworkGatewaysStop, Kind: simcore.KindReset}, "running")
				object.Private = nil // As if the create had been interrupted before its stop.
				var config acctest.Config
				if what == "update" {
					config = e.vpn(nil)
				}
				begin()
				e.runWith(t, e.sas).Apply(ctx, vpnType, object, config)
				left, diagnostics := e.runWith(t, e.sas).Apply(t.Context(), vpnType, object, config)
				e.expectNoSecret(t, left, diagnostics)
				e.expectIdle(t)
				if what == "destroy" {
					if left.Exists() {
						acctest.ExpectError(t, diagnostics, "Packet capture may run on", "destroy again")
						left, diagnostics = e.runWith(t, e.sas).Apply(t.Context(), vpnType, left, nil)
					}
					acctest.ExpectNoError(t, diagnostics)
					if left.Exists() {
						t.Error("it is still in the state")
					}
					return
				}
				if status := acctest.Get(t, left.Value, "status"); status != "completed" {
					// The stop has stored the file, which no state knows.
					acctest.ExpectWarning(t, diagnostics, "Packet capture may run on")
					left, diagnostics = e.run(t).Apply(t.Context(), vpnType, left, config)
					acctest.ExpectError(t, diagnostics, "Packet capture is lost", "unless an earlier stop has stored it")
					acctest.ExpectAttributes(t, left.Value, "status", "failed")
				}
				e.run(t).ExpectAction(t, vpnType, left, config, "no-op")
			})
		}
	}
}
