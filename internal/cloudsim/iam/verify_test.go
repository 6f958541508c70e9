package iam

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

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

func vectors(t *testing.T) []vector {
	t.Helper()
	content, err := os.ReadFile("../../huaweicloud/testdata/signature-vectors.json")
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
	return file.Vectors
}

func (v vector) request(t *testing.T) *http.Request {
	t.Helper()
	target := url.URL{Path: v.Path, RawQuery: v.Query.Encode()}
	r := httptest.NewRequestWithContext(t.Context(), v.Method, "https://cfw.cn-north-4.myhuaweicloud.com"+target.String(), strings.NewReader(v.Body))
	for name, value := range v.Headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("Authorization", v.Authorization)
	return r
}

// knowing returns a service that knows a vector's key.
func knowing(v vector) *Service {
	service := New(simcore.NewCore(simcore.NewStoppedClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))), Options{})
	service.keys[v.AccessKey] = AccessKey{Access: v.AccessKey, Secret: v.SecretKey, SecurityToken: v.Headers["X-Security-Token"]}
	return service
}

func TestTheVendorsSignaturesAreAccepted(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			canonical, err := canonicalRequest(v.request(t), strings.Split(v.SignedHeaders, ";"), []byte(v.Body))
			if err != nil || canonical != v.CanonicalRequest {
				t.Errorf("canonical request %q (%v), want %q", canonical, err, v.CanonicalRequest)
			}
			identity, body, err := knowing(v).Authenticate(v.request(t))
			if err != nil || string(body) != v.Body || identity.ProjectID != v.Headers["X-Project-Id"] {
				t.Errorf("got %v, %q, %v", identity, body, err)
			}
		})
	}
}

func TestWrongSignaturesAreRefused(t *testing.T) {
	t.Parallel()
	v := vectors(t)[3] // It has a body, a query and a security token.
	for name, tamper := range map[string]func(*http.Request, *Service){
		"other body":        func(r *http.Request, _ *Service) { r.Body = http.NoBody },
		"other path":        func(r *http.Request, _ *Service) { r.URL.Path += "x" },
		"other query":       func(r *http.Request, _ *Service) { r.URL.RawQuery += "&x=1" },
		"other method":      func(r *http.Request, _ *Service) { r.Method = http.MethodPut },
		"other project":     func(r *http.Request, _ *Service) { r.Header.Set("X-Project-Id", "p2") },
		"other date":        func(r *http.Request, _ *Service) { r.Header.Set("X-Sdk-Date", "20260102T030406Z") },
		"no date":           func(r *http.Request, _ *Service) { r.Header.Del("X-Sdk-Date") },
		"no security token": func(r *http.Request, _ *Service) { r.Header.Del("X-Security-Token") },
		"no authorization":  func(r *http.Request, _ *Service) { r.Header.Del("Authorization") },
		"other algorithm": func(r *http.Request, _ *Service) {
			r.Header.Set("Authorization", strings.Replace(v.Authorization, "HMAC-SHA256", "HMAC-SM3", 1))
		},
		"unknown key": func(_ *http.Request, s *Service) { s.RevokeKey(v.AccessKey) },
		"expired key": func(_ *http.Request, s *Service) {
			key := s.keys[v.AccessKey]
			key.ExpiresAt = s.core.Clock.Now()
			s.keys[v.AccessKey] = key
		},
		"old date where dates are checked": func(_ *http.Request, s *Service) {
			s.core.Clock.Advance(time.Hour)
			if err := s.Switches().Set("signature_date_tolerance", "15m"); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service, request := knowing(v), v.request(t)
			tamper(request, service)
			if _, _, err := service.Authenticate(request); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestASecurityTokenOfAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	v := vectors(t)[0]
	request := v.request(t)
	request.Header.Set("X-Security-Token", "of nobody")
	if _, _, err := knowing(v).Authenticate(request); err == nil {
		t.Error("a permanent key came with a security token and was accepted")
	}
}
