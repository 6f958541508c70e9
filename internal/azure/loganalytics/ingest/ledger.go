package ingest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// exactRecords is up to how many records a ledger keeps one by one (1.6 MB).
// Beyond, it keeps only how many records from the source's start were
// accepted, and a hash over them.
const exactRecords = 100_000

// Ledger says which records the service has accepted, so that the next send
// leaves them out. It knows records by hash and counts equal ones. For more
// than 100,000 records it knows the source's beginning as a whole instead,
// which serves sources that only grow. The zero value is empty.
type Ledger struct {
	prefix prefix
	counts map[records.Hash]int
	total  int // of counts
	limit  int // exactRecords unless a test sets it
	// legacyCounts and legacyPrefix tell that the counts may hold, and that the
	// prefix was made of, hashes as earlier versions of the provider made them.
	legacyCounts, legacyPrefix bool
}

// prefix is the beginning of a source, as a whole.
type prefix struct {
	records int
	chain   chain
}

// Records returns how many records the ledger holds.
func (l *Ledger) Records() int { return l.prefix.records + l.total }

// Empty means that nothing was accepted.
func (l *Ledger) Empty() bool { return l == nil || l.Records() == 0 }

// Clone returns an independent copy. A nil ledger's clone is empty.
func (l *Ledger) Clone() *Ledger {
	if l == nil {
		return &Ledger{}
	}
	copied := *l
	copied.counts = maps.Clone(l.counts)
	return &copied
}

func (l *Ledger) add(accepted []batchRecord) {
	if l.counts == nil {
		l.counts = make(map[records.Hash]int, len(accepted))
	}
	for _, record := range accepted {
		l.counts[record.hash]++
		l.total++
	}
}

// count is how many records with that hash the ledger knows one by one.
func (l *Ledger) count(hash records.Hash) int {
	if l == nil {
		return 0
	}
	return l.counts[hash]
}

// legacyHash is the record's hash as earlier versions of the provider made it,
// if the ledger may have that, and its present one otherwise.
func (l *Ledger) legacyHash(record *records.Record, present records.Hash, unhashed bool) records.Hash {
	if unhashed || !l.legacyCounts && !l.legacyPrefix {
		return present
	}
	return record.LegacyHash()
}

// take removes one record and reports whether it was there.
func (l *Ledger) take(hash records.Hash) bool {
	count, found := l.counts[hash]
	switch {
	case !found:
		return false
	case count == 1:
		delete(l.counts, hash)
	default:
		l.counts[hash] = count - 1
	}
	l.total--
	return true
}

func (l *Ledger) exactLimit() int {
	if l.limit > 0 {
		return l.limit
	}
	return exactRecords
}

// The versions of a ledger's text differ in its hashes: of records as they
// are written, of records by their meaning, and of both in the counts.
const (
	legacyLedger = iota + 1
	ledgerVersion
	mixedLedger
)

func (l *Ledger) version() byte {
	switch {
	case l.legacyPrefix:
		return legacyLedger
	case l.legacyCounts && l.total > 0:
		return mixedLedger
	default:
		return ledgerVersion
	}
}

// MarshalText encodes the ledger for a state: about 22 characters for each
// record that it knows by hash. Equal ledgers have equal texts.
func (l *Ledger) MarshalText() ([]byte, error) {
	encoded := []byte{l.version()}
	encoded = binary.AppendUvarint(encoded, uint64(max(0, l.prefix.records)))
	if l.prefix.records > 0 {
		encoded = append(encoded, l.prefix.chain[:]...)
	}
	hashes := slices.SortedFunc(maps.Keys(l.counts), func(a, b records.Hash) int { return bytes.Compare(a[:], b[:]) })
	for _, hash := range hashes {
		encoded = append(encoded, hash[:]...)
		encoded = binary.AppendUvarint(encoded, uint64(max(0, l.counts[hash])))
	}
	text := make([]byte, base64.RawStdEncoding.EncodedLen(len(encoded)))
	base64.RawStdEncoding.Encode(text, encoded)
	return text, nil
}

var errLedger = errors.New("the list of records that were sent is damaged")

// UnmarshalText reads what MarshalText wrote. An empty text is an empty
// ledger.
func (l *Ledger) UnmarshalText(text []byte) error {
	*l = Ledger{limit: l.limit}
	if len(text) == 0 {
		return nil
	}
	encoded := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	n, err := base64.RawStdEncoding.Decode(encoded, text)
	if err != nil {
		return fmt.Errorf("%w: %w", errLedger, err)
	}
	encoded = encoded[:n]
	if len(encoded) == 0 || encoded[0] < legacyLedger || encoded[0] > mixedLedger {
		return fmt.Errorf("%w: it was written by another version of the provider", errLedger)
	}
	l.legacyCounts, l.legacyPrefix = encoded[0] != ledgerVersion, encoded[0] == legacyLedger
	sent, rest, err := countFrom(encoded[1:])
	if err != nil {
		return err
	}
	if l.prefix.records = sent; sent > 0 {
		if len(rest) < len(l.prefix.chain) {
			return errLedger
		}
		l.prefix.chain, rest = chain(rest[:32]), rest[32:]
	}
	l.counts = map[records.Hash]int{}
	l.legacyPrefix = l.legacyPrefix && sent > 0
	for len(rest) > 0 {
		if len(rest) < len(records.Hash{}) {
			return errLedger
		}
		hash := records.Hash(rest[:16])
		count, remaining, err := countFrom(rest[16:])
		if err != nil || count == 0 {
			return errLedger
		}
		if l.counts[hash] > 0 {
			return errLedger // MarshalText writes every hash once.
		}
		l.counts[hash] = count
		l.total += count
		rest = remaining
	}
	return nil
}

func countFrom(encoded []byte) (int, []byte, error) {
	count, length := binary.Uvarint(encoded)
	if length <= 0 || count > 1<<40 {
		return 0, nil, errLedger
	}
	return int(count), encoded[length:], nil
}

// SourceChangedError says that a ledger that knows only the beginning of a
// source does not fit the source any more, so that nobody can tell which of
// its records are new.
type SourceChangedError struct {
	// Records is how many records from the start were sent.
	Records int
}

// Error says what can be done.
func (e *SourceChangedError) Error() string {
	return fmt.Sprintf("the first %d records were sent earlier, and they are not the same any more; of a source with more than %d records "+
		"only growth at the end can be followed. Nothing was sent. Put the old records back, or send all of them again (on_change = \"resend\")",
		e.Records, exactRecords)
}
