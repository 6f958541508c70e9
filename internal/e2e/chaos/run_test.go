package chaos

import (
	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// count is called for every request, and interrupts after the one that the
// history says.
func (r *run) count() {
	if int(r.requests.Add(1)) != r.interruption.After || r.interruption.How == "" {
		return
	}
	r.interrupted.Store(true)
	if r.interruption.How == killed {
		r.dead.Store(true)
		r.cutOff()
	}
	r.tally.interruptions.Add(1)
	r.note("  %s after %d requests", r.interruption.How, r.interruption.After)
	r.cancel()
}

// cutOff lets nothing of a killed provider reach a service any more.
func (r *run) cutOff() {
	r.cloud.Faults.Clear()
	for service := range callable {
		if err := r.cloud.Faults.Add(simcore.Fault{Service: service, Kind: simcore.KindReset, Times: -1, MayNotHappen: true}); err != nil {
			r.problem("%v", err)
		}
	}
}

// each visits addresses, as long as nobody interrupts.
func (r *run) each(visit func(at address)) {
	some := func(i int) {
		if !r.interrupted.Load() {
			visit(r.addresses[i])
		}
	}
	if r.parallel {
		acctest.Together(len(r.addresses), some)
		return
	}
	for i := range r.addresses {
		some(i)
	}
}

// planned is what is to be done at an address.
type planned struct {
	at     address
	prior  *acctest.Object
	config acctest.Config
	// tainted is whether the prior object is.
	tainted bool
	// destroy is set if the object is to be removed, make if one is to be made
	// or changed.
	destroy, make *acctest.Plan
	action        string
}

// plan refreshes and plans. It reports false after an error, which leaves the
// state as it was.
func (r *run) plan() (map[string]planned, bool) {
	p := r.provider()
	plans := map[string]planned{}
	fresh := map[string]instance{}
	failed := false
	r.each(func(at address) {
		config := r.config(at)
		known := r.recall(at.name)
		if config == nil && !known.object.Exists() {
			return
		}
		mine, now, ok := r.planOne(p, at, known, config)
		r.mu.Lock()
		defer r.mu.Unlock()
		plans[at.name], fresh[at.name] = mine, now
		failed = failed || !ok
	})
	if failed || r.interrupted.Load() {
		return nil, false
	}
	for name, now := range fresh {
		r.remember(name, now.object, now.tainted)
	}
	return plans, true
}

// planOne refreshes and plans one address.
func (r *run) planOne(p *acctest.Provider, at address, known instance, config acctest.Config) (planned, instance, bool) {
	mine := planned{at: at, config: config}
	if config != nil && len(r.judge(at, p.Validate(r.ctx, at.typeName(), config))) > 0 {
		r.problem("%s: the configuration is refused", at.name)
		return mine, known, false
	}
	if known.object.Exists() {
		read, diagnostics := p.Read(r.ctx, at.typeName(), known.object)
		if len(r.judge(at, diagnostics)) > 0 {
			return mine, known, false
		}
		if !read.Exists() && !r.dead.Load() {
			r.expectGone(at, r.fact(known))
		}
		known.object = read
	}
	mine.prior, mine.tainted = known.object, known.tainted
	if !known.object.Exists() && config == nil {
		return mine, known, true
	}
	ok := true
	make := func(prior *acctest.Object, config acctest.Config) *acctest.Plan {
		plan, diagnostics := p.Plan(r.ctx, at.typeName(), prior, config)
		ok = ok && len(r.judge(at, diagnostics)) == 0
		return &plan
	}
	if config == nil {
		mine.destroy, mine.action = make(mine.prior, nil), "delete"
		return mine, known, ok
	}
	prior := mine.prior
	if known.tainted {
		prior = nil
	}
	mine.make = make(prior, config)
	mine.action = mine.make.Action(prior)
	if mine.action == "replace" || known.tainted && mine.prior.Exists() {
		mine.action = "replace"
		mine.destroy, mine.make = make(mine.prior, nil), make(nil, config)
	}
	return mine, known, ok
}

// execute carries out plans.
func (r *run) execute(plans map[string]planned) {
	p := r.provider()
	r.each(func(at address) {
		mine, found := plans[at.name]
		if !found || mine.action == "no-op" || mine.action == "" {
			return
		}
		r.note("  %s %s", mine.action, at.name)
		if mine.destroy != nil {
			if !r.applyOne(p, mine, mine.prior, *mine.destroy) || r.interrupted.Load() {
				return
			}
			mine.prior = nil
		}
		if mine.make == nil {
			return
		}
		// Terraform plans once more with what it knows by now.
		final, diagnostics := p.Plan(r.ctx, at.typeName(), mine.prior, mine.config)
		if len(r.judge(at, diagnostics)) > 0 {
			r.failed.Store(true)
			return
		}
		if path := differs(mine.make.Value, final.Value); path != "" {
			r.problem("%s: inconsistent final plan: %s", at.name, path)
		}
		r.applyOne(p, mine, mine.prior, final)
	})
}

// applyOne applies one plan and keeps what comes of it.
func (r *run) applyOne(p *acctest.Provider, mine planned, prior *acctest.Object, plan acctest.Plan) bool {
	at := mine.at
	object, diagnostics := p.ApplyPlan(r.ctx, at.typeName(), prior, plan)
	if r.dead.Load() {
		// Nobody hears what a dead provider says.
		switch {
		case !prior.Exists():
			r.mu.Lock()
			r.lost[at.name] = true
			r.mu.Unlock()
		case !plan.Value.IsNull():
			// Of an update Terraform keeps the values from before, without
			// what only the answer would have brought.
			r.remember(at.name, &acctest.Object{Value: prior.Value}, false)
		}
		return false
	}
	if len(r.judge(at, diagnostics)) > 0 {
		r.failed.Store(true)
		// A failed destroy leaves things as they were.
		r.remember(at.name, object, !prior.Exists() || mine.tainted)
		return false
	}
	r.remember(at.name, object, false)
	if !object.Exists() {
		r.expectGone(at, r.fact(instance{object: prior}))
	}
	if !object.Value.IsFullyKnown() {
		r.problem("%s: the result has unknown values: %s", at.name, object.Value)
	}
	if path := differs(plan.Value, object.Value); path != "" {
		r.problem("%s: inconsistent result after apply: %s", at.name, path)
	}
	return true
}
