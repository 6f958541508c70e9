package capture

import (
	"bytes"
	"strings"
)

// methods begin requests of HTTP/1.
var methods = [][]byte{
	[]byte("GET "), []byte("POST "), []byte("PUT "), []byte("HEAD "), []byte("DELETE "), []byte("OPTIONS "), []byte("PATCH "),
	[]byte("CONNECT "), []byte("TRACE "),
}

var responseStart = []byte("HTTP/1.")

func startsHTTP(data []byte) bool {
	if len(data) == 0 || data[0] < 'C' || data[0] > 'T' {
		return false
	}
	return bytes.HasPrefix(data, responseStart) || startsRequest(data)
}

func startsRequest(data []byte) bool {
	for _, method := range methods {
		if bytes.HasPrefix(data, method) {
			return true
		}
	}
	return false
}

// maxHeader is how long the header of a request may be, in bytes.
const maxHeader = 16 << 10

// feedHTTP reads the hosts of requests. Bodies are passed over: the next request
// begins with a segment of its own.
func (a *Analyzer) feedHTTP(s *stream, data []byte) bool {
	header := data
	if len(s.buffer) > 0 {
		s.buffer = append(s.buffer, data...)
		header = s.buffer
	} else if !startsRequest(data) {
		return true
	}
	end := bytes.Index(header, []byte("\r\n\r\n"))
	if end < 0 {
		if len(header) > maxHeader {
			return false
		}
		if len(s.buffer) == 0 {
			s.buffer = append(s.buffer, data...)
		}
		return true
	}
	lines := strings.Split(string(header[:end]), "\r\n")
	s.buffer = s.buffer[:0]
	if !strings.Contains(lines[0], " HTTP/1.") {
		return true
	}
	for _, line := range lines[1:] {
		if name, value, found := strings.Cut(line, ":"); found && strings.EqualFold(name, "Host") {
			a.names.host(strings.TrimSpace(value))
			break
		}
	}
	return true
}
