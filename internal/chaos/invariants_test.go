package chaos

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// judge checks what a call reported and returns the errors: each has to say
// what failed, on which object, and what to do next.
func (w *world) judge(at address, diagnostics acctest.Diagnostics) []string {
	errors := diagnostics.Errors()
	for _, text := range errors {
		w.note("    %s: %s", at.name, strings.ReplaceAll(text, "\n", "\n      "))
	}
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity != tfprotov6.DiagnosticSeverityError {
			w.note("    %s: warning: %s", at.name, diagnostic.Summary)
			w.warned.Store(true)
			continue
		}
		w.tally.errors.Add(1)
		text := diagnostic.Summary + "\n" + diagnostic.Detail
		switch {
		case diagnostic.Summary == "" || strings.Contains(text, "%!"):
			w.problem("an error without summary, or badly formatted:\n%s", text)
		case !slices.ContainsFunc(at.identifiers(w), func(name string) bool { return strings.Contains(text, name) }):
			w.problem("an error about %s does not name it:\n%s", at.name, text)
		case misadvised(text) != "":
			w.problem("%s, in the error:\n%s", misadvised(text), text)
		}
		w.expectNoSecret("a diagnostic", text)
	}
	return errors
}

// secrets are what must not be written anywhere.
func (w *world) secrets() []string {
	return []string{w.env["ARM_CLIENT_SECRET"], w.env["CLOUDTAP_SIM_WORKSPACE_KEY"], w.env["HW_SECRET_KEY"]}
}

func (w *world) expectNoSecret(where, text string) {
	for i, secret := range w.secrets() {
		if secret == "" || strings.Contains(text, secret) {
			w.problem("secret %d is in %s", i, where)
		}
	}
}

// settle runs the clean apply and checks everything.
func (w *world) settle() {
	w.cloud.Faults.Clear()
	for name, r := range w.wanted {
		// Too short a timeout is the user's to correct.
		r.hasty = false
		w.wanted[name] = r
	}
	w.note("clean apply")
	said := len(w.log)
	clean := w.engine.apply(step{})
	for tries := 0; !clean && tries < 3 && w.followAdvice(w.log[said:]); tries++ {
		said = len(w.log)
		clean = w.engine.apply(step{})
	}
	if !clean {
		w.problem("the clean apply failed")
		return
	}
	w.checkAll()
	w.engine.expectNoChanges()
}

// checkAll compares the clouds and the state with the configuration.
func (w *world) checkAll() {
	w.checkCaptures()
	w.checkTasks()
	w.records()
	w.checkState()
}

// expectGone checks that what a state has no more is not in the cloud either.
func (w *world) expectGone(at address, was fact) {
	id := was.get("id")
	switch at.kind {
	case capture, ring:
		for _, found := range w.cloud.ARM.Snapshot().PacketCaptures {
			if strings.EqualFold(found.ID, id) {
				w.problem("%s left the state, and the cloud has it: %+v", at.name, found)
			}
		}
	case task:
		if found, exists := w.cloud.CFW.Task(was.get("task_id")); exists {
			w.problem("%s left the state, and the firewall has it: %+v", at.name, found)
		}
	case collect, stream:
	}
}

var (
	importCommand = regexp.MustCompile(`terraform import \S+\s+'([^']+)'`)
	candidates    = regexp.MustCompile(`which of the tasks\s+\[([^\]]+)\]`)
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
		if waitAMinute.MatchString(line) {
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
		if (at.kind != collect && at.kind != stream) || !wanted || r.resend || !known.exists || known.get("status") != "partial" || !strings.Contains(said, at.table()) {
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
		w.note("  delete the task %s", id)
		w.cloud.CFW.Delete(id)
	}
}

func (w *world) checkCaptures() {
	wanted := map[string]resource{}
	for _, at := range w.addresses {
		if r, ok := w.wanted[at.name]; ok && (at.kind == capture || at.kind == ring) {
			wanted[at.name] = r
		}
	}
	for _, found := range w.cloud.ARM.Snapshot().PacketCaptures {
		r, ok := wanted[found.Name]
		switch {
		case !ok && w.lost[found.Name]:
			// Nobody can know of it: the provider was killed before it could
			// say so, and the configuration does not name it any more.
			w.tally.orphans.Add(1)
			continue
		case !ok:
			w.problem("the cloud holds a capture %q that nobody wants: %+v", found.Name, found)
			continue
		}
		delete(wanted, found.Name)
		if known := w.engine.known(w.addressOf(found.Name)); !known.exists || !strings.EqualFold(known.get("id"), found.ID) {
			w.problem("the state does not know the capture %s", found.ID)
		}
		if found.TimeLimitInSeconds == nil || *found.TimeLimitInSeconds != int64(60*r.minutes(capture)) || found.ProvisioningState != "Succeeded" {
			w.problem("capture %q is %+v, wanted %+v", found.Name, found, r)
		}
		if r.stopped && found.Status != "Stopped" {
			w.problem("capture %q is not stopped but %s", found.Name, found.Status)
		}
	}
	for name := range wanted {
		w.problem("capture %q does not exist", name)
	}
}

// namedTasks are those of which an error said that nobody can know whose they
// are: what becomes of them is the user's decision.
func (w *world) namedTasks() map[string]bool {
	named := map[string]bool{}
	for _, line := range w.log {
		if match := candidates.FindStringSubmatch(line); match != nil {
			for _, id := range strings.Fields(match[1]) {
				named[id] = true
			}
		}
	}
	return named
}

func (w *world) checkTasks() {
	const running, stopping = 2, 5
	known := map[string]resource{}
	for _, at := range w.addresses {
		if of := w.engine.known(at); of.exists && at.kind == task && of.get("expired") != "true" {
			if _, twice := known[of.get("task_id")]; twice {
				w.problem("two resources have the task %s", of.get("task_id"))
			}
			known[of.get("task_id")] = w.wanted[at.name]
		}
	}
	named := w.namedTasks()
	for _, found := range w.cloud.CFW.Tasks() {
		r, ok := known[found.ID]
		delete(known, found.ID)
		active := found.Status == running || found.Status == stopping
		switch {
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
		w.problem("task %s does not exist", id)
	}
}

// checkRecords compares the tables with the configuration: no record is
// missing, and none is there more often than the resource began anew, unless
// nobody could know.
func (w *world) checkRecords() {
	for _, at := range w.addresses {
		r, wanted := w.wanted[at.name]
		if at.kind != collect && at.kind != stream {
			continue
		}
		names, ids := w.rows(at)
		for i := range r.records + 1 {
			name := fmt.Sprintf("%s-%d", at.name, i)
			if wanted && names[name] == 0 {
				w.problem("record %s is missing", name)
			}
			if at.kind == collect && !at.ids && !w.doubtful["data_collector"] && names[name] > 1+w.lives[at.name] {
				w.problem("record %s is stored %d times in %d lives", name, names[name], 1+w.lives[at.name])
			}
		}
		for id, rows := range ids {
			if rows > 1 {
				w.problem("%s: the record with the id %s is stored %d times", at.name, id, rows)
			}
		}
	}
}

// rows counts the rows of a table by name and by id.
func (w *world) rows(at address) (names, ids map[string]int) {
	names, ids = map[string]int{}, map[string]int{}
	table, found := w.cloud.LogStore.Read(w.env["CLOUDTAP_SIM_WORKSPACE_ID"], at.table(), logstore.Visibility{})
	if !found {
		return names, ids
	}
	for _, row := range table.Rows {
		for i, column := range table.Columns {
			value, isText := row[i].(string)
			switch {
			case !isText:
			case column.Name == "Name_s" || column.Name == "Name":
				names[value]++
			case column.Name == "IngestId_g" || column.Name == "IngestId":
				ids[value]++
			}
		}
	}
	return names, ids
}

// checkState looks for objects that nobody wants, and for unfinished ones.
func (w *world) checkState() {
	for _, at := range w.addresses {
		known := w.engine.known(at)
		if _, wanted := w.wanted[at.name]; known.exists != wanted {
			w.problem("%s: in the state %v, in the configuration %v", at.name, known.exists, wanted)
		}
		if known.tainted || known.exists && known.get("status") == "partial" {
			w.problem("%s is tainted, or partial", at.name)
		}
	}
}
