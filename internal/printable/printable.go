// Package printable makes text from outside fit for a terminal and a log.
// What a service sends may hold escape sequences, which move the cursor,
// hide lines or retitle the window, characters that turn the order of text
// around, or megabytes.
package printable

import (
	"strings"
	"unicode"
)

// Line makes one line of text: every run of white space becomes one space,
// and everything that is not printable goes. Text of more than most
// characters is cut, and says so with three dots.
func Line(text string, most int) string {
	return cut(strings.Join(strings.FieldsFunc(clean(text), unicode.IsSpace), " "), most)
}

// Lines is Line for text of several lines, which it keeps.
func Lines(text string, most int) string { return cut(clean(text), most) }

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
