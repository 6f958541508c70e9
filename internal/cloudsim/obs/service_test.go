package obs_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

var began = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// bucket has the objects of these tests.
type bucket map[string]string

func (b bucket) Files() []obs.Object {
	var objects []obs.Object
	for key, content := range b {
		objects = append(objects, obs.Object{Key: key, LastModified: began, Write: func(to io.Writer) error {
			if content == "broken" {
				return errors.New("cannot be made")
			}
			_, err := io.WriteString(to, content)
			return err
		}})
	}
	return objects
}

type storage struct {
	*obs.Service

	clock *simcore.Clock
	http  *http.Client
}

func newStorage(t *testing.T, objects bucket) *storage {
	t.Helper()
	clock := simcore.NewStoppedClock(began)
	core, ca := simcore.NewCore(clock), simtest.NewCA(t)
	service := obs.New(core)
	if service.Stored() != nil {
		t.Error("a storage that serves nobody has objects")
	}
	service.Serve(objects, simtest.Serve(t, core, ca, service))
	return &storage{service, clock, simtest.Client(t, ca)}
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (s *storage) send(t *testing.T, method, link, host string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	for pair := range slices.Chunk(headers, 2) {
		request.Header.Set(pair[0], pair[1])
	}
	response, err := s.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

const key = "capture/1/web 1.pcap"

func TestLinksAreSigned(t *testing.T) {
	t.Parallel()
	s := newStorage(t, bucket{key: "0123456789", "capture/2/broken.pcap": "broken"})
	link, host := s.Link(key, began.Add(time.Hour))
	changed := func(name, value string) string {
		parsed, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		query := parsed.Query()
		query.Set(name, value)
		parsed.RawQuery = query.Encode()
		return parsed.String()
	}
	missing, _ := s.Link("capture/1/none.pcap", began.Add(time.Hour))
	expired, _ := s.Link(key, began.Add(-time.Second))
	broken, _ := s.Link("capture/2/broken.pcap", began.Add(time.Hour))
	for name, test := range map[string]struct {
		method, link, host string
		status             int
		code               string
	}{
		"good":            {"GET", link, host, 200, ""},
		"own host":        {"GET", link, "", 403, "SignatureDoesNotMatch"},
		"another key":     {"GET", strings.Replace(link, "web%201", "web%202", 1), host, 403, "SignatureDoesNotMatch"},
		"lives longer":    {"GET", changed("Expires", "99999999999"), host, 403, "SignatureDoesNotMatch"},
		"no time":         {"GET", changed("Expires", "soon"), host, 403, "AccessDenied"},
		"another account": {"GET", changed("AccessKeyId", "OTHER"), host, 403, "InvalidAccessKeyId"},
		"expired":         {"GET", expired, host, 403, "AccessDenied"},
		"no object":       {"GET", missing, host, 404, "NoSuchKey"},
		"failing":         {"GET", broken, host, 500, "InternalError"},
		"a write":         {"PUT", link, host, 403, "SignatureDoesNotMatch"},
		"a deletion":      {"DELETE", link, host, 403, "SignatureDoesNotMatch"},
		"not signed":      {"GET", strings.Split(link, "?")[0], host, 403, "AccessDenied"},
		"not a method":    {"PATCH", link, host, 405, "MethodNotAllowed"},
	} {
		got := s.send(t, test.method, test.link, test.host)
		if got.status != test.status || test.code != "" && !strings.Contains(got.body, "<Code>"+test.code+"</Code>") || test.code == "" && got.body != "0123456789" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if id := got.header.Get("x-obs-request-id"); id == "" || test.code != "" && !strings.Contains(got.body, "<RequestId>"+id+"</RequestId>") {
			t.Errorf("%s: request id %q in %s", name, id, got.body)
		}
	}
}

func TestRangesAndConditions(t *testing.T) {
	t.Parallel()
	s := newStorage(t, bucket{key: "0123456789"})
	link, host := s.Link(key, began.Add(time.Hour))
	etag := s.send(t, "GET", link, host).header.Get("ETag")
	for _, test := range []struct {
		header, value string
		status        int
		body, shown   string
	}{
		{"Range", "bytes=2-4", 206, "234", "bytes 2-4/10"},
		{"Range", "bytes=8-99", 206, "89", "bytes 8-9/10"},
		{"Range", "bytes=10-", 416, "", "bytes */10"},
		{"If-Match", etag, 200, "0123456789", ""},
		{"If-Match", `"other"`, 412, "", ""},
	} {
		got := s.send(t, "GET", link, host, test.header, test.value)
		if got.status != test.status || test.body != "" && got.body != test.body || got.header.Get("Content-Range") != test.shown {
			t.Errorf("%s %s: %d %q %q", test.header, test.value, got.status, got.body, got.header.Get("Content-Range"))
		}
	}
}

func TestStateAndDeletion(t *testing.T) {
	t.Parallel()
	s := newStorage(t, bucket{key: "0123456789"})
	state, err := json.Marshal(s.State())
	if err != nil || string(state) != `{"bucket":"sim-captures","objects":[{"key":"capture/1/web 1.pcap","last_modified":"2026-11-20T10:00:00Z"}]}` {
		t.Errorf("%s, %v", state, err)
	}
	if s.Delete("capture/none") || !s.Delete(key) || len(s.Stored()) != 0 {
		t.Error("one object can be deleted")
	}
	link, host := s.Link(key, began.Add(time.Hour))
	if got := s.send(t, "GET", link, host); got.status != 404 {
		t.Errorf("deleted, and answered with %d", got.status)
	}
}
