package secret_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

func TestSecretsDoNotFormat(t *testing.T) {
	t.Parallel()
	hidden := struct{ Link secret.Text }{"canary"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if text := fmt.Sprintf(verb, hidden) + fmt.Sprintf(verb, hidden.Link); strings.Contains(text, "canary") || strings.Contains(text, fmt.Sprintf("%x", "canary")) {
			t.Errorf("%s shows the secret: %s", verb, text)
		}
	}
	if text, err := hidden.Link.MarshalText(); err != nil || string(text) != "[redacted]" {
		t.Errorf("marshals as %q, %v", text, err)
	}
	if hidden.Link.Reveal() != "canary" {
		t.Error("Reveal does not")
	}
}

func TestARedactorKnowsTheFormsOfAURL(t *testing.T) {
	t.Parallel()
	redactor := secret.NewRedactor("a b/c+d", "short")
	redactor.Add("another one")
	for text, want := range map[string]string{
		"said a b/c+d twice: a b/c+d":     "said [redacted] twice: [redacted]",
		"?key=a+b%2Fc%2Bd":                "?key=[redacted]",
		"/a%20b%2Fc+d":                    "/[redacted]",
		"short is no secret":              "short is no secret",
		"added: another one, another+one": "added: [redacted], [redacted]",
	} {
		if got := redactor.Clean(text); got != want {
			t.Errorf("%q is not %q", got, want)
		}
	}
}

// TestCleaningIsCheap holds what every header of every answer costs.
func TestCleaningIsCheap(t *testing.T) { //nolint:paralleltest // Allocations are counted for the whole process.
	token := strings.Repeat("eyJ0eXAiOiJKV1Qi.", 100)
	redactor := secret.NewRedactor(token)
	if count := testing.AllocsPerRun(100, func() { redactor.Clean("application/json; charset=utf-8") }); count > 0 {
		t.Errorf("%v allocations to clean a header without the secret", count)
	}
}
