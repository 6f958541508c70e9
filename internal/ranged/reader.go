// Package ranged reads a remote file as a stream of ranges, some of them ahead of
// the reader, all of one version of the file.
package ranged

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// How a file is read: Bytes at a time, and parallel ranges ahead of the reader.
const (
	Bytes    = 2 << 20
	parallel = 3
)

// Part is one range. SizeBytes and ETag are the whole file's.
type Part struct {
	Data      []byte
	SizeBytes int64
	ETag      string
}

// Range is what is asked for: up to Length bytes at an offset.
type Range struct {
	Offset, Length int64
}

// Header is the value of a Range header.
func (r Range) Header() string { return fmt.Sprintf("bytes=%d-%d", r.Offset, r.Offset+r.Length-1) }

// Fetch asks for a range. ETag names the version that it must be of; it is empty for
// the first range, whatever the version. A file of 0 bytes is a Part without data, and
// an answer that was cut is a Part with what came of it. Into is memory that the data
// may take, see ReadBody.
type Fetch func(ctx context.Context, wanted Range, etag string, into []byte) (Part, error)

// Reader reads one file from its beginning to its end. Close ends it early.
type Reader struct {
	// SizeBytes and ETag are those of the version that is read.
	SizeBytes int64
	ETag      string

	fetch  Fetch
	ctx    context.Context //nolint:containedctx // of the reads ahead
	cancel context.CancelFunc
	// current is what is left of the range at hand, and ahead are those behind it.
	current *bytes.Reader
	ahead   []chan fetched
	asked   int64
	// read is the memory of current, and free is what other ranges may take.
	read []byte
	free [][]byte
	// err is what ended the reading.
	err error
}

type fetched struct {
	data []byte
	err  error
}

// Open asks for the first range. Errors are fetch's.
func Open(ctx context.Context, fetch Fetch) (*Reader, error) {
	r := &Reader{fetch: fetch}
	r.ctx, r.cancel = context.WithCancel(ctx)
	first, err := r.ask(Range{0, Bytes}, "", nil)
	if err == nil && first.SizeBytes > 0 && first.ETag == "" {
		err = errors.New("the answer does not say which version of the file it is")
	}
	if err == nil {
		r.SizeBytes, r.ETag = first.SizeBytes, first.ETag
		err = r.check(first, 0)
	}
	if err != nil {
		r.cancel()
		return nil, err
	}
	r.current, r.read, r.asked = bytes.NewReader(first.Data), first.Data, int64(len(first.Data))
	r.askAhead()
	return r, nil
}

// check holds that a range is whole, and of the file that is read.
func (r *Reader) check(part Part, offset int64) error {
	if part.SizeBytes != r.SizeBytes {
		return fmt.Errorf("the file has %d bytes in the range at %d, and had %d before", part.SizeBytes, offset, r.SizeBytes)
	}
	if want := min(r.SizeBytes-offset, Bytes); int64(len(part.Data)) != want {
		return fmt.Errorf("the range at %d has %d bytes instead of %d", offset, len(part.Data), want)
	}
	return nil
}

func (r *Reader) askAhead() {
	for len(r.ahead) < parallel && r.asked < r.SizeBytes {
		offset := r.asked
		coming := make(chan fetched, 1)
		var into []byte
		if last := len(r.free) - 1; last >= 0 {
			into, r.free = r.free[last], r.free[:last]
		}
		go func() {
			part, err := r.ask(Range{offset, Bytes}, r.ETag, into)
			if err == nil {
				err = r.check(part, offset)
			}
			coming <- fetched{part.Data, err}
		}()
		r.ahead = append(r.ahead, coming)
		r.asked += min(r.SizeBytes-offset, Bytes)
	}
}

// Read reads on. An error other than io.EOF is fetch's, or says which range is not
// what it should be.
func (r *Reader) Read(buffer []byte) (int, error) {
	for {
		if n, err := r.current.Read(buffer); n > 0 || len(buffer) == 0 {
			return n, nil
		} else if err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		if r.err != nil {
			return 0, r.err
		}
		if len(r.ahead) == 0 {
			return 0, io.EOF
		}
		var next fetched
		select {
		case next = <-r.ahead[0]:
		case <-r.ctx.Done():
			next.err = r.ctx.Err()
		}
		if r.err = next.err; r.err != nil {
			return 0, r.err
		}
		r.ahead = r.ahead[1:]
		r.free, r.read = append(r.free, r.read), next.data
		r.current.Reset(next.data)
		r.askAhead()
	}
}

// Close ends what is still on its way.
func (r *Reader) Close() error {
	r.cancel()
	return nil
}

// leastProgress is what an answer that was cut must have brought, in bytes, for the
// rest to be asked for at once: about one TLS record. With less the attempt failed.
const leastProgress = 16 << 10

// ReadBody reads the body of an answer whose length may be known, or is -1, into
// the memory of into if it is enough. The data is longer than Bytes if the body is.
// With an error it is what came before it.
func ReadBody(body io.Reader, length int64, into []byte) ([]byte, error) {
	if length < 0 || length > Bytes {
		return io.ReadAll(io.LimitReader(body, Bytes+1))
	}
	if int64(cap(into)) < length {
		into = make([]byte, length)
	}
	into = into[:length]
	n, err := io.ReadFull(body, into)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return into[:n], err
}

// Cut reports whether the body of an answer was cut, and brought enough for the rest
// to be asked for: each such answer is progress, and none is a failure.
func Cut(ctx context.Context, status int, body []byte, err error) bool {
	return err != nil && ctx.Err() == nil && status == http.StatusPartialContent && len(body) >= leastProgress && len(body) <= Bytes
}

// ErrNoRange means that an answer does not hold what was asked for.
var ErrNoRange = errors.New("the answer is no range")

// ask asks for a range until it is there: after an answer that was cut, for the rest of
// the same version.
func (r *Reader) ask(wanted Range, etag string, into []byte) (Part, error) {
	whole, err := r.askOnce(wanted, etag, into)
	for err == nil {
		come := int64(len(whole.Data))
		wanted.Length = min(wanted.Length, whole.SizeBytes-wanted.Offset)
		if come >= wanted.Length || whole.ETag == "" {
			break
		}
		if int64(cap(whole.Data)) < wanted.Length {
			whole.Data = append(make([]byte, 0, wanted.Length), whole.Data...)
		}
		var rest Part
		rest, err = r.askOnce(Range{wanted.Offset + come, wanted.Length - come}, whole.ETag, whole.Data[come:come:wanted.Length])
		if err == nil && (len(rest.Data) == 0 || rest.SizeBytes != whole.SizeBytes) {
			break
		}
		whole.Data = append(whole.Data, rest.Data...)
	}
	return whole, err
}

// askOnce asks once more after an answer that is none, as of a proxy that failed.
func (r *Reader) askOnce(wanted Range, etag string, into []byte) (Part, error) {
	part, err := r.fetch(r.ctx, wanted, etag, into)
	if errors.Is(err, ErrNoRange) && r.ctx.Err() == nil {
		part, err = r.fetch(r.ctx, wanted, etag, into)
	}
	return part, err
}

// PartOf makes a Part of an answer with status 206 and its body, of which more was to
// come if it was cut. It holds that the body is the range at the offset.
func PartOf(header http.Header, body []byte, offset int64, cut bool) (Part, error) {
	text := header.Get("Content-Range")
	span, total, _ := strings.Cut(text, "/")
	_, end, _ := strings.Cut(span, "-")
	last, lastErr := strconv.ParseInt(end, 10, 64)
	size, sizeErr := strconv.ParseInt(total, 10, 64)
	come := offset + int64(len(body)) - 1
	if lastErr != nil || sizeErr != nil || text != fmt.Sprintf("bytes %d-%d/%d", offset, last, size) || come > last || come < last && !cut {
		return Part{}, fmt.Errorf("%w at %d of %d bytes: its Content-Range is %q", ErrNoRange, offset, len(body), text)
	}
	return Part{Data: body, SizeBytes: size, ETag: header.Get("ETag")}, nil
}

// IsEmptyFile reports whether an answer with status 416 is that of a file without
// any bytes, which has no range.
func IsEmptyFile(status int, header http.Header) bool {
	return status == http.StatusRequestedRangeNotSatisfiable && strings.HasSuffix(header.Get("Content-Range"), "*/0")
}
