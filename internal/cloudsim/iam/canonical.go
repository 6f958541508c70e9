package iam

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// The signing algorithm of Huawei Cloud's API gateway for access keys.
const algorithm = "SDK-HMAC-SHA256"

// authorization is a parsed Authorization header:
// "SDK-HMAC-SHA256 Access=AK, SignedHeaders=a;b, Signature=hex".
type authorization struct {
	access        string
	signedHeaders []string
	signature     string
}

func parseAuthorization(header string) (authorization, error) {
	var parsed authorization
	fields, found := strings.CutPrefix(header, algorithm+" ")
	if !found {
		return parsed, fmt.Errorf("the algorithm is not %s", algorithm)
	}
	for field := range strings.SplitSeq(fields, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch name {
		case "Access":
			parsed.access = value
		case "SignedHeaders":
			parsed.signedHeaders = strings.Split(value, ";")
		case "Signature":
			parsed.signature = value
		default:
			return parsed, fmt.Errorf("unknown field %q in Authorization", name)
		}
	}
	if parsed.access == "" || parsed.signature == "" || !slices.Contains(parsed.signedHeaders, "x-sdk-date") {
		return parsed, errors.New("the Authorization header lacks Access, Signature, or x-sdk-date among SignedHeaders")
	}
	return parsed, nil
}

// canonicalRequest rebuilds, from what arrived, the text that the client
// must have signed.
func canonicalRequest(r *http.Request, signedHeaders []string, body []byte) (string, error) {
	path, err := canonicalPath(r.URL.EscapedPath())
	if err != nil {
		return "", err
	}
	query, err := canonicalQuery(r.URL.RawQuery)
	if err != nil {
		return "", err
	}
	if !slices.IsSorted(signedHeaders) {
		return "", errors.New("the list SignedHeaders is not sorted")
	}
	var headers strings.Builder
	for _, name := range signedHeaders {
		value := strings.Join(r.Header.Values(name), ",")
		if name == "host" {
			value = r.Host
		}
		headers.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	sum := sha256.Sum256(body)
	return strings.Join([]string{
		r.Method, path, query, headers.String(), strings.Join(signedHeaders, ";"), hex.EncodeToString(sum[:]),
	}, "\n"), nil
}

func canonicalPath(escaped string) (string, error) {
	var canonical strings.Builder
	for segment := range strings.SplitSeq(strings.Trim(escaped, "/"), "/") {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return "", err
		}
		canonical.WriteString("/" + percentEncode(plain))
	}
	if canonical.String() == "/" {
		return "/", nil
	}
	return canonical.String() + "/", nil
}

func canonicalQuery(raw string) (string, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return "", err
	}
	var pairs []string
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		sorted := slices.Sorted(slices.Values(values[key]))
		for _, value := range sorted {
			pairs = append(pairs, percentEncode(key)+"="+percentEncode(value))
		}
	}
	return strings.Join(pairs, "&"), nil
}

// percentEncode leaves only RFC 3986's unreserved characters as they are.
func percentEncode(text string) string {
	var encoded strings.Builder
	for i := range len(text) {
		c := text[i]
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
			encoded.WriteByte(c)
		} else {
			fmt.Fprintf(&encoded, "%%%02X", c)
		}
	}
	return encoded.String()
}

// signature computes what a holder of the secret key must have sent.
func signature(canonical, date, secret string) string {
	sum := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join([]string{algorithm, date, hex.EncodeToString(sum[:])}, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}
