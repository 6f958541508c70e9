// Package kql parses and runs the part of the Kusto Query Language that tests
// and demonstrations of log ingestion need: where, project, project-away,
// extend, summarize, order by, top, take, count, distinct, getschema, union.
//
// Source: https://learn.microsoft.com/kusto/query/
package kql

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError says where a query is not understood.
type SyntaxError struct {
	// Line and Column count from 1, the column in characters.
	Line, Column int
	Message      string
}

// Error names the place.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenNumber   // 12, 1.5, 1e3
	tokenTimespan // 1h, 500ms
	tokenString
	tokenSign
)

type token struct {
	kind tokenKind
	// text is the name, the sign, the number as written, or the string's
	// value.
	text string
	at   int
}

// signs are tried longest first.
var signs = []string{"!in~", "in~", "!in", "==", "!=", "=~", "!~", "<=", ">=", "..", "|", "(", ")", "[", "]", ",", ";", "=", "<", ">", "+", "-", "*", "/", "%", ".", ":", "{", "}"}

type lexer struct {
	text   string
	at     int
	tokens []token
}

func lex(text string) ([]token, error) {
	l := &lexer{text: text}
	for {
		l.space()
		if l.at >= len(l.text) {
			return append(l.tokens, token{kind: tokenEnd, at: l.at}), nil
		}
		if err := l.one(); err != nil {
			return nil, err
		}
	}
}

func (l *lexer) space() {
	for l.at < len(l.text) {
		switch {
		case strings.ContainsRune(" \t\r\n", rune(l.text[l.at])):
			l.at++
		case strings.HasPrefix(l.text[l.at:], "//"):
			end := strings.IndexByte(l.text[l.at:], '\n')
			if end < 0 {
				l.at = len(l.text)
				return
			}
			l.at += end
		default:
			return
		}
	}
}

func (l *lexer) add(kind tokenKind, text string, length int) {
	l.tokens = append(l.tokens, token{kind: kind, text: text, at: l.at})
	l.at += length
}

func (l *lexer) one() error {
	rest := l.text[l.at:]
	switch c := rest[0]; {
	case isLetter(c):
		end := 1
		for end < len(rest) && (isLetter(rest[end]) || isDigit(rest[end])) {
			end++
		}
		// project-away and its like are one word.
		for _, compound := range []string{"project-away", "project-keep", "project-rename"} {
			if strings.HasPrefix(rest, compound) {
				end = len(compound)
			}
		}
		if rest[:end] == "in" && strings.HasPrefix(rest, "in~") {
			end = 3
			l.add(tokenSign, "in~", end)
			return nil
		}
		l.add(tokenName, rest[:end], end)
	case isDigit(c):
		l.number(rest)
	case c == '"' || c == '\'' || c == '@' && len(rest) > 1 && (rest[1] == '"' || rest[1] == '\''):
		return l.quoted(rest)
	default:
		for _, sign := range signs {
			if strings.HasPrefix(rest, sign) {
				l.add(tokenSign, sign, len(sign))
				return nil
			}
		}
		if rest[0] == '!' {
			return l.negated(rest)
		}
		r, _ := utf8.DecodeRuneInString(rest)
		return l.wrong("unexpected character %q", r)
	}
	return nil
}

// negated reads an operator like !contains.
func (l *lexer) negated(rest string) error {
	end := 1
	for end < len(rest) && (isLetter(rest[end]) || isDigit(rest[end])) {
		end++
	}
	if end == 1 {
		return l.wrong("unexpected character '!'")
	}
	l.add(tokenSign, rest[:end], end)
	return nil
}

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

func (l *lexer) number(rest string) {
	end := 0
	for end < len(rest) && isDigit(rest[end]) {
		end++
	}
	if end+1 < len(rest) && rest[end] == '.' && isDigit(rest[end+1]) {
		for end++; end < len(rest) && isDigit(rest[end]); end++ {
		}
	}
	if exponent := exponentLength(rest[end:]); exponent > 0 {
		l.add(tokenNumber, rest[:end+exponent], end+exponent)
		return
	}
	unit := end
	for unit < len(rest) && isLetter(rest[unit]) {
		unit++
	}
	if _, known := units[rest[end:unit]]; known {
		l.add(tokenTimespan, rest[:unit], unit)
		return
	}
	l.add(tokenNumber, rest[:end], end)
}

func exponentLength(rest string) int {
	if rest == "" || rest[0] != 'e' && rest[0] != 'E' {
		return 0
	}
	end := 1
	if end < len(rest) && (rest[end] == '+' || rest[end] == '-') {
		end++
	}
	digits := end
	for end < len(rest) && isDigit(rest[end]) {
		end++
	}
	if end == digits {
		return 0
	}
	return end
}

func (l *lexer) quoted(rest string) error {
	verbatim := rest[0] == '@'
	start := 0
	if verbatim {
		start = 1
	}
	quote := rest[start]
	var value strings.Builder
	for i := start + 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == quote && verbatim && i+1 < len(rest) && rest[i+1] == quote:
			value.WriteByte(quote)
			i++
		case c == quote:
			l.add(tokenString, value.String(), i+1)
			return nil
		case c == '\n' && !verbatim:
			return l.wrong("the string is not closed")
		case c == '\\' && !verbatim && i+1 < len(rest):
			i++
			value.WriteString(escapes(rest[i]))
		default:
			value.WriteByte(c)
		}
	}
	return l.wrong("the string is not closed")
}

func escapes(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	default:
		return string([]byte{c})
	}
}

func (l *lexer) wrong(format string, arguments ...any) error {
	return syntaxErrorAt(l.text, l.at, fmt.Sprintf(format, arguments...))
}

func syntaxErrorAt(text string, at int, message string) error {
	before := text[:min(at, len(text))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return &SyntaxError{Line: line, Column: column, Message: message}
}
