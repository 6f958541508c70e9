// Package rangedtest is a storage for tests of clients that read ranges.
package rangedtest

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Storage answers each path with ranges of Content, and cuts each answer after CutAt
// bytes, as some proxies do.
type Storage struct {
	Content []byte
	CutAt   int
	// Header is the one that says the range.
	Header string

	mu     sync.Mutex
	ranges []string
	odd    []string
}

const etag = `"0x8D1"`

// Ranges are what was asked for, in its order.
func (s *Storage) Ranges() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ranges
}

// Odd are requests that do not name the version that they go on with.
func (s *Storage) Odd() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.odd
}

// ServeHTTP implements http.Handler.
func (s *Storage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := r.Header.Get(s.Header)
	first, last, _ := strings.Cut(strings.TrimPrefix(asked, "bytes="), "-")
	from, fromErr := strconv.Atoi(first)
	to, toErr := strconv.Atoi(last)
	if fromErr != nil || toErr != nil || from >= len(s.Content) || to < from {
		http.Error(w, asked, http.StatusRequestedRangeNotSatisfiable)
		return
	}
	s.mu.Lock()
	s.ranges = append(s.ranges, asked)
	if from > 0 && r.Header.Get("If-Match") != etag {
		s.odd = append(s.odd, asked)
	}
	s.mu.Unlock()
	body := s.Content[from:min(to+1, len(s.Content))]
	w.Header().Set("ETag", etag)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, from+len(body)-1, len(s.Content)))
	w.WriteHeader(http.StatusPartialContent)
	_, err := bytes.NewReader(body[:min(len(body), s.CutAt)]).WriteTo(w)
	if flusher, can := w.(http.Flusher); can && err == nil {
		flusher.Flush()
	}
	if len(body) > s.CutAt || err != nil {
		panic(http.ErrAbortHandler)
	}
}
