package arm_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// anyone is a directory that knows everybody.
type anyone struct{}

func (anyone) Verify(string, ...string) error { return nil }
func (anyone) TenantID() string               { return "" }
func (anyone) DefaultDomain() string          { return "" }

// FuzzCreate: a body is refused in Resource Manager's envelope and leaves
// nothing behind, or makes a capture of the target that it names.
func FuzzCreate(f *testing.F) {
	const target = `"target":"TARGET","storageLocation":{"storageId":"STORAGE"}`
	for _, properties := range []string{target, target + `,"filters":[{"localPort":"80-","protocol":"tcp"}]`, target + `,"scope":{"include":["0"]}`, target + `,"continuousCapture":true,"captureSettings":{}`, `"target":null`, target + `,"unknown":1`} {
		f.Add("web", `{"properties":{`+properties+`}}`, "2025-05-01")
	}
	f.Add("..", `[]`, "2018-11-01")
	f.Add("a/b", `{} {}`, "x")
	f.Fuzz(func(t *testing.T, name, body, version string) {
		core := simcore.NewCore(simcore.NewStoppedClock(noon))
		service := arm.New(core, anyone{}, arm.Options{})
		ids := service.Seeded()
		body = strings.NewReplacer("TARGET", ids.VMID, "STORAGE", ids.StorageAccountID).Replace(body)
		path := ids.NetworkWatcherID + "/packetCaptures/" + url.PathEscape(name)
		call := func(method string) *httptest.ResponseRecorder {
			request := httptest.NewRequestWithContext(t.Context(), method, "/", strings.NewReader(body))
			request.URL = &url.URL{Path: ids.NetworkWatcherID + "/packetCaptures/" + name, RawPath: path, RawQuery: url.Values{"api-version": {version}}.Encode()}
			request.Header.Set("Authorization", "Bearer x")
			request.Header.Set("Content-Type", "application/json")
			recorder := httptest.NewRecorder()
			service.Route(request).Handle(recorder, request)
			return recorder
		}
		created := call(http.MethodPut)
		switch {
		case created.Code == http.StatusCreated:
			var asked, made struct {
				Name       string
				Properties struct{ Target string }
			}
			read := call(http.MethodGet)
			if err := json.Unmarshal([]byte(body), &asked); err != nil {
				t.Fatalf("%q is accepted: %v", body, err)
			}
			if err := json.Unmarshal(read.Body.Bytes(), &made); err != nil || read.Code != http.StatusOK || made.Name != string([]rune(name)) || made.Properties.Target != asked.Properties.Target {
				t.Fatalf("%q makes %d %s, %v", body, read.Code, read.Body, err)
			}
		case created.Code >= 400 && created.Code < 500:
			var refused struct {
				Error struct{ Code, Message string }
			}
			if err := json.Unmarshal(created.Body.Bytes(), &refused); err != nil || refused.Error.Code == "" || refused.Error.Message == "" {
				t.Fatalf("%q: %d %s, %v", body, created.Code, created.Body, err)
			}
			if read := call(http.MethodGet); read.Code == http.StatusOK && name != "" {
				t.Fatalf("%q is refused, and there: %s", body, read.Body)
			}
		default:
			t.Fatalf("%q: %d %s", body, created.Code, created.Body)
		}
	})
}
