package loganalytics_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// TestConnectionCutWhileSendingIsNoLostAnswer sends to a server that hangs up
// after the first bytes of a large body.
func TestConnectionCutWhileSendingIsNoLostAnswer(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			// What the client notices is that the rest is not taken.
			_, readErr := connection.Read(make([]byte, 1000))
			if closeErr := connection.Close(); readErr != nil || closeErr != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	s := simulate(t)
	client := s.collectorClient(func(c *loganalytics.DataCollectorConfig) { c.Endpoint = "http://" + listener.Addr().String() })
	// One record, so that there is nothing to halve; larger than what the
	// system buffers for the connection.
	_, err = ingest.Send(t.Context(), strings.NewReader(lines(1, 20_000_000)), client, s.options(), nil)
	var connection *loganalytics.ConnectionError
	if !errors.As(err, &connection) || !connection.Cut || connection.Sent {
		t.Fatalf("got %v", err)
	}
}

// TestAnswersThatBreakOffAreLost cuts answers after their status, with which
// nobody knows what they would have said.
func TestAnswersThatBreakOffAreLost(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	unknownRule, err := loganalytics.NewLogsIngestionClient(loganalytics.LogsIngestionConfig{
		Endpoint: s.ingestionURL, RuleID: "dcr-0", Stream: logsingestion.SeededStream, Credential: tokens{}, Options: s.clientOptions(), Clock: s.clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]struct {
		service, operation string
		destination        ingest.Destination
	}{
		"accepted by the collector": {datacollector.Name, datacollector.OperationPost, s.collectorClient(nil)},
		"refused by the collector": {datacollector.Name, datacollector.OperationPost, s.collectorClient(func(c *loganalytics.DataCollectorConfig) {
			c.SharedKey = sharedKey(t, "AAAA")
		})},
		// The answer to an accepted upload has no body.
		"refused by the rule": {logsingestion.Name, logsingestion.OperationUpload, unknownRule},
	} {
		before := s.core.Journal.Count(to.service, to.operation)
		s.fault(simcore.Fault{Service: to.service, Kind: simcore.KindCutAnswer})
		report, err := ingest.Send(t.Context(), strings.NewReader(lines(3, 0)), to.destination, s.options(), nil)
		var unknown *ingest.UnknownError
		if !errors.As(err, &unknown) || unknown.Records != 3 || !report.Accepted.Empty() {
			t.Errorf("%s: %v, accepted %+v", name, err, report.Accepted)
		}
		if n := s.core.Journal.Count(to.service, to.operation) - before; n != 1 {
			t.Errorf("%s: %d posts", name, n)
		}
	}
	s.fault(simcore.Fault{Service: logquery.Name, Kind: simcore.KindCutAnswer, Times: 2})
	if _, err := s.queryClient().Query(t.Context(), workspaceID, "Capture_CL | count", ""); err != nil {
		t.Errorf("a query whose result breaks off twice: %v", err)
	}
}

// TestTheAnswerBeforeTheEndIsReported ends the context while an attempt is on
// its way: the answer that the attempt before it got says more.
func TestTheAnswerBeforeTheEndIsReported(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	over := make(chan struct{})
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) > 1 {
			cancel() // The body is not taken.
			<-over
			return
		}
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"Error":"ServiceUnavailable"}`) // The client notices.
	}))
	t.Cleanup(server.Close)
	s := simulate(t)
	client := s.collectorClient(func(c *loganalytics.DataCollectorConfig) { c.Endpoint = server.URL })
	defer close(over)
	_, err := ingest.Send(ctx, strings.NewReader(lines(1, 20_000_000)), client, s.options(), nil)
	var service *loganalytics.ServiceError
	if !errors.As(err, &service) || service.Status != http.StatusServiceUnavailable || requests.Load() != 2 {
		t.Errorf("got %v after %d requests", err, requests.Load())
	}
}

// TestKeysAndTokensShowNowhere provokes every kind of error and looks for the
// secrets in its text.
func TestKeysAndTokensShowNowhere(t *testing.T) {
	t.Parallel()
	for _, fault := range []simcore.Fault{
		{Kind: simcore.KindReset}, {Kind: simcore.KindDropAfterCommit},
		{Kind: simcore.KindStatus, Code: 403}, {Kind: simcore.KindStatus, Code: 401}, {Kind: simcore.KindStatus, Code: 400}, {Kind: simcore.KindStatus, Code: 500},
	} {
		s := simulate(t)
		primary, secondary, _ := s.store.Keys(workspaceID)
		for _, to := range s.destinations() {
			fault.Service, fault.Times = to.service, -1
			s.fault(fault)
			_, err := ingest.Send(t.Context(), strings.NewReader(lines(1, 0)), to.destination, s.options(), nil)
			if err == nil {
				t.Fatalf("%s %d: no error", fault.Kind, fault.Code)
			}
			for _, secret := range []string{primary, secondary, "token for", "SharedKey "} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%s %d: the error shows %q: %v", fault.Kind, fault.Code, secret, err)
				}
			}
		}
	}
}

// TestUploadsFitThePublishedDefinition checks what the client sends and gets.
func TestUploadsFitThePublishedDefinition(t *testing.T) {
	t.Parallel()
	definitions := simtest.LoadDefinitions(t, "azure-log-ingest/logs-ingestion-2023-01-01.swagger.json")
	s := simulate(t)
	checked := 0
	s.core.Observe = func(e simcore.Exchange) {
		if e.Service != logsingestion.Name {
			return
		}
		checked++
		if e.Request.Header.Get("Content-Encoding") != "gzip" || e.Request.Header.Get("Content-Type") != "application/json" {
			t.Errorf("headers %v", e.Request.Header)
		}
		if err := definitions.CheckRequest(e.Operation, gunzip(t, e.RequestBody)); err != nil {
			t.Error(err)
		}
		if err := definitions.CheckResponse(e.Operation, e.Status, e.Body); err != nil {
			t.Error(err)
		}
	}
	s.set(s.ingestion, "wire_limit_bytes", "700")
	s.mustSend(incompressible(9, 200), s.ingestionClient(), s.options())
	if checked < 5 {
		t.Errorf("%d exchanges checked", checked)
	}
}

// TestPostsAreWhatTheDocumentationSays looks at a post on the wire.
func TestPostsAreWhatTheDocumentationSays(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	s.core.Observe = func(e simcore.Exchange) {
		for name, want := range map[string]string{
			"Content-Type": "application/json", "Log-Type": "Capture", "time-generated-field": "CapturedAt",
			"x-ms-AzureResourceId": "/subscriptions/x", "x-ms-date": "Sat, 21 Nov 2026 10:00:00 GMT",
		} {
			if got := e.Request.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if got := e.Request.URL.RequestURI(); got != "/api/logs?api-version=2016-04-01" {
			t.Errorf("posted to %s", got)
		}
		if !bytes.Equal(e.RequestBody, []byte(`[{"a": "é"},{"b":1 }]`)) {
			t.Errorf("posted %s", e.RequestBody)
		}
	}
	client := s.collectorClient(func(c *loganalytics.DataCollectorConfig) {
		c.TimeGeneratedField, c.AzureResourceID = "CapturedAt", "/subscriptions/x"
	})
	s.mustSend("{\"a\": \"é\"},\n{\"b\":1 }", client, s.options())
	if n := s.core.Journal.Count(datacollector.Name, datacollector.OperationPost); n != 1 {
		t.Errorf("%d posts", n)
	}
}
