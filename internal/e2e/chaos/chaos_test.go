package chaos

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// options are the flags of this package's tests.
type options struct {
	// histories is how many histories run through the plugin protocol, the
	// first of them being number first.
	histories, first int
	// commandLine is how many run through the CLI.
	commandLine int
	// ingest is how many ingest histories run.
	ingest int
	// workers is how many run at a time; they mostly wait.
	workers int
}

func flags() options {
	value := func(name string) int {
		number, ok := flag.Lookup(name).Value.(flag.Getter).Get().(int)
		if !ok {
			panic(name + " is no number")
		}
		return number
	}
	first := value("chaos.first")
	if first == 0 {
		const numbers = 1 << 30
		first = int(time.Now().UnixNano() % numbers)
	}
	return options{histories: value("chaos.histories"), first: first, commandLine: value("chaos.cli"), ingest: value("chaos.ingest"), workers: value("chaos.workers")}
}

func TestMain(m *testing.M) {
	flag.Int("chaos.histories", 48, "how many histories to run through the plugin protocol")
	flag.Int("chaos.cli", 3, "how many histories to run through the CLI")
	flag.Int("chaos.ingest", 200, "how many histories of log ingests to run through the plugin protocol")
	flag.Int("chaos.first", 1, "the number of the first history; 0 means a random one")
	flag.Int("chaos.workers", 12, "how many histories to run at a time")
	acctest.Main(m)
}

// tally counts what happened in all histories.
type tally struct {
	histories, applies, requests, faults, interruptions, errors, orphans atomic.Int64
}

func (c *tally) String() string {
	return fmt.Sprintf("%d histories with %d applies: %d requests, %d of them with a fault; %d interruptions; %d errors shown; %d left behind by a killed provider",
		c.histories.Load(), c.applies.Load(), c.requests.Load(), c.faults.Load(), c.interruptions.Load(), c.errors.Load(), c.orphans.Load())
}

// TestHistories runs random histories. Each has a number from which it is
// made, so that one that fails can be run again:
//
//	go test ./internal/e2e/chaos -run TestHistories -chaos.first=4711 -chaos.histories=1
//
//nolint:paralleltest // It runs many at a time itself, and looks for what they leave running.
func TestHistories(t *testing.T) {
	options := flags()
	counts := options.run(t, options.histories, options.workers, func(t *testing.T, number int, counts *tally) {
		t.Helper()
		check(t, histories().Example(number), newProtocolWorld, counts)
	})
	expectNoGoroutines(t)
	t.Logf("histories %d to %d: %s", options.first, options.first+options.histories-1, counts)
}

// run runs that many histories, several at a time.
func (o options) run(t *testing.T, histories, workers int, one func(t *testing.T, number int, counts *tally)) *tally {
	t.Helper()
	counts := &tally{}
	numbers := make(chan int)
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for number := range numbers {
				t.Run(strconv.Itoa(number), func(t *testing.T) { one(t, number, counts) })
			}
		})
	}
	const told = 1000
	for i := range histories {
		if i > 0 && i%told == 0 {
			t.Logf("%d of %d histories have begun", i, histories)
		}
		numbers <- o.first + i
	}
	close(numbers)
	running.Wait()
	return counts
}

// check runs a history and, if it breaks an invariant, looks for the smallest
// one that does.
func check(t *testing.T, h history, begin beginning, counts *tally) {
	t.Helper()
	report(t, h, history.parts, func(h history) (problems, log []string) { return h.run(t, begin, counts) })
}

// report runs a history of any kind, and reports what is left of it without
// its parts if it breaks an invariant.
func report[H fmt.Stringer](t *testing.T, h H, parts func(H) []H, run func(H) (problems, log []string)) {
	t.Helper()
	problems, log := run(h)
	if len(problems) == 0 {
		return
	}
	if os.Getenv("CHAOS_MINIMIZE") != "" {
		h = minimize(h, parts, func(smaller H) bool {
			found, told := run(smaller)
			if len(found) > 0 {
				problems, log = found, told
			}
			return len(found) > 0
		})
	}
	t.Errorf("history %s\n\nwhat happened:\n%s\n\nbroken:\n%s", h, strings.Join(log, "\n"), strings.Join(problems, "\n"))
}

// beginning starts the clouds, and what plays Terraform, for one history.
type beginning func(t *testing.T, switches map[string]string, counts *tally) (*world, error)

// run runs a history and returns the invariants that it broke, and what
// happened.
func (h history) run(t *testing.T, begin beginning, counts *tally) (problems, log []string) {
	t.Helper()
	w, err := begin(t, h.Switches, counts)
	if err != nil {
		t.Fatal(err)
	}
	counts.histories.Add(1)
	for i, s := range h.Steps {
		w.step(i, s)
	}
	w.settle()
	return w.problems, w.log
}

func (w *world) step(i int, s step) {
	w.note("step %d", i)
	w.advance(s.AdvanceMinutes)
	for _, c := range s.Changes {
		w.note("  %s %s %d", c.Do, c.Address, c.Value)
		w.do(c)
	}
	for _, fault := range s.Faults {
		fault.Body = bytes.ReplaceAll(fault.Body, []byte(watcherID), []byte(w.cloud.ARM.Seeded().NetworkWatcherID))
		fault.MayNotHappen = true
		startsOperation := fault.Service == "arm" && (fault.Operation == "" || slices.Contains(w.cloud.ARM.LongRunning(), fault.Operation))
		if fault.Kind == simcore.KindLROFailed && !startsOperation {
			continue // It is drawn, but cannot happen, and is refused.
		}
		if err := w.cloud.Faults.Add(fault); err != nil {
			w.problem("%v", err)
		}
	}
	w.warned.Store(false)
	succeeded := w.applyBoth(s)
	w.cloud.Faults.Clear()
	w.account()
	for _, at := range w.addresses {
		if s.Interruption.How != "" || w.wanted[at.name].hasty {
			w.doubtful["data_collector"] = true
		}
	}
	if succeeded && !w.warned.Load() && (w.twin == nil || !w.twin.uneasy) {
		w.note("  nothing to report")
		w.checkAll()
	}
}

// account notes which requests met faults in the last apply.
func (w *world) account() {
	w.tally.applies.Add(1)
	for _, request := range w.cloud.Journal.Requests() {
		w.tally.requests.Add(1)
		if request.Fault != "" {
			w.tally.faults.Add(1)
			w.note("    %s %s: %s %d", request.Service, request.Operation, request.Fault, request.Status)
		}
		if request.Fault != "" && (request.Fault != string(simcore.KindStatus) || request.Status < http.StatusMultipleChoices) {
			w.doubtful[request.Service] = true
		}
	}
	w.cloud.Journal.Reset()
}

// minimize removes parts of a failing history for as long as it still fails.
// rapid would do so too, but only within its own runner, which runs one
// history at a time.
func minimize[H any](h H, parts func(H) []H, fails func(H) bool) H {
	for smaller := true; smaller; {
		smaller = false
		for _, candidate := range parts(h) {
			if fails(candidate) {
				h, smaller = candidate, true
				break
			}
		}
	}
	return h
}

// parts returns the history with one thing left out, the largest first.
func (h history) parts() []history {
	var parts []history
	for i := range h.Steps {
		parts = append(parts, history{h.Switches, slices.Delete(slices.Clone(h.Steps), i, i+1)})
	}
	for i, s := range h.Steps {
		with := func(change func(*step)) {
			smaller := s
			change(&smaller)
			steps := slices.Clone(h.Steps)
			steps[i] = smaller
			parts = append(parts, history{h.Switches, steps})
		}
		for j := range s.Changes {
			with(func(s *step) { s.Changes = slices.Delete(slices.Clone(s.Changes), j, j+1) })
		}
		for j := range s.Faults {
			with(func(s *step) { s.Faults = slices.Delete(slices.Clone(s.Faults), j, j+1) })
		}
		if s.Interruption.How != "" {
			with(func(s *step) { s.Interruption = interruption{} })
		}
		if s.Twin {
			with(func(s *step) { s.Twin = false })
		}
		if s.Parallel {
			with(func(s *step) { s.Parallel = false })
		}
		if s.AdvanceMinutes > 0 {
			with(func(s *step) { s.AdvanceMinutes = 0 })
		}
	}
	for name := range h.Switches {
		switches := map[string]string{}
		for other, value := range h.Switches {
			if other != name {
				switches[other] = value
			}
		}
		parts = append(parts, history{switches, h.Steps})
	}
	return parts
}
