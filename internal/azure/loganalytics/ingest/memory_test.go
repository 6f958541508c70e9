package ingest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

// endless generates JSON lines without holding them.
type endless struct {
	left, line int
	rest       []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.left <= 0 {
			return 0, io.EOF
		}
		e.rest = fmt.Appendf(e.rest[:0], `{"Name":"capture-%d","Packets":%d,"Note":"%s"}`+"\n", e.line, e.line*7, bytes.Repeat([]byte("n"), 400))
		e.line++
		e.left -= len(e.rest)
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// sink takes every batch, reads it as a transport does, and notes how much
// memory is in use.
type sink struct {
	of   loganalytics.API
	peak uint64
}

func (s *sink) API() loganalytics.API { return s.of }

func (s *sink) Post(_ context.Context, body loganalytics.Body) error {
	if _, err := io.Copy(io.Discard, body.Open()); err != nil {
		return err
	}
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	s.peak = max(s.peak, stats.HeapAlloc)
	return nil
}

// watched notes how much memory is in use when it is asked for its last bytes.
type watched struct {
	endless
	peak uint64
}

func (w *watched) Read(p []byte) (int, error) {
	if w.left < len(p) && w.peak == 0 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stats)
		w.peak = stats.HeapAlloc
	}
	return w.endless.Read(p)
}

// TestPlanningHoldsNoBatch does not run in parallel, because it measures the
// whole process. 25 MB are less than a batch.
func TestPlanningHoldsNoBatch(t *testing.T) { //nolint:paralleltest // See above.
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	source := &watched{endless: endless{left: 25_000_000}}
	summary, err := Validate(t.Context(), source, rulesOf("T"))
	if err != nil || summary.BatchCount != 1 || source.peak == 0 {
		t.Fatal(err, summary.BatchCount)
	}
	if used := int64(source.peak) - int64(before.HeapAlloc); used > 6<<20 { //nolint:gosec // Both are far below the limit of int64.
		t.Errorf("%d KB in use for a batch of %d KB", used>>10, summary.Bytes>>10)
	}
}

// TestMemoryIsBoundedByTheBatch does not run in parallel, because it measures
// the whole process.
func TestMemoryIsBoundedByTheBatch(t *testing.T) { //nolint:paralleltest // See above.
	for api, test := range map[loganalytics.API]struct {
		source int
		limit  uint64
	}{loganalytics.DataCollector: {110 << 20, 2*30<<20 + 20<<20}, loganalytics.LogsIngestion: {60 << 20, 24 << 20}} {
		var before runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		to := &sink{of: api}
		report, err := Send(t.Context(), &endless{left: test.source}, to, SendOptions{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if report.RecordsSent < 120_000 || report.Accepted.Records() != report.RecordsSent {
			t.Errorf("%s: %d records sent, %d in the ledger", api, report.RecordsSent, report.Accepted.Records())
		}
		if used := int64(to.peak) - int64(before.HeapAlloc); used > int64(test.limit) { //nolint:gosec // Both are far below the limit of int64.
			t.Errorf("%s: %d MB in use for %d MB of records, want at most %d", api, used>>20, test.source>>20, test.limit>>20)
		}
		text, err := report.Accepted.MarshalText()
		if err != nil || len(text) > 100 {
			t.Errorf("%s: the ledger of a long source has %d characters, %v", api, len(text), err)
		}
	}
}

// TestARecordIsKeptInFewBytes: two batches of 240,000 records each are under way, and
// what is left to the collector decides how often it runs.
func TestARecordIsKeptInFewBytes(t *testing.T) {
	t.Parallel()
	if size := reflect.TypeFor[batchRecord]().Size(); size > 24 {
		t.Errorf("%d bytes are kept of each record", size)
	}
}
