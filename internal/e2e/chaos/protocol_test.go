package chaos

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// patience is how long one apply may take before it counts as stuck, in calmTime.
const patience = 3 * time.Minute

// protocol is Terraform as the provider sees it: it speaks the plugin protocol
// with a provider in this process.
type protocol struct {
	*world

	clock acctest.FastClock
	// state belongs to world.mu.
	state map[string]instance
}

// instance is a resource in the state.
type instance struct {
	object  *acctest.Object
	tainted bool
}

// haste is how much faster than real the time of a history passes.
const haste = 200

// retryDelay is the Azure SDK's first one.
const retryDelay = 800 * time.Millisecond

// newProtocolWorld starts the clouds for one history.
func newProtocolWorld(t *testing.T, chosen map[string]string, counts *tally) (*world, error) {
	t.Helper()
	clock := acctest.NewFastClockAfter(haste, calmTime())
	w, err := newWorld(t, chosen, clock.Clock, counts)
	if err != nil {
		return nil, err
	}
	engineOf := func(w *world) engine { return &protocol{world: w, clock: clock, state: map[string]instance{}} }
	w.engine = engineOf(w)
	w.addTwin(engineOf)
	return w, nil
}

// provider starts a provider process, so to speak.
func (p *protocol) provider() *acctest.Provider {
	return acctest.NewProviderIn(p.t, provider.Environment{Getenv: p.getenv, Clock: p.clock, RetryDelay: retryDelay / haste}, acctest.Config{})
}

func (p *protocol) recall(address string) instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state[address]
}

// remember puts what a call returned into the state, or removes it.
func (p *protocol) remember(address string, object *acctest.Object, tainted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if object.Exists() {
		p.state[address] = instance{object, tainted}
		return
	}
	if _, had := p.state[address]; had {
		p.lives[address]++
	}
	delete(p.state, address)
}

func (p *protocol) fact(of instance) fact {
	return fact{exists: true, tainted: of.tainted, get: func(attribute string) string { return acctest.Get(p.t, of.object.Value, attribute) }}
}

func (p *protocol) known(at address) fact {
	of := p.recall(at.name)
	if !of.object.Exists() {
		return fact{}
	}
	return p.fact(of)
}

func (p *protocol) adopt(at address, id string) {
	imported, diagnostics := p.provider().Import(p.t.Context(), at.typeName(), id)
	if len(p.judge(at, diagnostics)) == 0 && imported.Exists() {
		p.remember(at.name, imported, false)
	}
}

func (p *protocol) forget(at address) { p.remember(at.name, nil, false) }

// run is one terraform apply.
type run struct {
	*protocol

	ctx          context.Context //nolint:containedctx // It lives as long as one apply.
	cancel       context.CancelFunc
	interruption interruption
	parallel     bool

	requests    atomic.Int64
	interrupted atomic.Bool
	dead        atomic.Bool
	failed      atomic.Bool
}

// apply does what terraform apply does: it refreshes, plans and applies, with
// a provider process for the plan and one for the apply.
func (p *protocol) apply(s step) bool {
	r := &run{protocol: p, interruption: s.Interruption, parallel: s.Parallel}
	r.ctx, r.cancel = withCalmTimeout(p.t.Context(), patience)
	defer r.cancel()
	p.onRequest.Store(new(r.count))
	defer p.onRequest.Store(nil)
	plans, ok := r.plan()
	if ok {
		r.execute(plans)
	}
	if errors.Is(context.Cause(r.ctx), context.DeadlineExceeded) {
		p.problem("the apply was stuck for %s", patience)
	}
	return ok && !r.failed.Load() && !r.interrupted.Load()
}

// expectNoChanges plans once more, with a provider process of its own, and
// looks at the state as protocols know it.
func (p *protocol) expectNoChanges() {
	r := &run{protocol: p, ctx: p.t.Context(), cancel: func() {}}
	plans, ok := r.plan()
	if !ok {
		p.problem("the second plan failed")
	}
	for name, mine := range plans {
		if mine.action != "no-op" {
			p.problem("the second plan wants to %s %s: %v", mine.action, name, differs(mine.make.Value, mine.prior.Value))
		}
	}
	for name, of := range p.state {
		if of.object.Identity == nil {
			p.problem("%s has no identity", name)
		}
		p.expectNoSecret("the state of "+name, of.object.Value.String()+string(of.object.Private))
	}
}
