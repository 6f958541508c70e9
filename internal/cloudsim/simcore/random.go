package simcore

import (
	"crypto/rand"
	"encoding/base64"
)

// RandomText returns that many random bytes in URL-safe base64: secrets,
// signatures and the like, which differ in every run.
func RandomText(bytes int) string {
	raw := make([]byte, bytes)
	// crypto/rand.Read is documented never to fail.
	_, _ = rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)
}
