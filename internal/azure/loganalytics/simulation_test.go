package loganalytics_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

const workspaceID = logstore.SeededWorkspaceID

// start is a time after the Data Collector API's end.
var start = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

// tokens is a directory for tests: it gives out tokens that name their
// audience, and checks them.
type tokens struct{}

func (tokens) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "token for " + options.Scopes[0], ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func (tokens) Verify(token string, audiences ...string) error {
	scope, ok := strings.CutPrefix(token, "token for ")
	if !ok {
		return errors.New("not a token of this directory")
	}
	audience := strings.TrimRight(strings.TrimSuffix(scope, ".default"), "/")
	if len(audiences) > 0 && !slices.Contains(audiences, audience) {
		return fmt.Errorf("the token is for %s", audience)
	}
	return nil
}

// simulation is the simulated services with clients for them. Client and
// services have clocks that move together when the client waits.
type simulation struct {
	core      *simcore.Core
	store     *logstore.Store
	collector *datacollector.Service
	ingestion *logsingestion.Service
	query     *logquery.Service
	clock     *waittest.Clock
	ca        *simcore.CA

	collectorURL, ingestionURL, queryURL string
	t                                    *testing.T
}

func simulate(t *testing.T) *simulation {
	t.Helper()
	core := simcore.NewCore(simcore.NewStoppedClock(start))
	s := &simulation{core: core, store: logstore.New(core.Clock), ca: simtest.NewCA(t), t: t}
	s.clock = waittest.NewClock(start, func(d time.Duration) { core.Clock.Advance(d) })
	s.collector = datacollector.New(core, s.store)
	s.ingestion = logsingestion.New(core, s.store, tokens{}, logsingestion.Options{})
	s.query = logquery.New(core, s.store, tokens{}, logquery.Options{})
	s.collectorURL = simtest.Serve(t, core, s.ca, s.collector)
	s.ingestionURL = simtest.Serve(t, core, s.ca, s.ingestion)
	s.queryURL = simtest.Serve(t, core, s.ca, s.query)
	return s
}

func (s *simulation) key() loganalytics.SharedKey {
	s.t.Helper()
	primary, _, _ := s.store.Keys(workspaceID)
	return sharedKey(s.t, primary)
}

func sharedKey(t *testing.T, text string) loganalytics.SharedKey {
	t.Helper()
	key, err := loganalytics.ParseSharedKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// collectorClient returns a client for the log type "Capture".
func (s *simulation) collectorClient(change func(*loganalytics.DataCollectorConfig)) *loganalytics.DataCollectorClient {
	s.t.Helper()
	config := loganalytics.DataCollectorConfig{
		WorkspaceID: workspaceID, SharedKey: s.key(), LogType: "Capture", Endpoint: s.collectorURL,
		Transport: simtest.Client(s.t, s.ca), Clock: s.clock,
	}
	if change != nil {
		change(&config)
	}
	client, err := loganalytics.NewDataCollectorClient(config)
	if err != nil {
		s.t.Fatal(err)
	}
	return client
}

func (s *simulation) clientOptions() policy.ClientOptions {
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(s.ca.PEM())
	session := azure.NewSession(azure.Config{}, azure.WithRootCAs(trusted))
	s.t.Cleanup(session.CloseIdleConnections)
	return session.ClientOptions()
}

func (s *simulation) ingestionClient() *loganalytics.LogsIngestionClient {
	s.t.Helper()
	client, err := loganalytics.NewLogsIngestionClient(loganalytics.LogsIngestionConfig{
		Endpoint: s.ingestionURL, RuleID: logsingestion.SeededRuleID, Stream: logsingestion.SeededStream,
		Credential: tokens{}, Options: s.clientOptions(), Clock: s.clock,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return client
}

func (s *simulation) queryClient() *loganalytics.QueryClient {
	s.t.Helper()
	client, err := loganalytics.NewQueryClient(loganalytics.QueryConfig{Credential: tokens{}, Options: s.clientOptions(), Endpoint: s.queryURL})
	if err != nil {
		s.t.Fatal(err)
	}
	return client
}

// options are send options that wait on the simulation's clock.
func (s *simulation) options() ingest.SendOptions {
	return ingest.SendOptions{Clock: s.clock}
}

// mustSend sends records that must be accepted.
func (s *simulation) mustSend(source string, to ingest.Destination, options ingest.SendOptions) ingest.Report {
	s.t.Helper()
	report, err := ingest.Send(s.t.Context(), strings.NewReader(source), to, options, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return report
}

func (s *simulation) fault(fault simcore.Fault) {
	s.t.Helper()
	if err := s.core.Faults.Add(fault); err != nil {
		s.t.Fatal(err)
	}
}

func (s *simulation) set(service simcore.Service, name, value string) {
	s.t.Helper()
	if err := service.Switches().Set(name, value); err != nil {
		s.t.Fatal(err)
	}
}

func (s *simulation) wantRows(table string, want int) {
	s.t.Helper()
	if got := s.store.RowCount(workspaceID, table); got != want {
		s.t.Errorf("%s has %d rows, want %d", table, got, want)
	}
}

// lines returns n different records as JSON lines, each with a filler of
// that many bytes.
func lines(n, filler int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, `{"Name":"capture-%d","Packets":%d,"Filler":"%s"}`+"\n", i, i, strings.Repeat("x", filler))
	}
	return text.String()
}

// incompressible returns n records, each with that many bytes that gzip
// cannot shorten much.
func incompressible(n, bytes int) string {
	random := rand.NewChaCha8([32]byte{1})
	var text strings.Builder
	for i := range n {
		noise := make([]byte, bytes)
		_, _ = random.Read(noise) // It never fails.
		fmt.Fprintf(&text, `{"Name":"noise-%d","Details":"%s"}`+"\n", i, base64.StdEncoding.EncodeToString(noise))
	}
	return text.String()
}

func gunzip(t *testing.T, compressed []byte) []byte {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
