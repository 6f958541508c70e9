package acctest

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Changed returns a copy of a configuration with changes; a nil value removes
// an attribute.
func Changed(config, changes Config) Config {
	config = maps.Clone(config)
	for name, value := range changes {
		if value == nil {
			delete(config, name)
			continue
		}
		config[name] = value
	}
	return config
}

// MustApply applies and fails the test on errors.
func (p *Provider) MustApply(t *testing.T, name string, prior *Object, config Config) *Object {
	t.Helper()
	object, diagnostics := p.Apply(t.Context(), name, prior, config)
	expectNoError(t, diagnostics)
	return object
}

// MustRead refreshes and fails the test on errors.
func (p *Provider) MustRead(t *testing.T, name string, object *Object) *Object {
	t.Helper()
	object, diagnostics := p.Read(t.Context(), name, object)
	expectNoError(t, diagnostics)
	return object
}

// ExpectAction checks what a plan does: one of the words of Plan.Action.
func (p *Provider) ExpectAction(t *testing.T, name string, prior *Object, config Config, want string) Plan {
	t.Helper()
	plan, diagnostics := p.Plan(t.Context(), name, prior, config)
	expectNoError(t, diagnostics)
	if got := plan.Action(prior); got != want {
		t.Errorf("planned %s, want %s\nprior   %s\nplanned %s", got, want, prior.Value, plan.Value)
	}
	return plan
}

func expectNoError(t *testing.T, diagnostics Diagnostics) {
	t.Helper()
	for _, text := range diagnostics.Errors() {
		t.Fatal(text)
	}
}

// ExpectAttributes checks attributes, given as pairs of path and value as Get
// takes and returns them.
func ExpectAttributes(t *testing.T, value tftypes.Value, pairs ...string) {
	t.Helper()
	for pair := range slices.Chunk(pairs, 2) {
		if got := Get(t, value, pair[0]); got != pair[1] {
			t.Errorf("%s is %q, want %q", pair[0], got, pair[1])
		}
	}
}

// Together runs n calls, ten at a time like Terraform.
func Together(n int, call func(i int)) {
	var running sync.WaitGroup
	slots := make(chan struct{}, 10)
	for i := range n {
		running.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			call(i)
		})
	}
	running.Wait()
}
