package ingest

import (
	"crypto/sha1" //nolint:gosec // UUID version 5 is defined with SHA-1; nothing is protected by it.
	"encoding/binary"
	"hash"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// ingestNamespace is the namespace of the ids that this provider gives to
// records.
var ingestNamespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://registry.terraform.io/providers/cloudtap/cloudtap#log_ingest"))

// identifier gives records their ids: UUIDs of version 5 over the
// generation, the record's hash, and which of the equal records it is, so that
// sending the same records again gives the same ids, whatever stands around
// them, and another record with the same content gets another id.
//
// Equal records are counted among the first 100,000 of a source; those behind
// are told apart by their position, because of so long a source only growth at
// the end can be followed anyway.
type identifier struct {
	column     string
	generation string
	// byIndex makes the ids of earlier versions of the provider, over the
	// position instead.
	byIndex bool
	// accepted are the records that an earlier send had accepted; seen counts
	// those of the source that are not among them.
	accepted *Ledger
	seen     map[records.Hash]uint32
	sha1     hash.Hash
	name     []byte
}

func newIdentifier(column, generation string) *identifier {
	if column == "" {
		return nil
	}
	return &identifier{column: column, generation: generation, seen: map[records.Hash]uint32{}, sha1: sha1.New()} //nolint:gosec // See above.
}

// occurrence tells the records of a source with equal content apart, counting
// those that were accepted before and are not there any more.
type occurrence struct {
	number uint32
	// positioned means that number is the position in the source.
	positioned bool
}

// next returns the occurrence of a record that is about to be sent. Records
// must come in the source's order.
func (i *identifier) next(index int, record, legacy records.Hash) occurrence {
	if i.positioned(index) {
		return occurrence{narrow(index), true}
	}
	before := i.accepted.count(record)
	if legacy != record {
		before += i.accepted.count(legacy)
	}
	number := narrow(before) + i.seen[record]
	i.pass(index, record)
	return occurrence{number, false}
}

// positioned reports whether the id of a record at an index depends on that.
func (i *identifier) positioned(index int) bool { return i.byIndex || index >= exactRecords }

// pass notes a record of the source that the ledger does not count.
func (i *identifier) pass(index int, record records.Hash) {
	if !i.positioned(index) {
		i.seen[record]++
	}
}

func (i *identifier) id(at occurrence, record records.Hash) uuid.UUID {
	i.name = append(i.name[:0], i.generation...)
	i.name = append(i.name, 0)
	switch {
	case i.byIndex:
	case at.positioned:
		i.name = append(i.name, 'p')
	default:
		i.name = append(i.name, 'o')
	}
	i.name = binary.BigEndian.AppendUint64(i.name, uint64(at.number))
	i.name = append(i.name, record[:]...)
	return uuid.NewHash(i.sha1, ingestNamespace, i.name, 5)
}

// appendID appends the text of an id. UUID.String would leave one string of garbage
// for each record.
func appendID(out []byte, id uuid.UUID) []byte {
	const digits = "0123456789abcdef"
	for i, b := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, digits[b>>4], digits[b&15])
	}
	return out
}

// appendTo appends the record with its id as first member.
func (i *identifier) appendTo(out []byte, record *records.Record, id uuid.UUID) []byte {
	out = append(out, `{"`...)
	out = append(out, i.column...)
	out = append(out, `":"`...)
	out = appendID(out, id)
	out = append(out, '"')
	if len(record.Fields) > 0 {
		out = append(out, ',')
	}
	return append(out, record.Raw[1:]...)
}
