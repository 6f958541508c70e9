package simtest

import (
	"strings"
	"testing"
)

// Says reports each of the parts that a text lacks.
func Says(tb testing.TB, text string, parts ...string) {
	tb.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			tb.Errorf("no %q in %s", part, text)
		}
	}
}
