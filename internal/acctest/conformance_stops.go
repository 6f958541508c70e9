package acctest

import (
	"net/http"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func (c captureTest) desiredState() {
	runs, stops := c.config(nil), c.config(Config{"desired_state": "stopped"})
	capture := c.apply(nil, runs)
	plan := c.expectAction(capture, stops, "update")
	for _, name := range append([]string{"status"}, c.Changes...) {
		if got := Get(c.t, plan.Value, name); got != Unknown {
			c.t.Errorf("stopping plans %s %q, want it unknown", name, got)
		}
	}
	capture = c.apply(capture, stops)
	ExpectAttributes(c.t, capture.Value, append([]string{"desired_state", "stopped"}, c.Stopped...)...)
	c.expectAction(c.refresh(capture), stops, "no-op")

	c.expectAction(capture, runs, "replace")
	capture = c.apply(capture, runs)
	if got := Get(c.t, capture.Value, "status"); got == c.Stopped[1] {
		c.t.Error("the replacement does not run")
	}
	c.expectIDs(capture)
}

func (c captureTest) stoppedAtCreate() {
	config := c.config(Config{"desired_state": "stopped"})
	capture := c.apply(nil, config)
	ExpectAttributes(c.t, capture.Value, c.Stopped[:2]...)
	c.expectAction(c.refresh(capture), config, "no-op")
}

func (c captureTest) deleted() {
	capture := c.apply(nil, c.config(nil))
	c.Delete(c.t, c.cloud, capture)
	gone := c.refresh(capture)
	if gone.Exists() {
		c.t.Error("the deleted capture is still in the state")
	}
	c.expectAction(gone, c.config(nil), "create")
	// Destroying what is gone succeeds.
	c.provide(c.t).MustApply(c.t, c.Type, capture, nil)
	c.expectIDs()
}

func (c captureTest) stopAction() {
	config := c.config(nil)
	capture := c.apply(nil, config)
	progress, diagnostics := c.p.Invoke(c.t.Context(), c.Type+"_stop", c.Action(capture))
	c.p.Expect(diagnostics)
	if len(progress) != 2 || !strings.Contains(progress[1], c.Stopped[1]) {
		c.t.Errorf("progress: %q", progress)
	}
	capture = c.refresh(capture)
	ExpectAttributes(c.t, capture.Value, c.Stopped...)
	c.expectAction(capture, config, "no-op")
	// Once more: a capture that has ended is fine.
	_, diagnostics = c.p.Invoke(c.t.Context(), c.Type+"_stop", c.Action(capture))
	c.p.Expect(diagnostics)
}

// throttled has the service throttle an operation for a day.
func (c captureTest) throttled(what, operation string) {
	creates, timeouts := strings.HasPrefix(what, "create"), Config{}
	for _, attribute := range c.p.resource(c.Type).Block.Attributes {
		if attribute.Name == "timeouts" {
			for _, operation := range attribute.NestedType.Attributes {
				// The others are not to hurry what is created for them.
				if creates == (operation.Name == "create") {
					timeouts[operation.Name] = c.Timeout
				}
			}
		}
	}
	config := c.config(Config{"timeouts": timeouts})
	var capture *Object
	switch {
	case creates:
	case c.Left != nil:
		capture = c.Left(c.t, c.cloud, config)
	default:
		capture = c.apply(nil, config)
	}
	day := 86400
	AddFault(c.t, c.cloud, c.Service, simcore.Fault{Operation: operation, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: &day, Times: -1})
	p := c.provide(c.t)
	var diagnostics Diagnostics
	switch first, _, _ := strings.Cut(what, " "); first {
	case "create":
		_, diagnostics = p.Apply(c.t.Context(), c.Type, nil, config)
	case "read":
		_, diagnostics = p.Read(c.t.Context(), c.Type, capture)
	case "update":
		_, diagnostics = p.Apply(c.t.Context(), c.Type, capture, config)
	case "stop":
		_, diagnostics = p.Apply(c.t.Context(), c.Type, capture, c.config(Config{"desired_state": "stopped", "timeouts": timeouts}))
	case "delete":
		_, diagnostics = p.Apply(c.t.Context(), c.Type, capture, nil)
	default:
		c.t.Fatalf("nobody knows how to %s", what)
	}
	said := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
	for _, part := range append([]string{" 429 "}, c.Pause...) {
		if !strings.Contains(said, part) {
			c.t.Errorf("it does not say %s: %q", part, said)
		}
	}
}
