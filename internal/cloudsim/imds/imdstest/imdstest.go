// Package imdstest serves a simulated metadata service to tests, and hands
// them the vendor's published data.
package imdstest

import (
	"encoding/json"
	"io/fs"
	"path"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// Now is where the simulated clock stands at first.
func Now() time.Time { return time.Date(2026, 4, 11, 22, 11, 58, 0, time.UTC) }

// Simulation is a running service.
type Simulation struct {
	Core    *simcore.Core
	Service *imds.Service
	// URL is the origin, on loopback.
	URL string
}

// Start serves a machine on a stopped clock until the test ends. There is no
// rate limit unless the options ask for one.
func Start(tb testing.TB, tokens imds.TokenIssuer, options imds.Options) *Simulation {
	tb.Helper()
	if options.RequestsPerSecond == 0 {
		options.RequestsPerSecond = -1
	}
	core := simcore.NewCore(simcore.NewStoppedClock(Now()))
	service, err := imds.New(core, tokens, options)
	if err != nil {
		tb.Fatal(err)
	}
	listener, err := simcore.Listen("127.0.0.1", nil, core.Handler(service), core.Connected(service))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := listener.Close(); err != nil {
			tb.Error(err)
		}
		simtest.FaultsHappened(tb, core)
	})
	return &Simulation{Core: core, Service: service, URL: listener.URL}
}

// Set changes a switch of the service.
func (s *Simulation) Set(tb testing.TB, name, value string) {
	tb.Helper()
	if err := s.Service.Switches().Set(name, value); err != nil {
		tb.Fatal(err)
	}
}

// Fault plans a fault of the service.
func (s *Simulation) Fault(tb testing.TB, fault simcore.Fault) {
	tb.Helper()
	fault.Service = imds.ServiceName
	if err := s.Core.Faults.Add(fault); err != nil {
		tb.Fatal(err)
	}
}

// Sample returns an answer that the vendor's documentation shows.
func Sample(tb testing.TB, name string) []byte {
	tb.Helper()
	return simtest.ReadPublished(tb, "azure-imds/samples/"+name)
}

// Examples returns an operation's answers in the examples of the vendor's
// definitions, by api-version.
func Examples(tb testing.TB, operation string) map[string]json.RawMessage {
	tb.Helper()
	files, err := fs.Glob(simtest.Published(tb), "azure-imds/examples/*/"+operation+".json")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no published example of %s: %v", operation, err)
	}
	answers := map[string]json.RawMessage{}
	for _, file := range files {
		answers[path.Base(path.Dir(file))] = simtest.ReadPublished(tb, file)
	}
	return answers
}

// PublishedFields returns the paths of the instance document's fields in the
// newest published definitions.
func PublishedFields(tb testing.TB) []string {
	tb.Helper()
	return simtest.LoadDefinitions(tb, "azure-imds/swagger/imds-2023-07-01.json").Leaves("Instance")
}
