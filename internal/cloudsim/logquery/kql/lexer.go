// Package kql parses and runs the part of the Kusto Query Language that the
// provider, its documentation and its tests use: a table, and the operators
// where, project, extend, summarize (count, dcount, sum, min, max, arg_max),
// distinct, order by, take, count, getschema and render. Anything else is refused.
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
	// Token is the word or the sign at that place; EndOfQuery behind the last.
	Token   string
	Message string
	// Unsupported tells that the service would take it.
	Unsupported bool
}

// EndOfQuery is the Token of an error at the end of the query.
const EndOfQuery = "<EOF>"

// Error names the place.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

type tokenKind int

const (
	tokenEnd      tokenKind = iota
	tokenName               // Name_s, project-away
	tokenNumber             // 12, -1.5, 1e3
	tokenTimespan           // 1h, 500ms
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

// signs are tried longest first. Some stand in operators that are refused by
// their names.
var signs = []string{"==", "!=", "<=", ">=", "=~", "!~", "<>", "@", "|", "(", ")", ",", ";", "=", "<", ">", "*", "[", "]", "+", "-", "/", "%", ".", ":", "~", "!", "{", "}", "$"}

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
		if err := l.one(l.text[l.at:]); err != nil {
			return nil, err
		}
	}
}

// space passes white space and comments.
func (l *lexer) space() {
	for l.at < len(l.text) {
		switch {
		case strings.ContainsRune(" \t\r\n", rune(l.text[l.at])):
			l.at++
		case strings.HasPrefix(l.text[l.at:], "//"):
			line, _, _ := strings.Cut(l.text[l.at:], "\n")
			l.at += len(line)
		default:
			return
		}
	}
}

func (l *lexer) add(kind tokenKind, text string, length int) {
	l.tokens = append(l.tokens, token{kind: kind, text: text, at: l.at})
	l.at += length
}

func (l *lexer) one(rest string) error {
	switch c := rest[0]; {
	case isLetter(c):
		end := wordAt(rest)
		l.add(tokenName, rest[:end], end)
	case c == '@' && len(rest) > 2 && (rest[1] == '"' || rest[1] == '\''):
		// Nothing is escaped.
		length := strings.IndexByte(rest[2:], rest[1])
		if length < 0 {
			return l.wrong("the string is not closed")
		}
		l.add(tokenString, rest[2:2+length], length+3)
	case isDigit(c), c == '-' && len(rest) > 1 && isDigit(rest[1]):
		l.number(rest)
	case c == '"' || c == '\'':
		return l.quoted(rest)
	default:
		for _, sign := range signs {
			if strings.HasPrefix(rest, sign) {
				l.add(tokenSign, sign, len(sign))
				return nil
			}
		}
		r, _ := utf8.DecodeRuneInString(rest)
		return l.wrong("unexpected character %q", r)
	}
	return nil
}

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// wordAt is the length of the word at the beginning. A dash is a part of it in the
// names of operators, such as project-away, and arithmetic elsewhere.
func wordAt(text string) int {
	for _, operator := range otherOperators {
		behind, found := strings.CutPrefix(text, operator)
		if found && strings.Contains(operator, "-") && (behind == "" || !isLetter(behind[0]) && !isDigit(behind[0])) {
			return len(operator)
		}
	}
	return span(text, func(c byte) bool { return isLetter(c) || isDigit(c) })
}

// span is how many bytes at the beginning are of a kind.
func span(text string, is func(byte) bool) int {
	end := 0
	for end < len(text) && is(text[end]) {
		end++
	}
	return end
}

func (l *lexer) number(rest string) {
	end := 1 + span(rest[1:], func(c byte) bool { return isDigit(c) || c == '.' })
	if behind := rest[end:]; behind != "" && (behind[0] == 'e' || behind[0] == 'E') {
		sign := span(behind[1:], func(c byte) bool { return c == '+' || c == '-' })
		if digits := span(behind[1+sign:], isDigit); sign < 2 && digits > 0 {
			end += 1 + sign + digits
		}
	}
	unit := span(rest[end:], isLetter)
	if unit > 0 {
		l.add(tokenTimespan, rest[:end+unit], end+unit)
		return
	}
	l.add(tokenNumber, rest[:end], end)
}

func (l *lexer) quoted(rest string) error {
	var value strings.Builder
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == rest[0]:
			l.add(tokenString, value.String(), i+1)
			return nil
		case c == '\n':
			return l.wrong("the string is not closed")
		case c == '\\' && i+1 < len(rest):
			i++
			value.WriteString(escaped(rest[i]))
		default:
			value.WriteByte(c)
		}
	}
	return l.wrong("the string is not closed")
}

func escaped(c byte) string {
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
	return syntaxErrorAt(l.text, l.at, fmt.Sprintf(format, arguments...), false)
}

func syntaxErrorAt(text string, at int, message string, unsupported bool) error {
	before := text[:min(at, len(text))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	behind := text[min(at, len(text)):]
	token := behind[:wordAt(behind)]
	if token == "" {
		token = EndOfQuery
		for _, r := range behind {
			token = string(r)
			break
		}
		for _, sign := range signs {
			if strings.HasPrefix(behind, sign) {
				token = sign
				break
			}
		}
	}
	return &SyntaxError{Line: line, Column: column, Token: token, Message: message, Unsupported: unsupported}
}
