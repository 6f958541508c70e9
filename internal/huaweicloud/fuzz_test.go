package huaweicloud

import (
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

var regionHost = regexp.MustCompile(`^cfw\.[a-z0-9-]+\.myhuaweicloud\.(com|eu)$`)

// FuzzEndpoint: requests go to the host that was written and nowhere else,
// in the clear only to this machine, and a refusal repeats no password.
func FuzzEndpoint(f *testing.F) {
	for _, seed := range []string{"https://cfw.example.com/", "http://127.0.0.1:1", "http://[::1]", "https://:443", "https://h?", "https://h/#", "https://h/a%2Fb", "http://localhost:80/x/", "https://[::1", "cn-north-4", "x.example.com/"} {
		f.Add(seed)
	}
	const canary = "canary-4711"
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" {
			return
		}
		s := NewSession(Config{Region: "r", ProjectID: "p", Endpoints: Endpoints{CFW: text}})
		if ready, err := s.prepare(t.Context(), Request{Service: CFW, Path: "/v1/{project_id}/x", Region: "r", Query: url.Values{"a": {"b"}}}); err == nil {
			written, err := url.Parse(text)
			sent, err2 := url.Parse(ready.url.String())
			if err != nil || err2 != nil || sent.Host != written.Host || sent.Hostname() == "" || sent.User != nil ||
				sent.RawQuery != "a=b" || sent.Fragment != "" || !strings.HasSuffix(sent.Path, "/v1/p/x") || strings.ContainsAny(text, "?#") {
				t.Fatalf("%q: requests go to %q, %v, %v", text, ready.url, err, err2)
			}
			if address, err := netip.ParseAddr(sent.Hostname()); sent.Scheme != "https" && sent.Hostname() != "localhost" && (err != nil || !address.Unmap().IsLoopback()) {
				t.Fatalf("%q: credentials travel in the clear to %q", text, ready.url)
			}
		}
		if !strings.Contains(text, canary) {
			for _, secret := range []string{"https://u:" + canary + "@" + text, "ftp://u:" + canary + "@h" + text, "https://h/?k=" + canary + text, "u:" + canary + "@" + text} {
				if _, err := parseEndpoint("endpoints.cfw", secret); err == nil || strings.Contains(err.Error(), canary) {
					t.Fatalf("%q: %v", secret, err)
				}
			}
		}
		if region, err := (resolver{}).endpoint(CFW, text); err == nil && (region.Scheme != "https" || !regionHost.MatchString(region.Host) || region.Host != region.Hostname()) {
			t.Fatalf("the region %q is at %q", text, region)
		}
	})
}

// FuzzErrorAnswer: whatever a service or a gateway answers, the error is one
// printable line of bounded length without a secret; what comes in one of the
// known envelopes is in it.
func FuzzErrorAnswer(f *testing.F) {
	f.Add("CFW.00200005", "operation content does not exist.", "\x00", uint8(3), uint16(400), []byte(`{"error_code":1}`))
	f.Add("", "a\nb\u202e", "\n", uint8(6), uint16(502), []byte("<html><title>502\n Bad Gateway</title>"))
	f.Add("x y", "\xff", "[redacted]", uint8(0), uint16(401), []byte(`null`))
	const canary = "secret-4711-secret"
	f.Fuzz(func(t *testing.T, code, message, between string, at uint8, status uint16, raw []byte) {
		if strings.Contains(code+message+between+string(raw), canary) {
			return
		}
		s := NewSession(Config{SecretKey: canary})
		// The secret as it is, and with something inside that disappears.
		cut := int(at) % len(canary)
		quoted := message + canary + " " + canary[:cut] + between + canary[cut:]
		for _, body := range [][]byte{
			raw, envelopeOf(t, map[string]any{"error_code": code, "error_msg": quoted, "request_id": quoted}),
			envelopeOf(t, map[string]any{"error": map[string]any{"title": code, "message": quoted}}), []byte("<title>" + quoted + "</title>"),
		} {
			failed := s.newError("Op", &http.Response{StatusCode: int(status), Header: http.Header{"X-Request-Id": {quoted}}, Request: &http.Request{URL: &url.URL{Host: "h"}}}, body)
			for _, part := range []string{failed.Code, failed.Message, failed.RequestID} {
				if strings.Contains(part, canary) || !utf8.ValidString(part) || strings.ContainsFunc(part, func(r rune) bool { return !unicode.IsPrint(r) }) || utf8.RuneCountInString(part) > 2*maxMessage {
					t.Fatalf("%q has become %q", body, failed)
				}
			}
		}
		plain := s.newError("Op", &http.Response{StatusCode: int(status), Request: &http.Request{URL: &url.URL{}}}, envelopeOf(t, map[string]any{"error_code": code, "error_msg": message}))
		if wordLike(code) && plain.Code != code || wordLike(message) && plain.Message != message || plain.Status != int(status) {
			t.Fatalf("%q, %q have become %q", code, message, plain)
		}
	})
}

// wordLike reports whether a text is short and plain enough to stay as it is.
func wordLike(text string) bool {
	return text != "" && len(text) < maxMessage && !strings.Contains(text, "secret") && !strings.Contains(text, "4711") && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

func envelopeOf(t *testing.T, members map[string]any) []byte {
	t.Helper()
	body, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

type answers func(*http.Request) *http.Response

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

// FuzzAgencyKeys: the metadata service's keys are taken as they are, or
// refused without a word about what came.
func FuzzAgencyKeys(f *testing.F) {
	f.Add([]byte(`{"credential":{"access":"a","secret":"s","securitytoken":"t","expires_at":"2026-11-21T10:00:00Z"}}`), "access", "secret", "token", int64(0))
	f.Add([]byte(`{"credential":{"access":1}}`), "", "x", "\x00", int64(1e10))
	f.Add([]byte(`[]`), "é", "", "", int64(-1))
	f.Fuzz(func(t *testing.T, raw []byte, access, secret, token string, seconds int64) {
		expires := time.Unix(((seconds%253402300800)+253402300800)%253402300800, 0).UTC()
		built := envelopeOf(t, map[string]any{"credential": map[string]any{"access": access, "secret": secret, "securitytoken": token, "expires_at": expires}})
		for _, body := range [][]byte{raw, built} {
			agency, err := newAgencyCredential(NewSession(Config{Endpoints: Endpoints{Metadata: "http://127.0.0.1:1"}}))
			if err != nil {
				t.Fatal(err)
			}
			agency.client = &http.Client{Transport: answers(func(r *http.Request) *http.Response {
				if r.Method == http.MethodPut {
					return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody}
				}
				return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(string(body)))}
			})}
			got, err := agency.ask(t.Context())
			if err != nil {
				if err.Error() != "the metadata service's answer holds no readable keys" || string(body) == string(built) && access != "" && secret != "" {
					t.Fatalf("%q: %v", body, err)
				}
				continue
			}
			var want struct {
				Credential struct{ Access, Secret, SecurityToken string }
			}
			if err := json.Unmarshal(body, &want); err != nil || got.key != (accessKey{want.Credential.Access, want.Credential.Secret, want.Credential.SecurityToken}) || got.key.access == "" || got.key.secret == "" {
				t.Fatalf("%q is read as another key: %v", body, err)
			}
			if string(body) == string(built) && !got.expiresAt.Equal(expires) {
				t.Fatalf("%q expires at %s", body, got.expiresAt)
			}
		}
	})
}

func TestSecretsWithSomethingInsideThatDisappearsAreRedacted(t *testing.T) {
	t.Parallel()
	s := &Session{redactor: secret.NewRedactor("secret-4711-secret")}
	for _, text := range []string{"x secret-\x004711-secret", "secret-4711\u200b-secret", "\xffsecret-\xff4711-secret"} {
		if got := s.clean(text); !strings.Contains(got, "[redacted]") || strings.Contains(got, "4711") {
			t.Errorf("%q has become %q", text, got)
		}
	}
}

func TestEndpointsThatWouldLoseAPathOrShowAPassword(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"https://h?", "https://h/#", "https://:443", "u:canary@h", "https://u:canary@"} {
		if parsed, err := parseEndpoint("endpoints.cfw", text); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v, %v", text, parsed, err)
		}
	}
}
