package records

import "crypto/sha256"

// Hash is the first half of the SHA-256 of a record's canonical form. 128
// bits keep apart any number of records that could ever be sent.
type Hash [16]byte

func hashOf(canonical []byte) Hash {
	sum := sha256.Sum256(canonical)
	return Hash(sum[:16])
}

// LegacyHash is the record's hash as versions of the provider before 2026-12 made
// it: numbers as they are written, members that are null included.
func (r *Record) LegacyHash() Hash {
	p := parser{legacy: true}
	// The record was parsed before.
	_ = p.record(r.Raw)
	return hashOf(p.canonical)
}
