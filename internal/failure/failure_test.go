package failure_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

func TestDetailsInOneSentence(t *testing.T) {
	t.Parallel()
	for want, details := range map[string]failure.Details{
		"it failed": {Summary: "it failed", Next: []string{"Try again."}},
		"it failed: Busy: Later. (request id r-1)": {Summary: "it failed", Code: "Busy", Message: "Later.", RequestID: "r-1"},
		"Busy: Later.": {Code: "Busy", Message: "Later."},
	} {
		if got := details.String(); got != want {
			t.Errorf("%q is not %q", got, want)
		}
	}
}

func TestPrintableKeepsTheErrorAndItsCallersRemedies(t *testing.T) {
	t.Parallel()
	cause := errors.New("boom")
	details := failure.Details{Summary: "a\x1b[31mb\nc", Code: "x\ny", Message: "m\x00", RequestID: "r\t", Next: []string{"do\x07 it"}, Err: cause}
	got := details.Printable()
	if !errors.Is(got.Err, cause) || details.Next[0] != "do\x07 it" {
		t.Errorf("%+v, and the original's remedy is %q", got, details.Next[0])
	}
	for _, part := range []string{got.Summary, got.Code, got.Message, got.RequestID, got.Next[0]} {
		for _, r := range part {
			if r < ' ' && r != '\n' {
				t.Errorf("%q is left", part)
			}
		}
	}
}

func TestTemporary(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{0: false, 200: false, 400: false, 404: false, 408: true, 409: false, 429: true, 499: false, 500: true, 503: true, 599: true} {
		if failure.IsTemporary(status) != want {
			t.Errorf("%d is not %t", status, want)
		}
	}
}

type refusedCredential struct{ error }

func (refusedCredential) NonRetriable() {}

func TestFinal(t *testing.T) {
	t.Parallel()
	if !failure.IsFinal(fmt.Errorf("sign in: %w", refusedCredential{errors.New("no")})) || failure.IsFinal(errors.New("no")) || failure.IsFinal(nil) {
		t.Error("an error is final if and only if it is marked")
	}
}
