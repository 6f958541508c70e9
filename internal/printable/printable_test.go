package printable_test

import (
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

func TestWhatATerminalWouldObeyGoes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"":                              {"", ""},
		"plain. Grüße, 東京":              {"plain. Grüße, 東京", "plain. Grüße, 東京"},
		"red \x1b[31mtext\x1b[0m":       {"red [31mtext[0m", "red [31mtext[0m"},
		"title \x1b]0;owned\x07":        {"title ]0;owned", "title ]0;owned"},
		"one byte \u009b2J":             {"one byte 2J", "one byte 2J"},
		"over\rwritten, b\bck":          {"over written, bck", "over written, bck"},
		"first\n\n  second\r\n":         {"first second", "first\n\n  second \n"},
		"right \u202eto left\u2066":     {"right to left", "right to left"},
		"zero\x00 \u200bwidth\ufeff":    {"zero width", "zero width"},
		"no UTF-8 \xff\xfe here":        {"no UTF-8 here", "no UTF-8  here"},
		"a\ttab and a\u00a0fixed space": {"a tab and a fixed space", "a tab and a fixed space"},
	} {
		if got := printable.Line(text, 100); got != want[0] {
			t.Errorf("Line(%q) is %q, want %q", text, got, want[0])
		}
		if got := printable.Lines(text, 100); got != want[1] {
			t.Errorf("Lines(%q) is %q, want %q", text, got, want[1])
		}
	}
}

func TestVisibleHidesNothing(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"":                      "",
		"web_1.pcap, Grüße, 東京": "web_1.pcap, Grüße, 東京",
		"a\u202ecap.exe":        `a\u202ecap.exe`,
		"\x1b[31m\n\x7f":        `\x1b[31m\x0a\x7f`,
		"\xff\xfe":              `\xff\xfe`,
		"\ufeffa\u200bb":        `\ufeffa\u200bb`,
		"\U000e0041":            `\U000e0041`,
		"\u00a0":                `\u00a0`,
		"\ufffd":                "\ufffd",
	} {
		if got := printable.Visible(name); got != want {
			t.Errorf("Visible(%q) is %q, want %q", name, got, want)
		}
	}
}

func TestLongLinesAreCut(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		strings.Repeat("é", 5): "ééééé",
		strings.Repeat("é", 6): "ééééé...",
		"abcde\n":              "abcde",
	} {
		if got := printable.Line(text, 5); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
