package loganalytics_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// proxy changes requests on their way.
type proxy struct {
	transport interface {
		Do(*http.Request) (*http.Response, error)
	}
	change func(*http.Request)
}

func (p proxy) Do(r *http.Request) (*http.Response, error) {
	p.change(r)
	return p.transport.Do(r)
}

// errorRow is a row of an API's table of errors: how it comes about, and
// what the user reads.
type errorRow struct {
	prepare func(*simulation)
	config  func(*loganalytics.DataCollectorConfig)
	status  int
	want    []string
	// requests is how many the client may send for it.
	requests int
}

func onTheWay(change func(*http.Request)) func(*loganalytics.DataCollectorConfig) {
	return func(c *loganalytics.DataCollectorConfig) { c.Transport = proxy{c.Transport, change} }
}

func injected(service string, status int, body string) func(*simulation) {
	return func(s *simulation) {
		fault := simcore.Fault{Service: service, Kind: simcore.KindStatus, Code: status, Times: -1}
		if body != "" {
			fault.Body = json.RawMessage(body)
		}
		s.fault(fault)
	}
}

func dataCollectorRows() map[string]errorRow {
	workspace := func(change func(*logstore.Workspace)) func(*simulation) {
		return func(s *simulation) {
			if err := s.store.Change(workspaceID, change); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	const name = datacollector.Name
	return map[string]errorRow{
		"InactiveCustomer": {
			prepare: workspace(func(w *logstore.Workspace) { w.Closed = true }), status: 400, requests: 1,
			want: []string{"InactiveCustomer", "workspace is closed"},
		},
		"InvalidApiVersion": {
			config: onTheWay(func(r *http.Request) { r.URL.RawQuery = "api-version=2099-01-01" }), status: 400, requests: 1,
			want: []string{"InvalidApiVersion", "data_collector endpoint"},
		},
		"MissingApiVersion": {
			config: onTheWay(func(r *http.Request) { r.URL.RawQuery = "" }), status: 400, requests: 1,
			want: []string{"MissingApiVersion", "query string"},
		},
		"InvalidCustomerId": {
			config: onTheWay(func(r *http.Request) { r.Host = "other.ods.opinsights.azure.com" }), status: 400, requests: 1,
			want: []string{"InvalidCustomerId", "not its resource id"},
		},
		"InvalidDataFormat": {
			prepare: injected(name, 400, `{"Error":"InvalidDataFormat","Message":null}`), status: 400, requests: 1,
			want: []string{"InvalidDataFormat", "flat JSON objects"},
		},
		"InvalidLogType": {
			config: onTheWay(func(r *http.Request) { r.Header.Set("Log-Type", "a-b") }), status: 400, requests: 1,
			want: []string{"InvalidLogType", "letters, digits and underscores"},
		},
		"MissingContentType": {
			config: onTheWay(func(r *http.Request) { r.Header.Del("Content-Type") }), status: 400, requests: 1,
			want: []string{"MissingContentType", "proxies"},
		},
		"MissingLogType": {
			config: onTheWay(func(r *http.Request) { r.Header.Del("Log-Type") }), status: 400, requests: 1,
			want: []string{"MissingLogType", "proxies"},
		},
		"UnsupportedContentType": {
			prepare: injected(name, 400, `{"Error":"UnsupportedContentType","Message":null}`), status: 400, requests: 1,
			want: []string{"UnsupportedContentType", "application/json"},
		},
		"InvalidAuthorization": {
			prepare: workspace(func(w *logstore.Workspace) { w.LocalAuthDisabled = true }), status: 403, requests: 1,
			want: []string{"InvalidAuthorization", "An invalid signature", "which of these causes", "(1)", "(2)", "(3)", "(4) public", "disableLocalAuth", "private link"},
		},
		"no Authorization": {
			config: onTheWay(func(r *http.Request) { r.Header.Del("Authorization") }), status: 403, requests: 1,
			want: []string{"No Authorization header was specified", "a proxy changed"},
		},
		"charset": {
			config: onTheWay(func(r *http.Request) { r.Header.Set("Content-Type", "application/json; charset=utf-8") }), status: 403, requests: 1,
			want: []string{"An invalid signature", "Content-Type"},
		},
		"bad date": {
			config: onTheWay(func(r *http.Request) { r.Header.Set("x-ms-date", "21.11.2026") }), status: 403, requests: 1,
			want: []string{"invalid date format"},
		},
		"not found": {
			config: onTheWay(func(r *http.Request) { r.URL.Path = "/elsewhere" }), status: 404, requests: 1,
			want: []string{"404 Not Found", "workspace id", "too large", "retired", "logs_ingestion"},
		},
		"too many requests": {
			prepare: func(s *simulation) { s.set(s.collector, "bytes_per_minute", "1") }, status: 429, requests: 8,
			want: []string{"429 Too Many Requests", "500 MB a minute", "after 8 attempts"},
		},
		"UnspecifiedError": {
			prepare: injected(name, 500, ""), status: 500, requests: 8,
			want: []string{"UnspecifiedError", "may have stored"},
		},
		"ServiceUnavailable": {
			prepare: injected(name, 503, ""), status: 503, requests: 8,
			want: []string{"ServiceUnavailable", "try again later"},
		},
	}
}

func TestEveryErrorOfTheDataCollector(t *testing.T) {
	t.Parallel()
	for name, row := range dataCollectorRows() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			if row.prepare != nil {
				row.prepare(s)
			}
			_, err := ingest.Send(t.Context(), strings.NewReader(lines(2, 0)), s.collectorClient(row.config), s.options(), nil)
			checkRow(t, err, row, s.core.Journal.Count(datacollector.Name, ""))
			s.wantRows("Capture_CL", 0)
		})
	}
}

func checkRow(t *testing.T, err error, row errorRow, requests int) {
	t.Helper()
	var failure *loganalytics.ServiceError
	if !errors.As(err, &failure) || failure.Status != row.status {
		t.Fatalf("got %v, want a ServiceError with status %d", err, row.status)
	}
	fate := "not stored"
	if errors.As(err, new(*ingest.UnknownError)) && (row.status == http.StatusInternalServerError || row.status == http.StatusBadGateway) {
		fate = "it is unknown whether records 0 to 1"
	}
	simtest.Says(t, err.Error(), append(row.want, fate)...)
	if requests != row.requests {
		t.Errorf("%d requests, want %d", requests, row.requests)
	}
	if strings.Contains(err.Error(), "SharedKey ") || strings.Contains(err.Error(), "token for") {
		t.Errorf("the error shows a secret: %v", err)
	}
}

func logsIngestionRows() map[string]errorRow {
	const name = logsingestion.Name
	return map[string]errorRow{
		"InvalidStream": {
			prepare: func(s *simulation) {
				s.ingestion.AddRule(logsingestion.Rule{ImmutableID: logsingestion.SeededRuleID, Workspace: workspaceID})
			}, status: 400, requests: 1, want: []string{"InvalidStream", "streamDeclarations"},
		},
		"malformed": {
			prepare: injected(name, 400, `{"error":{"code":"InvalidRequestBody","message":"not an array"}}`), status: 400, requests: 1,
			want: []string{"InvalidRequestBody", "not an array", "Auxiliary"},
		},
		"RecordsTimeRangeIsMoreThan30Minutes": {
			prepare: injected(name, 400, `{"error":{"code":"RecordsTimeRangeIsMoreThan30Minutes","message":"m"}}`), status: 400, requests: 1,
			want: []string{"RecordsTimeRangeIsMoreThan30Minutes", "within 30 minutes"},
		},
		"unauthorized": {
			prepare: injected(name, 401, ""), status: 401, requests: 2, want: []string{"401", "fetched anew", "environment"},
		},
		"OperationFailed": {
			prepare: func(s *simulation) { s.set(s.ingestion, "role_delay", "1h") }, status: 403, requests: 1,
			want: []string{"OperationFailed", "IsRbacPresent: False", "Monitoring Metrics Publisher", "30 minutes"},
		},
		"not found": {
			prepare: func(s *simulation) { s.ingestion.Delete(logsingestion.SeededRuleID) }, status: 404, requests: 1,
			want: []string{"404 Not Found", "immutable id"},
		},
		"ContentLengthLimitExceeded": {
			prepare: func(s *simulation) { s.set(s.ingestion, "wire_limit_bytes", "20") }, status: 413, requests: 2,
			want: []string{"ContentLengthLimitExceeded", "Maximum allowed content length: 20 bytes", "1,048,576 bytes after gzip"},
		},
		"too many requests": {
			prepare: func(s *simulation) { s.set(s.ingestion, "requests_per_minute", "0") }, status: 429, requests: 8,
			want: []string{"429", "12,000 requests a minute"},
		},
		"internal error":      {prepare: injected(name, 500, ""), status: 500, requests: 8, want: []string{"500", "try again later"}},
		"bad gateway":         {prepare: injected(name, 502, `"<html>"`), status: 502, requests: 8, want: []string{"502", "try again later"}},
		"service unavailable": {prepare: injected(name, 503, ""), status: 503, requests: 8, want: []string{"503", "try again later"}},
	}
}

func TestEveryErrorOfTheLogsIngestion(t *testing.T) {
	t.Parallel()
	for name, row := range logsIngestionRows() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			row.prepare(s)
			_, err := ingest.Send(t.Context(), strings.NewReader(lines(2, 0)), s.ingestionClient(), s.options(), nil)
			checkRow(t, err, row, s.core.Journal.Count(logsingestion.Name, ""))
			s.wantRows(logsingestion.SeededTable, 0)
		})
	}
}

func TestRetiredFaces(t *testing.T) {
	t.Parallel()
	for _, face := range []string{"forbidden", "not_found", "gone"} {
		t.Run(face, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			s.set(s.collector, "retired", face)
			_, err := ingest.Send(t.Context(), strings.NewReader(lines(2, 0)), s.collectorClient(nil), s.options(), nil)
			if !errors.As(err, new(*loganalytics.RetiredError)) || !strings.Contains(err.Error(), "Logs Ingestion API") || !strings.Contains(err.Error(), "2026-09-14") {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		s := simulate(t)
		client := s.collectorClient(func(c *loganalytics.DataCollectorConfig) { c.Endpoint = "https://127.0.0.1:1" })
		_, err := ingest.Send(t.Context(), strings.NewReader(lines(2, 0)), client, s.options(), nil)
		if !errors.As(err, new(*loganalytics.RetiredError)) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("before the end", func(t *testing.T) {
		t.Parallel()
		s := simulate(t)
		s.core.Clock.Advance(-365 * 24 * time.Hour)
		if err := s.clock.Sleep(t.Context(), -365*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		s.core.Clock.Advance(365 * 24 * time.Hour)
		s.set(s.collector, "retired", "not_found")
		_, err := ingest.Send(t.Context(), strings.NewReader(lines(2, 0)), s.collectorClient(nil), s.options(), nil)
		if err == nil || errors.As(err, new(*loganalytics.RetiredError)) {
			t.Errorf("got %v", err)
		}
	})
}

// A pause that does not fit into the time that is left never reads as one that does.
func TestThrottledErrorRoundsAwayFromTheDeadline(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]*loganalytics.ThrottledError{
		"due in 1s, and only 0s of":    {Asked: 900 * time.Millisecond, Remaining: 800 * time.Millisecond},
		"due in 1s, and only 0s of ":   {Asked: time.Second, Remaining: -time.Second},
		"due in 2s, and only 1s of":    {Asked: 1400 * time.Millisecond, Remaining: 1300 * time.Millisecond},
		"due in 1m0s, and only 12s of": {Asked: time.Minute, Remaining: 12 * time.Second},
	} {
		err.Err = &loganalytics.ServiceError{API: loganalytics.DataCollector, Status: http.StatusTooManyRequests}
		if text := err.Error(); !strings.Contains(text, want) {
			t.Errorf("got %s, want %q", text, want)
		}
	}
}
