package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// How a blob is read: rangeBytes at a time, and parallelRanges ahead of the reader.
const (
	rangeBytes     = 4 << 20
	parallelRanges = 3
)

// Reader reads one blob from its beginning to its end. All ranges are of one
// version of the blob; a range that was cut off is read again. Close ends it early.
type Reader struct {
	// SizeBytes and ETag are those of the version that is read.
	SizeBytes int64
	ETag      string

	reference Reference
	pipeline  runtime.Pipeline
	ctx       context.Context //nolint:containedctx // of the reads ahead
	cancel    context.CancelFunc
	// current is what is left of the range at hand, and ahead are those behind it.
	current *bytes.Reader
	ahead   []chan part
	asked   int64
}

type part struct {
	data []byte
	err  error
}

// Open asks for the first range (Get Blob, Blob_Download). A blob that does not
// exist is an error for which IsNotFound is true.
func (c *Client) Open(ctx context.Context, reference Reference) (*Reader, error) {
	reference = reference.At(c.session.Endpoints().Blob)
	pipeline, err := c.pipeline(reference)
	if err != nil {
		return nil, err
	}
	r := &Reader{reference: reference, pipeline: pipeline}
	r.ctx, r.cancel = context.WithCancel(ctx)
	data, err := r.first()
	if err != nil {
		r.cancel()
		return nil, &Error{reference, err}
	}
	r.current, r.asked = bytes.NewReader(data), int64(len(data))
	r.askAhead()
	return r, nil
}

// first reads the first range, and learns what it is a part of.
func (r *Reader) first() ([]byte, error) {
	response, err := r.get(0)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusRequestedRangeNotSatisfiable && strings.HasSuffix(response.Header.Get("Content-Range"), "*/0") {
		return nil, nil // A blob of 0 bytes has no range.
	}
	if response.StatusCode != http.StatusPartialContent {
		return nil, unexpected(response)
	}
	start, size, err := contentRange(response)
	if err != nil {
		return nil, err
	}
	if r.SizeBytes, r.ETag = size, response.Header.Get("ETag"); r.ETag == "" || start != 0 {
		return nil, errors.New("the answer does not say which version of the blob it is, or begins elsewhere")
	}
	return r.payload(response, 0)
}

// unexpected is an error also for an answer that claims success.
func unexpected(response *http.Response) error {
	if response.StatusCode >= http.StatusBadRequest {
		return runtime.NewResponseError(response)
	}
	return fmt.Errorf("the answer to a request for a range is HTTP %d, and not a range", response.StatusCode)
}

// get asks for the range at an offset, of the version that is read.
func (r *Reader) get(offset int64) (*http.Response, error) {
	header := http.Header{}
	header.Set("x-ms-range", fmt.Sprintf("bytes=%d-%d", offset, offset+rangeBytes-1))
	if r.ETag != "" {
		header.Set("If-Match", r.ETag)
	}
	return do(r.ctx, r.pipeline, r.reference.signed(""), header)
}

// payload checks that a range is whole.
func (r *Reader) payload(response *http.Response, offset int64) ([]byte, error) {
	data, err := runtime.Payload(response)
	if err != nil {
		return nil, err
	}
	if want := min(r.SizeBytes-offset, rangeBytes); int64(len(data)) != want {
		return nil, fmt.Errorf("the range at %d has %d bytes instead of %d", offset, len(data), want)
	}
	return data, nil
}

// contentRange reads where a range begins, and the blob's size.
func contentRange(response *http.Response) (start, size int64, err error) {
	text := response.Header.Get("Content-Range")
	bounds, total, _ := strings.Cut(strings.TrimPrefix(text, "bytes "), "/")
	first, _, _ := strings.Cut(bounds, "-")
	start, errStart := strconv.ParseInt(first, 10, 64)
	size, errSize := strconv.ParseInt(total, 10, 64)
	if errStart != nil || errSize != nil || size < 0 {
		return 0, 0, fmt.Errorf("the answer says %q for where its range stands", text)
	}
	return start, size, nil
}

// askAhead keeps parallelRanges on their way.
func (r *Reader) askAhead() {
	for len(r.ahead) < parallelRanges && r.asked < r.SizeBytes {
		offset := r.asked
		coming := make(chan part, 1)
		go func() {
			data, err := r.rangeAt(offset)
			coming <- part{data, err}
		}()
		r.ahead = append(r.ahead, coming)
		r.asked += min(r.SizeBytes-offset, rangeBytes)
	}
}

func (r *Reader) rangeAt(offset int64) ([]byte, error) {
	response, err := r.get(offset)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusPartialContent {
		return nil, unexpected(response)
	}
	if start, size, err := contentRange(response); err != nil || start != offset || size != r.SizeBytes {
		return nil, errors.Join(err, fmt.Errorf("the answer is another range than the one at %d of %d bytes", offset, r.SizeBytes))
	}
	return r.payload(response, offset)
}

// Read reads on. An error other than io.EOF is an *Error.
func (r *Reader) Read(buffer []byte) (int, error) {
	for {
		if n, err := r.current.Read(buffer); n > 0 || len(buffer) == 0 {
			return n, nil
		} else if err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		if len(r.ahead) == 0 {
			return 0, io.EOF
		}
		var next part
		select {
		case next = <-r.ahead[0]:
		case <-r.ctx.Done():
			next.err = r.ctx.Err()
		}
		if next.err != nil {
			return 0, &Error{r.reference, next.err}
		}
		r.ahead = r.ahead[1:]
		r.current.Reset(next.data)
		r.askAhead()
	}
}

// Close ends what is still on its way.
func (r *Reader) Close() error {
	r.cancel()
	return nil
}

// Changed reports whether a read failed because the blob changed meanwhile.
func Changed(err error) bool {
	var failed *azcore.ResponseError
	return errors.As(err, &failed) && failed.StatusCode == http.StatusPreconditionFailed
}
