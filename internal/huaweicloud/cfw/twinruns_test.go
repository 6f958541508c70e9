package cfw

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// twin is one of two runs that make the same task, with a state each.
type twin struct {
	name   string
	state  string
	posted *Posting
	// made are the tasks that its posts made, said those that it was told of.
	made, said []string
	// doubted says that the run was told how the task of the state was
	// recognised.
	doubted bool
	// postMade is what the post that is remembered made.
	postMade []string
}

// twins are two runs on one firewall, whose service fails in random ways.
type twins struct {
	*harness
	t      *testing.T
	random *rand.Rand
	runs   [2]*twin
	// acting is the run whose requests arrive now.
	acting *twin
	log    []string
	// quiet ends faults and kills.
	quiet bool
}

func newTwins(t *testing.T, seed uint64) *twins {
	t.Helper()
	w := &twins{harness: newHarness(t), t: t, random: rand.New(rand.NewPCG(seed, 0)), runs: [2]*twin{{name: "a"}, {name: "b"}}} //nolint:gosec // histories
	w.Set(t, map[string]string{
		"task_visible_after": w.pick("20ms", "2s", "2s", "20s", "3m", "10m"), "utc_offset": w.pick("8h", "8h", "0s", "5h45m", "-3h30m"),
		"capture_minute": w.pick("3s", "1m"), "list_order": w.pick("newest_first", "oldest_first", "by_id"),
	})
	w.Observe = func(exchange simcore.Exchange) {
		if exchange.Operation == "CreateCaptureTask" && exchange.Status == 200 {
			made := w.CFW.Tasks()
			w.acting.made = append(w.acting.made, made[len(made)-1].ID)
			w.log = append(w.log, w.acting.name+" made "+made[len(made)-1].ID)
		}
	}
	w.whenWaiting(func(time.Duration) {
		if w.random.IntN(12) == 0 && w.acting == w.runs[0] {
			w.acting = w.runs[1]
			w.act()
			w.acting = w.runs[0]
		}
	})
	return w
}

func (w *twins) pick(values ...string) string { return values[w.random.IntN(len(values))] }

// fail plans a fault for the next request of an operation, or none.
func (w *twins) fail() {
	ten := 10
	faults := []simcore.Fault{
		{Kind: simcore.KindReset}, {Kind: simcore.KindDropAfterCommit}, {Kind: simcore.KindMalformed}, {Kind: simcore.KindCutAnswer}, {Kind: simcore.KindStatus, Code: 500},
		{Kind: simcore.KindStatus, Code: 429, RetryAfter: &ten}, {Kind: simcore.KindStatus, Code: 400, Body: []byte(`{"error_code":"CFW.00100001","error_msg":"busy"}`)},
	}
	w.Faults.Clear()
	if w.quiet {
		return
	}
	if w.random.IntN(3) > 0 {
		fault := faults[w.random.IntN(len(faults))]
		fault.MayNotHappen = true
		w.Fail(w.t, "CreateCaptureTask", fault)
		w.log = append(w.log, fmt.Sprintf("%s: create %s %d", w.acting.name, fault.Kind, fault.Code))
	}
	if w.random.IntN(3) == 0 {
		fault := faults[w.random.IntN(4)]
		fault.MayNotHappen = true
		fault.Skip, fault.Times = w.random.IntN(3), []int{1, 3, -1}[w.random.IntN(3)]
		w.Fail(w.t, "ListCaptureTask", fault)
		w.log = append(w.log, fmt.Sprintf("%s: list %s skip %d times %d", w.acting.name, fault.Kind, fault.Skip, fault.Times))
	}
}

// act is one apply: it finds what an earlier one posted, or makes the task.
func (w *twins) act() {
	mine := w.acting
	if mine.state != "" {
		return
	}
	w.fail()
	defer w.Faults.Clear()
	client := New(w.client.session, w.client.pace)
	var task Captured
	var err error
	had := len(mine.made)
	if mine.posted != nil {
		if task, err = client.Resolve(w.t.Context(), w.firewall, *mine.posted, nil); errors.Is(err, ErrNotListed) {
			// The run says what was posted, and is not there.
			mine.posted, mine.said = nil, append(mine.said, mine.postMade...)
		}
	} else {
		task, err = client.Capture(w.t.Context(), w.firewall, example("twin"), nil)
		mine.postMade = mine.made[had:]
	}
	for _, equal := range task.Equals {
		mine.said = append(mine.said, equal.ID)
	}
	w.log = append(w.log, fmt.Sprintf("%s at %s: %q lost %v, %v", mine.name, w.Clock.Now().Format(time.TimeOnly), task.ID, task.Lost, err))
	unconfirmed := new(UnconfirmedError)
	switch {
	case err == nil && !w.quiet && w.random.IntN(6) == 0:
		w.log = append(w.log, mine.name+" was killed")
		mine.posted = nil
	case err == nil:
		mine.state, mine.posted, mine.doubted = task.ID, nil, task.Lost != nil
	case errors.As(err, &unconfirmed):
		mine.said = append(mine.said, unconfirmed.CandidateIDs()...)
		if mine.posted == nil && !unconfirmed.Ambiguous() {
			mine.posted = &unconfirmed.Posting
		}
	}
}

// settle lets time pass in which all is listed, and both runs apply again.
func (w *twins) settle() {
	for range 2 + w.random.IntN(3) {
		for _, run := range w.runs {
			w.Clock.Advance(time.Duration(w.random.IntN(2400)) * time.Second)
			w.clockTo()
			w.acting = run
			w.act()
		}
	}
	// The last apply of each succeeds, and says what it sees.
	w.quiet = true
	for _, run := range w.runs {
		for range 3 {
			w.acting = run
			w.act()
		}
	}
}

// clockTo moves the client's clock to the service's.
func (w *twins) clockTo() {
	if behind := w.Clock.Now().Sub(w.clock.Now()); behind > 0 {
		if err := w.clock.Sleep(w.t.Context(), behind); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestTwinRunsLoseNothingInSilence has two runs make the same task, while the
// service fails. Each state must hold a task of its own run, and each task that
// no state holds must have been named.
func TestTwinRunsLoseNothingInSilence(t *testing.T) {
	t.Parallel()
	kept, named := 0, 0
	for seed := range uint64(120) {
		w := newTwins(t, seed)
		w.settle()
		for _, run := range w.runs {
			if run.state != "" && !run.doubted && !slices.Contains(run.made, run.state) {
				t.Errorf("history %d: %s holds %s, which it did not make\n%s", seed, run.name, run.state, strings.Join(w.log, "\n"))
			}
			for _, id := range run.made {
				other := w.runs[0].said
				switch {
				case run.state == id || run.posted != nil:
					kept++
				case slices.Contains(run.said, id) || slices.Contains(other, id) || slices.Contains(w.runs[1].said, id):
					named++
				default:
					t.Errorf("history %d: %s lost %s in silence\n%s", seed, run.name, id, strings.Join(w.log, "\n"))
				}
			}
		}
	}
	t.Logf("%d tasks are in a state, %d others were named", kept, named)
}
