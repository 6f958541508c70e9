package security

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// forms returns the ways in which a text may be written: as it is, in base64
// (as a whole, or inside of something longer), in hexadecimal digits, and
// escaped for URLs and JSON.
func forms(secret string) []string {
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err) // Texts can be encoded.
	}
	written := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`),
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for shift := range 3 {
		// Three bytes are four letters, so that a text has three shapes,
		// depending on what stands before it.
		if len(secret) < 12 {
			break
		}
		aligned := secret[shift : shift+(len(secret)-shift)/3*3]
		written = append(written, base64.StdEncoding.EncodeToString([]byte(aligned)), base64.URLEncoding.EncodeToString([]byte(aligned)))
	}
	slices.Sort(written)
	return slices.Compact(written)
}
