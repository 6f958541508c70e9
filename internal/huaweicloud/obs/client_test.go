package obs_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	client "github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/ranged/rangedtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

// noWait passes no time.
type noWait struct{}

func (noWait) Now() time.Time                                   { return time.Now() }
func (noWait) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// shelf is a storage with one object.
type shelf struct{ content []byte }

func (s shelf) Files() []obs.Object {
	return []obs.Object{{Key: "capture/1/web 1.pcap", LastModified: time.Unix(1700000000, 0), Write: func(to io.Writer) error {
		_, err := to.Write(s.content)
		return err
	}}}
}

type harness struct {
	core    *simcore.Core
	storage *obs.Service
	http    *http.Client
}

func newHarness(t *testing.T, content []byte) *harness {
	t.Helper()
	core := simcore.NewCore(simcore.NewClock())
	storage := obs.New(core)
	server := httptest.NewTLSServer(core.Handler(storage))
	t.Cleanup(server.Close)
	storage.Serve(shelf{content}, server.URL)
	return &harness{core, storage, server.Client()}
}

func (h *harness) link() client.Link {
	url, host := h.storage.Link("capture/1/web 1.pcap", h.core.Clock.Now().Add(time.Hour))
	return client.Link{URL: secret.Text(url), Host: host}
}

func (h *harness) read(t *testing.T, link client.Link) ([]byte, error) {
	t.Helper()
	reader, err := client.NewClient(h.http, noWait{}).Open(t.Context(), link, nil)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(reader)
	return data, errors.Join(err, reader.Close())
}

func TestReads(t *testing.T) {
	t.Parallel()
	for _, length := range []int{0, 1, 9<<20 + 3} {
		content := bytes.Repeat([]byte("capture"), length/7+1)[:length]
		h := newHarness(t, content)
		if got, err := h.read(t, h.link()); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d of %d bytes, %v", len(got), length, err)
		}
	}
}

func TestResumes(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("capture"), 3<<20)
	for name, fault := range map[string]simcore.Fault{
		"cut":       {Kind: simcore.KindReset, Every: 2, Times: 3},
		"busy":      {Kind: simcore.KindStatus, Code: 503, Every: 2, Times: 3},
		"throttled": {Kind: simcore.KindStatus, Code: 429, Times: 2},
	} {
		h := newHarness(t, content)
		fault.Service = obs.Name
		if err := h.core.Faults.Add(fault); err != nil {
			t.Fatal(err)
		}
		if got, err := h.read(t, h.link()); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if left := h.core.Faults.Pending(); len(left) > 0 {
			t.Errorf("%s: a fault did not happen", name)
		}
	}
}

// TestAnswersThatAreCut is a path that cuts each answer after 1 MiB.
func TestAnswersThatAreCut(t *testing.T) {
	t.Parallel()
	storage := &rangedtest.Storage{Content: bytes.Repeat([]byte("captures"), 10<<17), CutAt: 1 << 20, Header: "Range"}
	server := httptest.NewTLSServer(storage)
	defer server.Close()
	h := &harness{http: server.Client()}
	got, err := h.read(t, client.Link{URL: secret.Text(server.URL + "/capture/1/web.pcap?Signature=x")})
	if err != nil || !bytes.Equal(got, storage.Content) || len(storage.Ranges()) != 10 || len(storage.Odd()) > 0 {
		t.Errorf("%d bytes, %v; asked for %v; without a version: %v", len(got), err, storage.Ranges(), storage.Odd())
	}
}

func TestRefusalsAreFinalAndShowNoLink(t *testing.T) {
	t.Parallel()
	h := newHarness(t, []byte("x"))
	expired, host := h.storage.Link("capture/1/web 1.pcap", h.core.Clock.Now().Add(-time.Hour))
	missing, _ := h.storage.Link("capture/2/other.pcap", h.core.Clock.Now().Add(time.Hour))
	good := h.link()
	for name, test := range map[string]struct {
		link client.Link
		code string
	}{
		"expired":     {client.Link{URL: secret.Text(expired), Host: host}, "AccessDenied"},
		"gone":        {client.Link{URL: secret.Text(missing), Host: host}, "NoSuchKey"},
		"no host":     {client.Link{URL: good.URL}, "SignatureDoesNotMatch"},
		"not https":   {client.Link{URL: "http://127.0.0.1:1/x?Signature=s"}, "no https"},
		"unreachable": {client.Link{URL: "https://127.0.0.1:1/x?Signature=s"}, "refused"},
	} {
		before := h.core.Journal.Count(obs.Name, "")
		_, err := h.read(t, test.link)
		if err == nil || !strings.Contains(err.Error(), test.code) || strings.Contains(err.Error(), "Signature=") {
			t.Errorf("%s: %v", name, err)
		}
		if asked := h.core.Journal.Count(obs.Name, "") - before; asked > 1 {
			t.Errorf("%s: asked %d times", name, asked)
		}
		if client.Expired(err) != (test.code == "AccessDenied" || test.code == "SignatureDoesNotMatch") {
			t.Errorf("%s: expired is %t", name, client.Expired(err))
		}
	}
}

// TestAnswersThatAreNoRange are of something in between, or of a file that changed.
func TestAnswersThatAreNoRange(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("x"), 3<<20)
	for name, answer := range map[string]func(w http.ResponseWriter, asked int64){
		"a page":        func(w http.ResponseWriter, _ int64) { _, _ = io.WriteString(w, "<html>log in</html>") },
		"no version":    func(w http.ResponseWriter, _ int64) { rangeAnswer(w, "", 0, 10, []byte("0123456789")) },
		"another range": func(w http.ResponseWriter, _ int64) { rangeAnswer(w, `"a"`, 5, 10, []byte("56789")) },
		"too short":     func(w http.ResponseWriter, _ int64) { rangeAnswer(w, `"a"`, 0, 10, []byte("0123")) },
		"another size": func(w http.ResponseWriter, asked int64) {
			if asked == 1 {
				rangeAnswer(w, `"a"`, 0, len(content), content[:2<<20])
			} else {
				rangeAnswer(w, `"a"`, 2<<20, len(content)+1, content[2<<20:])
			}
		},
	} {
		var asked atomic.Int64
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, asked.Add(1)) }))
		h := &harness{http: server.Client()}
		data, err := h.read(t, client.Link{URL: secret.Text(server.URL + "/f?Signature=s")})
		if err == nil {
			t.Errorf("%s is read as %d bytes", name, len(data))
		}
		server.Close()
	}
}

func rangeAnswer(w http.ResponseWriter, etag string, start, size int, body []byte) {
	if etag != "" {
		w.Header().Set("ETag", etag)
	}
	w.Header().Set("Content-Range", "bytes "+strconv.Itoa(start)+"-"+strconv.Itoa(start+len(body)-1)+"/"+strconv.Itoa(size))
	w.WriteHeader(http.StatusPartialContent)
	if _, err := w.Write(body); err != nil {
		return // The client has what it needs.
	}
}

// TestALinkThatExpiresWhileItIsReadIsRenewed has links that live for an hour, and a
// reader that stops for two.
func TestALinkThatExpiresWhileItIsReadIsRenewed(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("capture"), 5<<20)
	for name, renews := range map[string]bool{"renewed": true, "not renewed": false} {
		h := newHarness(t, content)
		renewed := 0
		reader, err := client.NewClient(h.http, noWait{}).Open(t.Context(), h.link(), func(context.Context) (client.Link, error) {
			renewed++
			if !renews {
				return client.Link{}, errors.New("the task is gone")
			}
			return h.link(), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		h.core.Clock.Advance(2 * time.Hour)
		got, err := io.ReadAll(reader)
		if renews && (err != nil || !bytes.Equal(got, content) || renewed != 1) {
			t.Errorf("%s: %d bytes, %d links, %v", name, len(got), renewed, err)
		}
		if !renews && !client.Expired(err) {
			t.Errorf("%s: %v", name, err)
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}
}
