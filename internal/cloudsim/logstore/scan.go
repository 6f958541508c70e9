package logstore

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// scanner walks through a body that is known to be valid JSON without
// copying it: bodies of 30 MB are usual.
type scanner struct {
	body []byte
	at   int
	// names keeps one string for each property name.
	names      map[string]string
	properties []property
}

// eachRecord calls visit with every object of a valid body. The properties
// are valid until visit returns.
func eachRecord(body []byte, visit func(properties []property, size int) error) error {
	s := &scanner{body: body, names: map[string]string{}}
	s.space()
	if s.peek() == '{' {
		size := s.object()
		return visit(s.properties, size)
	}
	if s.peek() != '[' {
		return ErrFormat
	}
	s.at++
	for s.space(); s.peek() != ']'; s.space() {
		if s.peek() == ',' {
			s.at++
			s.space()
		}
		if s.peek() != '{' {
			return ErrFormat
		}
		size := s.object()
		if err := visit(s.properties, size); err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) peek() byte {
	if s.at < len(s.body) {
		return s.body[s.at]
	}
	return 0
}

func (s *scanner) space() {
	for s.at < len(s.body) {
		switch s.body[s.at] {
		case ' ', '\n', '\t', '\r':
			s.at++
		default:
			return
		}
	}
}

// object reads the members of an object and returns its size.
func (s *scanner) object() int {
	start := s.at
	s.properties = s.properties[:0]
	s.at++
	for s.space(); s.peek() != '}'; s.space() {
		if s.peek() == ',' {
			s.at++
			s.space()
		}
		name := s.text()
		s.space()
		s.at++ // The colon.
		s.space()
		value := s.at
		s.value()
		s.properties = append(s.properties, property{name: s.intern(name), value: s.body[value:s.at]})
	}
	s.at++
	return s.at - start
}

// intern decodes a quoted name.
func (s *scanner) intern(quoted []byte) string {
	if known, found := s.names[string(quoted)]; found {
		return known
	}
	name := text(quoted)
	s.names[string(quoted)] = name
	return name
}

// text passes a string and returns it with its quotes.
func (s *scanner) text() []byte {
	start := s.at
	for s.at++; ; {
		quote := bytes.IndexByte(s.body[s.at:], '"')
		s.at += quote + 1
		backslashes := 0
		for i := s.at - 2; i > start && s.body[i] == '\\'; i-- {
			backslashes++
		}
		if backslashes%2 == 0 {
			return s.body[start:s.at]
		}
	}
}

// value passes any value.
func (s *scanner) value() {
	switch s.peek() {
	case '"':
		s.text()
	case '{', '[':
		depth := 0
		for {
			switch s.peek() {
			case '"':
				s.text()
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			if s.at++; depth == 0 {
				return
			}
		}
	default:
		for s.at < len(s.body) && !bytes.ContainsRune([]byte(",]} \t\r\n"), rune(s.body[s.at])) {
			s.at++
		}
	}
}

// text is how a JSON value looks as a string.
func text(raw json.RawMessage) string {
	if raw[0] != '"' {
		return string(raw)
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		written := string(raw[1 : len(raw)-1])
		if !utf8.ValidString(written) {
			// One replacement for each byte, as in texts with escapes.
			return string([]rune(written))
		}
		return written
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return string(raw)
	}
	return s
}
