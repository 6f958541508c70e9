package loganalytics

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// vector is one signature that Python's hmac, openssl and Node's crypto
// computed alike; the first is also published.
type vector struct {
	Name          string `json:"name"`
	WorkspaceID   string `json:"workspace_id"`
	SharedKey     string `json:"shared_key"`
	Date          string `json:"x_ms_date"`
	ContentType   string `json:"content_type"`
	ContentLength int    `json:"content_length"`
	StringToSign  string `json:"string_to_sign"`
	Signature     string `json:"signature"`
	Authorization string `json:"authorization"`
	Body          string `json:"body"`
}

func vectors(t *testing.T) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/shared_key_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			key, err := ParseSharedKey(v.SharedKey)
			if err != nil {
				t.Fatal(err)
			}
			text := stringToSign(v.ContentLength, v.ContentType, v.Date)
			if text != v.StringToSign {
				t.Errorf("string to sign %q, want %q", text, v.StringToSign)
			}
			if got := key.signature(text); got != v.Signature {
				t.Errorf("signature %s, want %s", got, v.Signature)
			}
		})
	}
}

func TestSignSignsTheBytesOfTheBody(t *testing.T) {
	t.Parallel()
	signed := 0
	for _, v := range vectors(t) {
		date, err := time.Parse(http.TimeFormat, v.Date)
		if err != nil || v.Body == "" || v.ContentType != jsonType {
			continue
		}
		key, err := ParseSharedKey(v.SharedKey)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{}
		// The machine's zone must not matter.
		key.sign(header, v.WorkspaceID, len(v.Body), date.In(time.FixedZone("elsewhere", 3600)))
		if right := len(v.Body) == v.ContentLength; (header.Get("Authorization") == v.Authorization) != right {
			t.Errorf("%s: %s, want equal to %s: %v", v.Name, header.Get("Authorization"), v.Authorization, right)
		}
		if header.Get("x-ms-date") != v.Date || header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: headers %v", v.Name, header)
		}
		signed++
	}
	if signed < 5 {
		t.Errorf("only %d vectors were usable", signed)
	}
}

const canaryKey = "Y2FuYXJ5LXNoYXJlZC1rZXktdGhhdC1tdXN0LW5ldmVyLWJlLXNlZW4="

func TestSharedKeyNeverShows(t *testing.T) {
	t.Parallel()
	key, err := ParseSharedKey(canaryKey)
	if err != nil {
		t.Fatal(err)
	}
	config := DataCollectorConfig{SharedKey: key, SecondaryKey: key}
	encoded, err := json.Marshal(struct{ Key SharedKey }{key})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{string(encoded)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		texts = append(texts, fmt.Sprintf(verb, key), fmt.Sprintf(verb, config), fmt.Sprintf(verb, &config))
	}
	for _, text := range texts {
		for _, secret := range []string{canaryKey, "canary", fmt.Sprintf("%x", "canary"), "99 97 110"} {
			if strings.Contains(text, secret) {
				t.Errorf("the key shows in %s", text)
			}
		}
	}
	for _, wrong := range []string{"", "canary?secret!", "===="} {
		if _, err := ParseSharedKey(wrong); err == nil {
			t.Errorf("%q was taken for a key", wrong)
		} else if wrong != "" && strings.Contains(err.Error(), wrong) {
			t.Errorf("the error shows the key: %v", err)
		}
	}
}
