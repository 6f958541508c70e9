package capture

import (
	"bytes"
	"strconv"
	"strings"
)

// methods begin requests of HTTP/1 whose first line may end in another segment. Of any
// other method the whole line is needed to know it.
var methods = [][]byte{
	[]byte("GET "), []byte("POST "), []byte("PUT "), []byte("HEAD "), []byte("DELETE "), []byte("OPTIONS "), []byte("PATCH "),
	[]byte("CONNECT "), []byte("TRACE "),
}

var (
	versionStart = []byte("HTTP/1.")
	lineEnd      = []byte("\r\n")
)

func startsHTTP(data []byte) bool {
	return bytes.HasPrefix(data, versionStart) || startsRequest(data)
}

// maxMethod bounds what is looked at of what may be no method, in bytes.
const maxMethod = 32

// startsRequest looks for a method, which is any token, a target and HTTP/1.
func startsRequest(data []byte) bool {
	method := bytes.IndexByte(data[:min(len(data), maxMethod+1)], ' ')
	if method <= 0 || !isToken(data[:method]) {
		return false
	}
	line, _, whole := bytes.Cut(data, []byte("\n"))
	version := bytes.LastIndexByte(line, ' ') + 1
	if version > method+2 && bytes.HasPrefix(line[version:], versionStart) {
		return true
	}
	for _, known := range methods {
		if !whole && bytes.HasPrefix(data, known) {
			return true
		}
	}
	return false
}

// isToken holds what RFC 9110 section 5.6.2 lets a method be made of.
func isToken(word []byte) bool {
	for _, c := range word {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && bytes.IndexByte([]byte("!#$%&'*+-.^_`|~"), c) < 0 {
			return false
		}
	}
	return true
}

// maxHeader is how long the header of a request may be, in bytes.
const maxHeader = 16 << 10

// feedHTTP reads the hosts of requests, of which a segment may hold several. A body
// is passed over: by its length, or, in chunks, up to a segment that begins with a
// request.
func (a *Analyzer) feedHTTP(s *stream, data []byte) bool {
	if len(s.buffer) > 0 {
		s.buffer = append(s.buffer, data...)
		// It is read from there, and may be kept again.
		data, s.buffer = s.buffer, nil
	}
	for {
		// Some clients end a body with a line that its length does not count.
		data = bytes.TrimPrefix(data, lineEnd)
		if !startsRequest(data) {
			return true
		}
		header, rest, whole := bytes.Cut(data, []byte("\r\n\r\n"))
		if !whole {
			s.buffer = append(s.buffer, data...)
			return len(data) <= maxHeader
		}
		length := a.request(string(header))
		if length < 0 {
			return true
		}
		s.skip = max(length-len(rest), 0)
		data = rest[min(length, len(rest)):]
	}
}

// request reads a header, and returns how long the body behind it is, or -1 if it does
// not say that.
func (a *Analyzer) request(header string) (length int) {
	lines := strings.Split(header, "\r\n")
	host := ""
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case strings.EqualFold(name, "Host") && host == "":
			host = value
		case strings.EqualFold(name, "Transfer-Encoding"):
			length = -1
		case strings.EqualFold(name, "Content-Length") && length == 0:
			stated, err := strconv.ParseInt(value, 10, 32)
			if length = int(stated); err != nil || stated < 0 {
				length = -1
			}
		}
	}
	a.names.host(host)
	return length
}
