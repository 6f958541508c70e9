package ingest

import (
	"errors"
	"fmt"
	"io"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// LedgerOf returns the ledger that Send leaves when it has sent the first
// records of a source, number of them, and how many bytes of the source these take. It is for
// those whose ledger was lost, and who know how many records there were.
//
// Errors are *records.SyntaxError or *records.TooLargeError about the source, or
// *SourceChangedError if it has fewer records.
func LedgerOf(source io.Reader, number int) (*Ledger, int64, error) {
	reader, passed := records.NewReader(source, 0), newChainer()
	ledger := &Ledger{}
	for read := range number {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil, 0, &SourceChangedError{Records: number}
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
	if number > exactRecords {
		ledger = &Ledger{prefix: prefix{records: number, chain: passed.sum()}}
	}
	return ledger, reader.Offset(), nil
}
