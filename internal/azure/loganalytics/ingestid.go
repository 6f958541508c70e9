package loganalytics

import (
	"crypto/sha1" //nolint:gosec // UUID version 5 is defined with SHA-1; nothing is protected by it.
	"encoding/binary"
	"hash"

	"github.com/google/uuid"
)

// ingestNamespace is the namespace of the ids that this provider gives to
// records.
var ingestNamespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://registry.terraform.io/providers/cloudtap/cloudtap#log_ingest"))

// identifier gives records their ids: UUIDs of version 5 over the
// generation, the index, and the record's hash, so that sending the same
// records again gives the same ids.
type identifier struct {
	column     string
	generation string
	sha1       hash.Hash
	name       []byte
}

func newIdentifier(column, generation string) *identifier {
	if column == "" {
		return nil
	}
	return &identifier{column: column, generation: generation, sha1: sha1.New()} //nolint:gosec // See above.
}

func (i *identifier) id(index int, record Hash) uuid.UUID {
	i.name = append(i.name[:0], i.generation...)
	i.name = append(i.name, 0)
	i.name = binary.BigEndian.AppendUint64(i.name, uint64(max(0, index)))
	i.name = append(i.name, record[:]...)
	return uuid.NewHash(i.sha1, ingestNamespace, i.name, 5)
}

// appendTo appends the record with its id as first member.
func (i *identifier) appendTo(out []byte, record *Record, id uuid.UUID) []byte {
	out = append(out, `{"`...)
	out = append(out, i.column...)
	out = append(out, `":"`...)
	out = append(out, id.String()...)
	out = append(out, '"')
	if len(record.fields) > 0 {
		out = append(out, ',')
	}
	return append(out, record.Raw[1:]...)
}
