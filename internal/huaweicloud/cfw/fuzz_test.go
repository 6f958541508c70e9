package cfw

import (
	"encoding/json"
	"fmt"
	"math"
	"net"
	"strconv"
	"strings"
	"testing"
)

// FuzzNumber compares with what encoding/json makes of the same number, bare
// or as a text.
func FuzzNumber(f *testing.F) {
	for _, seed := range []string{`2`, `"2"`, `2.0`, `"3e0"`, `null`, `""`, `9223372036854775808`, `-9223372036854775808`, `1e400`, `"NaN"`, `"0x10p0"`, `"\u0032"`, `9007199254740993.0`, `"Infinity"`, `[2]`, `"null"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got number
		err := json.Unmarshal(text, &got)
		var meant any
		if json.Unmarshal(text, &meant) != nil {
			if err == nil {
				t.Fatalf("%q is no JSON, and read as %d", text, got.value)
			}
			return
		}
		written := strings.TrimSpace(string(text))
		if inner, isText := meant.(string); isText {
			if written = strings.TrimSpace(inner); written == "" || written == "null" {
				meant = nil
			}
		}
		if meant == nil {
			if err != nil || got.set {
				t.Fatalf("%q is %d, %v", text, got.value, err)
			}
			return
		}
		want, isInteger := strconv.ParseInt(written, 10, 64)
		float, known := decimal(written)
		switch {
		case isInteger == nil:
			if err != nil || !got.set || got.value != want {
				t.Fatalf("%q is %d, %v, want %d", text, got.value, err, want)
			}
		case known && float == math.Trunc(float) && math.Abs(float) < 1<<53:
			if err != nil || !got.set || float64(got.value) != float {
				t.Fatalf("%q is %d, %v, want %g", text, got.value, err, float)
			}
		case err == nil:
			t.Fatalf("%q is read as %d", text, got.value)
		}
		checkCaptcha(t, text)
	})
}

// decimal reads a number of JSON.
func decimal(written string) (float64, bool) {
	if !json.Valid([]byte(written)) {
		return 0, false
	}
	float, err := strconv.ParseFloat(written, 64)
	return float, err == nil
}

// checkCaptcha: a text stays, and a number has six digits at least.
func checkCaptcha(t *testing.T, text []byte) {
	t.Helper()
	var got captcha
	err := json.Unmarshal(text, &got)
	var asText string
	var asNumber uint32
	switch {
	case json.Unmarshal(text, &asText) == nil && asText != "":
		if err != nil || string(got) != asText {
			t.Fatalf("%q is %q, %v", text, string(got), err)
		}
	case json.Unmarshal(text, &asNumber) == nil && strings.TrimSpace(string(text)) != "null" && asText == "" && text[0] != '"':
		if err != nil || string(got) != fmt.Sprintf("%06d", asNumber) {
			t.Fatalf("%q is %q, %v", text, string(got), err)
		}
	}
}

// FuzzFamilyOf compares with package net, and wants addresses that are the
// same to be so both ways.
func FuzzFamilyOf(f *testing.F) {
	f.Add("10.0.0.1", "10.0.0.1/32")
	f.Add("::ffff:10.0.0.1", "10.0.0.1")
	f.Add("fe80::1%eth0", "2001:DB8::1")
	f.Add("10.0.0.0/08", "010.0.0.1")
	f.Add("", "::/0")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, text := range []string{a, b} {
			family, err := FamilyOf(text)
			if want := isAddress(text); (err == nil) != want {
				t.Fatalf("%q: %v", text, err)
			}
			if err == nil && (family == IPv6) != strings.Contains(text, ":") {
				t.Fatalf("%q is %s", text, family)
			}
		}
		if SameAddress(a, b) != SameAddress(b, a) || !SameAddress(a, a) {
			t.Fatalf("%q and %q are the same in one direction", a, b)
		}
		first, second := net.ParseIP(a), net.ParseIP(b)
		if first != nil && second != nil && strings.Contains(a, ":") == strings.Contains(b, ":") && SameAddress(a, b) != first.Equal(second) {
			t.Fatalf("%q and %q: %v", a, b, SameAddress(a, b))
		}
	})
}

func isAddress(text string) bool {
	address, bits, isBlock := strings.Cut(text, "/")
	if net.ParseIP(address) == nil {
		return false
	}
	length, err := strconv.Atoi(bits)
	if !isBlock || err != nil || strconv.Itoa(length) != bits {
		return !isBlock
	}
	most := 32
	if strings.Contains(address, ":") {
		most = 128
	}
	return length >= 0 && length <= most
}

func TestNumbersAreTakenExactlyOrNotAtAll(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{`"\u0032"`: 2, `" 2 "`: 2, `9007199254740991.0`: 9007199254740991, `9223372036854775807`: math.MaxInt64} {
		var got number
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.value != want {
			t.Errorf("%s: %d, %v", text, got.value, err)
		}
	}
	for _, text := range []string{`9223372036854775808`, `9007199254740993.0`, `"0x10p0"`, `"Inf"`, `-1e19`} {
		var got number
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is read as %d", text, got.value)
		}
	}
}
