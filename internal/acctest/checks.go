package acctest

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
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

// Merged is Changed which changes a configuration within a configuration too, where
// Changed replaces it.
func Merged(config, changes Config) Config {
	merged := Changed(config, changes)
	for name, value := range changes {
		inner, nested := value.(Config)
		if present, both := config[name].(Config); nested && both {
			merged[name] = Merged(present, inner)
		}
	}
	return merged
}

// MustApply applies and fails the test on errors.
func (p *Provider) MustApply(t *testing.T, name string, prior *Object, config Config) *Object {
	t.Helper()
	object, diagnostics := p.Apply(t.Context(), name, prior, config)
	ExpectNoError(t, diagnostics)
	return object
}

// MustRead refreshes and fails the test on errors.
func (p *Provider) MustRead(t *testing.T, name string, object *Object) *Object {
	t.Helper()
	object, diagnostics := p.Read(t.Context(), name, object)
	ExpectNoError(t, diagnostics)
	return object
}

// ExpectAction checks what a plan does: one of the words of Plan.Action.
func (p *Provider) ExpectAction(t *testing.T, name string, prior *Object, config Config, want string) Plan {
	t.Helper()
	plan, diagnostics := p.Plan(t.Context(), name, prior, config)
	ExpectNoError(t, diagnostics)
	if got := plan.Action(prior); got != want {
		t.Errorf("planned %s, want %s\nprior   %s\nplanned %s", got, want, prior.Value, plan.Value)
	}
	return plan
}

// ExpectNoError fails the test on errors; warnings are fine.
func ExpectNoError(t *testing.T, diagnostics Diagnostics) {
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

// ExpectError fails the test unless exactly one error was reported, with all
// parts in it.
func ExpectError(tb testing.TB, diagnostics Diagnostics, parts ...string) {
	tb.Helper()
	expectOne(tb, "error", diagnostics.Errors(), parts)
}

// ExpectWarning fails the test unless one warning was reported, with all parts
// in it, and no error.
func ExpectWarning(tb testing.TB, diagnostics Diagnostics, parts ...string) {
	tb.Helper()
	if errors := diagnostics.Errors(); len(errors) > 0 {
		tb.Fatalf("errors: %q", errors)
	}
	expectOne(tb, "warning", diagnostics.Warnings(), parts)
}

// ExpectText fails the test unless exactly one of the texts has all parts, whatever
// the others say.
func ExpectText(tb testing.TB, texts []string, parts ...string) {
	tb.Helper()
	found := 0
	for _, text := range texts {
		if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) }) {
			found++
		}
	}
	if found != 1 {
		tb.Errorf("%d of these texts, want one, say all of %q:\n%s", found, parts, strings.Join(texts, "\n---\n"))
	}
}

func expectOne(tb testing.TB, what string, texts, parts []string) {
	tb.Helper()
	if len(texts) != 1 {
		tb.Fatalf("got %d %ss, want one:\n%s", len(texts), what, strings.Join(texts, "\n---\n"))
	}
	for _, part := range parts {
		if !strings.Contains(texts[0], part) {
			tb.Errorf("the %s does not say %q:\n%s", what, part, texts[0])
		}
	}
	if strings.Contains(texts[0], "%!") {
		tb.Errorf("badly formatted: %s", texts[0])
	}
}

// AddFault lets something go wrong in a service of the simulation.
func AddFault(tb testing.TB, cloud *cloudsim.Cloud, service string, fault simcore.Fault) {
	tb.Helper()
	fault.Service = service
	if err := cloud.Faults.Add(fault); err != nil {
		tb.Fatal(err)
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
