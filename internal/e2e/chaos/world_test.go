package chaos

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// world is one history in progress: the clouds, what Terraform knows of
// them, and what the user wants.
type world struct {
	t     *testing.T
	tally *tally
	cloud *cloudsim.Cloud
	env   map[string]string

	// addresses are the resource blocks that the configuration can have.
	addresses []address

	mu sync.Mutex
	// wanted is the configuration.
	wanted map[string]resource
	// lives counts how often a resource was gone from the state and so began
	// anew.
	lives map[string]int
	// lost are resources of which the state may lack an object, because
	// the provider was killed while it made one.
	lost map[string]bool
	// rivals are tasks that somebody else made, and when.
	rivals map[string]time.Time
	// named are the ids in what was said about tasks that cannot be told
	// apart.
	named map[string]bool
	// mixed are tables of which was said that equal records of two log ingests
	// count as one.
	mixed map[string]bool
	// doubtful are services that took a request and lost the answer.
	doubtful map[string]bool
	problems []string
	// warned is set when a call reports a warning.
	warned atomic.Bool
	// log tells what happened, for people.
	log []string

	engine engine
	// twin is another run, if there is one: of the twin it is this one, which
	// is also its original.
	twin, original *world
	// appliedAt is when the twin last applied, by the simulation's clock.
	appliedAt time.Time
	// uneasy is set if the twin's last apply did not go well.
	uneasy bool
	// records compares the tables with what was asked for.
	records func()
	// onRequest is called for every request that a service handled, before its
	// answer goes out.
	onRequest atomic.Pointer[func()]
}

// engine is what plays Terraform.
type engine interface {
	// apply runs terraform apply and reports whether all went well.
	apply(s step) bool
	// known returns what the state says of an address.
	known(at address) fact
	// adopt imports an object, and keeps it in place of what the state has.
	adopt(at address, id string)
	// forget removes what the state has of an address.
	forget(at address)
	// expectNoChanges checks that a plan is empty.
	expectNoChanges()
}

// fact is what a state says of a resource.
type fact struct {
	exists, tainted bool
	// get returns an attribute's value as acctest.Get does.
	get func(attribute string) string
}

func newWorld(t *testing.T, chosen map[string]string, clock *simcore.Clock, counts *tally) (*world, error) {
	t.Helper()
	w := &world{
		t: t, tally: counts, env: map[string]string{}, addresses: addresses[:],
		wanted: map[string]resource{}, lives: map[string]int{}, lost: map[string]bool{}, doubtful: map[string]bool{},
		rivals: map[string]time.Time{}, named: map[string]bool{}, mixed: map[string]bool{},
	}
	w.records = w.checkRecords
	w.cloud = acctest.StartCloud(t, cloudsim.Options{Clock: clock, Observe: w.handled})
	for _, variable := range w.cloud.Env() {
		w.env[variable.Name] = variable.Value
	}
	settings := map[string]string{"cfw daily_starts": "100000", "data_collector oversize": "too_large"}
	maps.Copy(settings, chosen)
	for name, value := range settings {
		service, key, _ := strings.Cut(name, " ")
		if err := w.switches(service).Set(key, value); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// getenv reads a provider's environment.
func (w *world) getenv(name string) string {
	if name == "AZURE_LOG_ANALYTICS_SHARED_KEY" {
		name = "CLOUDTAP_SIM_WORKSPACE_KEY"
	}
	return w.env[name]
}

func (w *world) switches(service string) *simcore.Switches {
	return map[string]*simcore.Switches{
		"arm": w.cloud.ARM.Switches(), "cfw": w.cloud.CFW.Switches(), "data_collector": w.cloud.DataCollector.Switches(),
		"logs_ingestion": w.cloud.LogsIngestion.Switches(), "log_query": w.cloud.LogQuery.Switches(),
	}[service]
}

// handled is told of every request that a service handled, before its answer
// goes out.
func (w *world) handled(simcore.Exchange) {
	if told := w.onRequest.Load(); told != nil {
		(*told)()
	}
}

func (w *world) addressOf(name string) address { return find(w.addresses, name) }

func (w *world) note(format string, args ...any) {
	if w.original != nil {
		w.original.note("      the twin: "+format, args...)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

// problem notes a broken invariant.
func (w *world) problem(format string, args ...any) {
	if w.original != nil {
		w.original.problem("the twin: "+format, args...)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

// do carries out a change, as far as it makes sense.
func (w *world) do(c change) {
	at := w.addressOf(c.Address)
	wanted, configured := w.wanted[c.Address]
	switch c.Do {
	case set, setWaiting, setHasty:
		wanted.variant = c.Value
		wanted.waits, wanted.hasty = c.Do == setWaiting && !wanted.stopped, c.Do == setHasty
		configured = true
	case remove:
		delete(w.wanted, c.Address)
		return
	case stop:
		wanted.stopped, wanted.waits = true, false
	case start:
		wanted.stopped = false
	case recapture:
		wanted.trigger++
	case appendRecords:
		wanted.records += c.Value
	case reimport:
		w.reimport(at)
	case vanish:
		w.vanish(at)
	case rival:
		w.rival(at)
	}
	if configured {
		w.wanted[c.Address] = wanted
	}
}

// vanish deletes the object of an address in the cloud.
func (w *world) vanish(at address) {
	known := w.engine.known(at)
	switch {
	case !known.exists:
	case at.kind == task:
		w.cloud.CFW.Delete(known.get("task_id"))
	default:
		w.cloud.ARM.Delete(known.get("id"))
	}
}

// rival adds somebody else's task, equal to what an address says. At the same
// time as ours nobody could tell them apart.
func (w *world) rival(at address) {
	const later = 15
	w.advance(later)
	seed := cfw.Seed{Name: taskName, DurationInMinutes: w.wanted[at.name].minutes(task), CreatedAt: w.cloud.Clock.Now()}
	w.rivals[w.cloud.CFW.AddTask(seed)] = seed.CreatedAt
	// So is it afterwards.
	w.advance(later)
}

// reimport replaces what the state knows by what an import finds.
func (w *world) reimport(at address) {
	if known := w.engine.known(at); known.exists && !known.tainted && known.get("id") != acctest.Null {
		w.engine.adopt(at, known.get("id"))
	}
}

// advance moves the simulated clock.
func (w *world) advance(minutes int) {
	if minutes > 0 {
		w.note("  %d minutes pass", minutes)
		w.cloud.Clock.Advance(time.Duration(minutes) * time.Minute)
	}
}
