package blob

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// Audience is what tokens are for. The account's own address is taken as well.
const Audience = "https://storage.azure.com"

// AccountAudience is what tokens for one account are for.
//
// Source: https://learn.microsoft.com/dotnet/api/azure.storage.blobs.models.blobaudience.createblobserviceaccountaudience
func AccountAudience(account string) string { return "https://" + account + ".blob.core.windows.net" }

// Versions of the service.
const (
	firstWithOAuth = "2017-11-09"
	lastVersion    = "2026-12-06"
)

var versionShape = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// authorize checks the version and the credential: a token, a SAS, or none.
func (s *Service) authorize(c call) *refusal {
	fail := func(status int, code, message string) *refusal {
		refused := refuse(status, code, message)
		return &refused
	}
	version := c.r.Header.Get("x-ms-version")
	if version != "" && (!versionShape.MatchString(version) || version > lastVersion) {
		return fail(http.StatusBadRequest, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format.")
	}
	query := c.r.URL.Query()
	anonymous := c.r.Header.Get("Authorization") == ""
	token, isBearer := simcore.Bearer(c.r.Header)
	switch {
	case query.Has("sig"):
		return s.checkSignature(c.account, c.container, c.name, query, c.needs, s.core.Clock.Now())
	case anonymous && s.switches.Get(SwitchPublicAccess) == "disabled":
		return fail(http.StatusConflict, "PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
	case anonymous:
		c.w.Header().Set("WWW-Authenticate", s.challenge())
		return fail(http.StatusUnauthorized, "NoAuthenticationInformation", "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.")
	case !isBearer:
		return fail(http.StatusForbidden, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.")
	case version < firstWithOAuth:
		return fail(http.StatusForbidden, "AuthenticationFailed", "Server failed to authenticate the request. The version does not support OAuth.")
	case s.verifier.Verify(token, Audience, AccountAudience(c.account)) != nil:
		c.w.Header().Set("WWW-Authenticate", s.challenge())
		return fail(http.StatusUnauthorized, "InvalidAuthenticationInfo", "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.")
	case s.switches.Get(SwitchDataRole) == "missing", c.writes() && s.switches.Get(SwitchDataRole) != "contributor":
		return fail(http.StatusForbidden, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.")
	}
	return nil
}

// challenge says where to get a token, and for what.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#bearer-challenge
func (s *Service) challenge() string {
	return "Bearer authorization_uri=https://login.microsoftonline.com/" + s.verifier.TenantID() + "/oauth2/authorize resource_id=" + Audience
}

func (c call) writes() bool { return c.r.Method != http.MethodGet && c.r.Method != http.MethodHead }

// Times in a SAS may leave out the seconds, or be a date.
var sasTimes = []string{time.RFC3339, "2006-01-02T15:04Z", "2006-01-02"}

func sasTime(text string) (time.Time, bool) {
	for _, layout := range sasTimes {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// checkSignature checks a service SAS for a blob (sr=b) or a container (sr=c), which
// has to give one of the needed permissions at that time.
//
// Source: https://learn.microsoft.com/rest/api/storageservices/create-service-sas
func (s *Service) checkSignature(account, container, name string, query url.Values, needed string, now time.Time) *refusal {
	failed := refuse(http.StatusForbidden, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.")
	resource := "/blob/" + account + "/" + container
	switch query.Get("sr") {
	case "b":
		resource += "/" + name
	case "c":
	default:
		return &failed
	}
	signature, err := base64.StdEncoding.DecodeString(query.Get("sig"))
	if err != nil || !hmac.Equal(signature, s.sign(resource, query)) {
		return &failed
	}
	if end, ok := sasTime(query.Get("se")); !ok || now.After(end) {
		return &failed
	}
	if start := query.Get("st"); start != "" {
		if at, ok := sasTime(start); !ok || now.Before(at) {
			return &failed
		}
	}
	if needed == "" {
		// No service SAS is for containers themselves.
		forbidden := refuse(http.StatusForbidden, "AuthorizationFailure", "This request is not authorized to perform this operation.")
		return &forbidden
	}
	if !strings.ContainsAny(query.Get("sp"), needed) {
		mismatch := refuse(http.StatusForbidden, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.")
		return &mismatch
	}
	return nil
}

// sign is the signature of version 2020-12-06 and later.
func (s *Service) sign(resource string, query url.Values) []byte {
	fields := []string{query.Get("sp"), query.Get("st"), query.Get("se"), resource}
	for _, name := range []string{"si", "sip", "spr", "sv", "sr", "snapshot", "ses", "rscc", "rscd", "rsce", "rscl", "rsct"} {
		fields = append(fields, query.Get(name))
	}
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(strings.Join(fields, "\n")))
	return mac.Sum(nil)
}

// Signature returns a SAS's query for a blob, or for a container if name is empty.
func (s *Service) Signature(account, container, name, permissions string, start, end time.Time) string {
	query := url.Values{"sv": {"2022-11-02"}, "sp": {permissions}, "se": {end.UTC().Format(time.RFC3339)}, "spr": {"https"}, "sr": {"c"}}
	resource := "/blob/" + account + "/" + container
	if name != "" {
		query.Set("sr", "b")
		resource += "/" + name
	}
	if !start.IsZero() {
		query.Set("st", start.UTC().Format(time.RFC3339))
	}
	query.Set("sig", base64.StdEncoding.EncodeToString(s.sign(resource, query)))
	return query.Encode()
}
