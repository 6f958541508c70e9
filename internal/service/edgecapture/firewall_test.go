package edgecapture_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestChangesOfAFirewallCapture that has ended.
func TestChangesOfAFirewallCapture(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	p := e.run(t)
	object := p.MustApply(t, firewallType, nil, e.firewall(nil))
	acctest.ExpectAttributes(t, object.Value, "protocol", "Any", "wait_for_completion", "true")
	p.ExpectAction(t, firewallType, object, e.firewall(acctest.Config{"sas_url_wo": nil, "sas_url_wo_version": 2}), "update")
	p.ExpectAction(t, firewallType, object, e.firewall(acctest.Config{"time_limit_in_seconds": 61}), "replace")
	p.ExpectAction(t, firewallType, object, e.firewall(acctest.Config{"firewall_id": strings.ToUpper(e.seed.FirewallID[:20]) + e.seed.FirewallID[20:]}), "no-op")
}

func TestACaptureThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	e := newEdgeAt(t, 10, nil) // It must run until it is destroyed.
	config := e.firewall(acctest.Config{"wait_for_completion": false, "time_limit_in_seconds": 1800})
	object := e.run(t).MustApply(t, firewallType, nil, config)
	acctest.ExpectAttributes(t, object.Value, "status", "running")
	p := e.run(t)
	p.ExpectAction(t, firewallType, p.MustRead(t, firewallType, object), config, "no-op")
	p.MustApply(t, firewallType, object, nil)
	e.expectIdle(t)
	e.expectStops(t, 1)

	// One that ends by itself is no drift.
	object = e.run(t).MustApply(t, firewallType, nil, e.firewall(acctest.Config{"wait_for_completion": false}))
	e.Clock.Advance(2 * time.Minute)
	object = p.MustRead(t, firewallType, object)
	// By now another's result could be there.
	acctest.ExpectAttributes(t, object.Value, "status", "ended")
}

func TestCapturesOfAFirewallTakeTurns(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	p, other := e.run(t), e.run(t)
	acctest.Together(3, func(i int) {
		run := p
		if i == 2 {
			run = other // Another process, which knows of the first only by the status.
		}
		config := e.firewall(acctest.Config{"file_name": []string{"a", "b", "c"}[i]})
		object, diagnostics := run.Apply(t.Context(), firewallType, nil, config)
		for _, text := range diagnostics.Errors() {
			t.Error(text)
		}
		acctest.ExpectAttributes(t, object.Value, "status", "completed")
	})
	if files := e.files(); len(files) != 6 {
		t.Errorf("stored %v", files)
	}
}

func TestWhoseTheFirewallIs(t *testing.T) {
	t.Parallel()
	e := newEdgeAt(t, 10, nil) // The first must run until the others have looked.
	long := e.firewall(acctest.Config{"file_name": "long", "wait_for_completion": false, "time_limit_in_seconds": 1800})
	p := e.run(t)
	first := p.MustApply(t, firewallType, nil, long)
	late := e.firewall(acctest.Config{"timeouts": acctest.Config{"create": "2s"}})
	object, diagnostics := p.Apply(t.Context(), firewallType, nil, late)
	acctest.ExpectError(t, diagnostics, "Could not start packet capture", `the capture "long" of this run`, "timeouts.create")
	_, diagnostics = e.run(t).Apply(t.Context(), firewallType, nil, late)
	acctest.ExpectError(t, diagnostics, "this run did not start", "AzureFirewallPacketCaptureInProgress", "apply again")
	if object.Exists() {
		t.Error("a capture that was not started is in the state")
	}
	p.MustApply(t, firewallType, first, nil)
	e.expectIdle(t)
}

// TestInterruptedFirewallCreates cancels the create at each of its requests.
// Whatever runs then is in the state, and the next apply takes it away.
func TestInterruptedFirewallCreates(t *testing.T) {
	t.Parallel()
	for request := range 12 {
		t.Run(requestName(request), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			e := newEdge(t, cancelAt(request, cancel))
			object, diagnostics := e.run(t).Apply(ctx, firewallType, nil, e.firewall(acctest.Config{"time_limit_in_seconds": 600}))
			e.expectNoSecret(t, object, diagnostics)
			if len(e.running()) > 0 && !object.Exists() {
				t.Fatalf("a capture runs that no state knows: %v", diagnostics.Errors())
			}
			if said := strings.Join(diagnostics.Errors(), " "); strings.Contains(said, "did not end in time") {
				t.Errorf("an interruption is called a timeout: %s", said)
			}
			if ctx.Err() != nil && len(diagnostics.Errors()) == 0 && acctest.Get(t, object.Value, "status") == "running" {
				t.Error("the interrupted create reports no error")
			}
			if object.Exists() {
				e.run(t).MustApply(t, firewallType, object, nil)
			}
			e.expectIdle(t)
		})
	}
}

// TestHalfOfTheInstances has one of two instances store its file, which the
// service calls a success.
func TestHalfOfTheInstances(t *testing.T) {
	t.Parallel()
	for name, permissions := range map[string]string{"listed": "cwl", "not listed": "cw"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			e.set(t, azurefirewall.SwitchFailingInstances, "1")
			object, diagnostics := e.run(t).Apply(t.Context(), firewallType, nil, e.firewall(acctest.Config{"sas_url_wo": containerURL(e.Cloud, permissions, 24*time.Hour)}))
			acctest.ExpectAttributes(t, object.Value, "status", "completed")
			if permissions == "cwl" {
				for _, name := range []string{"web", "web-west"} { // An earlier capture's files are not counted, nor another's.
					e.set(t, azurefirewall.SwitchFailingInstances, map[string]string{"web": "1", "web-west": "0"}[name])
					_, diagnostics = e.run(t).Apply(t.Context(), firewallType, nil, e.firewall(acctest.Config{"file_name": name, "sas_url_wo": e.sas}))
				}
				if len(diagnostics) > 0 {
					t.Errorf("a whole capture: %v", diagnostics)
				}
				e.set(t, azurefirewall.SwitchFailingInstances, "1")
				_, diagnostics = e.run(t).Apply(t.Context(), firewallType, nil, e.firewall(nil))
				acctest.ExpectWarning(t, diagnostics, "Packet capture may lack files", "1 of its files", "capture again")
			} else if len(diagnostics) > 0 {
				t.Errorf("reported %v %v", diagnostics.Errors(), diagnostics.Warnings())
			}
		})
	}
}

func TestFirewallFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*testing.T, *edge)
		config  func(*edge) acctest.Config
		says    []string
	}{
		"no management NIC": {nil, func(e *edge) acctest.Config {
			return e.firewall(acctest.Config{"firewall_id": e.seed.FirewallWithoutManagementID})
		}, []string{"management NIC"}},
		"no such firewall": {nil, func(e *edge) acctest.Config {
			return e.firewall(acctest.Config{"firewall_id": e.seed.FirewallID + "x"})
		}, []string{"ResourceNotFound", "Request ID", "Check name"}},
		"no such container": {nil, func(e *edge) acctest.Config {
			return e.firewall(acctest.Config{"sas_url_wo": strings.Replace(e.sas, "packet-captures", "nowhere", 1)})
		}, []string{"AzureFirewallPacketCaptureStartFailedToUpload", "container in the URL must exist"}},
		"forbidden": {func(t *testing.T, e *edge) {
			t.Helper()
			acctest.AddFault(t, e.Cloud, "arm", simcore.Fault{Operation: arm.AzureFirewallsCaptureOperation, Kind: simcore.KindStatus, Code: 403, Times: -1})
		}, func(e *edge) acctest.Config { return e.firewall(nil) }, []string{"AuthorizationFailed", "resource group of firewall or gateway"}},
		"too few instances": {func(t *testing.T, e *edge) { t.Helper(); e.set(t, azurefirewall.SwitchFailingInstances, "2") },
			func(e *edge) acctest.Config { return e.firewall(nil) }, []string{"Packet capture failed", "AzureFirewallPacketCaptureFailed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			if test.prepare != nil {
				test.prepare(t, e)
			}
			object, diagnostics := e.run(t).Apply(t.Context(), firewallType, nil, test.config(e))
			acctest.ExpectError(t, diagnostics, test.says...)
			e.expectNoSecret(t, object, diagnostics)
			if object.Exists() {
				e.run(t).MustApply(t, firewallType, object, nil)
			}
			e.expectIdle(t)
		})
	}
}
