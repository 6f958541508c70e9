package loganalytics_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logsingestion"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// destinations are both transports with the table that they fill.
func (s *simulation) destinations() map[string]struct {
	destination ingest.Destination
	service     string
	operation   string
	table       string
} {
	return map[string]struct {
		destination ingest.Destination
		service     string
		operation   string
		table       string
	}{
		"data collector": {s.collectorClient(nil), datacollector.Name, datacollector.OperationPost, "Capture_CL"},
		"logs ingestion": {s.ingestionClient(), logsingestion.Name, logsingestion.OperationUpload, logsingestion.SeededTable},
	}
}

func TestSendStoresEveryForm(t *testing.T) {
	t.Parallel()
	for form, text := range map[string]string{
		"array":         `[{"Name":"a"}, {"Name":"b"}]`,
		"lines":         "{\"Name\":\"a\"}\n{\"Name\":\"b\"}\n",
		"commas":        "{\"Name\":\"a\"},\n{\"Name\":\"b\"}",
		"one per lines": "{\n\"Name\":\"a\"\n}\n{\n\"Name\":\"b\"}",
	} {
		for _, api := range []string{"data collector", "logs ingestion"} {
			t.Run(form+" to "+api, func(t *testing.T) {
				t.Parallel()
				s := simulate(t)
				to := s.destinations()[api]
				report := s.mustSend(text, to.destination, s.options())
				s.wantRows(to.table, 2)
				if report.RecordsSent != 2 || report.Batches != 1 || report.Accepted.Records() != 2 {
					t.Errorf("report %+v", report)
				}
			})
		}
	}
}

func TestSendRetriesWhatPasses(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable} {
		for _, api := range []string{"data collector", "logs ingestion"} {
			t.Run(http.StatusText(status)+" from "+api, func(t *testing.T) {
				t.Parallel()
				s := simulate(t)
				to := s.destinations()[api]
				seconds := 7
				s.fault(simcore.Fault{Service: to.service, Kind: simcore.KindStatus, Code: status, Times: 3, RetryAfter: &seconds})
				report := s.mustSend(lines(5, 0), to.destination, s.options())
				s.wantRows(to.table, 5)
				if report.RecordsSent != 5 {
					t.Errorf("report %+v", report)
				}
				sleeps := s.clock.Sleeps()
				if len(sleeps) != 3 {
					t.Fatalf("slept %v, want three times", sleeps)
				}
				for _, d := range sleeps {
					if d < 7*time.Second || d > 10*time.Second {
						t.Errorf("slept %v, want the 7s of Retry-After and a little", d)
					}
				}
			})
		}
	}
}

func TestSendGivesUpAfterItsAttempts(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	s.fault(simcore.Fault{Service: datacollector.Name, Kind: simcore.KindStatus, Code: 503, Times: -1})
	_, err := ingest.Send(t.Context(), strings.NewReader(lines(1, 0)), s.collectorClient(nil), s.options(), nil)
	var batch *ingest.BatchError
	if !errors.As(err, &batch) || batch.Attempts != 8 || s.core.Journal.Count(datacollector.Name, "") != 8 {
		t.Fatalf("got %v after %d requests", err, s.core.Journal.Count(datacollector.Name, ""))
	}
}

func TestLostAnswerWithoutIDsIsUnknown(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"data collector", "logs ingestion"} {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			to := s.destinations()[api]
			s.fault(simcore.Fault{Service: to.service, Kind: simcore.KindDropAfterCommit})
			report, err := ingest.Send(t.Context(), strings.NewReader(lines(3, 0)), to.destination, s.options(), nil)
			var unknown *ingest.UnknownError
			if !errors.As(err, &unknown) || report.Unknown == nil || unknown.Records != 3 {
				t.Fatalf("got %v", err)
			}
			simtest.Says(t, err.Error(), "records 0 to 2", "may then be stored twice", "ingest_id_column")
			if n := s.core.Journal.Count(to.service, to.operation); n != 1 {
				t.Errorf("%d requests: the answer was lost and the request replayed", n)
			}
			if !report.Accepted.Empty() {
				t.Error("records with a lost answer count as accepted")
			}
			s.wantRows(to.table, 3)
		})
	}
}

func TestLostAnswerWithIDsIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"data collector", "logs ingestion"} {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			to := s.destinations()[api]
			s.set(s.query, "ingestion_delay", "45s")
			s.fault(simcore.Fault{Service: to.service, Kind: simcore.KindDropAfterCommit})
			options := s.options()
			options.IDColumn, options.Generation = "IngestId", "one"
			options.Arrivals = s.arrivals(api)
			found := false
			report, err := ingest.Send(t.Context(), strings.NewReader(lines(300, 0)), to.destination, options, func(result ingest.BatchResult) {
				found = result.FoundByQuery
			})
			if err != nil {
				t.Fatal(err)
			}
			s.wantRows(to.table, 300)
			if !found || report.RecordsSent != 300 || report.Accepted.Records() != 300 {
				t.Errorf("found by query: %v, report %+v", found, report)
			}
		})
	}
}

func (s *simulation) arrivals(api string) ingest.ArrivalChecker {
	if api == "data collector" {
		return loganalytics.NewQueryArrivals(s.queryClient(), workspaceID, loganalytics.DataCollector, "Capture", "IngestId")
	}
	return loganalytics.NewQueryArrivals(s.queryClient(), workspaceID, loganalytics.LogsIngestion, logsingestion.SeededTable, "IngestId")
}

func TestLostRequestWithIDsIsSentAgain(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	// The request arrives whole, and neither it nor an answer survives.
	s.fault(simcore.Fault{Service: datacollector.Name, Kind: simcore.KindReset})
	options := s.options()
	options.IDColumn, options.Generation = "IngestId", "one"
	options.Arrivals = s.arrivals("data collector")
	report := s.mustSend(lines(3, 0), s.collectorClient(nil), options)
	s.wantRows("Capture_CL", 3)
	if report.RecordsSent != 3 {
		t.Errorf("report %+v", report)
	}
}

func TestOnlyNewRecordsAreSent(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	client := s.collectorClient(nil)
	report := s.mustSend(`[{"a":1,"b":"x"},{"a":2},{"a":2}]`, client, s.options())
	options := s.options()
	options.Skip = report.Accepted
	// The first is written differently, one of two equal ones is gone.
	report = s.mustSend(`[{"c":3},{"b":"\u0078", "a":1},{"a":2}]`, client, options)
	s.wantRows("Capture_CL", 4)
	if report.RecordsSent != 1 || report.RecordsSkipped != 2 || report.Accepted.Records() != 4 {
		t.Errorf("report %+v", report)
	}
}

func TestTooLargeIsHalvedUntilItFits(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	for _, face := range []string{"not_found", "too_large", "cut"} {
		s.set(s.collector, "post_limit_bytes", "1500000")
		s.set(s.collector, "oversize", face)
		client := s.collectorClient(func(c *loganalytics.DataCollectorConfig) { c.LogType = "Halved_" + face })
		_, err := ingest.Send(t.Context(), strings.NewReader(lines(4, 700_000)), client, s.options(), nil)
		if face == "cut" {
			// A connection that is cut after the whole request leaves no way
			// to tell a size problem from a lost answer.
			if err == nil {
				t.Error("records that cannot arrive were accepted")
			}
			continue
		}
		if err != nil {
			t.Fatal(face, err)
		}
		s.wantRows("Halved_"+face+"_CL", 4)
	}
	s.set(s.ingestion, "wire_limit_bytes", "700")
	report := s.mustSend(incompressible(9, 200), s.ingestionClient(), s.options())
	s.wantRows(logsingestion.SeededTable, 9)
	if report.Batches < 4 || report.Accepted.Records() != 9 {
		t.Errorf("report %+v", report)
	}
}

func TestRecordThatNeverFitsIsNamed(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	source := `{"Name":"small"}` + "\n" + lines(1, 31_000_000)
	_, err := ingest.Send(t.Context(), strings.NewReader(source), s.collectorClient(nil), s.options(), nil)
	var tooLarge *records.TooLargeError
	if !errors.As(err, &tooLarge) || tooLarge.RecordIndex != 1 || tooLarge.Line != 2 {
		t.Fatalf("got %v", err)
	}
	s.set(s.ingestion, "wire_limit_bytes", "100")
	_, err = ingest.Send(t.Context(), strings.NewReader(incompressible(2, 300)), s.ingestionClient(), s.options(), nil)
	var batch *ingest.BatchError
	if !errors.As(err, &batch) || batch.FirstRecord != 0 || batch.LastRecord != 0 {
		t.Fatalf("got %v, want the first record named", err)
	}
}
