package messages

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// kind is what a step does with its configuration.
type kind int

const (
	several kind = iota // calls one after the other
	validates
	plans
	creates
	readsData
	refusesData // before it reads
	opens
	refusesOpen // before it opens
	imports
	invokes
)

// step is what is done with a configuration.
type step struct {
	kind   kind
	name   string
	config acctest.Config
	// id is what is imported.
	id string
	// run is what several calls do.
	run func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics
}

func validate(name string, config acctest.Config) step {
	return step{kind: validates, name: name, config: config}
}
func plan(name string, config acctest.Config) step {
	return step{kind: plans, name: name, config: config}
}
func create(name string, config acctest.Config) step {
	return step{kind: creates, name: name, config: config}
}
func refuse(name string, config acctest.Config) step {
	return step{kind: refusesData, name: name, config: config}
}
func read(name string, config acctest.Config) step {
	return step{kind: readsData, name: name, config: config}
}
func refuseOpen(name string, config acctest.Config) step {
	return step{kind: refusesOpen, name: name, config: config}
}
func open(name string, config acctest.Config) step {
	return step{kind: opens, name: name, config: config}
}
func invoke(name string, config acctest.Config) step {
	return step{kind: invokes, name: name, config: config}
}
func importID(name, id string) step { return step{kind: imports, name: name, id: id} }

// steps are calls of which the last one's diagnostics count.
func steps(run func(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics) step {
	return step{run: run}
}

// do takes the step through the plugin protocol.
func (s step) do(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	var diagnostics acctest.Diagnostics
	switch s.kind {
	case validates:
		return p.Validate(t.Context(), s.name, s.config)
	case plans:
		if found := p.Validate(t.Context(), s.name, s.config); len(found) > 0 {
			t.Errorf("validate reports: %s", append(found.Errors(), found.Warnings()...))
		}
		_, diagnostics = p.Plan(t.Context(), s.name, nil, s.config)
	case creates:
		_, diagnostics = p.Apply(t.Context(), s.name, nil, s.config)
	case readsData, refusesData:
		_, diagnostics = p.ReadData(t.Context(), s.name, s.config)
	case opens, refusesOpen:
		_, diagnostics = p.Open(t.Context(), s.name, s.config)
	case imports:
		_, diagnostics = p.Import(t.Context(), s.name, s.id)
	case invokes:
		_, diagnostics = p.Invoke(t.Context(), s.name, s.config)
	case several:
		return s.run(t, p, cloud)
	}
	return diagnostics
}
