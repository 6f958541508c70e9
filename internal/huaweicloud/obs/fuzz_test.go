package obs_test

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	client "github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

// answering gives the same answer to each request.
type answering struct {
	status             int
	etag, contentRange string
	body               string
}

// RoundTrip implements http.RoundTripper.
func (a answering) RoundTrip(request *http.Request) (*http.Response, error) {
	header := http.Header{"Etag": {a.etag}, "Content-Range": {a.contentRange}}
	return &http.Response{
		StatusCode: a.status, Header: header, Body: io.NopCloser(strings.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: request,
	}, nil
}

// FuzzAnswers reads any answer: what is read is what was sent, and an error says
// nothing of the link.
func FuzzAnswers(f *testing.F) {
	f.Add(206, `"1"`, "bytes 0-6/7", "capture")
	f.Add(206, `"1"`, "bytes 0-6/9000000000000000000", "capture")
	f.Add(206, "", "bytes 0-6/7", "capture")
	f.Add(206, `"1"`, "bytes 0--1/0", "")
	f.Add(200, `"1"`, "", "")
	f.Add(200, `"1"`, "", "<html>")
	f.Add(416, "", "bytes */0", "")
	f.Add(403, "", "", "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
	f.Add(302, "", "", "")
	f.Add(503, "", "", "busy")
	f.Fuzz(func(t *testing.T, status int, etag, contentRange, body string) {
		if status < 100 || status > 999 {
			return
		}
		const signature = "c2VjcmV0"
		link := client.Link{URL: secret.Text("https://obs.example.com/capture/1/web.pcap?AccessKeyId=canary&Signature=" + signature)}
		transport := &http.Client{
			Transport:     answering{status, etag, contentRange, body},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		reader, err := client.NewClient(transport, noWait{}).Open(t.Context(), link, nil)
		var data []byte
		if err == nil {
			data, err = io.ReadAll(reader)
			err = errors.Join(err, reader.Close())
		}
		if err != nil {
			if text := err.Error(); strings.Contains(text, signature) || strings.Contains(text, "canary") {
				t.Errorf("the link is in an error: %s", text)
			}
			return
		}
		if status == 416 {
			// A file without any bytes. The body is the service's explanation.
			body = ""
		}
		whole := status == 206 && contentRange == "bytes 0-"+strconv.Itoa(len(body)-1)+"/"+strconv.Itoa(len(body))
		if string(data) != body || len(body) > 0 && !whole {
			t.Errorf("%d bytes are read of HTTP %d, %q, %d bytes", len(data), status, contentRange, len(body))
		}
	})
}
