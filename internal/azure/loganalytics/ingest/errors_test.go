package ingest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

func TestErrorsAgreeInNumberAndNameTheProxy(t *testing.T) {
	t.Parallel()
	refused := &loganalytics.ServiceError{API: loganalytics.DataCollector, Status: http.StatusProxyAuthRequired}
	for want, err := range map[string]error{
		"record 0 was not stored":                    &BatchError{Err: refused},
		"records 0 to 1 were not stored":             &BatchError{LastRecord: 1, Err: refused},
		"it is unknown whether record 3 was stored":  &UnknownError{FirstRecord: 3, LastRecord: 3, Records: 1, Err: refused},
		"This record counts as not sent":             &UnknownError{FirstRecord: 3, LastRecord: 3, Records: 1, Err: refused},
		"asks the workspace for its id":              &UnknownError{Records: 1, Askable: true, Err: refused},
		"whether records 0 to 1 (2 records) were st": &UnknownError{LastRecord: 1, Records: 2, Err: refused},
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	for _, err := range []error{&loganalytics.ConnectionError{API: loganalytics.DataCollector, Err: errors.New("Proxy Authentication Required")}} {
		if next := strings.Join(azure.Describe(err).Next, ""); !strings.Contains(next, "proxy") || !strings.Contains(next, "HTTPS_PROXY") {
			t.Errorf("%v: %q does not name the proxy", err, next)
		}
	}
	lost := &loganalytics.ConnectionError{API: loganalytics.DataCollector, Sent: true, Err: errors.New("stream error")}
	if next := strings.Join(azure.Describe(lost).Next, ""); !strings.Contains(next, "run it again") {
		t.Errorf("%v: %q does not say what to do", lost, next)
	}
	interrupted := &loganalytics.ConnectionError{API: loganalytics.DataCollector, Sent: true, Err: context.Canceled}
	if next := azure.Describe(interrupted).Next; len(next) > 0 {
		t.Errorf("%v: %q", interrupted, next)
	}
}

// TestBothHalvesOfADoubtedBatchAreDoubted has a batch that may have been stored before
// a repetition of it is too large.
func TestBothHalvesOfADoubtedBatchAreDoubted(t *testing.T) {
	t.Parallel()
	lost := &loganalytics.ServiceError{API: loganalytics.DataCollector, Status: http.StatusGatewayTimeout}
	to := &table{answer: func(request int, _ []string) (error, bool) {
		switch request {
		case 1:
			return lost, true
		case 2:
			return &loganalytics.ServiceError{API: loganalytics.DataCollector, Status: http.StatusRequestEntityTooLarge}, false
		default:
			return nil, true
		}
	}}
	var doubts []error
	if _, err := Send(t.Context(), strings.NewReader(numbered(0, 4)), to, quick(), func(sent BatchResult) { doubts = append(doubts, sent.Doubt) }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(doubts, []error{lost, lost}) {
		t.Errorf("doubts %v, want those of two halves", doubts)
	}
}
