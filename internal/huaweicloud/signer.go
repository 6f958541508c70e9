package huaweicloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// signingAlgorithm is Huawei Cloud's signature with access keys
// (https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html).
const signingAlgorithm = "SDK-HMAC-SHA256"

const (
	dateHeader    = "X-Sdk-Date"
	dateLayout    = "20060102T150405Z"
	projectHeader = "X-Project-Id"
	tokenHeader   = "X-Security-Token"
)

// accessKey is an AK/SK pair, with the security token of a temporary one.
type accessKey struct {
	access, secret, securityToken string
}

// sign adds X-Sdk-Date, X-Security-Token and Authorization to a request.
// These and X-Project-Id are the signed headers, as in the vendor's SDK; the
// body is covered by its hash.
func (k accessKey) sign(request *http.Request, body []byte, now time.Time) {
	request.Header.Set(dateHeader, now.UTC().Format(dateLayout))
	if k.securityToken != "" {
		request.Header.Set(tokenHeader, k.securityToken)
	}
	signed := map[string]string{}
	for _, name := range []string{dateHeader, projectHeader, tokenHeader} {
		if value := request.Header.Get(name); value != "" {
			signed[strings.ToLower(name)] = value
		}
	}
	canonical := canonicalRequest(request.Method, request.URL.Path, request.URL.Query(), signed, body)
	request.Header.Set("Authorization", k.authorization(canonical, request.Header.Get(dateHeader), signed))
}

func (k accessKey) authorization(canonical, date string, signed map[string]string) string {
	mac := hmac.New(sha256.New, []byte(k.secret))
	mac.Write([]byte(signingAlgorithm + "\n" + date + "\n" + hexSHA256([]byte(canonical))))
	return signingAlgorithm + " Access=" + k.access +
		", SignedHeaders=" + strings.Join(headerNames(signed), ";") +
		", Signature=" + hex.EncodeToString(mac.Sum(nil))
}

// canonicalRequest is the text that is signed. signed maps lower-case header
// names to values.
func canonicalRequest(method, path string, query url.Values, signed map[string]string, body []byte) string {
	var headers strings.Builder
	for _, name := range headerNames(signed) {
		headers.WriteString(name + ":" + strings.TrimSpace(signed[name]) + "\n")
	}
	canonicalPath := encodePath(path)
	if !strings.HasSuffix(canonicalPath, "/") {
		canonicalPath += "/"
	}
	return strings.Join([]string{
		method, canonicalPath, encodeQuery(query), headers.String(), strings.Join(headerNames(signed), ";"), hexSHA256(body),
	}, "\n")
}

func headerNames(signed map[string]string) []string { return slices.Sorted(maps.Keys(signed)) }

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// encodePath percent-encodes every segment.
func encodePath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = percentEncode(segment)
	}
	return strings.Join(segments, "/")
}

// encodeQuery sorts by key and then by value, and writes a space as %20:
// url.Values.Encode would write "+", which the signature does not know.
func encodeQuery(query url.Values) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(query)) {
		for _, value := range slices.Sorted(slices.Values(query[key])) {
			pairs = append(pairs, percentEncode(key)+"="+percentEncode(value))
		}
	}
	return strings.Join(pairs, "&")
}

// percentEncode leaves the unreserved characters of RFC 3986 section 2.3.
func percentEncode(text string) string {
	// QueryEscape differs from it in the space alone.
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}
