package ingest

import (
	"io"
	"sync"
)

// chunkSize is the unit in which batches grow, so that a batch of 30 MB
// costs 30 MB and not the copies that a growing slice leaves behind.
const chunkSize = 1 << 20

// chunks is a byte buffer that keeps its memory for the next batch.
type chunks struct {
	parts  [][]byte
	length int
}

func (c *chunks) write(data []byte) {
	for len(data) > 0 {
		part, at := c.length/chunkSize, c.length%chunkSize
		if part == len(c.parts) {
			c.parts = append(c.parts, make([]byte, chunkSize))
		}
		n := copy(c.parts[part][at:], data)
		data = data[n:]
		c.length += n
	}
}

// section reads bytes from up to to.
func (c *chunks) section(from, to int) io.Reader { return &chunkReader{chunks: c, at: from, end: to} }

type chunkReader struct {
	chunks  *chunks
	at, end int
}

func (r *chunkReader) Read(p []byte) (int, error) {
	if r.at >= r.end {
		return 0, io.EOF
	}
	part := r.chunks.parts[r.at/chunkSize][r.at%chunkSize:]
	n := copy(p, part[:min(len(part), r.end-r.at)])
	r.at += n
	return n, nil
}

// freeList keeps the memory of batches that were sent for further ones.
type freeList[T any] struct {
	mu   sync.Mutex
	free []T
}

// take returns T's zero value when nothing is free.
func (l *freeList[T]) take() (item T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last := len(l.free) - 1; last >= 0 {
		item, l.free = l.free[last], l.free[:last]
	}
	return item
}

func (l *freeList[T]) give(item T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free = append(l.free, item)
}
