package datacollector

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// authorize returns the workspace that a request may write to, or why it may
// not.
func (s *Service) authorize(r *http.Request, bodyBytes int) (workspace string, found *refusal) {
	authorization := r.Header.Get("Authorization")
	credentials, isSharedKey := strings.CutPrefix(authorization, "SharedKey ")
	id, signature, hasSignature := strings.Cut(credentials, ":")
	switch {
	case authorization == "":
		return "", &missingAuthorization
	case !isSharedKey || !hasSignature:
		return "", &invalidSignature
	case r.Header.Get("Content-Type") == "":
		return "", &missingContentType
	case r.Header.Get("Log-Type") == "":
		return "", &missingLogType
	case !r.URL.Query().Has("api-version"):
		return "", &missingVersion
	case r.URL.Query().Get("api-version") != "2016-04-01":
		return "", &invalidVersion
	}
	if _, err := uuid.Parse(id); err != nil || !hostFits(r.Host, id) {
		return "", &invalidCustomer
	}
	date := r.Header.Get("x-ms-date")
	at, err := time.Parse(http.TimeFormat, date)
	// Names of days and months are case-sensitive (RFC 9110 section 5.6.7), for
	// which time.Parse does not care.
	if err != nil || at.Format(http.TimeFormat) != date {
		return "", &invalidDate
	}
	standing, exists := s.store.Standing(id)
	switch {
	case exists && standing.Closed:
		return "", &inactiveCustomer
	case !exists, standing.LocalAuthDisabled, standing.PublicIngestionDisabled,
		s.now().Sub(at).Abs() > s.switches.Duration(SwitchDateSkew):
		return "", &invalidSignature
	}
	contentType := r.Header.Get("Content-Type")
	if withCharset(contentType) && !s.charsetAccepted(contentType) {
		return "", &invalidSignature
	}
	text := fmt.Sprintf("POST\n%d\n%s\nx-ms-date:%s\n/api/logs", bodyBytes, contentType, date)
	for _, key := range standing.Keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(text))
		given, err := base64.StdEncoding.DecodeString(signature)
		if err == nil && hmac.Equal(mac.Sum(nil), given) {
			return id, nil
		}
	}
	return "", &invalidSignature
}

// hostFits checks the host where it names a workspace.
func hostFits(host, id string) bool {
	label, domain, _ := strings.Cut(host, ".")
	return !strings.HasPrefix(domain, "ods.opinsights.") || strings.EqualFold(label, id)
}

func withCharset(contentType string) bool {
	return strings.HasPrefix(contentType, "application/json;")
}

func (s *Service) charsetAccepted(contentType string) bool {
	return withCharset(contentType) && s.switches.Get(SwitchCharset) == "accept"
}

func writeJSON(w http.ResponseWriter, status int, body errorBody) { simcore.WriteJSON(w, status, body) }
