package chaos

import (
	"maps"
	"sync"
)

// twinAddresses are the resources of the other configuration that twins
// apply: the same task, and a capture of the same network watcher.
var twinAddresses = []address{{name: "task_a", kind: task}, {name: "capture_twin", kind: capture}}

// addTwin adds a run of another configuration, with a state of its own, on the
// same clouds.
func (w *world) addTwin(engineOf func(*world) engine) {
	w.twin = &world{
		t: w.t, tally: w.tally, cloud: w.cloud, env: w.env, addresses: twinAddresses, twin: w, original: w,
		wanted: map[string]resource{}, lives: map[string]int{}, lost: map[string]bool{}, doubtful: map[string]bool{},
		rivals: w.rivals, named: map[string]bool{}, mixed: map[string]bool{},
	}
	w.twin.records = func() {}
	w.twin.engine = engineOf(w.twin)
}

// applyBoth runs terraform apply, for the twin at the same time, and reports
// whether all went well.
func (w *world) applyBoth(s step) bool {
	if w.twin == nil || !s.Twin {
		return w.engine.apply(s)
	}
	mine := w.wanted["task_a"]
	w.twin.wanted["task_a"] = resource{variant: mine.variant, trigger: mine.trigger}
	w.twin.wanted["capture_twin"] = resource{variant: mine.variant}
	w.twin.warned.Store(false)
	w.twin.appliedAt = w.cloud.Clock.Now()
	var together sync.WaitGroup
	together.Go(func() { w.twin.uneasy = !w.twin.engine.apply(step{}) || w.twin.warned.Load() })
	succeeded := w.engine.apply(s)
	together.Wait()
	return succeeded
}

// runs returns the runs with states of their own.
func (w *world) runs() []*world {
	if w.twin == nil {
		return []*world{w}
	}
	return []*world{w, w.twin}
}

// allNamed are the ids of what any run said that it cannot be told apart.
func (w *world) allNamed() map[string]bool {
	named := map[string]bool{}
	for _, run := range w.runs() {
		run.mu.Lock()
		maps.Copy(named, run.named)
		run.mu.Unlock()
	}
	return named
}
