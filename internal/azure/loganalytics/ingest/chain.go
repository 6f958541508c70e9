package ingest

import (
	"crypto/sha256"
	"hash"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// chain is the SHA-256 of a sequence of record hashes.
type chain [sha256.Size]byte

// chainer computes chains of a growing sequence.
type chainer struct{ digest hash.Hash }

func newChainer() chainer { return chainer{digest: sha256.New()} }

func (c chainer) add(h records.Hash) { c.digest.Write(h[:]) }

// sum returns the chain up to here.
func (c chainer) sum() chain { return chain(c.digest.Sum(nil)) }
