package ingest

import (
	"errors"
	"io"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// batcher turns a source into batches. It leaves out the records that the
// ledger has.
type batcher struct {
	reader     *records.Reader
	packer     packer
	identifier *identifier
	// known is used up while the source is read.
	known *Ledger
	// onRecord, when set, sees every record.
	onRecord func(record *records.Record, skipped bool)

	// unhashed leaves the records' hashes zero.
	unhashed bool

	records []batchRecord
	at      []uint32
	spare   freeList[spareRecords]
	skipped []skippedRecord
	chain   chainer
	// legacyChain and legacy are over hashes as earlier versions made them,
	// for a ledger of theirs; held's is kept.
	legacyChain chainer
	legacy      records.Hash
	read        int
	skips       int
	text        []byte
	occurrence  occurrence      // of the record that is added
	held        *records.Record // read, but without room in the batch before
	err         error
}

// skippedRecord is a record that the ledger has, by one of its hashes.
type skippedRecord struct{ hash, legacy records.Hash }

// newBatcher makes batches as large as the API takes.
func newBatcher(api loganalytics.API, source io.Reader, known *Ledger, ids *identifier) *batcher {
	if ids != nil {
		ids.accepted = known.Clone()
	}
	return &batcher{
		reader: records.NewReader(source, api.Limits().RawBytes-len("[]")), packer: newPacker(api),
		known: known.Clone(), identifier: ids, chain: newChainer(), legacyChain: newChainer(),
	}
}

// countOnly makes batches that cannot be sent, but have the right number and
// sizes; which is cheaper, most of all for records without a hash.
func (b *batcher) countOnly(unhashed bool) {
	if plain, ok := b.packer.(*plainPacker); ok {
		plain.countOnly = true
	}
	b.unhashed = unhashed
	b.reader.SkipHashes(unhashed)
}

// next returns the next batch, or io.EOF when there is none.
func (b *batcher) next() (*batch, error) {
	for b.err == nil {
		record, err := b.advance()
		if err != nil {
			b.err = err
			break
		}
		hash := b.hash(record)
		if b.held == nil {
			b.legacy = b.known.legacyHash(record, hash, b.unhashed)
		}
		if b.held == nil && b.skip(record, hash) {
			if b.err == nil {
				continue
			}
			break
		}
		fits, err := b.add(record, hash)
		if err != nil {
			b.err = err
			break
		}
		if !fits {
			b.held = record
			return b.finish()
		}
		b.held = nil
		b.pass(hash)
	}
	if errors.Is(b.err, io.EOF) && len(b.records) > 0 {
		return b.finish()
	}
	return nil, b.err
}

func (b *batcher) hash(record *records.Record) records.Hash {
	if b.unhashed {
		return records.Hash{}
	}
	return record.Hash()
}

func (b *batcher) advance() (*records.Record, error) {
	if b.held != nil {
		return b.held, nil
	}
	record, err := b.reader.Next()
	if errors.Is(err, io.EOF) && b.read < b.known.prefix.records {
		return nil, &SourceChangedError{Records: b.known.prefix.records}
	}
	return record, err
}

// pass notes that a record has got its place.
func (b *batcher) pass(hash records.Hash) {
	b.read++
	if !b.unhashed {
		b.chain.add(hash)
	}
}

// skip passes a record that the ledger has.
func (b *batcher) skip(record *records.Record, hash records.Hash) bool {
	inPrefix := b.read < b.known.prefix.records
	known := inPrefix || b.known.take(hash) || b.legacy != hash && b.known.take(b.legacy)
	if b.onRecord != nil {
		b.onRecord(record, known)
	}
	if !known {
		return false
	}
	b.pass(hash)
	b.skips++
	if !inPrefix {
		b.skipped = append(b.skipped, skippedRecord{hash, b.legacy})
		return true
	}
	if b.identifier != nil {
		b.identifier.pass(record.Index, hash)
	}
	passed := b.chain
	if b.known.legacyPrefix {
		b.legacyChain.add(b.legacy)
		passed = b.legacyChain
	}
	if b.read == b.known.prefix.records && passed.sum() != b.known.prefix.chain {
		b.err = &SourceChangedError{Records: b.read}
	}
	return true
}

func (b *batcher) add(record *records.Record, hash records.Hash) (bool, error) {
	entry := batchRecord{hash: hash, index: narrow(record.Index)}
	text := record.Raw
	if b.identifier != nil {
		if b.held == nil {
			b.occurrence = b.identifier.next(record.Index, hash, b.legacy)
		}
		b.text = b.identifier.appendTo(b.text[:0], record, b.identifier.id(b.occurrence, hash))
		text = b.text
	}
	fits, size, err := b.packer.add(text)
	if size != nil {
		return false, &records.TooLargeError{
			RecordIndex: record.Index, Line: record.Line,
			Bytes: size.bytes, Limit: size.limit, Compressed: size.compressed,
		}
	}
	if err != nil || !fits {
		return false, err
	}
	entry.end = narrow(b.packer.length())
	if b.records == nil {
		spare := b.spare.take()
		b.records, b.at = spare.records, spare.at
	}
	b.records = append(b.records, entry)
	if b.identifier != nil {
		b.at = append(b.at, b.occurrence.number)
	}
	return true, nil
}

func (b *batcher) finish() (*batch, error) {
	length := b.packer.length()
	full, err := b.packer.finish()
	if err != nil {
		b.err = err
		return nil, err
	}
	done := &batch{
		content: full, records: b.records, at: b.at, to: length,
		skipped: b.skipped, through: b.read, chain: b.chain.sum(), spare: &b.spare,
	}
	b.records, b.at, b.skipped = nil, nil, nil
	return done, nil
}
