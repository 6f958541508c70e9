package chaos

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

var (
	importCommand = regexp.MustCompile(`terraform import \S+\s+'([^']+)'`)
	candidates    = regexp.MustCompile(`which of the tasks\s+\[([^\]]+)\]`)
	roleIsNew     = regexp.MustCompile(`an\s+assignment\s+takes\s+up\s+to\s+30\s+minutes`)
	waitAMinute   = regexp.MustCompile(`wait\s+a\s+minute\s+and\s+apply\s+again`)
	setTriggers   = regexp.MustCompile(`Set\s+triggers\s+(?:of\s+the\s+new\s+one\s+)?to\s+a\s+value\s+that\s+only`)
	resendAll     = regexp.MustCompile(`on_change\s+=\s+"resend"`)
)

// followAdvice does what the errors of an apply say, as a user would, and
// reports whether they said anything. Captures that a killed provider left
// behind are imported. Of tasks that look the same, the one that no other
// resource has is deleted, and the resource that may have made it forgotten.
// Records of which nobody knows how many were sent are all sent again.
func (w *world) followAdvice(said []string) bool {
	followed := false
	for _, line := range slices.Clone(said) {
		for _, match := range importCommand.FindAllStringSubmatch(line, -1) {
			for _, at := range w.addresses {
				if w.lost[at.name] && !w.engine.known(at).exists && strings.HasSuffix(match[1], "/"+at.name) {
					w.importOrDelete(at, match[1])
					followed = true
				}
			}
		}
		if waitAMinute.MatchString(line) || roleIsNew.MatchString(line) {
			w.advance(1)
			followed = true
		}
		if setTriggers.MatchString(line) {
			w.markNew()
			followed = true
		}
		if resendAll.MatchString(line) && w.resend(line) {
			followed = true
		}
		if match := candidates.FindStringSubmatch(line); match != nil {
			w.deleteUnknown(line, strings.Fields(match[1]))
			followed = true
		}
	}
	return followed
}

// markNew sets triggers of the log ingests that are to be made.
func (w *world) markNew() {
	for _, at := range w.addresses {
		if r, wanted := w.wanted[at.name]; wanted && r.life == 0 && !w.engine.known(at).exists {
			w.note("  mark %s", at.name)
			r.life = 1
			w.wanted[at.name] = r
		}
	}
}

// resend has the records sent again that an error is about, and reports
// whether there are any.
func (w *world) resend(said string) bool {
	found := false
	for _, at := range w.addresses {
		r, wanted := w.wanted[at.name]
		known := w.engine.known(at)
		if (at.kind != collect && at.kind != stream) || !wanted || r.resend || !known.exists || known.get("status") != "partial" || !strings.Contains(said, at.destination()) {
			continue
		}
		w.note("  resend %s", at.name)
		r.resend = true
		w.wanted[at.name] = r
		w.lives[at.name]++
		found = true
	}
	return found
}

// importOrDelete deletes a capture that failed, and imports any other.
func (w *world) importOrDelete(at address, id string) {
	for _, found := range w.cloud.ARM.Snapshot().PacketCaptures {
		if strings.EqualFold(found.ID, id) && found.ProvisioningState == "Failed" {
			w.note("  delete %s", at.name)
			w.cloud.ARM.Delete(id)
			return
		}
	}
	w.note("  import %s", at.name)
	w.engine.adopt(at, id)
}

// deleteUnknown forgets the resource that an error is about, and deletes those
// of the tasks that no other resource has.
func (w *world) deleteUnknown(said string, tasks []string) {
	for _, at := range w.addresses {
		known := w.engine.known(at)
		switch {
		case at.kind != task || !known.exists:
		case known.get("task_id") == acctest.Null:
			if !strings.Contains(said, " "+at.name+": ") && !strings.Contains(said, "with "+at.typeName()+"."+at.name+",") {
				continue
			}
			w.note("  forget %s", at.name)
			w.engine.forget(at)
		default:
			tasks = slices.DeleteFunc(tasks, func(id string) bool { return id == known.get("task_id") })
		}
	}
	for _, id := range tasks {
		_, foreign := w.rivals[id]
		if foreign || w.twin != nil && w.twin.hasTask(id) {
			continue // Its maker knows it.
		}
		w.note("  delete the task %s", id)
		w.cloud.CFW.Delete(id)
	}
}
