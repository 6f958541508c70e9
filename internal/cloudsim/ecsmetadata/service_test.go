package ecsmetadata_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw/cfwtest"
)

const (
	tokenPath = "/meta-data/latest/api/token"
	keyPath   = "/openstack/latest/securitykey"
)

func call(t *testing.T, cloud *cfwtest.Cloud, method, path string, header http.Header) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, cloud.MetadataURL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := cloud.HTTP.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

func lifetime(seconds string) http.Header {
	return http.Header{"X-Metadata-Token-Ttl-Seconds": {seconds}}
}

func TestTokenSwitch(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]struct{ token, keysWithout int }{
		"optional": {200, 200}, "required": {200, 401},
		"unsupported_404": {404, 200}, "unsupported_405": {405, 200}, "unsupported_503": {503, 200},
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			cloud := cfwtest.New(t)
			if err := cloud.Metadata.Switches().Set("metadata_token", value); err != nil {
				t.Fatal(err)
			}
			status, token := call(t, cloud, http.MethodPut, tokenPath, lifetime("21600"))
			if status != want.token {
				t.Fatalf("token: %d", status)
			}
			if status, _ := call(t, cloud, http.MethodGet, keyPath, http.Header{}); status != want.keysWithout {
				t.Errorf("keys without a token: %d, want %d", status, want.keysWithout)
			}
			if want.token == http.StatusOK {
				status, body := call(t, cloud, http.MethodGet, keyPath, http.Header{"X-Metadata-Token": {token}})
				if status != http.StatusOK || !strings.Contains(body, `"securitytoken":"SIMST`) {
					t.Errorf("keys with a token: %d %s", status, body)
				}
			}
			if want.token != http.StatusOK {
				return
			}
			cloud.Clock.Advance(6 * time.Hour)
			if status, _ := call(t, cloud, http.MethodGet, keyPath, http.Header{"X-Metadata-Token": {token}}); status != http.StatusUnauthorized {
				t.Errorf("keys with an expired token: %d", status)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	cloud := cfwtest.New(t)
	for name, test := range map[string]struct {
		method, path string
		header       http.Header
		want         int
	}{
		"no lifetime":       {http.MethodPut, tokenPath, http.Header{}, 400},
		"too long":          {http.MethodPut, tokenPath, lifetime("21601"), 400},
		"token by GET":      {http.MethodGet, tokenPath, lifetime("60"), 400},
		"keys by POST":      {http.MethodPost, keyPath, http.Header{}, 405},
		"some other path":   {http.MethodGet, "/latest/meta-data", http.Header{}, 404},
		"token of somebody": {http.MethodGet, keyPath, http.Header{"X-Metadata-Token": {"x"}}, 401},
	} {
		if got, _ := call(t, cloud, test.method, test.path, test.header); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
	if !cloud.Metadata.Delete("sim-agency") || cloud.Metadata.Delete("sim-agency") {
		t.Error("Delete does not take the agency away exactly once")
	}
	if got, _ := call(t, cloud, http.MethodGet, keyPath, http.Header{}); got != http.StatusNotFound {
		t.Errorf("without an agency: %d", got)
	}
}
