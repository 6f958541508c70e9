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
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// haste is how much faster than real the time of a history passes.
const haste = 200

// world is one history in progress: the clouds, what Terraform knows of
// them, and what the user wants.
type world struct {
	t     *testing.T
	tally *tally
	cloud *cloudsim.Cloud
	env   map[string]string
	clock acctest.FastClock

	mu    sync.Mutex
	state map[string]instance
	// wanted is the configuration.
	wanted map[string]resource
	// lives counts how often a resource was gone from the state and so began
	// anew.
	lives map[string]int
	// lost are resources of which the state may lack an object, because
	// the provider was killed while it made one.
	lost map[string]bool
	// doubtful are services that took a request and lost the answer.
	doubtful map[string]bool
	problems []string
	// log tells what happened, for people.
	log []string

	current atomic.Pointer[run]
}

// instance is a resource in the state.
type instance struct {
	object  *acctest.Object
	tainted bool
}

func newWorld(t *testing.T, chosen map[string]string, counts *tally) (*world, error) {
	w := &world{
		t: t, tally: counts, clock: acctest.NewFastClock(haste), env: map[string]string{},
		state: map[string]instance{}, wanted: map[string]resource{}, lives: map[string]int{}, lost: map[string]bool{}, doubtful: map[string]bool{},
	}
	w.cloud = acctest.StartCloud(t, cloudsim.Options{Clock: w.clock.Clock, Observe: w.handled})
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

func (w *world) switches(service string) *simcore.Switches {
	return map[string]*simcore.Switches{
		"arm": w.cloud.ARM.Switches(), "cfw": w.cloud.CFW.Switches(), "data_collector": w.cloud.DataCollector.Switches(),
		"logs_ingestion": w.cloud.LogsIngestion.Switches(), "log_query": w.cloud.LogQuery.Switches(),
	}[service]
}

// provider starts a provider process, so to speak.
func (w *world) provider() *acctest.Provider {
	return acctest.NewProviderIn(w.t, provider.Environment{
		Getenv: func(name string) string {
			if name == "AZURE_LOG_ANALYTICS_SHARED_KEY" {
				name = "CLOUDTAP_SIM_WORKSPACE_KEY"
			}
			return w.env[name]
		},
		Clock: w.clock,
	}, acctest.Config{})
}

// handled is told of every request that a service handled, before its answer
// goes out.
func (w *world) handled(simcore.Exchange) {
	if r := w.current.Load(); r != nil {
		r.count()
	}
}

func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

// problem notes a broken invariant.
func (w *world) problem(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

func (w *world) known(address string) (instance, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	found, ok := w.state[address]
	return found, ok
}

// remember puts what a call returned into the state, or removes it.
func (w *world) remember(address string, object *acctest.Object, tainted bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if object.Exists() {
		w.state[address] = instance{object, tainted}
		return
	}
	if _, had := w.state[address]; had {
		w.lives[address]++
	}
	delete(w.state, address)
}

// do carries out a change, as far as it makes sense.
func (w *world) do(c change) {
	at := addressOf(c.Address)
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
	}
	if configured {
		w.wanted[c.Address] = wanted
	}
}

// vanish deletes the object of an address in the cloud.
func (w *world) vanish(at address) {
	known, ok := w.known(at.name)
	if !ok {
		return
	}
	if at.kind == task {
		w.cloud.CFW.Delete(acctest.Get(known.object.Value, "task_id"))
		return
	}
	w.cloud.ARM.Delete(acctest.Get(known.object.Value, "id"))
}

// reimport replaces what the state knows by what an import finds.
func (w *world) reimport(at address) {
	known, ok := w.known(at.name)
	if !ok || known.tainted {
		return
	}
	w.importAs(at, acctest.Get(known.object.Value, "id"))
}

func (w *world) importAs(at address, id string) {
	imported, diagnostics := w.provider().Import(w.t.Context(), at.typeName(), id)
	if len(w.judge(at, diagnostics)) == 0 && imported.Exists() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.state[at.name] = instance{object: imported}
	}
}

// advance moves the simulated clock.
func (w *world) advance(minutes int) {
	if minutes > 0 {
		w.note("  %d minutes pass", minutes)
		w.cloud.Clock.Advance(time.Duration(minutes) * time.Minute)
	}
}
