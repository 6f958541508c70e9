package acctest

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

type captureTest struct {
	Captures

	t       *testing.T
	cloud   *cloudsim.Cloud
	provide func(*testing.T) *Provider
	p       *Provider
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
	return c.provide(c.t).MustRead(c.t, c.Type, capture)
}

// expectIDs checks that the service has these captures and no others.
func (c captureTest) expectIDs(captures ...*Object) {
	c.t.Helper()
	if c.IDs == nil {
		return
	}
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

// lacks checks that the resource has no part whose tests are left out.
func (c captureTest) lacks() {
	if _, has := c.p.identities.IdentitySchemas[c.Type]; has != (c.Identity != nil) {
		c.t.Errorf("there is an identity: %v", has)
	}
	if _, has := c.p.schemas.ActionSchemas[c.Type+"_stop"]; has != (c.Action != nil) {
		c.t.Errorf("there is an action that stops: %v", has)
	}
	has := slices.ContainsFunc(c.p.resource(c.Type).Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == "desired_state" })
	if has != (c.Stopped != nil) {
		c.t.Errorf("there is desired_state: %v", has)
	}
	_, diagnostics := c.p.Import(c.t.Context(), c.Type, "x")
	has = !slices.ContainsFunc(diagnostics.Errors(), func(text string) bool { return strings.Contains(text, "Resource Import Not Implemented") })
	if has != (c.Imported != nil) {
		c.t.Errorf("there is an import: %v", has)
	}
	if len(c.Throttled) == 0 {
		c.t.Error("no operation is throttled")
	}
}

func (c captureTest) life() {
	config := c.config(nil)
	capture := c.apply(nil, config)
	ExpectAttributes(c.t, capture.Value, c.Created...)
	c.expectIDs(capture)
	if c.Made != nil {
		c.Made(c.t, c.cloud, capture)
	}
	c.cloud.Journal.Reset()
	capture = c.refresh(capture)
	ExpectAttributes(c.t, capture.Value, c.Created...)
	c.expectAction(capture, config, "no-op")
	if gone := c.provide(c.t).MustApply(c.t, c.Type, capture, nil); gone.Exists() {
		c.t.Error("the destroyed capture is still in the state")
	}
	c.expectIDs()
	if calls := c.cloud.Journal.Requests(); c.Silent && len(calls) > 0 {
		c.t.Errorf("reading and destroying what has ended made calls: %v", calls)
	}
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
