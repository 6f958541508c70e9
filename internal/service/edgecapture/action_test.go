package edgecapture_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

func (e *edge) firewallAction() acctest.Config {
	return e.firewall(acctest.Config{"sas_url_wo": nil})
}

func (e *edge) vpnAction() acctest.Config {
	return e.vpn(acctest.Config{"sas_url_wo": nil})
}

func TestActionsCapture(t *testing.T) {
	t.Parallel()
	for kind, test := range map[string]struct {
		config func(*edge) acctest.Config
		files  int
	}{firewallType: {(*edge).firewallAction, 2}, vpnType: {(*edge).vpnAction, 1}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			messages, diagnostics := e.runWith(t, e.sas).Invoke(t.Context(), kind, test.config(e))
			if len(diagnostics) > 0 || len(messages) < 2 || len(e.files()) != test.files {
				t.Errorf("%v, said %q, stored %v", diagnostics, messages, e.files())
			}
			e.expectIdle(t)
			_, diagnostics = e.run(t).Invoke(t.Context(), kind, test.config(e))
			acctest.ExpectError(t, diagnostics, "SAS URL is missing", sasVariable)
		})
	}
}

// TestACancelledActionStops cancels while the capture runs.
func TestACancelledActionStops(t *testing.T) {
	t.Parallel()
	for kind, config := range map[string]func(*edge) acctest.Config{
		firewallType: func(e *edge) acctest.Config {
			return acctest.Changed(e.firewallAction(), acctest.Config{"time_limit_in_seconds": 1800})
		},
		vpnType: func(e *edge) acctest.Config {
			return acctest.Changed(e.vpnAction(), acctest.Config{"duration_in_seconds": 100000})
		},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			// The firewall is asked again and again, the gateway not at all.
			e := newEdgeAt(t, 100, cancelAt(map[string]int{firewallType: 6, vpnType: 2}[kind], cancel))
			_, diagnostics := e.runWith(t, e.sas).Invoke(ctx, kind, config(e))
			acctest.ExpectError(t, diagnostics)
			e.expectNoSecret(t, nil, diagnostics)
			e.expectIdle(t)
		})
	}
}

// TestActionsWhoseFilesCannotBeStored fail, and leave nothing running.
func TestActionsWhoseFilesCannotBeStored(t *testing.T) {
	t.Parallel()
	for kind, config := range map[string]func(*edge) acctest.Config{firewallType: (*edge).firewallAction, vpnType: (*edge).vpnAction} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil)
			_, diagnostics := e.runWith(t, strings.Replace(e.sas, "packet-captures", "nowhere", 1)).Invoke(t.Context(), kind, config(e))
			acctest.ExpectError(t, diagnostics, "container in the URL must exist")
			e.expectNoSecret(t, nil, diagnostics)
			e.expectIdle(t)
		})
	}
}
