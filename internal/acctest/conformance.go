package acctest

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Captures is what the tests that every resource of captures has to pass need
// to know of one.
type Captures struct {
	// Type is the resource's; the action that stops one has "_stop" behind it.
	Type string
	// Config returns the configuration of a capture, with changes: a nil value
	// removes an attribute.
	Config func(cloud *cloudsim.Cloud, changes Config) Config
	// Imported returns configurations of captures that are made and imported.
	Imported func(cloud *cloudsim.Cloud) map[string]Config
	// Identity is that of a capture which is in the state.
	Identity func(cloud *cloudsim.Cloud, capture *Object) Config
	// OtherIDs returns how else a capture's id may be spelled for an import.
	OtherIDs func(id string) []string
	// IDs are those of the captures that the service has.
	IDs func(cloud *cloudsim.Cloud) []string
	// Delete removes a capture behind the provider's back.
	Delete func(t *testing.T, cloud *cloudsim.Cloud, capture *Object)
	// Stopped are attributes of a stopped capture, as pairs of path and value:
	// the status, and what else shows it. Changes are others that a stop changes.
	Stopped, Changes []string
	// Action is the configuration of the action that stops a capture.
	Action func(capture *Object) Config
	// Service is the simulated one, and Throttled are its operations that it
	// throttles, by what asks for them: "create", "read", "stop" or "delete",
	// with more words behind it.
	Service   string
	Throttled map[string]string
	// Timeout is that of throttled operations, and Pause what they have to say.
	Timeout string
	Pause   []string
}

// Run runs the tests, each on a cloud of its own.
func (c Captures) Run(t *testing.T) {
	t.Helper()
	for name, test := range map[string]func(captureTest){
		"every operation sets the identity":                 captureTest.identity,
		"timeouts alone are an update without calls":        captureTest.timeouts,
		"an import plans no replacement":                    captureTest.imports,
		"a killed update of an import replaces nothing":     captureTest.killedImport,
		"triggers replace":                                  captureTest.triggers,
		"desired_state stops, and starts another":           captureTest.desiredState,
		"stopped from the beginning":                        captureTest.stoppedAtCreate,
		"what was deleted behind our back is created":       captureTest.deleted,
		"the action stops, and is fine with what has ended": captureTest.stopAction,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := StartCloud(t, cloudsim.Options{})
			test(captureTest{Captures: c, t: t, cloud: cloud, p: NewProvider(t, cloud)})
		})
	}
	for what, operation := range c.Throttled {
		t.Run("a pause beyond the timeout is said to be throttling: "+what, func(t *testing.T) {
			t.Parallel()
			cloud := StartCloud(t, cloudsim.Options{})
			captureTest{Captures: c, t: t, cloud: cloud, p: NewProvider(t, cloud)}.throttled(what, operation)
		})
	}
}

type captureTest struct {
	Captures

	t     *testing.T
	cloud *cloudsim.Cloud
	p     *Provider
}

func (c captureTest) config(changes Config) Config { return c.Config(c.cloud, changes) }

// apply plans and applies a configuration, or destroys without one.
func (c captureTest) apply(prior *Object, config Config) *Object {
	c.t.Helper()
	return c.p.MustApply(c.t, c.Type, prior, config)
}

func (c captureTest) expectAction(prior *Object, config Config, want string) Plan {
	c.t.Helper()
	return c.p.ExpectAction(c.t, c.Type, prior, config, want)
}

// refresh reads with a provider of its own, as the next run does.
func (c captureTest) refresh(capture *Object) *Object {
	c.t.Helper()
	return NewProvider(c.t, c.cloud).MustRead(c.t, c.Type, capture)
}

// expectIDs checks that the service has these captures and no others.
func (c captureTest) expectIDs(captures ...*Object) {
	c.t.Helper()
	var want []string
	for _, capture := range captures {
		want = append(want, c.id(capture))
	}
	if have := c.IDs(c.cloud); !slices.Equal(slices.Sorted(slices.Values(have)), slices.Sorted(slices.Values(want))) {
		c.t.Errorf("the service has %v, the state %v", have, want)
	}
}

func (c captureTest) id(capture *Object) string {
	c.t.Helper()
	return Get(c.t, capture.Value, "id")
}

func (c captureTest) identity() {
	created := c.apply(nil, c.config(nil))
	// CLIs before 1.12 never send an identity back.
	read := c.p.MustRead(c.t, c.Type, &Object{Value: created.Value, Private: created.Private})
	updated := c.apply(&Object{Value: read.Value, Private: read.Private}, c.config(Config{"timeouts": Config{"create": "1h"}}))
	for operation, capture := range map[string]*Object{"create": created, "read": read, "update": updated} {
		identity := c.p.Identity(c.Type, capture)
		for member, want := range c.Identity(c.cloud, created) {
			if got := Get(c.t, identity[member], ""); got != want {
				c.t.Errorf("after %s, identity %s is %q, want %q", operation, member, got, want)
			}
		}
	}
}

func (c captureTest) timeouts() {
	capture := c.apply(nil, c.config(nil))
	config := c.config(Config{"timeouts": Config{"delete": "1h"}})
	c.expectAction(capture, config, "update")
	c.cloud.Journal.Reset()
	capture = c.apply(capture, config)
	if calls := c.cloud.Journal.Requests(); len(calls) > 0 {
		c.t.Errorf("the update made calls: %v", calls)
	}
	c.expectAction(capture, config, "no-op")
}

func (c captureTest) imports() {
	for name, config := range c.Imported(c.cloud) {
		created := c.apply(nil, config)
		byIdentity, diagnostics := c.p.ImportByIdentity(c.t.Context(), c.Type, c.Identity(c.cloud, created))
		c.p.Expect(diagnostics)
		imported := map[string]*Object{"identity": byIdentity}
		for _, id := range append(c.OtherIDs(c.id(created)), c.id(created)) {
			byID, diagnostics := c.p.Import(c.t.Context(), c.Type, id)
			c.p.Expect(diagnostics)
			imported[id] = byID
		}
		for way, capture := range imported {
			plan, diagnostics := c.p.Plan(c.t.Context(), c.Type, capture, config)
			c.p.Expect(diagnostics)
			if len(plan.Replace) > 0 {
				c.t.Errorf("%s by %s: importing plans a replacement because of %v", name, way, plan.Replace)
			}
			c.expectAction(c.refresh(c.apply(capture, config)), config, "no-op")
		}
		c.apply(created, nil)
	}
}

// killedImport has Terraform keep no private state, as it does when the
// provider dies in an update.
func (c captureTest) killedImport() {
	created := c.apply(nil, c.config(nil))
	imported, diagnostics := c.p.Import(c.t.Context(), c.Type, c.id(created))
	c.p.Expect(diagnostics)
	imported.Private = nil
	c.expectAction(imported, c.config(Config{"recapture_triggers": Config{"incident": "1"}}), "update")
}

func (c captureTest) triggers() {
	with := func(incident string) Config {
		return c.config(Config{"recapture_triggers": Config{"incident": incident}})
	}
	capture := c.apply(nil, with("1"))
	c.expectAction(capture, with("1"), "no-op")
	c.expectAction(capture, with("2"), "replace")
	c.expectAction(capture, c.config(nil), "replace")
	c.apply(capture, nil)
	c.expectAction(c.apply(nil, c.config(nil)), with("1"), "replace")
}

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
	NewProvider(c.t, c.cloud).MustApply(c.t, c.Type, capture, nil)
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
	timeouts := Config{"create": c.Timeout, "read": c.Timeout, "update": c.Timeout, "delete": c.Timeout}
	var capture *Object
	if !strings.HasPrefix(what, "create") {
		capture = c.apply(nil, c.config(Config{"timeouts": timeouts}))
	}
	day := 86400
	AddFault(c.t, c.cloud, c.Service, simcore.Fault{Operation: operation, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: &day, Times: -1})
	p := NewProvider(c.t, c.cloud)
	var diagnostics Diagnostics
	switch first, _, _ := strings.Cut(what, " "); first {
	case "create":
		_, diagnostics = p.Apply(c.t.Context(), c.Type, nil, c.config(Config{"timeouts": timeouts}))
	case "read":
		_, diagnostics = p.Read(c.t.Context(), c.Type, capture)
	case "stop":
		_, diagnostics = p.Apply(c.t.Context(), c.Type, capture, c.config(Config{"desired_state": "stopped", "timeouts": timeouts}))
	case "delete":
		_, diagnostics = p.Apply(c.t.Context(), c.Type, capture, nil)
	default:
		c.t.Fatalf("nobody knows how to %s", what)
	}
	said := strings.Join(append(diagnostics.Errors(), diagnostics.Warnings()...), "\n")
	for _, part := range append([]string{"429"}, c.Pause...) {
		if !strings.Contains(said, part) {
			c.t.Errorf("it does not say %s: %q", part, said)
		}
	}
}
