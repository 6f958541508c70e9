package ingest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

// gzipLevel trades size for time: records compress well at any level, and
// the service bounds bytes, not requests.
const gzipLevel = gzip.BestSpeed

// gzipPacker makes bodies as the Logs Ingestion API takes them: compressed to
// at most wireLimit and never more than rawLimit before.
//
// Only flushing the compressor tells how large its output has become, and
// each flush costs bytes. So it flushes only when what was added since the
// last flush could, incompressible, pass the limit.
type gzipPacker struct {
	rawLimit, wireLimit int

	out     *bytes.Buffer
	writer  *gzip.Writer
	raw     int // bytes of text, without brackets
	pending int // bytes written since the last flush
}

const (
	// gzipTail is the room for what closing adds: a last block and the
	// trailer.
	gzipTail = 64
	// fullEnough is the share of the limit that is not worth a flush any more.
	fullEnough = 64
)

func newGzipPacker(rawLimit, wireLimit int) *gzipPacker {
	p := &gzipPacker{rawLimit: rawLimit, wireLimit: wireLimit}
	p.start()
	return p
}

func (p *gzipPacker) start() {
	p.out = &bytes.Buffer{}
	if p.writer == nil {
		// The level is a constant that the package knows.
		p.writer, _ = gzip.NewWriterLevel(p.out, gzipLevel)
	} else {
		p.writer.Reset(p.out)
	}
	p.raw, p.pending = 0, 0
}

// worstCase bounds what deflate makes of n bytes: stored blocks of at most
// 65535 bytes with five bytes each, and the marker of a flush.
func worstCase(n int) int { return n + 5*(n/32768+2) + 16 }

func (p *gzipPacker) room() int { return p.wireLimit - gzipTail - p.out.Len() - worstCase(p.pending) }

func (p *gzipPacker) add(text []byte) (bool, *oversize, error) {
	if size := len(text) + len("[]"); size > p.rawLimit {
		return false, &oversize{bytes: size, limit: p.rawLimit}, nil
	}
	if p.raw == 0 {
		return p.first(text)
	}
	if p.raw+len(",")+len(text)+len("[]") > p.rawLimit {
		return false, nil, nil
	}
	if p.room() < worstCase(len(text)+1) {
		if p.pending == 0 {
			return false, nil, nil
		}
		if err := p.flush(); err != nil {
			return false, nil, err
		}
		if room := p.room(); room < worstCase(len(text)+1) || room < p.wireLimit/fullEnough {
			return false, nil, nil
		}
	}
	return true, nil, p.write(",", text)
}

// first adds a record to an empty request. If it might not fit it is
// compressed to see.
func (p *gzipPacker) first(text []byte) (bool, *oversize, error) {
	if err := p.write("[", text); err != nil || p.room() >= 0 {
		return err == nil, nil, err
	}
	if err := p.flush(); err != nil {
		return false, nil, err
	}
	if size := p.out.Len() + gzipTail; size > p.wireLimit {
		p.start()
		return false, &oversize{bytes: size, limit: p.wireLimit, compressed: true}, nil
	}
	return true, nil, nil
}

func (p *gzipPacker) write(separator string, text []byte) error {
	if _, err := io.WriteString(p.writer, separator); err != nil {
		return err
	}
	if separator == "," {
		p.raw++
	}
	n, err := p.writer.Write(text)
	p.raw += n
	p.pending += n + 1
	return err
}

func (p *gzipPacker) flush() error {
	p.pending = 0
	return p.writer.Flush()
}

func (p *gzipPacker) length() int { return p.raw }

func (p *gzipPacker) finish() (content, error) {
	if _, err := io.WriteString(p.writer, "]"); err != nil {
		return nil, err
	}
	if err := p.writer.Close(); err != nil {
		return nil, err
	}
	full := gzipContent{encoded: p.out.Bytes(), length: p.raw}
	p.start()
	return full, nil
}

// gzipContent is a compressed JSON array. Its parts are made by
// decompressing it, so that the text need not be kept.
type gzipContent struct {
	encoded []byte
	length  int
}

func (c gzipContent) body(from, to int) (loganalytics.Body, error) {
	encoded := c.encoded
	if from != 0 || to != c.length {
		var err error
		if encoded, err = c.part(from, to); err != nil {
			return loganalytics.Body{}, fmt.Errorf("could not take a batch apart: %w", err)
		}
	}
	return loganalytics.Body{
		Open:    func() io.Reader { return bytes.NewReader(encoded) },
		Bytes:   len(encoded),
		Encoded: encoded,
	}, nil
}

func (gzipContent) release() {}

func (c gzipContent) part(from, to int) ([]byte, error) {
	text, err := gzip.NewReader(bytes.NewReader(c.encoded))
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, text, int64(from+len("["))); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	writer, err := gzip.NewWriterLevel(&out, gzipLevel)
	if err != nil {
		return nil, err
	}
	records := io.MultiReader(strings.NewReader("["), io.LimitReader(text, int64(to-from)), strings.NewReader("]"))
	if _, err := io.Copy(writer, records); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
