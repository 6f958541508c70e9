// Package secret holds what must not be shown: text that no formatting
// prints, and its removal from what services answer.
package secret

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const placeholder = "[redacted]"

// Text is text that no formatting shows: not %v, not %q, not JSON. Reveal
// returns it.
type Text string

// Reveal returns the text itself.
func (t Text) Reveal() string { return string(t) }

// Format writes a placeholder for every verb.
func (t Text) Format(state fmt.State, _ rune) {
	if t == "" {
		return
	}
	if _, err := state.Write([]byte(placeholder)); err != nil {
		return // fmt's own writers do not fail.
	}
}

// MarshalText writes a placeholder, so that JSON and log encoders do too.
func (t Text) MarshalText() ([]byte, error) { return []byte(fmt.Sprint(t)), nil }

// Redactor removes secrets from text that came from outside: services and
// gateways have been seen to quote what they refuse. It is safe for concurrent
// use.
type Redactor struct {
	mu    sync.Mutex
	known []knownSecret
}

// knownSecret is a secret and what is looked for: it is made once, as every header
// of every answer is cleaned.
type knownSecret struct {
	text string
	// decoded is without the encodings of forms; word is its longest word.
	decoded, word string
}

// minLength keeps a secret of a few letters from blacking out whole answers.
const minLength = 6

// NewRedactor returns a redactor of some secrets.
func NewRedactor(secrets ...string) *Redactor {
	created := &Redactor{}
	created.Add(secrets...)
	return created
}

// Add makes it remove more secrets, however they are encoded. Those of less than
// six bytes are left out.
func (r *Redactor) Add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) < minLength || slices.ContainsFunc(r.known, func(k knownSecret) bool { return k.text == secret }) {
			continue
		}
		plain := formPlus(decode(secret).text)
		r.known = append(r.known, knownSecret{secret, plain, longestWord(plain)})
	}
}

// Clean returns a text with a placeholder in place of each secret.
func (r *Redactor) Clean(text string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range r.known {
		text = strings.ReplaceAll(text, secret.text, placeholder)
		// Nobody encodes letters: without them there is nothing to decode.
		if strings.Contains(text, secret.word) {
			decoded := decode(text)
			decoded.text = formPlus(decoded.text)
			text = decoded.without(text, decoded.groups(padded(secret.decoded)))
		}
	}
	return text
}

// padded matches a secret, with or without the padding of base64.
func padded(secret string) *regexp.Regexp {
	if bare := strings.TrimRight(secret, "="); len(bare) >= minLength {
		return regexp.MustCompile("(" + regexp.QuoteMeta(bare) + "=*)")
	}
	return regexp.MustCompile("(" + regexp.QuoteMeta(secret) + ")")
}
