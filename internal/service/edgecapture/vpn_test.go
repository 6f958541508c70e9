package edgecapture_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

func requestName(number int) string { return fmt.Sprintf("request %d", number) }

// cancelAt cancels when Resource Manager has answered a number of requests.
func cancelAt(number int, cancel context.CancelFunc) func(simcore.Exchange) {
	var seen atomic.Int64
	return func(exchange simcore.Exchange) {
		if exchange.Service == "arm" && seen.Add(1) == int64(number+1) {
			cancel()
		}
	}
}

// TestInterruptedVPNCreates cancels the create at each of its requests. What
// runs then is in the state, not tainted, and the next apply stops it.
func TestInterruptedVPNCreates(t *testing.T) {
	t.Parallel()
	for request := range 8 {
		t.Run(requestName(request), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			e := newEdge(t, cancelAt(request, cancel))
			config := e.vpn(nil)
			object, diagnostics := e.run(t).Apply(ctx, vpnType, nil, config)
			e.expectNoSecret(t, object, diagnostics)
			running := len(e.running()) > 0
			if running && !object.Exists() {
				t.Fatalf("a capture runs that no state knows: %v", diagnostics.Errors())
			}
			if !object.Exists() || acctest.Get(t, object.Value, "status") == "completed" {
				return
			}
			acctest.ExpectWarning(t, diagnostics, "the next apply stops it")
			e.run(t).ExpectAction(t, vpnType, object, config, "update")
			object, diagnostics = e.run(t).Apply(t.Context(), vpnType, object, config)
			if !running {
				// The stop was interrupted, and has stored the file.
				acctest.ExpectWarning(t, diagnostics, "Packet capture was stopped before", "Look into the container")
				acctest.ExpectAttributes(t, object.Value, "status", "ended")
				e.run(t).ExpectAction(t, vpnType, object, config, "no-op")
				e.run(t).MustApply(t, vpnType, object, nil)
				return
			}
			acctest.ExpectNoError(t, diagnostics)
			acctest.ExpectAttributes(t, object.Value, "status", "completed")
			e.run(t).ExpectAction(t, vpnType, object, config, "no-op")
			e.expectIdle(t)
		})
	}
}

// TestAVPNRunThatIsKilled drops the state of a create that was cut off. The
// next create says what to do, or does it.
func TestAVPNRunThatIsKilled(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	e.set(t, vpngateway.SwitchSecondStart, "operation_fails")
	ctx, cancel := context.WithTimeout(t.Context(), longEnough)
	defer cancel()
	e.run(t).Apply(ctx, vpnType, nil, e.vpn(acctest.Config{"duration_in_seconds": 100000}))
	if len(e.running()) != 1 {
		t.Fatal("nothing was left behind")
	}
	_, diagnostics := e.run(t).Apply(t.Context(), vpnType, nil, e.vpn(nil))
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", "runs there already", "az network vnet-gateway packet-capture stop", "take_over")
	object := e.run(t).MustApply(t, vpnType, nil, e.vpn(acctest.Config{"take_over": true}))
	acctest.ExpectAttributes(t, object.Value, "status", "completed")
	e.expectIdle(t)
	if files := e.files(); len(files) != 2 {
		t.Errorf("stored %v, want those of both captures", files)
	}
}

// longEnough is for a start, however busy the machine is.
const longEnough = 3 * time.Second

// left returns a capture that an interrupted create left running.
func (e *edge) left(t *testing.T, changes acctest.Config) *acctest.Object {
	t.Helper()
	return e.leftAt(t, e.seed.SingleVPNGatewayID, changes)
}

func (e *edge) leftAt(t *testing.T, target string, changes acctest.Config) *acctest.Object {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longEnough)
	defer cancel()
	object, diagnostics := e.run(t).Apply(ctx, vpnType, nil, e.vpn(acctest.Changed(acctest.Config{"target_id": target, "duration_in_seconds": 100000}, changes)))
	acctest.ExpectWarning(t, diagnostics, "Packet capture runs on", "the next apply stops it")
	acctest.ExpectAttributes(t, object.Value, "status", "running", "stopped_at", acctest.Null)
	return object
}

func TestDestroyingWhatRunsNeedsASAS(t *testing.T) {
	t.Parallel()
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		e := newEdge(t, nil)
		object := e.left(t, nil)
		for _, diagnostics := range []acctest.Diagnostics{planned(t, e.run(t), object, nil), applied(t, e.run(t), object)} {
			acctest.ExpectError(t, diagnostics, "Packet capture runs, and cannot be stopped", sasVariable, `on_destroy = "abandon"`, "packet-capture stop")
		}
		changed := e.vpn(acctest.Config{"duration_in_seconds": 30})
		acctest.ExpectError(t, planned(t, e.run(t), object, changed), "duration_in_seconds", "an apply has to destroy the capture first", "undo that change", "before that change")
		if len(e.running()) != 1 {
			t.Error("it was stopped all the same")
		}
	})
	t.Run("of the environment", func(t *testing.T) {
		t.Parallel()
		e := newEdge(t, nil)
		object := e.left(t, nil)
		p := e.runWith(t, e.sas)
		p.Expect(planned(t, p, object, nil))
		p.MustApply(t, vpnType, object, nil)
		e.expectIdle(t)
	})
	t.Run("abandoned", func(t *testing.T) {
		t.Parallel()
		e := newEdge(t, nil)
		object := e.left(t, acctest.Config{"on_destroy": "abandon"})
		gone, diagnostics := e.run(t).Apply(t.Context(), vpnType, object, nil)
		acctest.ExpectWarning(t, diagnostics, "Packet capture was abandoned", "may run on", "packet-capture stop")
		if gone.Exists() || len(e.running()) != 1 {
			t.Errorf("exists %v, running %v", gone.Exists(), e.running())
		}
	})
}

func planned(t *testing.T, p *acctest.Provider, object *acctest.Object, config acctest.Config) acctest.Diagnostics {
	t.Helper()
	_, diagnostics := p.Plan(t.Context(), vpnType, object, config)
	return diagnostics
}

// applied destroys without the plan, as for a tainted resource.
func applied(t *testing.T, p *acctest.Provider, object *acctest.Object) acctest.Diagnostics {
	t.Helper()
	plan, _ := p.Plan(t.Context(), vpnType, object, nil)
	_, diagnostics := p.ApplyPlan(t.Context(), vpnType, object, plan)
	return diagnostics
}

// TestAStopThatFails has a container that cannot be written to, which shows at
// stop. In both worlds, whether the capture ended with it or not, there is a way
// out.
func TestAStopThatFails(t *testing.T) {
	t.Parallel()
	for _, effect := range []string{"ends", "keeps_running"} {
		t.Run(effect, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			e.set(t, vpngateway.SwitchFailedStop, effect)
			nowhere := strings.Replace(e.sas, "packet-captures", "nowhere", 1)
			object, diagnostics := e.run(t).Apply(t.Context(), vpnType, nil, e.vpn(acctest.Config{"sas_url_wo": nowhere}))
			acctest.ExpectWarning(t, diagnostics, "Packet capture may run on", "NoPacketCaptureResponseDataFound", "container in the URL must exist", "the next apply stops it")
			acctest.ExpectAttributes(t, object.Value, "status", "unknown", "stopped_at", acctest.Null)
			e.expectNoSecret(t, object, diagnostics)
			if _, diagnostics := e.run(t).Plan(t.Context(), vpnType, object, e.vpn(nil)); len(diagnostics) > 0 {
				t.Errorf("this capture is certainly ours: %v", diagnostics.Warnings())
			}
			object, diagnostics = e.run(t).Apply(t.Context(), vpnType, object, e.vpn(nil))
			if effect == "keeps_running" {
				acctest.ExpectNoError(t, diagnostics)
			} else {
				acctest.ExpectError(t, diagnostics, "Packet capture is lost")
				acctest.ExpectAttributes(t, object.Value, "status", "failed")
				object = e.run(t).MustApply(t, vpnType, object, e.vpn(acctest.Config{"recapture_triggers": acctest.Config{"again": "1"}}))
			}
			acctest.ExpectAttributes(t, object.Value, "status", "completed")
			e.expectIdle(t)
		})
	}
}

// TestFaultsOfVPNCaptures lets one answer be lost. Nothing runs in the end that
// the state does not know.
func TestFaultsOfVPNCaptures(t *testing.T) {
	t.Parallel()
	all := []string{arm.VirtualNetworkGatewaysStart, arm.VirtualNetworkGatewaysStop, arm.OperationsGet}
	for kind, operations := range map[simcore.Kind][]string{
		simcore.KindDropAfterCommit: all, simcore.KindReset: all, simcore.KindCutAnswer: all,
		// The answers to a start and a stop have no body.
		simcore.KindMalformed: {arm.OperationsGet},
	} {
		for _, operation := range operations {
			t.Run(string(kind)+" of "+operation, func(t *testing.T) {
				t.Parallel()
				e := newEdge(t, nil)
				e.set(t, vpngateway.SwitchFailedStop, "keeps_running")
				acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: operation, Kind: kind})
				config := e.vpn(nil)
				object, diagnostics := e.run(t).Apply(t.Context(), vpnType, nil, config)
				e.expectNoSecret(t, object, diagnostics)
				if len(e.running()) > 0 && (!object.Exists() || !slices.Contains([]string{"running", "unknown"}, acctest.Get(t, object.Value, "status"))) {
					t.Fatalf("a capture runs that no state knows: %v", diagnostics)
				}
				if operation != arm.OperationsGet {
					acctest.ExpectWarning(t, diagnostics, "the next apply stops it")
				}
				for acctest.Get(t, object.Value, "status") == "unknown" || acctest.Get(t, object.Value, "status") == "running" {
					object, diagnostics = e.run(t).Apply(t.Context(), vpnType, object, config)
					acctest.ExpectNoError(t, diagnostics)
				}
				e.run(t).ExpectAction(t, vpnType, object, config, "no-op")
				e.expectIdle(t)
				if starts := e.Journal.Count("arm", arm.VirtualNetworkGatewaysStart); starts > 1 {
					t.Errorf("started %d times", starts)
				}
			})
		}
	}
}

func TestVPNTargetsThatCannotCapture(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	for _, id := range []string{e.seed.PolicyBasedVPNGatewayID, e.seed.ExpressRouteGatewayID} {
		object, diagnostics := e.run(t).Apply(t.Context(), vpnType, nil, e.vpn(acctest.Config{"target_id": id}))
		acctest.ExpectError(t, diagnostics, "Could not start packet capture", "PacketCaptureNotSupported", "Request ID", "route-based gateway")
		if object.Exists() {
			t.Error("what was not started is in the state")
		}
	}
}
