package networkwatcher_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/aad"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// sim is a client with a simulated Azure. Sleeping on the client's clock
// takes no real time and advances the simulated one.
type sim struct {
	core      *simcore.Core
	arm       *arm.Service
	directory *aad.Service
	config    azure.Config
	trusted   *x509.CertPool
	clock     *waittest.Clock
	client    *networkwatcher.Client
	session   *azure.Session
	ids       arm.Seeded
	watcher   networkwatcher.WatcherID
	stops     []func() error

	mu      sync.Mutex
	onSleep func(time.Duration)
}

func newSim(t *testing.T) *sim {
	t.Helper()
	s := startSim(t)
	t.Cleanup(func() { s.stop(t) })
	return s
}

// startSim leaves it to the test to stop the simulation.
func startSim(t *testing.T) *sim {
	t.Helper()
	s := &sim{core: simcore.NewCore(simcore.NewStoppedClock(noon))}
	directory, err := aad.New(s.core, aad.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.arm = arm.New(s.core, directory, arm.Options{})
	s.ids = s.arm.Seeded()
	ca, err := simcore.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	s.trusted = x509.NewCertPool()
	s.trusted.AppendCertsFromPEM(ca.PEM())
	s.config = azure.Config{
		TenantID: directory.TenantID(), ClientID: directory.ClientID(), ClientSecret: directory.ClientSecret(),
		UserAgent: "terraform-provider-cloudtap/test",
		Endpoints: azure.Endpoints{ResourceManager: s.serve(t, ca, s.arm), ActiveDirectory: s.serve(t, ca, directory)},
	}
	s.directory = directory
	s.clock = waittest.NewClock(noon, s.slept)
	s.reopen(nil)
	if s.watcher, err = networkwatcher.ParseWatcherID(s.ids.NetworkWatcherID); err != nil {
		t.Fatal(err)
	}
	return s
}

// reopen replaces the client by one that knows nothing yet and logs to log.
func (s *sim) reopen(log azure.LogFunc) {
	if s.session != nil {
		s.session.CloseIdleConnections()
	}
	s.config.Log = log
	s.session = azure.NewSession(s.config, azure.WithRootCAs(s.trusted))
	s.client = networkwatcher.NewClient(s.session, s.clock)
}

func (s *sim) serve(t *testing.T, ca *simcore.CA, service simcore.Service) string {
	t.Helper()
	listener, err := simcore.Listen("127.0.0.1", ca, s.core.Handler(service), nil, simcore.Protocols(service)...)
	if err != nil {
		t.Fatal(err)
	}
	s.stops = append(s.stops, listener.Close)
	return listener.URL
}

func (s *sim) stop(t *testing.T) {
	t.Helper()
	s.session.CloseIdleConnections()
	for _, stop := range s.stops {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
	simtest.FaultsHappened(t, s.core)
}

func (s *sim) slept(d time.Duration) {
	s.core.Clock.Advance(d)
	s.mu.Lock()
	hook := s.onSleep
	s.mu.Unlock()
	if hook != nil {
		hook(d)
	}
}

// whenSleeping calls hook whenever the client is about to sleep.
func (s *sim) whenSleeping(hook func(time.Duration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onSleep = hook
}

func (s *sim) id(name string) networkwatcher.PacketCaptureID {
	return networkwatcher.PacketCaptureID{Watcher: s.watcher, Name: name}
}

// request asks for a capture of the Linux machine into the storage account.
func (s *sim) request() armnetwork.PacketCapture {
	return armnetwork.PacketCapture{Properties: &armnetwork.PacketCaptureParameters{
		Target:             new(s.ids.VMID),
		TimeLimitInSeconds: new(int32(600)),
		StorageLocation:    &armnetwork.PacketCaptureStorageLocation{StorageID: new(s.ids.StorageAccountID)},
		Filters:            []*armnetwork.PacketCaptureFilter{{Protocol: new(armnetwork.PcProtocolTCP), LocalPort: new("443")}},
	}}
}

// create makes captures and forgets the requests that it took.
func (s *sim) create(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		creation, err := s.client.Create(t.Context(), s.id(name), s.request())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := creation.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	s.core.Journal.Reset()
}

func names(count int) []string {
	all := make([]string, count)
	for i := range all {
		all[i] = fmt.Sprintf("capture-%03d", i)
	}
	return all
}

func (s *sim) fault(t *testing.T, fault simcore.Fault) {
	t.Helper()
	fault.Service = s.arm.Name()
	if err := s.core.Faults.Add(fault); err != nil {
		t.Fatal(err)
	}
}

func (s *sim) set(t *testing.T, name, value string) {
	t.Helper()
	if err := s.arm.Switches().Set(name, value); err != nil {
		t.Fatal(err)
	}
}

// wantRequests compares what Resource Manager was asked since the last look.
func (s *sim) wantRequests(t *testing.T, want map[string]int) {
	t.Helper()
	got := map[string]int{}
	for _, request := range s.core.Journal.Requests() {
		if request.Service == s.arm.Name() {
			got[request.Operation]++
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("requests %v, want %v", got, want)
	}
	s.core.Journal.Reset()
}

// captures returns how many captures the simulated service has.
func (s *sim) captures() int { return len(s.arm.Snapshot().PacketCaptures) }

// wantText checks that an error tells what a person needs to know.
func wantText(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	simtest.Says(t, err.Error(), parts...)
}

// listed waits until the service was asked for a list.
func (s *sim) listed(ctx context.Context) {
	for s.core.Journal.Count(s.arm.Name(), arm.PacketCapturesList) == 0 && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(time.Millisecond):
		}
	}
}
