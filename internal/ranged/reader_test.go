package ranged_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/ranged"
)

// remote is a file that answers with its ranges. Change changes an answer.
type remote struct {
	content []byte
	change  func(offset int64, part *ranged.Part) error
}

func (r remote) fetch(_ context.Context, wanted ranged.Range, _ string, into []byte) (ranged.Part, error) {
	data := r.content[wanted.Offset:min(wanted.Offset+wanted.Length, int64(len(r.content)))]
	body, err := ranged.ReadBody(bytes.NewReader(data), int64(len(data)), into)
	if err != nil {
		return ranged.Part{}, err
	}
	part := ranged.Part{Data: body, SizeBytes: int64(len(r.content)), ETag: `"1"`}
	if r.change != nil {
		err = r.change(wanted.Offset, &part)
	}
	return part, err
}

func pattern(length int) []byte {
	data := make([]byte, length)
	for i := range data {
		data[i] = byte(i>>8 ^ i) //nolint:gosec // some pattern
	}
	return data
}

func TestReadsWholeFiles(t *testing.T) {
	t.Parallel()
	for _, length := range []int{1, ranged.Bytes - 1, ranged.Bytes, ranged.Bytes + 1, 9*ranged.Bytes + 7} {
		content := pattern(length)
		reader, err := ranged.Open(t.Context(), remote{content: content}.fetch)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(reader)
		if err != nil || !bytes.Equal(got, content) || reader.SizeBytes != int64(length) {
			t.Errorf("%d of %d bytes, %v", len(got), length, err)
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestAnErrorIsNeverTheEndOfTheFile has a connection that ends, as net/http says
// it: that wraps io.EOF. The error comes again with each Read.
func TestAnErrorIsNeverTheEndOfTheFile(t *testing.T) {
	t.Parallel()
	broken := fmt.Errorf("the connection: %w", io.EOF)
	reader, err := ranged.Open(t.Context(), remote{pattern(6 * ranged.Bytes), func(offset int64, _ *ranged.Part) error {
		if offset == 2*ranged.Bytes {
			return broken
		}
		return nil
	}}.fetch)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.Copy(io.Discard, reader)
	if got != 2*ranged.Bytes || !errors.Is(err, broken) {
		t.Errorf("%d bytes, %v", got, err)
	}
	if _, err := reader.Read(make([]byte, 1)); !errors.Is(err, broken) {
		t.Errorf("the next Read: %v", err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnswersThatDoNotFit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(offset int64, part *ranged.Part) error
		part   string
	}{
		"grew": {func(offset int64, part *ranged.Part) error {
			if offset > 0 {
				part.SizeBytes++
			}
			return nil
		}, "had"},
		"too short": {func(offset int64, part *ranged.Part) error {
			if offset > 0 {
				part.Data = part.Data[1:]
			}
			return nil
		}, "bytes instead of"},
		"too short at first": {func(_ int64, part *ranged.Part) error { part.Data = part.Data[1:]; return nil }, "bytes instead of"},
		"no version":         {func(_ int64, part *ranged.Part) error { part.ETag = ""; return nil }, "which version"},
	} {
		reader, err := ranged.Open(t.Context(), remote{pattern(3 * ranged.Bytes), test.change}.fetch)
		if err == nil {
			_, err = io.Copy(io.Discard, reader)
			err = errors.Join(err, reader.Close())
		}
		if err == nil || !strings.Contains(err.Error(), test.part) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body   string
		length int64
		into   int
		fails  bool
	}{
		"known":          {"abc", 3, 0, false},
		"into memory":    {"abc", 3, 8, false},
		"not known":      {"abc", -1, 0, false},
		"cut off":        {"ab", 3, 0, true},
		"cut off at all": {"", 3, 0, true},
		"empty":          {"", 0, 0, false},
	} {
		into := make([]byte, test.into)
		got, err := ranged.ReadBody(strings.NewReader(test.body), test.length, into)
		if test.fails != (err != nil) || string(got) != test.body {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if test.fails && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, err)
		}
		if test.into > 0 && &got[0] != &into[0] {
			t.Errorf("%s: the memory was not used", name)
		}
	}
	long, err := ranged.ReadBody(strings.NewReader(strings.Repeat("x", ranged.Bytes+9)), ranged.Bytes+9, nil)
	if err != nil || len(long) != ranged.Bytes+1 {
		t.Errorf("%d bytes, %v", len(long), err)
	}
}

// FuzzPartOf takes only what says of itself that it is the range at the offset.
func FuzzPartOf(f *testing.F) {
	for _, text := range []string{"bytes 5-9/10", "bytes 0-9/10", "bytes */0", "bytes 5-9/*", "bytes 5-9/-1", "", "5-9/10", "bytes 5-9/10/11", "bytes 5-9/010"} {
		f.Add(text, int64(5), []byte("56789"))
	}
	f.Fuzz(func(t *testing.T, text string, offset int64, body []byte) {
		whole, err := ranged.PartOf(http.Header{"Content-Range": {text}}, body, offset, false)
		if want := fmt.Sprintf("bytes %d-%d/%d", offset, offset+int64(len(body))-1, whole.SizeBytes); err == nil && text != want {
			t.Errorf("%q is taken for %q", text, want)
		}
		if err != nil && text == fmt.Sprintf("bytes %d-%d/%d", offset, offset+int64(len(body))-1, 1<<40) {
			t.Errorf("%q is refused: %v", text, err)
		}
		cut, cutErr := ranged.PartOf(http.Header{"Content-Range": {text}}, body, offset, true)
		if err == nil && cutErr != nil || cutErr == nil && !strings.HasPrefix(text, fmt.Sprintf("bytes %d-", offset)) || len(cut.Data) > len(body) {
			t.Errorf("%q with an answer that was cut: %v", text, cutErr)
		}
	})
}

// TestWhatWasCutGoesOn asks for the rest of each answer, of the same version, whatever
// the number of cuts. One that brings next to nothing is a failure.
func TestWhatWasCutGoesOn(t *testing.T) {
	t.Parallel()
	content := pattern(3*ranged.Bytes + 9)
	for brings, want := range map[int64]int{ranged.Bytes / 2: 7, ranged.Bytes / 64: 3*64 + 1} {
		var asked atomic.Int64
		whole := remote{content: content}
		reader, err := ranged.Open(t.Context(), func(ctx context.Context, wanted ranged.Range, etag string, into []byte) (ranged.Part, error) {
			asked.Add(1)
			if (wanted.Offset > 0) != (etag != "") || wanted.Offset%ranged.Bytes+wanted.Length > ranged.Bytes {
				t.Errorf("asked for %+v of version %q", wanted, etag)
			}
			part, err := whole.fetch(ctx, wanted, etag, into)
			part.Data = part.Data[:min(int64(len(part.Data)), brings)]
			return part, err
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(reader)
		if err != nil || !bytes.Equal(got, content) || int(asked.Load()) != want {
			t.Errorf("%d bytes at a time: %d bytes in %d requests, %v", brings, len(got), asked.Load(), err)
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	}
	broken := errors.New("broken")
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx    context.Context //nolint:containedctx // of one case
		status int
		bytes  int
		err    error
		want   bool
	}{
		"cut": {t.Context(), 206, 1 << 20, broken, true}, "whole": {t.Context(), 206, 1 << 20, nil, false}, "next to nothing": {t.Context(), 206, 100, broken, false},
		"no range": {t.Context(), 200, 1 << 20, broken, false}, "given up": {done, 206, 1 << 20, broken, false}, "too long": {t.Context(), 206, ranged.Bytes + 1, broken, false},
	} {
		if got := ranged.Cut(test.ctx, test.status, make([]byte, test.bytes), test.err); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestAnAnswerThatIsNoRangeIsAskedForAgain does so once, for each range.
func TestAnAnswerThatIsNoRangeIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for times, want := range map[int]bool{1: true, 2: false} {
		for _, at := range []int64{0, 2 * ranged.Bytes} {
			failed := 0
			content := pattern(3 * ranged.Bytes)
			reader, err := ranged.Open(t.Context(), remote{content, func(offset int64, _ *ranged.Part) error {
				if offset != at || failed == times {
					return nil
				}
				failed++
				_, err := ranged.PartOf(http.Header{"Content-Range": {"bytes 1-2/x"}}, nil, offset, false)
				return err
			}}.fetch)
			var got []byte
			if err == nil {
				got, err = io.ReadAll(reader)
			}
			if (err == nil) != want || want && !bytes.Equal(got, content) || !want && !errors.Is(err, ranged.ErrNoRange) {
				t.Errorf("%d times at %d: %d bytes, %v", times, at, len(got), err)
			}
		}
	}
}
