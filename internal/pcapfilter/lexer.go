package pcapfilter

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// What bounds an expression. Both are far beyond what anybody writes by hand.
const (
	// MaxLength is the length of an expression in bytes.
	MaxLength = 65536
	// MaxDepth is how deep parentheses and negations nest.
	MaxDepth = 100
)

// token is a word, a sign, or, empty, the end.
type token struct {
	Position
	// escaped is a word after a backslash, which is never a keyword.
	escaped bool
}

// operators are the other spellings of the logical words.
var operators = map[string]string{"&&": "and", "||": "or", "!": "not"}

// text is the token in its one spelling.
func (t token) text() string {
	if word, ok := operators[t.Word]; ok {
		return word
	}
	return t.Word
}

const wordCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-%"

// lex splits a text into tokens. If it meets something that is none, the tokens
// are those before it.
func lex(text string) ([]token, *Error) {
	if len(text) > MaxLength {
		return []token{{}}, &Error{Column: 1, Reason: fmt.Sprintf("the expression has %d bytes; at most %d are read", len(text), MaxLength)}
	}
	var tokens []token
	column := 1
	for text != "" {
		size, escaped := 0, false
		switch character, width := utf8.DecodeRuneInString(text); {
		case strings.ContainsRune(" \t\r\n", character):
			text, column = text[width:], column+1
			continue
		case strings.HasPrefix(text, "&&"), strings.HasPrefix(text, "||"):
			size = 2
		case character == '!' && !strings.HasPrefix(text, "!="), strings.ContainsRune("()/", character):
			size = 1
		case character == '\\':
			text, column, escaped = text[1:], column+1, true
			// As in libpcap, a word after a backslash ends here only.
			if size = strings.IndexAny(text, " !()\t\r\n"); size < 0 {
				size = len(text)
			}
		default:
			size = wordLength(text)
		}
		if size == 0 {
			return append(tokens, token{Position: Position{Column: column}}), unexpected(text, column, tokens)
		}
		tokens = append(tokens, token{Position: Position{Word: text[:size], Column: column}, escaped: escaped})
		text, column = text[size:], column+utf8.RuneCountInString(text[:size])
	}
	return append(tokens, token{Position: Position{Column: column}}), nil
}

// wordLength counts the bytes of the word that text starts with.
func wordLength(text string) int {
	return len(text) - len(strings.TrimLeft(text, wordCharacters))
}

// unexpected explains a character that starts no token.
func unexpected(text string, column int, before []token) *Error {
	character, width := utf8.DecodeRuneInString(text)
	at := Position{Word: text[:width], Column: column}
	switch {
	case text == "":
		return errorAt(Position{Word: `\`, Column: column - 1}, "a backslash stands before a name")
	case strings.ContainsRune("[]&|=<>+*^{}!", character):
		if character == '[' && len(before) > 0 {
			at = before[len(before)-1].Position
			at.Word += text[:strings.IndexByte(text+"]", ']')]
			if strings.Contains(text, "]") {
				at.Word += "]"
			}
		}
		return errorAt(at, arithmetic)
	case character == utf8.RuneError:
		return &Error{Column: column, Reason: "the expression is not valid UTF-8 here"}
	case character > utf8.RuneSelf || character < ' ':
		return &Error{Column: column, Reason: fmt.Sprintf("the character U+%04X is not part of the language", character)}
	}
	return errorAt(at, "the character is not part of the language")
}
