package chaos

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// ingest is one ingestHistory in progress. It plays Terraform too, and notes
// what each apply asks for.
type ingest struct {
	*world
	engine

	// asked are the bounds of each resource, by the number of its life and
	// the name of a record.
	asked map[string]map[int]map[string]bounds
	// gone are the tables to which a resource sent that was removed in an
	// earlier step: its records and equal ones of a new resource cannot be told
	// apart without triggers. going are those of this step.
	gone, going map[string]bool
	// interrupted is set once an apply was.
	interrupted bool
}

// bounds are how often a record has to be stored at least, by what was asked
// for with success, and may be at most, by all that was asked for.
type bounds struct {
	least, most int
	// saved is most after the last complete send, which knew of as many as
	// known: what was sent beyond that without a word of it, nobody remembers
	// once the window has moved on. window is how many it had then, which is
	// all that is known after a provider was killed.
	saved, known, window int
}

func newIngest(w *world) *ingest {
	i := &ingest{world: w, engine: w.engine, asked: map[string]map[int]map[string]bounds{}, gone: map[string]bool{}, going: map[string]bool{}}
	w.engine, w.records, w.twin = i, i.check, nil
	return i
}

func (i *ingest) run(h ingestHistory) {
	i.addresses = nil
	for n, log := range h.Logs {
		at := address{name: fmt.Sprintf("log_%d", n), kind: collect, log: "ChaosLog", ids: log.IDs, unverified: !log.Verified}
		if log.Stream {
			at.kind = stream
		}
		if log.Apart {
			at.log = fmt.Sprintf("ChaosLog%d", n)
		}
		i.addresses = append(i.addresses, at)
	}
	for number, s := range h.Steps {
		for _, change := range s.Slides {
			if change.Log < len(h.Logs) {
				i.slide(i.addresses[change.Log], h.Logs[change.Log], change)
			}
		}
		if number > 0 && h.Steps[number-1].Interruption.How == killed {
			i.letArrive()
		}
		i.step(number, step{AdvanceMinutes: s.AdvanceMinutes, Faults: s.Faults, Interruption: s.Interruption, Parallel: s.Parallel})
	}
	if h.Steps[len(h.Steps)-1].Interruption.How == killed {
		i.letArrive()
	}
	i.settle()
}

// letArrive passes the time that records take to show: a provider that was
// killed leaves nothing behind that tells the next one to wait for them.
func (i *ingest) letArrive() { i.advance(1) }

// slide changes a resource's window, which is never empty. A resource that is
// removed begins a new life: with the old triggers nobody could tell its
// records from those of the old one.
func (i *ingest) slide(at address, log ingestLog, change slide) {
	i.note("  %s %+v", at.name, change)
	r, exists := i.wanted[at.name]
	if change.Remove {
		i.going[at.table()] = i.going[at.table()] || exists
		delete(i.wanted, at.name)
		i.lives[at.name]++
		return
	}
	if !exists {
		r = resource{life: i.lives[at.name]}
		if log.Marked || i.gone[at.table()] {
			r.life++
		}
	}
	r.window = append(slices.Clone(r.window[min(change.Drop, len(r.window)):]), change.Append...)
	i.wanted[at.name] = r
}

// apply notes what the configuration asks for.
func (i *ingest) apply(s step) bool {
	before := map[string]string{}
	for _, at := range i.addresses {
		before[at.name] = i.version(at)
	}
	succeeded := i.engine.apply(s)
	maps.Copy(i.gone, i.going)
	i.interrupted = i.interrupted || s.Interruption.How != ""
	for _, at := range i.addresses {
		r, wanted := i.wanted[at.name]
		if !wanted {
			continue
		}
		names := map[string]int{}
		for _, line := range r.window {
			names[nameIn(line)]++
		}
		known := i.known(at)
		complete := succeeded && known.exists && known.get("status") == "complete"
		if i.asked[at.name] == nil {
			i.asked[at.name] = map[int]map[string]bounds{}
		}
		of := i.asked[at.name][r.life]
		if of == nil {
			of = map[string]bounds{}
			i.asked[at.name][r.life] = of
		}
		// Which records of a partial send count as sent is not known here.
		end := ending{killed: s.Interruption.How == killed && i.version(at) == before[at.name], complete: complete}
		end.saved = i.version(at) != before[at.name] && known.exists && known.get("status") == "complete"
		for name, count := range names {
			of[name] = of[name].after(count, end)
		}
		for name, b := range of {
			if names[name] == 0 {
				of[name] = b.after(0, end)
			}
		}
	}
	return succeeded
}

// ending is how an apply ended for a resource: the state has a new complete
// send, nothing as the provider was killed, and everything that was asked for.
type ending struct{ saved, killed, complete bool }

// after returns the bounds after an apply whose window had a record so often.
func (b bounds) after(count int, end ending) bounds {
	b.most = max(b.most, b.saved+max(0, count-b.known))
	switch {
	case end.saved:
		b.saved, b.known, b.window = b.most, max(b.known, count), count
	case end.killed:
		b.known = b.window
	}
	if end.complete {
		b.least = max(b.least, count)
	}
	return b
}

// version is what the state has of an address' last send.
func (i *ingest) version(at address) string {
	known := i.known(at)
	if !known.exists {
		return ""
	}
	return fmt.Sprint(known.get("content_hash"), known.get("status"), known.get("last_ingested_at"))
}

func nameIn(line string) string {
	var record struct{ Name string }
	if err := json.Unmarshal([]byte(line), &record); err != nil {
		panic(err)
	}
	return record.Name
}

// check compares the tables with what was ever asked for: each record is
// stored as often as it was at most in the window of a life, summed up over
// the resources of the table and their lives.
func (i *ingest) check() {
	tables := map[string]map[string]bounds{}
	unbounded := map[string]bool{}
	for _, at := range i.addresses {
		table := tables[at.table()]
		if table == nil {
			table = map[string]bounds{}
			tables[at.table()] = table
		}
		for _, life := range i.asked[at.name] {
			for name, b := range life {
				sum := table[name]
				table[name] = bounds{least: sum.least + b.least, most: sum.most + b.most}
			}
		}
		unbounded[at.table()] = unbounded[at.table()] || i.mayDouble(at)
	}
	for _, at := range i.addresses {
		names, ids := i.rows(at)
		for name, b := range tables[at.table()] {
			if i.mixed[at.table()] {
				b.least = min(b.least, 1)
			}
			if names[name] < b.least {
				i.problem("table %s has record %q %d times, which was asked for %d times", at.table(), name, names[name], b.least)
			}
			if names[name] > b.most && !unbounded[at.table()] {
				i.problem("table %s has record %q %d times, which was asked for at most %d times", at.table(), name, names[name], b.most)
			}
		}
		for id, rows := range ids {
			if rows > 1 && !unbounded[at.table()] && !i.mixed[at.table()] {
				i.problem("table %s has %d records with the id %s", at.table(), rows, id)
			}
		}
	}
}

// mayDouble reports whether nobody can know how often an address' records are
// stored: answers were lost of records without an id, or without anybody to
// ask, or an interruption left no trace and nobody looks before a send.
func (i *ingest) mayDouble(at address) bool {
	lost := i.doubtful["data_collector"]
	if at.kind == stream {
		lost = i.doubtful["logs_ingestion"]
	}
	switch {
	case i.wanted[at.name].resend:
		return true
	case at.ids && !at.unverified:
		return false
	case at.ids && at.kind == collect:
		return i.interrupted
	}
	return lost || i.interrupted
}

// parts returns the history with one thing left out, the largest first.
func (h ingestHistory) parts() []ingestHistory {
	var parts []ingestHistory
	for n := range h.Steps {
		parts = append(parts, ingestHistory{h.Switches, h.Logs, slices.Delete(slices.Clone(h.Steps), n, n+1)})
	}
	if last := len(h.Logs) - 1; last > 0 {
		parts = append(parts, ingestHistory{h.Switches, h.Logs[:last], h.Steps})
	}
	for n, s := range h.Steps {
		with := func(change func(*ingestStep)) {
			smaller := s
			change(&smaller)
			steps := slices.Clone(h.Steps)
			steps[n] = smaller
			parts = append(parts, ingestHistory{h.Switches, h.Logs, steps})
		}
		for m := range s.Slides {
			with(func(s *ingestStep) { s.Slides = slices.Delete(slices.Clone(s.Slides), m, m+1) })
		}
		for m := range s.Faults {
			with(func(s *ingestStep) { s.Faults = slices.Delete(slices.Clone(s.Faults), m, m+1) })
		}
		if s.Interruption.How != "" {
			with(func(s *ingestStep) { s.Interruption = interruption{} })
		}
		if s.Parallel || s.AdvanceMinutes > 0 {
			with(func(s *ingestStep) { s.Parallel, s.AdvanceMinutes = false, 0 })
		}
	}
	if len(h.Switches) > 0 {
		parts = append(parts, ingestHistory{nil, h.Logs, h.Steps})
	}
	return parts
}
