package pcapfile

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
)

// gzipReader reads the streams of a gzip file, one behind another as gzip(1) does.
// What follows the last one is no packet: zeros are ignored, as they fill up a tape or
// a disk, and anything else is noted.
type gzipReader struct {
	source *bufio.Reader
	stream *gzip.Reader
	// trailing is set if something follows that is neither a stream nor zeros.
	trailing bool
	ended    bool
}

func newGzipReader(source *bufio.Reader) (*gzipReader, error) {
	stream, err := gzip.NewReader(source)
	if err != nil {
		return nil, err
	}
	stream.Multistream(false)
	return &gzipReader{source: source, stream: stream}, nil
}

// Read reads from the stream at hand, or from the next one.
func (g *gzipReader) Read(buffer []byte) (int, error) {
	for !g.ended {
		n, err := g.stream.Read(buffer)
		if n > 0 && errors.Is(err, io.EOF) {
			err = nil
		}
		if n > 0 || !errors.Is(err, io.EOF) {
			return n, err
		}
		if err := g.next(); err != nil {
			return 0, err
		}
	}
	return 0, io.EOF
}

// next begins the next stream, if there is one.
func (g *gzipReader) next() error {
	if magic, err := g.source.Peek(2); err == nil && string(magic) == "\x1f\x8b" {
		if err := g.stream.Reset(g.source); err != nil {
			return err
		}
		g.stream.Multistream(false)
		return nil
	}
	g.ended = true
	for {
		b, err := g.source.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case b != 0:
			g.trailing = true
			return nil
		}
	}
}
