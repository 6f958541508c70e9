package loganalytics

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// SharedKey is a workspace's primary or secondary key. However it is printed
// or encoded, it does not show itself.
type SharedKey struct{ key []byte }

// ParseSharedKey reads a key in the base64 form in which the portal shows it.
// Its errors do not contain the text.
func ParseSharedKey(text string) (SharedKey, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) == 0 {
		return SharedKey{}, errors.New("the workspace's shared key is not base64: copy the primary or secondary key of the workspace whole, with the '=' at its end")
	}
	return SharedKey{key: key}, nil
}

// IsZero means that there is no key.
func (k SharedKey) IsZero() bool { return len(k.key) == 0 }

// Format hides the key from every verb of package fmt.
func (SharedKey) Format(state fmt.State, _ rune) {
	// A formatter has nowhere to report a failed write.
	_, _ = state.Write([]byte("(sensitive)"))
}

// MarshalText hides the key from encoders.
func (SharedKey) MarshalText() ([]byte, error) { return []byte("(sensitive)"), nil }
