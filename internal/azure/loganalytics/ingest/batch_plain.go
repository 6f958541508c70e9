package ingest

import (
	"io"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

// plainPacker makes bodies as the Data Collector API takes them.
type plainPacker struct {
	// limit is what a request may have.
	limit int
	// countOnly makes contents without bytes.
	countOnly bool
	spare     freeList[*chunks]
	chunks    *chunks
	size      int
}

func (p *plainPacker) add(text []byte) (bool, *oversize, error) {
	if size := len(text) + len("[]"); size > p.limit {
		return false, &oversize{bytes: size, limit: p.limit}, nil
	}
	if p.size > 0 {
		if p.size+len(",")+len(text)+len("[]") > p.limit {
			return false, nil, nil
		}
		p.write(comma)
	}
	p.write(text)
	return true, nil, nil
}

var comma = []byte{','}

func (p *plainPacker) write(text []byte) {
	p.size += len(text)
	if p.countOnly {
		return
	}
	if p.chunks == nil {
		// Taken as late as possible: by now the batch before the last has
		// been sent and its memory is free.
		if p.chunks = p.spare.take(); p.chunks == nil {
			p.chunks = &chunks{}
		}
	}
	p.chunks.write(text)
}

func (p *plainPacker) length() int { return p.size }

func (p *plainPacker) finish() (content, error) {
	full := plainContent{chunks: p.chunks, spare: &p.spare}
	p.chunks, p.size = nil, 0
	return full, nil
}

// plainContent is the records' text, separated by commas.
type plainContent struct {
	chunks *chunks
	spare  *freeList[*chunks]
}

func (c plainContent) body(from, to int) (loganalytics.Body, error) {
	return loganalytics.Body{
		Open: func() io.Reader {
			return io.MultiReader(strings.NewReader("["), c.chunks.section(from, to), strings.NewReader("]"))
		},
		Bytes: to - from + len("[]"),
	}, nil
}

func (c plainContent) release() {
	if c.chunks != nil {
		c.chunks.length = 0
		c.spare.give(c.chunks)
	}
}
