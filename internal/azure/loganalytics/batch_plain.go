package loganalytics

import (
	"io"
	"strings"
)

// plainPacker makes bodies as the Data Collector API takes them.
type plainPacker struct {
	// limit is what a request may have, target what it shall have at most if
	// it has more than one record.
	limit, target int
	pool          *chunkPool
	chunks        *chunks
}

func (p *plainPacker) add(text []byte) (bool, *oversize, error) {
	if size := len(text) + len("[]"); size > p.limit {
		return false, &oversize{bytes: size, limit: p.limit}, nil
	}
	if p.chunks == nil {
		// Taken as late as possible: by now the batch before the last has
		// been sent and its memory is free.
		p.chunks = p.pool.take()
		p.chunks.write(text)
		return true, nil, nil
	}
	if p.chunks.length+len(",")+len(text)+len("[]") > p.target {
		return false, nil, nil
	}
	p.chunks.write([]byte{','})
	p.chunks.write(text)
	return true, nil, nil
}

func (p *plainPacker) length() int { return p.chunks.length }

func (p *plainPacker) finish() (content, error) {
	full := plainContent{chunks: p.chunks, pool: p.pool}
	p.chunks = nil
	return full, nil
}

// plainContent is the records' text, separated by commas.
type plainContent struct {
	chunks *chunks
	pool   *chunkPool
}

func (c plainContent) body(from, to int) (payload, error) {
	return payload{
		open: func() io.Reader {
			return io.MultiReader(strings.NewReader("["), c.chunks.section(from, to), strings.NewReader("]"))
		},
		bytes: to - from + len("[]"),
	}, nil
}

func (c plainContent) release() { c.pool.give(c.chunks) }
