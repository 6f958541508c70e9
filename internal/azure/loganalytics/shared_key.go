package loganalytics

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

// SharedKey is a workspace's primary or secondary key. However it is printed
// or encoded, it does not show itself.
type SharedKey struct{ secret.Text }

// ParseSharedKey reads a key in the base64 form in which the portal shows it.
// Its errors do not contain the text.
func ParseSharedKey(text string) (SharedKey, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) == 0 {
		return SharedKey{}, errors.New("the workspace's shared key is not base64: copy the primary or secondary key of the workspace whole, with the '=' at its end")
	}
	return SharedKey{secret.Text(key)}, nil
}

// IsZero means that there is no key.
func (k SharedKey) IsZero() bool { return k.Text == "" }

// jsonType is the only content type that the Data Collector API takes.
// With a charset behind it, the service refuses the signature.
const jsonType = "application/json"

// stringToSign is what the SharedKey scheme signs: of the body only its
// length in bytes, of the headers only Content-Type and x-ms-date.
func stringToSign(bytes int, contentType, date string) string {
	return fmt.Sprintf("POST\n%d\n%s\nx-ms-date:%s\n%s", bytes, contentType, date, dataCollectorPath)
}

// signature returns Base64(HMAC-SHA256(key, text)).
func (k SharedKey) signature(text string) string {
	mac := hmac.New(sha256.New, []byte(k.Reveal()))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sign sets the headers that authorise a post of that many bytes at that
// time.
func (k SharedKey) sign(header http.Header, workspaceID string, bytes int, now time.Time) {
	date := now.UTC().Format(http.TimeFormat)
	header.Set("Content-Type", jsonType)
	header.Set("x-ms-date", date)
	header.Set("Authorization", "SharedKey "+workspaceID+":"+k.signature(stringToSign(bytes, jsonType, date)))
}
