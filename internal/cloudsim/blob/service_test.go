package blob_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
)

// TestRanges follows "Specifying the range header for Blob service operations".
func TestRanges(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	s.Put("account", "captures", "web.cap", []byte("0123456789"))
	s.Put("account", "captures", "empty.cap", nil)
	for name, test := range map[string]struct {
		path    string
		headers []string
		status  int
		body    string
		shown   string
	}{
		"whole":               {"web.cap", nil, 200, "0123456789", ""},
		"range":               {"web.cap", []string{"Range", "bytes=2-4"}, 206, "234", "bytes 2-4/10"},
		"to the end":          {"web.cap", []string{"Range", "bytes=7-"}, 206, "789", "bytes 7-9/10"},
		"beyond the end":      {"web.cap", []string{"Range", "bytes=8-99"}, 206, "89", "bytes 8-9/10"},
		"x-ms-range wins":     {"web.cap", []string{"Range", "bytes=0-0", "x-ms-range", "bytes=1-1"}, 206, "1", "bytes 1-1/10"},
		"no range of bytes":   {"web.cap", []string{"Range", "lines=1-2"}, 200, "0123456789", ""},
		"behind the end":      {"web.cap", []string{"Range", "bytes=10-"}, 416, "InvalidRange", "bytes */10"},
		"of an empty blob":    {"empty.cap", []string{"Range", "bytes=0-5"}, 416, "InvalidRange", "bytes */0"},
		"an empty blob whole": {"empty.cap", nil, 200, "", ""},
	} {
		got := s.send(t, http.MethodGet, "/account/captures/"+test.path, test.headers...)
		if got.status != test.status || !strings.Contains(got.body, test.body) || got.header.Get("Content-Range") != test.shown {
			t.Errorf("%s: %d %q, Content-Range %q", name, got.status, got.body, got.header.Get("Content-Range"))
		}
		if got.status < 300 && (got.body != test.body || got.header.Get("ETag") == "" || got.header.Get("x-ms-request-id") == "") {
			t.Errorf("%s: %q, %v", name, got.body, got.header)
		}
	}
	head := s.send(t, http.MethodHead, "/account/captures/web.cap")
	if head.status != 200 || head.header.Get("Content-Length") != "10" || head.header.Get("Last-Modified") != "Fri, 20 Nov 2026 10:00:00 GMT" {
		t.Errorf("properties: %d %v", head.status, head.header)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	s.Put("account", "captures", "web.cap", []byte("one"))
	before := s.send(t, http.MethodGet, "/account/captures/web.cap").header.Get("ETag")
	s.clock.Advance(time.Minute)
	s.Put("account", "captures", "web.cap", []byte("two"))
	now := s.send(t, http.MethodGet, "/account/captures/web.cap").header.Get("ETag")
	for _, test := range []struct {
		header, value string
		status        int
	}{
		{"If-Match", before, 412}, {"If-Match", now, 200}, {"If-Match", before + ", " + now, 200}, {"If-Match", "*", 200},
		{"If-None-Match", now, 304}, {"If-None-Match", before, 200},
	} {
		got := s.send(t, http.MethodGet, "/account/captures/web.cap", test.header, test.value)
		if got.status != test.status || (got.status != 200) != (got.code(t) == "ConditionNotMet") {
			t.Errorf("%s %s: %d %s", test.header, test.value, got.status, got.body)
		}
	}
}

func TestWhoMayRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		switches map[string]string
		headers  []string
		status   int
		code     string
	}{
		"token":                 {nil, nil, 200, ""},
		"nobody":                {nil, []string{"Authorization", ""}, 409, "PublicAccessNotPermitted"},
		"nobody, private":       {map[string]string{blob.SwitchPublicAccess: "private"}, []string{"Authorization", ""}, 401, "NoAuthenticationInformation"},
		"foreign token":         {nil, []string{"Authorization", "Bearer other"}, 401, "InvalidAuthenticationInfo"},
		"shared key":            {nil, []string{"Authorization", "SharedKey account:x"}, 403, "AuthenticationFailed"},
		"token, no version":     {nil, []string{"x-ms-version", ""}, 403, "AuthenticationFailed"},
		"token, old version":    {nil, []string{"x-ms-version", "2015-02-21"}, 403, "AuthenticationFailed"},
		"version from tomorrow": {nil, []string{"x-ms-version", "2031-01-01"}, 400, "InvalidHeaderValue"},
		"version that is none":  {nil, []string{"x-ms-version", "latest"}, 400, "InvalidHeaderValue"},
		"no data role":          {map[string]string{blob.SwitchDataRole: "missing"}, nil, 403, "AuthorizationPermissionMismatch"},
	} {
		s := newStorage(t)
		s.Put("account", "captures", "web.cap", []byte("x"))
		for name, value := range test.switches {
			if err := s.Switches().Set(name, value); err != nil {
				t.Fatal(err)
			}
		}
		got := s.send(t, http.MethodGet, "/account/captures/web.cap", test.headers...)
		if got.status != test.status || got.code(t) != test.code {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if challenge := got.header.Get("WWW-Authenticate"); (got.status == 401) != (challenge == "Bearer authorization_uri=https://login.microsoftonline.com/"+tenant+"/oauth2/authorize resource_id=https://storage.azure.com") {
			t.Errorf("%s: challenge %q", name, challenge)
		}
	}
}

func TestWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	s.Put("account", "captures", "web.cap", []byte("x"))
	for path, want := range map[string]string{
		"/account/captures/other.cap":                                "404 BlobNotFound",
		"/account/other/web.cap":                                     "404 ContainerNotFound",
		"/other/captures/web.cap":                                    "404 ContainerNotFound",
		"/account/other?restype=container&comp=list":                 "404 ContainerNotFound",
		"/account/captures?restype=container&comp=acl":               "400 InvalidUri",
		"/account/captures?restype=container&comp=list&maxresults=0": "400 OutOfRangeQueryParameterValue",
	} {
		got := s.send(t, http.MethodGet, path)
		if said := fmt.Sprint(got.status, " ", got.code(t)); said != want {
			t.Errorf("%s: %s", path, said)
		}
		var said struct{ Message string }
		if err := xml.Unmarshal([]byte(strings.TrimPrefix(got.body, "\ufeff")), &said); err != nil || !strings.Contains(said.Message, "\nRequestId:"+got.header.Get("x-ms-request-id")+"\nTime:") {
			t.Errorf("%s: the message does not end as the service's: %s", path, got.body)
		}
	}
	if !s.Delete("account/captures/web.cap") || s.Delete("account/captures/web.cap") {
		t.Error("a blob can be deleted once")
	}
	if got := s.send(t, http.MethodGet, "/account/captures/web.cap"); got.status != 404 {
		t.Errorf("deleted, and answered with %d", got.status)
	}
	s.Put("account", "captures", "web.cap", []byte("again"))
	if got := s.send(t, http.MethodGet, "/account/captures/web.cap"); got.body != "again" {
		t.Errorf("stored again, and answered with %d %s", got.status, got.body)
	}
}

func TestListIsPaged(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	for i := range 7 {
		s.Put("account", "captures", fmt.Sprintf("a/%d.cap", 6-i), make([]byte, i))
	}
	s.Put("account", "captures", "b/x.cap", nil)
	s.Put("account", "logs", "a/y.cap", nil)
	if err := s.Switches().Set(blob.SwitchPageSize, "3"); err != nil {
		t.Fatal(err)
	}
	var names []string
	marker, pages := "", 0
	for ; pages == 0 || marker != ""; pages++ {
		got := s.send(t, http.MethodGet, "/account/captures?restype=container&comp=list&prefix=a/&marker="+marker)
		var page struct {
			Names      []string `xml:"Blobs>Blob>Name"`
			Sizes      []int    `xml:"Blobs>Blob>Properties>Content-Length"`
			NextMarker string   `xml:"NextMarker"`
		}
		if err := xml.Unmarshal([]byte(strings.TrimPrefix(got.body, "\ufeff")), &page); err != nil || len(page.Sizes) != len(page.Names) {
			t.Fatalf("%v: %s", err, got.body)
		}
		names, marker = append(names, page.Names...), page.NextMarker
	}
	if strings.Join(names, " ") != "a/0.cap a/1.cap a/2.cap a/3.cap a/4.cap a/5.cap a/6.cap" || pages != 3 {
		t.Errorf("%d pages: %v", pages, names)
	}
}

func TestStateAndFaults(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	s.Put("account", "captures", "web.cap", []byte("x"))
	state, err := json.Marshal(s.State())
	if err != nil || string(state) != `[{"path":"account/captures/web.cap","last_modified":"2026-11-20T10:00:00Z"}]` {
		t.Errorf("%s, %v", state, err)
	}
	for status, code := range map[int]string{403: "AuthorizationFailure", 404: "BlobNotFound", 412: "ConditionNotMet", 500: "InternalError", 503: "ServerBusy", 429: "TooManyRequests"} {
		if text := fmt.Sprint(s.FaultBody(status)); !strings.Contains(text, "<Code>"+code+"</Code>") {
			t.Errorf("%d: %s", status, text)
		}
	}
}

// TestHostOfAnAccount asks as a client does that a hosts file brings here.
func TestHostOfAnAccount(t *testing.T) {
	t.Parallel()
	s := newStorage(t)
	s.Put("account", "captures", "web.cap", []byte("0123456789"))
	for path, part := range map[string]string{
		"/captures/web.cap":                         "0123456789",
		"/captures?restype=container&comp=list":     `ServiceEndpoint="https://Account.blob.core.windows.net/" ContainerName="captures"><Blobs><Blob><Name>web.cap</Name>`,
		"/account/captures/web.cap":                 "ContainerNotFound",
		"/captures/network/../web.cap?comp=unknown": "InvalidUri",
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "Account.blob.core.windows.net"
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("x-ms-version", "2026-04-06")
		response, err := s.http.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err = errors.Join(err, response.Body.Close()); err != nil || !strings.Contains(string(body), part) {
			t.Errorf("%s: %d %s, %v", path, response.StatusCode, body, err)
		}
	}
}
