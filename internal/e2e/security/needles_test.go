package security

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// haystack searches texts for many secrets at once.
type haystack struct {
	// needles are the secrets' forms by their first letters.
	needles map[[prefixLength]byte][]needle
	// begins tells which pairs of letters any needle begins with, which spares
	// nearly all look-ups.
	begins *[1 << 16]bool
}

// prefixLength is shorter than any secret.
const prefixLength = 6

type needle struct {
	form string
	// name is what the secret is called in the test's output.
	name string
}

// partLength is how much of a secret is a leak.
const partLength = 20

// newHaystack takes secrets by their names. Besides whole secrets it finds
// their ends, in case the rest was cut off.
func newHaystack(secrets map[string][]string) haystack {
	h := haystack{map[[prefixLength]byte][]needle{}, new([1 << 16]bool)}
	for name, values := range secrets {
		for _, value := range values {
			parts := []string{value}
			if len(value) > partLength {
				parts = append(parts, value[len(value)-partLength:])
			}
			// All web tokens begin alike.
			if len(value) > partLength && !strings.HasPrefix(value, "ey") {
				parts = append(parts, value[:partLength])
			}
			for _, part := range parts {
				for _, form := range forms(part) {
					prefix := [prefixLength]byte([]byte(form))
					h.needles[prefix] = append(h.needles[prefix], needle{form, name})
					h.begins[int(form[0])<<8|int(form[1])] = true
				}
			}
		}
	}
	return h
}

// find returns the names of the secrets that a text has.
func (h haystack) find(text []byte) map[string]bool {
	found := map[string]bool{}
	for i := 0; i+prefixLength <= len(text); i++ {
		if !h.begins[int(text[i])<<8|int(text[i+1])] {
			continue
		}
		for _, needle := range h.needles[[prefixLength]byte(text[i:i+prefixLength])] {
			if bytes.HasPrefix(text[i:], []byte(needle.form)) {
				found[needle.name] = true
			}
		}
	}
	return found
}

// expectClean fails the test if a secret is in any file below a folder, also
// inside of plans, which are archives. Names of secrets map to the files that
// may have them.
func (h haystack) expectClean(t *testing.T, folder string, allowed map[string][]string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // below the test's own folder
		if err != nil {
			return err
		}
		files++
		h.expectCleanText(t, entry.Name(), content, allowed)
		if archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err == nil {
			for _, member := range archive.File {
				h.expectCleanText(t, entry.Name(), unpack(t, member), allowed)
			}
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Errorf("read %d files: %v", files, err)
	}
}

func (h haystack) expectCleanText(t *testing.T, name string, content []byte, allowed map[string][]string) {
	t.Helper()
	for secret := range h.find(content) {
		may := false
		for _, prefix := range allowed[secret] {
			may = may || strings.HasPrefix(name, prefix)
		}
		if !may {
			t.Errorf("%s is in %s", secret, name)
		}
	}
}

func unpack(t *testing.T, member *zip.File) []byte {
	t.Helper()
	reader, err := member.Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
	return content
}

// TestHaystack has one secret in every form, and needs each to be found.
func TestHaystack(t *testing.T) {
	t.Parallel()
	const secret = `c4nary/of+the "test"&9f3e71aa20b4`
	h := newHaystack(map[string][]string{"it": {secret}})
	for _, form := range forms(secret) {
		if !h.find([]byte("before " + form + " after"))["it"] {
			t.Errorf("%s is not found", form)
		}
	}
	for _, part := range []string{secret[:partLength], secret[len(secret)-partLength:]} {
		if !h.find([]byte("cut: " + part))["it"] {
			t.Errorf("%s is not found", part)
		}
	}
	if len(h.find([]byte("nothing of it: c4nary of the test"))) != 0 {
		t.Error("found what is not there")
	}
}
