package records

import (
	"unicode/utf16"
	"unicode/utf8"
)

func (p *parser) word(word string) error {
	for i := range len(word) {
		if p.pos+i >= len(p.data) || p.data[p.pos+i] != word[i] {
			return invalid(p.data, p.pos+i, "the word "+word)
		}
	}
	p.pos += len(word)
	p.put(p.data[p.pos-len(word) : p.pos]...)
	return nil
}

func (p *parser) digits() error {
	if c := p.peek(); c < '0' || c > '9' {
		return invalid(p.data, p.pos, "a digit")
	}
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.pos++
	}
	return nil
}

func (p *parser) number() error {
	start := p.pos
	if p.peek() == '-' {
		p.pos++
	}
	if p.peek() == '0' {
		p.pos++
	} else if err := p.digits(); err != nil {
		return err
	}
	if p.peek() == '.' {
		p.pos++
		if err := p.digits(); err != nil {
			return err
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if err := p.digits(); err != nil {
			return err
		}
	}
	switch {
	case p.checkOnly:
	case p.legacy:
		p.put(p.data[start:p.pos]...)
	default:
		p.canonical = appendCanonicalNumber(p.canonical, p.data[start:p.pos])
	}
	return nil
}

// ordinary are the bytes that a string's text may have as they are, apart
// from those of longer characters.
var ordinary = func() (set [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		set[c] = c != '"' && c != '\\'
	}
	return set
}()

// text passes a string and appends its canonical form, quotes included.
func (p *parser) text() (escaped bool, err error) {
	data, start, i := p.data, p.pos, p.pos+1
	for {
		for i < len(data) && ordinary[data[i]] {
			i++
		}
		if i == len(data) {
			return escaped, errTruncated
		}
		switch c := data[i]; {
		case c == '"':
			p.pos = i + 1
			if !p.checkOnly {
				p.canonical = appendCanonicalString(p.canonical, data[start:p.pos], escaped)
			}
			return escaped, nil
		case c == '\\':
			length, err := escapeLength(data, i)
			if err != nil {
				return true, err
			}
			escaped = true
			i += length
		case c < 0x20:
			return escaped, &problem{offset: i, message: "invalid JSON: " + shown(c) + " inside a string must be escaped"}
		default:
			r, size := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && size == 1 {
				if !utf8.FullRune(data[i:]) {
					return escaped, errTruncated
				}
				return escaped, &problem{offset: i, message: shown(c) + " inside a string is not valid UTF-8"}
			}
			i += size
		}
	}
}

func escapeLength(data []byte, at int) (int, error) {
	if at+1 >= len(data) {
		return 0, errTruncated
	}
	switch data[at+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, nil
	case 'u':
		for i := at + 2; i < at+6; i++ {
			if i >= len(data) || hexDigit(data[i]) < 0 {
				return 0, invalid(data, i, "a hexadecimal digit")
			}
		}
		return 6, nil
	default:
		return 0, invalid(data, at+1, "an escape letter")
	}
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	default:
		return -1
	}
}

// appendCanonicalString appends a valid quoted string so that equal texts
// have equal bytes.
func appendCanonicalString(out, quoted []byte, escaped bool) []byte {
	if !escaped {
		return append(out, quoted...)
	}
	out = append(out, '"')
	text := quoted[1 : len(quoted)-1]
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			out = append(out, text[i])
			i++
			continue
		}
		r, length := unescape(text[i:])
		out = appendEscaped(out, r)
		i += length
	}
	return append(out, '"')
}

const hexDigits = "0123456789abcdef"

func appendEscaped(out []byte, r rune) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(out, '\\', byte(r))
	case r < 0x20:
		return append(out, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
	default:
		return utf8.AppendRune(out, r)
	}
}

// appendUnescaped appends the text of a valid string without its quotes.
func appendUnescaped(out, text []byte) []byte {
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			out = append(out, text[i])
			i++
			continue
		}
		r, length := unescape(text[i:])
		out = utf8.AppendRune(out, r)
		i += length
	}
	return out
}

// unescape reads the valid escape at the start of text. Surrogates that are
// not a pair become the replacement character, as in encoding/json.
func unescape(text []byte) (r rune, length int) {
	switch text[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
	default:
		return rune(text[1]), 2
	}
	r = hexRune(text[2:6])
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(text) >= 12 && text[6] == '\\' && text[7] == 'u' {
		if pair := utf16.DecodeRune(r, hexRune(text[8:12])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

func hexRune(digits []byte) rune {
	var r rune
	for _, c := range digits {
		r = r<<4 | rune(hexDigit(c)) //nolint:gosec // the digits were checked
	}
	return r
}
