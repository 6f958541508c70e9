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

// TestVPNCreatesThatAreKilled drops the state of a create that was cut off at
// each of its requests. One with take_over captures all the same.
func TestVPNCreatesThatAreKilled(t *testing.T) {
	t.Parallel()
	for request := range 8 {
		t.Run(requestName(request), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			e := newEdge(t, cancelAt(request, cancel))
			e.run(t).Apply(ctx, vpnType, nil, e.vpn(nil))
			object := e.run(t).MustApply(t, vpnType, nil, e.vpn(acctest.Config{"take_over": true}))
			acctest.ExpectAttributes(t, object.Value, "status", "completed")
			e.expectIdle(t)
		})
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
					expectWarning(t, diagnostics)
					if left.Exists() {
						t.Error("it is still in the state")
					}
					return
				}
				if status := acctest.Get(t, left.Value, "status"); status != "completed" {
					// The stop has stored the file, which no state knows.
					expectWarning(t, diagnostics, "Packet capture may run on")
					left, diagnostics = e.run(t).Apply(t.Context(), vpnType, left, config)
					acctest.ExpectError(t, diagnostics, "Packet capture is lost", "unless an earlier stop has stored it")
					acctest.ExpectAttributes(t, left.Value, "status", "failed")
				}
				e.run(t).ExpectAction(t, vpnType, left, config, "no-op")
			})
		}
	}
}

// TestFirewallDeletesThatAreKilled keeps the state from before.
func TestFirewallDeletesThatAreKilled(t *testing.T) {
	t.Parallel()
	for request := range 6 {
		t.Run(requestName(request), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			observe, begin := cancelLater(request, cancel)
			e := newEdge(t, observe)
			object := e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"wait_for_completion": false, "time_limit_in_seconds": 1800}))
			begin()
			e.run(t).Apply(ctx, firewallType, object, nil)
			e.run(t).MustApply(t, firewallType, object, nil)
			e.expectIdle(t)
		})
	}
}
