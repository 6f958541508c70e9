package huaweicloud

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/iam"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// vector is a request that the vendor's SDK signed.
type vector struct {
	Name, Method, Path           string
	Query                        url.Values
	Headers                      map[string]string
	Body, AccessKey, SecretKey   string
	CanonicalRequest             string
	SignedHeaders, Authorization string
}

var signedAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestSignaturesEqualTheVendorsSDK(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/signature-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) != 6 {
		t.Fatalf("got %d vectors, want 6", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			signed := map[string]string{}
			for name, value := range v.Headers {
				if name != "Content-Type" {
					signed[strings.ToLower(name)] = value
				}
			}
			if got := canonicalRequest(v.Method, v.Path, v.Query, signed, []byte(v.Body)); got != v.CanonicalRequest {
				t.Errorf("canonical request\n%s\nwant\n%s", got, v.CanonicalRequest)
			}
			key := accessKey{v.AccessKey, v.SecretKey, v.Headers[tokenHeader]}
			request := signedRequest(t, key, v.Method, v.Path, v.Query, v.Headers[projectHeader], v.Body)
			if got := request.Header.Get("Authorization"); got != v.Authorization {
				t.Errorf("authorization %s, want %s", got, v.Authorization)
			}
		})
	}
}

func signedRequest(t *testing.T, key accessKey, method, path string, query url.Values, project, body string) *http.Request {
	t.Helper()
	target := &url.URL{Scheme: "https", Host: "cfw.cn-north-4.myhuaweicloud.com", Path: path, RawPath: encodePath(path), RawQuery: encodeQuery(query)}
	request := httptest.NewRequestWithContext(t.Context(), method, target.String(), strings.NewReader(body))
	if project != "" {
		request.Header.Set(projectHeader, project)
	}
	key.sign(request, []byte(body), signedAt)
	return request
}

// FuzzSignature signs arbitrary requests, and has the simulated gateway,
// which rebuilds the signature on its own from what arrives on the wire,
// accept them, and refuse them once anything was changed.
func FuzzSignature(f *testing.F) {
	f.Add("/v1/p1/capture-task", "fw_instance_id", "fw-1", "other", "{}", "p1")
	f.Add("/v1/p 1/a~b", "name", "a b+c/d=é*~", "a%2Fb", "", "")
	f.Add("/", "", "", "", "\x00", "x")
	f.Add("/%/?#", "ip", "10.0.0.0/8", "1.2.3.4", "é", "p")
	f.Fuzz(func(t *testing.T, path, name, value, second, body, project string) {
		if !strings.HasPrefix(path, "/") || strings.Contains(path, "//") || (strings.HasSuffix(path, "/") && path != "/") {
			return // An API's path begins with a slash, and has no empty segments.
		}
		for _, c := range project {
			if c < ' ' || c > '~' {
				return // It is no header's value.
			}
		}
		service := iam.New(simcore.NewCore(simcore.NewStoppedClock(signedAt)), iam.Options{})
		issued := service.IssueTemporaryKey(time.Hour)
		key := accessKey{issued.Access, issued.Secret, issued.SecurityToken}
		request := signedRequest(t, key, http.MethodPost, path, url.Values{name: {value, second}}, strings.TrimSpace(project), body)
		if _, _, err := service.Authenticate(request); err != nil {
			t.Fatalf("refused: %v", err)
		}
		request = signedRequest(t, key, http.MethodPost, path, url.Values{name: {value, second}}, strings.TrimSpace(project), body)
		request.Body = http.NoBody
		request.URL.RawQuery += "&tampered=1"
		if _, _, err := service.Authenticate(request); err == nil {
			t.Fatal("a changed request was accepted")
		}
	})
}
