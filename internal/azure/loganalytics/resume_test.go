package loganalytics_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

func TestSendAfterUnknownChecksFirst(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	client := s.collectorClient(nil)
	s.fault(simcore.Fault{Service: datacollector.Name, Kind: simcore.KindDropAfterCommit})
	options := s.options()
	options.IDColumn, options.Generation = "IngestId", "one"
	if _, err := ingest.Send(t.Context(), strings.NewReader(lines(3, 0)), client, options, nil); err == nil {
		t.Fatal("a lost answer without an arrival checker must be an error")
	}
	options.Arrivals, options.CheckFirst = s.arrivals("data collector"), true
	report := s.mustSend(lines(3, 0), client, options)
	s.wantRows("Capture_CL", 3)
	if report.Accepted.Records() != 3 {
		t.Errorf("report %+v", report)
	}
}

// TestOnlyWhatDidNotArriveIsSent loses the answer to one request, and sends
// with other records around it.
func TestOnlyWhatDidNotArriveIsSent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first, second string
		rows          int
	}{
		"more behind":       {lines(3, 0), lines(700, 0), 700},
		"more than a query": {lines(1200, 0), lines(1300, 0), 1300},
		"all":               {lines(600, 0), lines(600, 0), 600},
		"none of it":        {`{"x":1}` + "\n", lines(3, 0), 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			client := s.collectorClient(nil)
			s.fault(simcore.Fault{Service: datacollector.Name, Kind: simcore.KindDropAfterCommit})
			options := s.options()
			options.IDColumn, options.Generation = "IngestId", "one"
			if _, err := ingest.Send(t.Context(), strings.NewReader(test.first), client, options, nil); err == nil {
				t.Fatal("the answer was not lost")
			}
			options.Arrivals, options.CheckFirst = s.arrivals("data collector"), true
			report := s.mustSend(test.second, client, options)
			s.wantRows("Capture_CL", test.rows)
			if report.Accepted.Records() != strings.Count(test.second, "\n") {
				t.Errorf("accepted %d records", report.Accepted.Records())
			}
		})
	}
}

// TestWhatDoesNotShowYetIsWaitedFor asks before rows can show.
func TestWhatDoesNotShowYetIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	client := s.collectorClient(nil)
	s.set(s.query, "ingestion_delay", "5m")
	s.fault(simcore.Fault{Service: datacollector.Name, Kind: simcore.KindDropAfterCommit})
	options := s.options()
	options.IDColumn, options.Generation = "IngestId", "one"
	if _, err := ingest.Send(t.Context(), strings.NewReader(lines(3, 0)), client, options, nil); err == nil {
		t.Fatal("the answer was not lost")
	}
	options.Arrivals, options.CheckFirst, options.LostAt = s.arrivals("data collector"), true, options.Clock.Now()
	s.mustSend(lines(3, 0), client, options)
	s.wantRows("Capture_CL", 3)
}

// slowArrivals answers its first question when all time for that is over.
type slowArrivals struct {
	ingest.ArrivalChecker
	clock *waittest.Clock
	asked int
}

func (a *slowArrivals) Arrived(ctx context.Context, ids []string) (int, error) {
	found, err := a.ArrivalChecker.Arrived(ctx, ids)
	if a.asked++; a.asked == 1 {
		err = errors.Join(err, a.clock.Sleep(ctx, time.Hour))
	}
	return found, err
}

// TestAnAnswerThatIsLateIsNotTheLast asks before rows can show, and is
// answered so late that no further question seems due.
func TestAnAnswerThatIsLateIsNotTheLast(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	s.set(s.query, "ingestion_delay", "5m")
	s.fault(simcore.Fault{Service: datacollector.Name, Kind: simcore.KindDropAfterCommit})
	options, slow := s.options(), &slowArrivals{ArrivalChecker: s.arrivals("data collector"), clock: s.clock}
	options.IDColumn, options.Generation, options.Arrivals, options.ArrivalTimeout = "IngestId", "one", slow, 15*time.Minute
	s.mustSend(lines(3, 0), s.collectorClient(nil), options)
	s.wantRows("Capture_CL", 3)
	if slow.asked != 2 {
		t.Errorf("asked %d times", slow.asked)
	}
}

// slowTransport hands its first answer on an hour after the service gave it.
type slowTransport struct {
	policy.Transporter
	clock *waittest.Clock
	asked int
}

func (s *slowTransport) Do(request *http.Request) (*http.Response, error) {
	response, err := s.Transporter.Do(request)
	if s.asked++; err == nil && s.asked == 1 {
		err = s.clock.Sleep(request.Context(), time.Hour)
	}
	return response, err
}

// TestVerifyAsksAgainAfterALateAnswer has the question be asked before rows
// can show, and be answered when all time for that is over.
func TestVerifyAsksAgainAfterALateAnswer(t *testing.T) {
	t.Parallel()
	s := simulate(t)
	s.set(s.query, "ingestion_delay", "5m")
	const one, two = "0b1c2d3e-0000-4000-8000-000000000001", "0b1c2d3e-0000-4000-8000-000000000002"
	records := fmt.Sprintf(`{"IngestId":%q}`+"\n"+`{"IngestId":%q}`+"\n", one, two)
	s.mustSend(records, s.collectorClient(nil), s.options())
	slow := &slowTransport{Transporter: s.clientOptions().Transport, clock: s.clock}
	client, err := loganalytics.NewQueryClient(loganalytics.QueryConfig{
		Credential: tokens{}, Options: policy.ClientOptions{Cloud: cloud.AzurePublic, Transport: slow}, Endpoint: s.queryURL,
	})
	if err != nil {
		t.Fatal(err)
	}
	arrivals := loganalytics.NewQueryArrivals(client, workspaceID, loganalytics.DataCollector, "Capture", "IngestId")
	found, err := arrivals.Verify(t.Context(), [][]string{{one}, {two}}, 15*time.Minute, s.clock)
	if err != nil || found.Missing() != 0 || found.Doubles != 0 {
		t.Errorf("found %+v, %v", found, err)
	}
	if slow.asked != 4 {
		t.Errorf("asked %d times", slow.asked)
	}
}
