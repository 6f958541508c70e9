package packetcapture

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
)

func TestParseAddresses(t *testing.T) {
	t.Parallel()
	for filter, want := range map[string]string{
		"10.0.0.4":                "",
		"10.0.0.4-10.0.0.9":       "",
		"10.0.0.4-10.0.0.4":       "",
		"10.0.0.4;10.0.0.9":       "",
		"2001:db8::1":             "",
		"2001:db8::1-2001:db8::9": "",
		"2001:db8::1;10.0.0.9":    "",
		// Published by the vendor as an example of a range.
		"1.1.1.1-255.255.255":         "is not an IPv4 or IPv6 address",
		"10.0.0.0/24":                 "no CIDR notation",
		"10.0.0.4-10.0.0.9;10.0.1.1":  "ranges cannot be mixed into a list",
		"10.0.0.4-10.0.0.9-10.0.0.12": "more than one range",
		"10.0.0.9-10.0.0.4":           "runs backwards",
		"10.0.0.4-2001:db8::1":        "mixes IPv4 and IPv6",
		"10.0.0.4;":                   "is not an IPv4 or IPv6 address",
		"10.0.0.4, 10.0.0.9":          "is not an IPv4 or IPv6 address",
		"fe80::1%eth0":                "has a zone",
		"web.example.com":             "10.0.0.4, 10.0.0.4-10.0.0.9 or 10.0.0.4;10.0.0.9",
	} {
		checkFilter(t, parseAddresses, filter, want)
	}
}

func TestParsePorts(t *testing.T) {
	t.Parallel()
	for filter, want := range map[string]string{
		"443":           "",
		"0":             "",
		"65535":         "",
		"0-65535":       "",
		"80;443":        "",
		"65536":         "not a port number from 0 to 65535",
		"-1":            "not a port number",
		"80-":           "not a port number",
		"8080-80":       "runs backwards",
		"80;443-445":    "ranges cannot be mixed into a list",
		"80-90;100-110": "ranges cannot be mixed into a list",
		"80-90-100":     "more than one range",
		"0080":          "not a port number",
		"+80":           "not a port number",
		"https":         "443, 8000-8080 or 80;443",
		"80,443":        "not a port number",
	} {
		checkFilter(t, parsePorts, filter, want)
	}
	checkFilter(t, parsePorts, " 80", "not a port number")
}

func checkFilter(t *testing.T, parse func(string) error, filter, want string) {
	t.Helper()
	err := parse(filter)
	if (err == nil) != (want == "") || (err != nil && !strings.Contains(err.Error(), want)) {
		t.Errorf("%q: got %v, want an error with %q", filter, err, want)
	}
}

// FuzzParsePorts compares with the grammar written down differently.
func FuzzParsePorts(f *testing.F) {
	for _, seed := range []string{"443", "80-90", "80;443", "80;", "-", "1-2-3", "65536", "00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, filter string) {
		if got, want := parsePorts(filter) == nil, modelFilter(filter, modelPort, func(a, b int) bool { return a <= b }); got != want {
			t.Errorf("%q: accepted %v, want %v", filter, got, want)
		}
	})
}

// FuzzParseAddresses compares with the grammar written down differently.
func FuzzParseAddresses(f *testing.F) {
	for _, seed := range []string{"1.1.1.1-255.255.255", "10.0.0.4", "::1-::2", "10.0.0.4;::1", "10.0.0.0/8", "fe80::1%1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, filter string) {
		want := modelFilter(filter, modelAddress, func(a, b netip.Addr) bool { return a.BitLen() == b.BitLen() && a.Compare(b) <= 0 })
		if got := parseAddresses(filter) == nil; got != want {
			t.Errorf("%q: accepted %v, want %v", filter, got, want)
		}
	})
}

func modelFilter[T any](filter string, one func(string) (T, bool), inOrder func(a, b T) bool) bool {
	if from, to, isRange := strings.Cut(filter, "-"); isRange && !strings.Contains(filter, ";") {
		a, okA := one(from)
		b, okB := one(to)
		return okA && okB && inOrder(a, b)
	}
	for part := range strings.SplitSeq(filter, ";") {
		if _, ok := one(part); !ok {
			return false
		}
	}
	return true
}

func modelPort(text string) (int, bool) {
	port, err := strconv.Atoi(text)
	return port, err == nil && port >= 0 && port <= 65535 && fmt.Sprint(port) == text
}

func modelAddress(text string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(text)
	return address, err == nil && address.Zone() == ""
}
