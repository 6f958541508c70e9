package loganalytics

import (
	"crypto/sha256"
	"encoding/base64"
)

// Hash is the first half of the SHA-256 of a record's canonical form. 128
// bits keep apart any number of records that could ever be sent.
type Hash [16]byte

func hashOf(canonical []byte) Hash {
	sum := sha256.Sum256(canonical)
	return Hash(sum[:16])
}

// String returns the hash in unpadded base64.
func (h Hash) String() string { return base64.RawStdEncoding.EncodeToString(h[:]) }

// chain is a hash over a sequence of record hashes.
type chain [32]byte

func (c *chain) add(h Hash) {
	var both [48]byte
	copy(both[:32], c[:])
	copy(both[32:], h[:])
	*c = sha256.Sum256(both[:])
}
