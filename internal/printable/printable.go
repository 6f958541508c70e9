// Package printable makes text from outside fit for a terminal and a log.
// What a service sends may hold escape sequences, which move the cursor,
// hide lines or retitle the window, characters that turn the order of text
// around, or megabytes.
package printable

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes one line of text: every run of white space becomes one space,
// and everything that is not printable goes. Text of more than most
// characters is cut, and says so with three dots.
func Line(text string, most int) string {
	return cut(strings.Join(strings.FieldsFunc(clean(text), unicode.IsSpace), " "), most)
}

// Lines is Line for text of several lines, which it keeps.
func Lines(text string, most int) string { return cut(clean(text), most) }

// Visible is a name as it is, with everything that a terminal or a browser would not
// show as a character of its own written out, like \u202e, and bytes that are no
// UTF-8 like \xff: two names that differ are seen to differ.
func Visible(name string) string {
	var b strings.Builder
	for i, c := range name {
		_, length := utf8.DecodeRuneInString(name[i:])
		switch {
		case c == utf8.RuneError && length == 1, c < utf8.RuneSelf && !unicode.IsPrint(c):
			fmt.Fprintf(&b, `\x%02x`, name[i])
		case unicode.IsPrint(c):
			b.WriteRune(c)
		case c > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, c)
		default:
			fmt.Fprintf(&b, `\u%04x`, c)
		}
	}
	return b.String()
}

func clean(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || unicode.IsPrint(c):
			return c
		case unicode.IsSpace(c):
			return ' '
		}
		return -1
	}, strings.ToValidUTF8(text, ""))
}

func cut(text string, most int) string {
	// No character is shorter than a byte.
	if len(text) <= most {
		return text
	}
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "..."
}
