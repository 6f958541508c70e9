package tfkit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// TestDiagnosticsCannotTouchTheTerminal is about texts that quote a service
// which no client has cleaned.
func TestDiagnosticsCannotTouchTheTerminal(t *testing.T) {
	t.Parallel()
	const nasty = "\x1b[2J\r\n\u202eApply"
	failure := tfkit.Failure{What: "What" + nasty, Code: nasty, Message: nasty + strings.Repeat("long", 5000), RequestID: nasty, Next: []string{nasty}}
	for _, text := range []string{failure.Detail(), tfkit.Sentence(errors.New(nasty)), tfkit.Printable(nasty)} {
		if strings.ContainsAny(text, "\x1b\r\u202e") || len(text) > 6010 || !strings.Contains(text, "Apply") {
			t.Errorf("got %d bytes: %.300q", len(text), text)
		}
	}
}
