package loganalytics

import (
	"errors"
	"fmt"
	"io"
)

// LedgerOf returns the ledger that Send leaves when it has sent the first
// records of a source, and how many bytes of the source these take. It is for
// those whose ledger was lost, and who know how many records there were.
//
// Errors are *SyntaxError or *TooLargeError about the source, or
// *SourceChangedError if it has fewer records.
func LedgerOf(source io.Reader, records int) (*Ledger, int64, error) {
	reader, passed := NewReader(source, 0), newChainer()
	ledger := &Ledger{}
	for read := range records {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil, 0, &SourceChangedError{Records: records}
		}
		if err != nil {
			return nil, 0, fmt.Errorf("the records that were sent cannot be read: %w", err)
		}
		hash := record.Hash()
		passed.add(hash)
		if read < exactRecords {
			ledger.add([]batchRecord{{hash: hash}})
		}
	}
	if records > exactRecords {
		ledger = &Ledger{prefix: prefix{records: records, chain: passed.sum()}}
	}
	return ledger, reader.offset, nil
}
