package huaweicloud

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
)

const redacted = "[redacted]"

// Secret is text that no formatting shows: not %v, not %q, not JSON. Reveal
// returns it.
type Secret string

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// Format writes a placeholder for every verb.
func (s Secret) Format(state fmt.State, _ rune) {
	if s == "" {
		return
	}
	if _, err := state.Write([]byte(redacted)); err != nil {
		return // fmt's own writers do not fail.
	}
}

// MarshalText writes a placeholder, so that JSON and log encoders do too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(fmt.Sprint(s)), nil }

// redactor removes the session's secrets from text that came from outside:
// services have been seen to quote what they could not verify.
type redactor struct {
	mu      sync.Mutex
	secrets []string
}

// minSecret keeps a secret of a few letters from blacking out whole messages.
const minSecret = 6

func newRedactor(secrets ...string) *redactor {
	created := &redactor{}
	for _, secret := range secrets {
		created.add(secret)
	}
	return created
}

func (r *redactor) add(secret string) {
	if len(secret) < minSecret {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
		if !slices.Contains(r.secrets, form) {
			r.secrets = append(r.secrets, form)
		}
	}
}

// maxMessage bounds what a service can put into an error.
const maxMessage = 600

// clean redacts text, and makes one printable line of bounded length of it.
func (r *redactor) clean(text string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text = r.withoutSecrets(text)
	// What is dropped as not printable may have stood inside of a secret.
	text = r.withoutSecrets(printable.Line(text, len(text)))
	return printable.Line(text, maxMessage)
}

func (r *redactor) withoutSecrets(text string) string {
	for _, secret := range r.secrets {
		text = strings.ReplaceAll(text, secret, redacted)
	}
	return text
}
