package loganalytics

import (
	"crypto/sha256"
	"encoding/base64"
	"hash"
)

// Hash is the first half of the SHA-256 of a record's canonical form. 128
// bits keep apart any number of records that could ever be sent.
type Hash [16]byte

func hashOf(canonical []byte) Hash {
	sum := sha256.Sum256(canonical)
	return Hash(sum[:16])
}

// legacyHashOf is the hash of a valid record as versions of the provider before
// 2026-12 made it: numbers as they are written, members that are null included.
func legacyHashOf(raw []byte) Hash {
	p := parser{legacy: true}
	// The record was parsed before.
	_ = p.record(raw)
	return hashOf(p.canonical)
}

// String returns the hash in unpadded base64.
func (h Hash) String() string { return base64.RawStdEncoding.EncodeToString(h[:]) }

// chain is the SHA-256 of a sequence of record hashes.
type chain [sha256.Size]byte

// chainer computes chains of a growing sequence.
type chainer struct{ digest hash.Hash }

func newChainer() chainer { return chainer{digest: sha256.New()} }

func (c chainer) add(h Hash) { c.digest.Write(h[:]) }

// sum returns the chain up to here.
func (c chainer) sum() chain { return chain(c.digest.Sum(nil)) }
