package loganalytics

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/secret"
)

// SharedKey is a workspace's primary or secondary key. However it is printed
// or encoded, it does not show itself.
type SharedKey struct{ secret.Text }

// ParseSharedKey reads a key in the base64 form in which the portal shows it.
// Its errors do not contain the text.
func ParseSharedKey(text string) (SharedKey, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) == 0 {
		return SharedKey{}, errors.New("the workspace's shared key is not base64: copy the primary or secondary key of the workspace whole, with the '=' at its end")
	}
	return SharedKey{secret.Text(key)}, nil
}

// IsZero means that there is no key.
func (k SharedKey) IsZero() bool { return k.Text == "" }
