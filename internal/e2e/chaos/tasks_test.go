package chaos

import (
	"regexp"
	"slices"
	"time"
)

var (
	// untold recognises what is said about tasks that cannot be told apart:
	// what becomes of them is the user's decision.
	untold = regexp.MustCompile(`which\s+of\s+the\s+tasks|Equal\s+capture\s+tasks\s+exist|recognised\s+by\s+its\s+date`)
	uuids  = regexp.MustCompile(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// noteNamed remembers the tasks that a text names as such that cannot be told
// apart.
func (w *world) noteNamed(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if untold.MatchString(text) {
		for _, id := range uuids.FindAllString(text, -1) {
			w.named[id] = true
		}
	}
}

// noteMixed notes that equal records of two log ingests are said to count as one.
func (w *world) noteMixed(at address, summary string) {
	if summary == "Log ingests cannot be told apart" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.mixed[at.table()] = true
	}
}

func (w *world) checkTasks() {
	const running, stopping = 2, 5
	known := map[string]resource{}
	// The twin does not apply at each step: its tasks may have aged out since, or
	// the other run may have deleted one that both were told may be theirs.
	stale := map[string]bool{}
	named := w.allNamed()
	for _, run := range w.runs() {
		for _, at := range run.addresses {
			of := run.engine.known(at)
			if !of.exists || at.kind != task || of.get("expired") == "true" {
				continue
			}
			id := of.get("task_id")
			if _, twice := known[id]; twice && !named[id] {
				w.problem("two resources have the task %s", id)
			}
			known[id] = run.wanted[at.name]
			stale[id] = run != w && (named[id] || w.cloud.Clock.Now().Sub(run.appliedAt) >= taskRetention)
		}
	}
	w.checkRivals(known)
	for _, found := range w.cloud.CFW.Tasks() {
		r, ok := known[found.ID]
		delete(known, found.ID)
		active := found.Status == running || found.Status == stopping
		_, foreign := w.rivals[found.ID]
		switch {
		case foreign:
		case !ok && (w.lost["task_a"] || w.lost["task_b"] || named[found.ID]):
			w.tally.orphans.Add(1)
		case !ok:
			w.problem("the firewall has a task that no state knows: %+v", found)
		case found.DurationInMinutes != r.minutes(task):
			w.problem("task %+v, wanted %+v", found, r)
		case r.stopped && active:
			w.problem("task is not stopped: %+v", found)
		}
	}
	for id := range known {
		if stale[id] {
			continue
		}
		w.problem("task %s does not exist", id)
	}
}

// taskRetention is how long the firewall keeps the record of a task.
const taskRetention = 7 * 24 * time.Hour

// checkRivals checks that nobody took or deleted what somebody else made.
func (w *world) checkRivals(known map[string]resource) {
	for id, made := range w.rivals {
		if _, taken := known[id]; taken {
			w.problem("a state has somebody else's task %s", id)
		}
		if _, exists := w.cloud.CFW.Task(id); !exists && w.cloud.Clock.Now().Sub(made) < taskRetention {
			w.problem("somebody else's task %s was deleted", id)
		}
	}
}

func (w *world) hasTask(id string) bool {
	return slices.ContainsFunc(w.addresses, func(at address) bool {
		known := w.engine.known(at)
		return at.kind == task && known.exists && known.get("task_id") == id
	})
}
