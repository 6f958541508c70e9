package ingest

import (
	"math"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// batch is a run of records that go out in one request, or a part of one.
type batch struct {
	content content
	records []batchRecord
	// at are the numbers of the records' occurrences, for their ids; none without
	// ids, where the memory would be missed.
	at []uint32
	// from and to bound the part of content.
	from, to int
	// skipped are the ledger's records that were passed since the batch
	// before.
	skipped []skippedRecord
	// through counts the source's records up to the batch's end; chain is
	// the hash over all of them. Of a batch's parts only the last one, which is
	// sent after the others, has them.
	through int
	chain   chain
	// spare gets records and at back.
	spare *freeList[spareRecords]
}

// batchRecord is what is kept of a record besides its bytes.
type batchRecord struct {
	hash records.Hash
	// index is the record's; end is where it ends in the batch's text without
	// brackets.
	index, end uint32
}

// spareRecords is memory for what is kept of a batch's records.
type spareRecords struct {
	records []batchRecord
	at      []uint32
}

// content is a batch's bytes in the form in which an API takes them.
type content interface {
	// body returns the JSON array of the records whose text lies between
	// from and to, ready to be sent.
	body(from, to int) (loganalytics.Body, error)
	// release gives the memory back for another batch.
	release()
}

func (b *batch) rawBytes() int { return b.to - b.from + len("[]") }

// release gives the batch's memory back. Nothing of it may be in use.
func (b *batch) release() {
	b.content.release()
	b.spare.give(spareRecords{b.records[:0], b.at[:0]})
}

// split halves the batch by records.
func (b *batch) split() (first, second *batch) {
	middle := len(b.records) / 2
	return b.part(0, middle), b.part(middle, len(b.records))
}

// part returns the records [from, to) of the batch; all of them are the batch
// itself.
func (b *batch) part(from, to int) *batch {
	if from == 0 && to == len(b.records) {
		return b
	}
	p := &batch{content: b.content, records: b.records[from:to], from: b.from, to: b.to}
	if b.at != nil {
		p.at = b.at[from:to]
	}
	if to == len(b.records) {
		// By then the parts before were accepted.
		p.through, p.chain = b.through, b.chain
	}
	if from > 0 {
		p.from = int(b.records[from-1].end) + len(",")
	}
	if to < len(b.records) {
		p.to = int(b.records[to-1].end)
	}
	return p
}

// packer collects records' texts until a request is full.
type packer interface {
	// add appends a record's text. It reports false, and leaves the record
	// out, if the request has no room for it. For a record that no request
	// could hold it returns how large it is.
	add(text []byte) (fits bool, tooLarge *oversize, err error)
	// length is where the last record ends in the text without brackets.
	length() int
	// finish returns the content and begins a new one.
	finish() (content, error)
}

// oversize is a size that no request can have.
type oversize struct {
	bytes, limit int
	compressed   bool
}

func newPacker(api loganalytics.API) packer {
	limits := api.Limits()
	if api == loganalytics.LogsIngestion {
		return newGzipPacker(limits.RawBytes, limits.WireBytes)
	}
	return &plainPacker{limit: limits.RawBytes}
}

// narrow keeps a count in four bytes: a batch holds hundreds of thousands of
// records.
func narrow(n int) uint32 { return uint32(min(max(int64(n), 0), math.MaxUint32)) }
