package ingest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// hashOf is the hash of a record whose canonical form is text.
func hashOf(text string) records.Hash {
	sum := sha256.Sum256([]byte(text))
	return records.Hash(sum[:16])
}

func ledgerOf(texts ...string) *Ledger {
	l := &Ledger{}
	for _, text := range texts {
		l.add([]batchRecord{{hash: hashOf(text)}})
	}
	return l
}

func TestLedgerCountsEqualRecords(t *testing.T) {
	t.Parallel()
	l := ledgerOf("a", "b", "a")
	copied := l.Clone()
	for i, want := range []bool{true, true, false} {
		if got := l.take(hashOf("a")); got != want {
			t.Errorf("take %d: %v, want %v", i, got, want)
		}
	}
	if l.Records() != 1 || copied.Records() != 3 {
		t.Errorf("%d and %d records", l.Records(), copied.Records())
	}
}

func TestLedgerSurvivesItsText(t *testing.T) {
	t.Parallel()
	withPrefix := ledgerOf("a", "b", "a")
	withPrefix.prefix = prefix{records: 7, chain: chain{1, 2, 3}}
	for name, l := range map[string]*Ledger{"empty": {}, "exact": ledgerOf("a", "b", "a"), "prefix": withPrefix} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := l.MarshalText()
			if err != nil {
				t.Fatal(err)
			}
			var read Ledger
			if err := read.UnmarshalText(text); err != nil {
				t.Fatal(err)
			}
			again, err := read.MarshalText()
			if err != nil || string(again) != string(text) {
				t.Errorf("%s became %s, %v", text, again, err)
			}
			if read.Records() != l.Records() || read.prefix != l.prefix {
				t.Errorf("%d records, want %d", read.Records(), l.Records())
			}
			for i := range len(text) - 1 {
				if err := new(Ledger).UnmarshalText(text[:i+1]); err != nil && !errors.Is(err, errLedger) {
					t.Errorf("cut after %d: %v", i+1, err)
				}
			}
		})
	}
	if err := new(Ledger).UnmarshalText(nil); err != nil {
		t.Errorf("no text is an empty ledger, got %v", err)
	}
}

// drain puts a source's records into batches and returns the indexes that
// would be sent.
func drain(text string, known *Ledger) (sent []uint32, last *batch, err error) {
	b := small(newBatcher(loganalytics.DataCollector, strings.NewReader(text), known, nil), 60)
	for {
		next, err := b.next()
		if errors.Is(err, io.EOF) {
			return sent, last, nil
		}
		if err != nil {
			return sent, last, err
		}
		last = next
		for _, record := range next.records {
			sent = append(sent, record.index)
		}
	}
}

func numbered(from, to int) string {
	var text strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&text, `{"n":%d}`+"\n", i)
	}
	return text.String()
}

func TestLedgerOfALongSourceKnowsItsBeginning(t *testing.T) {
	t.Parallel()
	_, last, err := drain(numbered(0, 10), nil)
	if err != nil {
		t.Fatal(err)
	}
	known := &Ledger{prefix: prefix{records: last.through, chain: last.chain}}
	known.add([]batchRecord{{hash: hashOf(`{"n":11}`)}})

	sent, _, err := drain(numbered(0, 13), known)
	if err != nil || fmt.Sprint(sent) != "[10 12]" {
		t.Errorf("grown source: sent %v, %v", sent, err)
	}
	var changed *SourceChangedError
	for name, text := range map[string]string{
		"changed": strings.Replace(numbered(0, 13), "3", "33", 1), "shorter": numbered(0, 9), "reordered": numbered(5, 10) + numbered(0, 5),
	} {
		if sent, _, err := drain(text, known); !errors.As(err, &changed) || changed.Records != 10 || len(sent) > 0 {
			t.Errorf("%s source: sent %v, %v", name, sent, err)
		}
	}
}

// TestLedgersOfEarlierVersionsCount has records that were sent by a version
// whose hashes were over the records as they are written.
func TestLedgersOfEarlierVersionsCount(t *testing.T) {
	t.Parallel()
	source := `{"n":1.0}` + "\n" + `{"n":2,"x":null}` + "\n" + `{"n":3}` + "\n"
	counted, hashes := &Ledger{legacyCounts: true, legacyPrefix: true}, newChainer()
	for reader := records.NewReader(strings.NewReader(source), 0); ; {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		counted.add([]batchRecord{{hash: record.LegacyHash()}})
		hashes.add(record.LegacyHash())
	}
	whole := &Ledger{prefix: prefix{records: 3, chain: hashes.sum()}, legacyPrefix: true}
	for name, old := range map[string]*Ledger{"counts": counted, "prefix": whole} {
		known := through(t, old)
		to, options := &table{}, quick()
		options.Skip = known
		for range 2 {
			report, err := sendSmall(t, source+`{"n":4.0}`, to, options)
			if err != nil || report.Accepted.Records() != 4 || len(to.stored) != 1 {
				t.Fatalf("%s: stored %v, %v", name, to.stored, err)
			}
			options.Skip = through(t, report.Accepted)
		}
	}
}

// TestAHalvedBatchLeavesAShortLedger halves a batch of a long source.
func TestAHalvedBatchLeavesAShortLedger(t *testing.T) {
	t.Parallel()
	to := &table{answer: func(_ int, records []string) (error, bool) {
		if len(records) > 3 {
			return &loganalytics.ServiceError{API: loganalytics.DataCollector, Status: 413}, false
		}
		return nil, true
	}}
	options := quick()
	options.Skip = &Ledger{limit: 5}
	report, err := Send(t.Context(), strings.NewReader(numbered(0, 40)), to, options, nil)
	if err != nil || report.Accepted.prefix.records != 40 || report.Accepted.total != 0 {
		t.Errorf("the ledger has %d records as a whole and %d one by one, %v", report.Accepted.prefix.records, report.Accepted.total, err)
	}
}

func FuzzLedgerText(f *testing.F) {
	for _, l := range []*Ledger{{}, ledgerOf("a", "b", "a"), {prefix: prefix{records: 3}}} {
		text, err := l.MarshalText()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("AQAAAAAAAAAAAAAAAAAAAAAAAg"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var l Ledger
		if l.UnmarshalText(text) != nil {
			return
		}
		again, err := l.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var second Ledger
		if err := second.UnmarshalText(again); err != nil || second.Records() != l.Records() || second.prefix != l.prefix || !maps.Equal(second.counts, l.counts) {
			t.Errorf("%q became %q: %v", text, again, err)
		}
		if once, err := second.MarshalText(); err != nil || string(once) != string(again) || l.Empty() != (l.Records() == 0) || l.Records() < 0 {
			t.Errorf("%q has %d records, and became %q and then %q, %v", text, l.Records(), again, once, err)
		}
	})
}
