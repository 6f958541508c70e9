// Package obs reads the files of finished capture tasks from Huawei Cloud's Object
// Storage Service, by the signed links that ListCaptureResult gives.
package obs

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/ranged"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Client reads objects. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	clock wait.Clock
}

// NewClient makes no request. The HTTP client must not follow redirects.
func NewClient(client *http.Client, clock wait.Clock) *Client { return &Client{client, clock} }

// Link is a signed address. Whoever holds it can download.
type Link struct {
	URL secret.Text
	// Host is the Host header that the signature needs; empty for the URL's own.
	Host string
}

// Error is a failed download. It holds nothing of the link.
type Error struct {
	// Status is 0 if there was no answer.
	Status                   int
	Code, Message, RequestID string
	cause                    error
}

// Error says it in one sentence.
func (e *Error) Error() string {
	text := "it cannot be downloaded from object storage"
	if e.Status != 0 {
		text += fmt.Sprintf(": the service answered HTTP %d", e.Status)
	}
	for _, part := range []string{e.Code, e.Message} {
		if part != "" {
			text += ": " + part
		}
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Describe puts what the service said into its fields, and adds what to do.
func (e *Error) Describe() failure.Details {
	details := failure.Details{Summary: "it cannot be downloaded from object storage", Code: e.Code, Message: e.Message, RequestID: e.RequestID, Status: e.Status, Err: e}
	if e.Status != 0 {
		details.Summary += fmt.Sprintf(": the service answered HTTP %d", e.Status)
	}
	if e.cause != nil {
		details.Summary += ": " + e.cause.Error()
	}
	if errors.Is(e.cause, ranged.ErrNoRange) {
		details.Next = []string{"Check that no proxy answers in the place of the object storage."}
	}
	switch e.Status {
	case http.StatusNotFound:
		details.Next = []string{"The file is not there any more: Huawei Cloud deletes the files of a capture task after 7 days. Capture again."}
	case http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable:
		details.Next = []string{"The file changed while it was read. Read it again when the capture task has ended."}
	}
	return details
}

// Unwrap returns what kept the request from being answered.
func (e *Error) Unwrap() error { return e.cause }

// Expired reports whether the link is not valid any more: a new one helps.
func Expired(err error) bool {
	var failed *Error
	return errors.As(err, &failed) && failed.Status == http.StatusForbidden
}

// Renew asks for another link to the same file.
type Renew func(ctx context.Context) (Link, error)

// Open reads an object as a stream of ranges of one version. Of a range that is cut
// off the rest is asked for. Where the link has expired, renew is asked for another
// one; nil keeps this one.
func (c *Client) Open(ctx context.Context, link Link, renew Renew) (*ranged.Reader, error) {
	links := &links{current: link, renew: renew}
	return ranged.Open(ctx, func(ctx context.Context, wanted ranged.Range, etag string, into []byte) (ranged.Part, error) {
		link := links.latest()
		part, err := c.fetchWithRetries(ctx, link, wanted, etag, into)
		if Expired(err) && links.replace(ctx, link) {
			return c.fetchWithRetries(ctx, links.latest(), wanted, etag, into)
		}
		return part, err
	})
}

// links holds the link of a file that is read, several ranges at a time.
type links struct {
	renew Renew

	mu      sync.Mutex
	current Link
}

func (l *links) latest() Link {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.current
}

// replace reports whether there is another link than the expired one.
func (l *links) replace(ctx context.Context, expired Link) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current != expired {
		return true
	}
	if l.renew == nil {
		return false
	}
	next, err := l.renew(ctx)
	if err == nil {
		l.current = next
	}
	return err == nil
}

// attempts is how often a range is asked for.
const attempts = 5

// pause is before the second attempt; it doubles.
const pause = 500 * time.Millisecond

func (c *Client) fetchWithRetries(ctx context.Context, link Link, wanted ranged.Range, etag string, into []byte) (part ranged.Part, err error) {
	backoff := wait.Backoff{Base: pause, Max: 10 * time.Second}
	for failed := 1; ; failed++ {
		part, err = c.fetch(ctx, link, wanted, etag, into)
		var refused *Error
		final := errors.As(err, &refused) && refused.Status != 0 && !failure.IsTemporary(refused.Status)
		if err == nil || final || failed == attempts || ctx.Err() != nil {
			return part, err
		}
		if sleepErr := c.clock.Sleep(ctx, backoff.Delay(failed)); sleepErr != nil {
			return part, err
		}
	}
}

func (c *Client) fetch(ctx context.Context, link Link, wanted ranged.Range, etag string, into []byte) (ranged.Part, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, link.URL.Reveal(), http.NoBody)
	if err != nil || request.URL.Scheme != "https" {
		return ranged.Part{}, &Error{Status: http.StatusBadRequest, Message: "the link is no https address"}
	}
	request.Host = cmp.Or(link.Host, request.Host)
	request.Header.Set("Range", wanted.Header())
	if etag != "" {
		request.Header.Set("If-Match", etag)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return ranged.Part{}, &Error{cause: withoutURL(err)}
	}
	body, err := ranged.ReadBody(response.Body, response.ContentLength, into)
	closeErr := response.Body.Close()
	cut := ranged.Cut(ctx, response.StatusCode, body, err)
	if err = errors.Join(err, closeErr); err != nil && !cut {
		return ranged.Part{}, &Error{cause: err}
	}
	// A file without bytes has no range. Some storages answer it whole.
	whole := response.StatusCode == http.StatusOK && len(body) == 0 && wanted.Offset == 0 && response.Header.Get("ETag") != ""
	if whole || ranged.IsEmptyFile(response.StatusCode, response.Header) {
		return ranged.Part{}, nil
	}
	if response.StatusCode != http.StatusPartialContent {
		return ranged.Part{}, refusal(response, body)
	}
	part, err := ranged.PartOf(response.Header, body, wanted.Offset, cut)
	if err != nil {
		return part, &Error{Status: response.StatusCode, cause: err}
	}
	return part, nil
}

// withoutURL drops the address, whose query is the signature.
func withoutURL(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}

// refusal reads the service's error.
//
// Source: https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0115.html
func refusal(response *http.Response, body []byte) *Error {
	failed := &Error{Status: response.StatusCode, RequestID: response.Header.Get("x-obs-request-id")}
	var said struct {
		XMLName xml.Name `xml:"Error"`
		Code    string   `xml:"Code"`
		Message string   `xml:"Message"`
	}
	if xml.Unmarshal(body, &said) == nil {
		failed.Code, failed.Message = said.Code, said.Message
	} else if response.StatusCode < http.StatusBadRequest {
		failed.Message = "the answer to a request for a range is not a range"
	}
	return failed
}
