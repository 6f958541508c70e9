package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/columns"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait/waittest"
)

// table is a destination that stores what it is sent, unless answer says
// otherwise.
type table struct {
	stored []string
	// answer returns the error of the given request (from 1); stored tells
	// that the records are stored all the same.
	answer func(request int, records []string) (err error, stored bool)
	seen   int
}

func (d *table) API() loganalytics.API { return loganalytics.DataCollector }

// Post sends nothing once ctx has ended, as an HTTP client does.
func (d *table) Post(ctx context.Context, body loganalytics.Body) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	text, err := io.ReadAll(body.Open())
	if err != nil {
		return err
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	var records []string
	for _, record := range raw {
		records = append(records, string(record))
	}
	d.seen++
	answer, stored := error(nil), true
	if d.answer != nil {
		answer, stored = d.answer(d.seen, records)
	}
	if stored {
		d.stored = append(d.stored, records...)
	}
	return answer
}

func quick() SendOptions {
	return SendOptions{Clock: waittest.NewClock(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), nil)}
}

// sendSmall sends in batches of at most 40 bytes.
func sendSmall(t *testing.T, source string, to Destination, options SendOptions) (Report, error) {
	t.Helper()
	return sendIn(t, 40, source, to, options)
}

func sendIn(t *testing.T, bytes int, source string, to Destination, options SendOptions) (Report, error) {
	t.Helper()
	s := newSender(t.Context(), strings.NewReader(source), to, options, nil)
	small(s.batcher, bytes)
	return s.run(t.Context())
}

// through puts a ledger through its text, as a state does.
func through(t *testing.T, l *Ledger) *Ledger {
	t.Helper()
	text, err := l.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	read := &Ledger{limit: l.limit}
	if err := read.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	return read
}

// TestWhereverItFailsTheNextSendSendsTheRest fails a send at each of its
// requests in turn, with ledgers that know every record and with ledgers that
// know only the beginning, and then finishes it.
func TestWhereverItFailsTheNextSendSendsTheRest(t *testing.T) {
	t.Parallel()
	source := numbered(0, 25)
	refused := &loganalytics.ServiceError{API: loganalytics.DataCollector, Status: http.StatusBadRequest, Code: "InvalidDataFormat"}
	tooLarge := &loganalytics.ServiceError{API: loganalytics.DataCollector, Status: http.StatusRequestEntityTooLarge}
	for _, limit := range []int{0, 1, 5} {
		for failing := 1; failing <= 15; failing++ {
			to := &table{}
			to.answer = func(request int, records []string) (error, bool) {
				switch {
				case request == failing:
					return refused, false
				case failing%2 == 0 && len(records) > 2:
					return tooLarge, false
				default:
					return nil, true
				}
			}
			options := quick()
			options.Skip = &Ledger{limit: limit}
			report, err := sendSmall(t, source, to, options)
			if failed := to.seen >= failing; failed != (err != nil) {
				t.Fatalf("request %d: %v", failing, err)
			}
			to.answer = nil
			options.Skip = through(t, report.Accepted)
			if report, err = sendSmall(t, source, to, options); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(to.stored, "\n") + "\n"; got != source {
				t.Errorf("limit %d, request %d: stored %s", limit, failing, got)
			}
			if report.Accepted.Records() != 25 {
				t.Errorf("limit %d, request %d: the ledger has %d records", limit, failing, report.Accepted.Records())
			}
		}
	}
}

// nowhere takes everything and keeps nothing.
type nowhere struct{ of loganalytics.API }

func (n nowhere) API() loganalytics.API                       { return n.of }
func (nowhere) Post(context.Context, loganalytics.Body) error { return nil }

// TestValidateCountsWhatSendSends validates and sends the same records, with
// and without ledgers that know them one by one or only the beginning.
func TestValidateCountsWhatSendSends(t *testing.T) {
	t.Parallel()
	const withIDs = 120 // Bytes that hold a record with its id.
	for _, api := range []loganalytics.API{loganalytics.DataCollector, loganalytics.LogsIngestion} {
		for _, sent := range []int{0, 7} {
			for _, limit := range []int{0, 1} {
				for _, column := range []string{"", "IngestId"} {
					to, options := nowhere{of: api}, quick()
					options.Skip, options.IDColumn = &Ledger{limit: limit}, column
					report, err := sendIn(t, withIDs, numbered(0, sent), to, options)
					if err != nil {
						t.Fatal(err)
					}
					options.Skip = through(t, report.Accepted)
					source := numbered(0, 40)
					v := newValidation(t.Context(), strings.NewReader(source), Rules{
						Rules: columns.Rules{API: api, LogType: "T", IDColumn: column, Now: validateNow}, Skip: options.Skip,
					})
					small(v.batches, withIDs)
					summary, err := v.run()
					if err != nil || summary.ErrorCount > 0 {
						t.Fatal(err, summary.Issues)
					}
					if report, err = sendIn(t, withIDs, source, to, options); err != nil {
						t.Fatal(err)
					}
					if summary.PendingCount != report.RecordsSent || summary.BatchCount != report.Batches || summary.Bytes != report.RawBytes || report.Batches < 2 {
						t.Errorf("%s, ledger of %d by %d, id column %q: %d records in %d batches of %d bytes, sent %d in %d of %d",
							api, sent, limit, column, summary.PendingCount, summary.BatchCount, summary.Bytes, report.RecordsSent, report.Batches, report.RawBytes)
					}
				}
			}
		}
	}
}

func TestInsertedRecordsAreTheOnlyOnesSent(t *testing.T) {
	t.Parallel()
	to := &table{}
	options := quick()
	report, err := sendSmall(t, numbered(0, 8), to, options)
	if err != nil {
		t.Fatal(err)
	}
	to.stored = nil
	// The ledger passes its limit in this send; what it knew of the rest of
	// the source must survive that.
	options.Skip = report.Accepted
	options.Skip.limit = 9
	to.answer = func(request int, _ []string) (error, bool) {
		if request == 3+2 {
			return &loganalytics.ServiceError{Status: http.StatusBadRequest}, false
		}
		return nil, true
	}
	source := numbered(100, 110) + numbered(0, 8) + numbered(200, 203)
	report, err = sendSmall(t, source, to, options)
	if err == nil {
		t.Fatal("the refusal is gone")
	}
	to.answer = nil
	options.Skip = through(t, report.Accepted)
	if _, err := sendSmall(t, source, to, options); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(to.stored, "\n")+"\n", numbered(100, 110)+numbered(200, 203); got != want {
		t.Errorf("stored %s, want %s", got, want)
	}
}

func TestConnectionsThatBreakWhileSendingAreTriedAgain(t *testing.T) {
	t.Parallel()
	to := &table{}
	to.answer = func(request int, _ []string) (error, bool) {
		if request < 3 {
			return &loganalytics.ConnectionError{API: loganalytics.DataCollector, Cut: true, Err: errors.New("broken pipe")}, false
		}
		return nil, true
	}
	report, err := sendSmall(t, numbered(0, 2), to, quick())
	if err != nil || len(to.stored) != 2 || report.Batches != 1 {
		t.Errorf("%v, stored %v", err, to.stored)
	}
}

func TestLargeBatchesThatAreCutTwiceAreHalved(t *testing.T) {
	t.Parallel()
	to := &table{}
	to.answer = func(_ int, records []string) (error, bool) {
		if len(records) > 1 {
			return &loganalytics.ConnectionError{API: loganalytics.DataCollector, Cut: true, Err: errors.New("broken pipe")}, false
		}
		return nil, true
	}
	source := `{"a":"` + strings.Repeat("x", 700_000) + `"}`
	report, err := Send(t.Context(), strings.NewReader(source+source), to, quick(), nil)
	if err != nil || len(to.stored) != 2 || report.Batches != 2 || to.seen != 4 {
		t.Errorf("%v after %d requests", err, to.seen)
	}
}

func TestUnknownEndsTheSendAndCancelsNothingElse(t *testing.T) {
	t.Parallel()
	to := &table{}
	to.answer = func(request int, _ []string) (error, bool) {
		if request == 2 {
			return &loganalytics.ConnectionError{API: loganalytics.DataCollector, Sent: true, Err: io.ErrUnexpectedEOF}, true
		}
		return nil, true
	}
	report, err := sendSmall(t, numbered(0, 9), to, quick())
	var unknown *UnknownError
	if !errors.As(err, &unknown) || to.seen != 2 || report.Accepted.Records() != report.RecordsSent || unknown.FirstRecord != report.RecordsSent {
		t.Errorf("%v after %d requests, report %+v", err, to.seen, report)
	}
}

func TestSendOfNothing(t *testing.T) {
	t.Parallel()
	to := &table{}
	report, err := sendSmall(t, "[]", to, quick())
	if err != nil || to.seen != 0 || report.Batches != 0 {
		t.Errorf("%v after %d requests", err, to.seen)
	}
}

func TestBrokenRecordStopsTheSend(t *testing.T) {
	t.Parallel()
	to := &table{}
	report, err := sendSmall(t, numbered(0, 20)+"{", to, quick())
	var syntax *records.SyntaxError
	if !errors.As(err, &syntax) || syntax.RecordIndex != 20 || report.Accepted.Records() != len(to.stored) {
		t.Errorf("%v, %d stored, %d in the ledger", err, len(to.stored), report.Accepted.Records())
	}
}

// TestStoppedBetweenBatchesTheNextSendSendsTheRest resumes with what was saved
// after the last batch.
func TestStoppedBetweenBatchesTheNextSendSendsTheRest(t *testing.T) {
	t.Parallel()
	to, options := &table{}, quick()
	ctx, cancel := context.WithCancel(t.Context())
	options.Skip = &Ledger{}
	s := newSender(ctx, strings.NewReader(numbered(0, 40)), to, options, func(result BatchResult) {
		options.Skip = through(t, result.Accepted)
		if result.Number == 2 {
			cancel()
		}
	})
	small(s.batcher, 40)
	if _, err := s.run(ctx); err == nil || to.seen != 2 {
		t.Fatalf("a cancelled send returned %v after %d requests", err, to.seen)
	}
	sent := options.Skip.Records()
	report, err := sendSmall(t, numbered(0, 40), to, options)
	if err != nil || report.RecordsSkipped != sent || report.RecordsSent != 40-sent || report.Accepted.Records() != 40 {
		t.Errorf("report %+v, %v", report, err)
	}
	if got := strings.Join(to.stored, "\n") + "\n"; got != numbered(0, 40) {
		t.Errorf("stored %s", got)
	}
}
