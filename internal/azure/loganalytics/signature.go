package loganalytics

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"
)

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
