package imds_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newClient returns a client of the simulation whose sleeping moves the
// simulated clock as well.
func newClient(tb testing.TB, s *imdstest.Simulation, config imds.Config) (*imds.Client, *waittest.Clock) {
	tb.Helper()
	clock := waittest.NewClock(imdstest.Now(), func(d time.Duration) { s.Core.Clock.Advance(d) })
	config.Endpoint = s.URL
	config.Roots = s.Service.Roots()
	client := imds.NewClient(config, clock)
	tb.Cleanup(client.Close)
	return client, clock
}

// serve runs a server that is not the simulator.
func serve(tb testing.TB, handler http.HandlerFunc) *httptest.Server {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	return server
}

// newClientAt returns a client of any server, on a clock that needs no time.
func newClientAt(tb testing.TB, endpoint string) *imds.Client {
	tb.Helper()
	client := imds.NewClient(imds.Config{Endpoint: endpoint, UserAgent: "test"}, waittest.NewClock(imdstest.Now(), nil))
	tb.Cleanup(client.Close)
	return client
}

// mustContain reports which of the parts an error's text lacks.
func mustContain(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	simtest.Says(t, err.Error(), parts...)
}

// logs collects what a client logs.
type logs struct {
	mu    sync.Mutex
	lines []string
}

func (l *logs) log(_ context.Context, message string, fields map[string]string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := message
	for key, value := range fields {
		line += " " + key + "=" + value
	}
	l.lines = append(l.lines, line)
}

// write sends a body from a handler.
func write(w http.ResponseWriter, body string) {
	if _, err := io.WriteString(w, body); err != nil {
		return // The client has gone, which is its right.
	}
}
