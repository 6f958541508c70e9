package chaos

import (
	"fmt"
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
		w.noteNamed(diagnostic.Summary + "\n" + diagnostic.Detail)
		w.noteMixed(at, diagnostic.Summary)
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
	for _, run := range w.runs() {
		if !run.applyCleanly() {
			w.problem("the clean apply failed")
			return
		}
	}
	w.checkAll()
	for _, run := range w.runs() {
		run.engine.expectNoChanges()
	}
}

// applyCleanly applies without faults, following the advice that errors give,
// and reports whether all went well in the end.
func (w *world) applyCleanly() bool {
	w.note("clean apply")
	w.appliedAt = w.cloud.Clock.Now()
	said := len(w.log)
	clean := w.engine.apply(step{})
	for tries := 0; !clean && tries < 3 && w.followAdvice(w.log[said:]); tries++ {
		said = len(w.log)
		clean = w.engine.apply(step{})
	}
	return clean
}

// checkAll compares the clouds and the state with the configuration.
func (w *world) checkAll() {
	w.checkCaptures()
	w.checkTasks()
	w.records()
	for _, run := range w.runs() {
		run.checkState()
	}
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

func (w *world) checkCaptures() {
	wanted, owners := map[string]resource{}, map[string]*world{}
	for _, run := range w.runs() {
		for _, at := range run.addresses {
			if r, ok := run.wanted[at.name]; ok && (at.kind == capture || at.kind == ring) {
				wanted[at.name], owners[at.name] = r, run
			}
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
		run := owners[found.Name]
		if known := run.engine.known(run.addressOf(found.Name)); !known.exists || !strings.EqualFold(known.get("id"), found.ID) {
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
