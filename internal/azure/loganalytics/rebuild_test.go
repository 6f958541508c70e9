package loganalytics_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/ingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// TestLedgerOfIsWhatSendLeaves compares the ledger that is made of a source's
// beginning with that of a send of just this beginning.
func TestLedgerOfIsWhatSendLeaves(t *testing.T) {
	t.Parallel()
	for _, number := range []int{1, 3, 100_000, 100_001} {
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			t.Parallel()
			s := simulate(t)
			s.store.KeepRows(0)
			sent := lines(number, 0) + lines(1, 0)
			report := s.mustSend(sent, s.collectorClient(nil), s.options())
			ledger, length, err := ingest.LedgerOf(strings.NewReader(sent+lines(2, 10)), number+1)
			if err != nil || length != int64(len(strings.TrimSpace(sent))) {
				t.Fatalf("%d bytes of %d, %v", length, len(sent), err)
			}
			want, wantErr := report.Accepted.MarshalText()
			got, gotErr := ledger.MarshalText()
			if err := errors.Join(wantErr, gotErr); err != nil || string(got) != string(want) {
				t.Errorf("a list of %d records, want %d, %v", ledger.Records(), report.Accepted.Records(), err)
			}
		})
	}
}

func TestLedgerOfASourceThatDoesNotFit(t *testing.T) {
	t.Parallel()
	var changed *ingest.SourceChangedError
	if _, _, err := ingest.LedgerOf(strings.NewReader(lines(2, 0)), 3); !errors.As(err, &changed) || changed.Records != 3 {
		t.Errorf("too few records: %v", err)
	}
	if _, _, err := ingest.LedgerOf(strings.NewReader(lines(1, 0)+"nonsense"), 3); !errors.As(err, new(*records.SyntaxError)) {
		t.Errorf("no records: %v", err)
	}
}
