package imds

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecodeDocument: what has no user data any more says the same about
// everything else, and every typed whole value has its place in the document.
func FuzzDecodeDocument(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "instance-*.json"))
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`{"compute":{"userData":"a","USERDATA":"b","tags":"a:b;c"},"Compute":{"userdata":1},"network":{"interface":[null,{"ipv4":1}]}}`))
	f.Add([]byte(`{"":{"":0}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		document, err := decodeDocument(raw)
		if err != nil {
			if json.Valid(raw) && bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
				t.Fatalf("an object is refused: %s", err)
			}
			return
		}
		if !bytes.Equal(document.Raw, bytes.TrimSpace(raw)) {
			t.Fatal("Raw is not what came")
		}
		stripped, err := document.RawWithoutUserData()
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeDocument(stripped)
		if err != nil {
			t.Fatalf("%s: %s", stripped, err)
		}
		if again.Compute != nil && (again.Compute.UserData != nil || again.Compute.CustomData != nil) {
			t.Fatalf("user data is left: %s", stripped)
		}
		if document.Compute != nil {
			document.Compute.UserData, document.Compute.CustomData = nil, nil
		}
		if diff := cmp.Diff(document.Compute, again.Compute); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(document.Network, again.Network); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzParseTags: tags without separators come back as they were; a text that
// has one reading only can be written again from it.
func FuzzParseTags(f *testing.F) {
	for _, seed := range []string{"", "a:b", "baz:bash;foo:bar", "a:b;c", "a:b:c", "a:;b:", ";", ":", "a:b;;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tags, ambiguous := parseTags(text)
		if ambiguous {
			return
		}
		parts := strings.Split(strings.TrimSuffix(text, ";"), ";")
		if text == "" {
			parts = nil
		}
		if len(parts) != len(tags) {
			t.Fatalf("%q has %d parts and %d tags", text, len(parts), len(tags))
		}
		for _, part := range parts {
			if strings.Count(part, ":") != 1 {
				t.Fatalf("%q is said to have one reading", text)
			}
			name, value, _ := strings.Cut(part, ":")
			if got, found := tags[name]; !found || got != value {
				t.Fatalf("%q: %q is %q", text, name, got)
			}
		}
	})
}

// FuzzParseEventTime: both forms of any second come back as that second, and
// any text that is taken means one time.
func FuzzParseEventTime(f *testing.F) {
	f.Add("Mon, 19 Sep 2016 18:29:47 GMT", int64(1474309787))
	f.Add("2016-09-19T18:29:47Z", int64(0))
	f.Add("", int64(253402300799))
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		const tenThousandYears = 253402300800
		at := time.Unix(((seconds%tenThousandYears)+tenThousandYears)%tenThousandYears, 0).UTC()
		for _, written := range []string{at.Format(http.TimeFormat), at.Format(time.RFC3339)} {
			if got, err := parseEventTime(written); err != nil || !got.Equal(at) {
				t.Fatalf("%s: %s %v", written, got, err)
			}
		}
		parsed, err := parseEventTime(text)
		if err != nil || parsed.Year() < 0 || parsed.Year() > 9999 {
			return
		}
		again, err := parseEventTime(parsed.Format(time.RFC3339Nano))
		if err != nil || !again.Equal(parsed) || parsed.Location() != time.UTC {
			t.Fatalf("%q is %s, and again %s %v", text, parsed, again, err)
		}
	})
}

// signedSeeds returns messages that the simulator signed once. They are
// files, so that all processes of a fuzzing run agree about the key.
func signedSeeds(f *testing.F) [][]byte {
	f.Helper()
	var seeds [][]byte
	for _, name := range []string{"attested-plain.b64", "attested-attributes.b64"} {
		encoded, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(encoded)))
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, der)
	}
	return seeds
}

// FuzzParseSignedData: nobody can change what was signed. A mutant of a
// signed message that still verifies with the same key has the same content.
func FuzzParseSignedData(f *testing.F) {
	seeds := signedSeeds(f)
	original, err := parseSignedData(seeds[0])
	if err != nil {
		f.Fatal(err)
	}
	signer, err := original.verify()
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range seeds {
		f.Add(seed, uint16(0), byte(0))
	}
	f.Fuzz(func(t *testing.T, der []byte, at uint16, flip byte) {
		der = bytes.Clone(der)
		if len(der) > 0 {
			der[int(at)%len(der)] ^= flip
		}
		message, err := parseSignedData(der)
		if err != nil {
			return
		}
		certificate, err := message.verify()
		if err != nil || !reflect.DeepEqual(certificate.PublicKey, signer.PublicKey) {
			return
		}
		genuine := false
		for _, seed := range seeds {
			known, err := parseSignedData(seed)
			genuine = genuine || err == nil && bytes.Equal(known.content, message.content)
		}
		if !genuine {
			t.Fatalf("a forgery verifies: %q", message.content)
		}
	})
}
