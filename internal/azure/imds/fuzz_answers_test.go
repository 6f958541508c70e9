package imds

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecodeEvents: events come back as they were written, with numbers bare
// or as texts, and of any other document only a number of the document can
// make one.
func FuzzDecodeEvents(f *testing.F) {
	f.Add([]byte(`{"DocumentIncarnation":1,"Events":[{"EventId":"e","NotBefore":"","Resources":["a",""]}]}`), "e-1", "vm", int64(7), int64(1474309787))
	f.Add([]byte(`{"documentincarnation":"2","Events":null}`), "\x00", "", int64(-1), int64(0))
	f.Add([]byte(`{"DocumentIncarnation":1.5}`), "é", "\xff", int64(1<<62), int64(253402300799))
	f.Fuzz(func(t *testing.T, raw []byte, id, resource string, number, seconds int64) {
		if events, err := decodeEvents(raw); err == nil {
			var members map[string]json.RawMessage
			if json.Unmarshal(raw, &members) != nil || !bytes.Equal(events.Raw, bytes.TrimSpace(raw)) {
				t.Fatalf("%q is read", raw)
			}
			var written any
			if exact, found := members["DocumentIncarnation"]; found && json.Unmarshal(exact, &written) == nil {
				text, isText := written.(string)
				if !isText {
					text = string(exact)
				}
				if want, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err != nil || want != events.DocumentIncarnation {
					t.Fatalf("%q has the incarnation %d", raw, events.DocumentIncarnation)
				}
			}
		}
		at := time.Unix(((seconds%253402300800)+253402300800)%253402300800, 0).UTC()
		for _, written := range []any{number, strconv.FormatInt(number, 10)} {
			built, err := json.Marshal(map[string]any{"DocumentIncarnation": written, "Events": []any{
				map[string]any{"EventId": id, "Resources": []string{resource, id}, "NotBefore": at.Format(http.TimeFormat), "DurationInSeconds": written},
			}})
			if err != nil {
				t.Fatal(err)
			}
			events, err := decodeEvents(built)
			if err != nil || events.DocumentIncarnation != number || len(events.Events) != 1 {
				t.Fatalf("%s: %v", built, err)
			}
			want := ScheduledEvent{EventID: orNil(string([]rune(id))), DurationInSeconds: &number, NotBefore: &at, NotBeforeRaw: orNil(at.Format(http.TimeFormat))}
			for _, name := range []string{resource, id} {
				if name != "" {
					want.Resources = append(want.Resources, string([]rune(name)))
				}
			}
			if diff := cmp.Diff(want, events.Events[0]); diff != "" || len(events.Warnings) > 0 {
				t.Fatalf("%s: %s %q", built, diff, events.Warnings)
			}
		}
	})
}

// FuzzNetwork compares MAC addresses, subnets and the joining of public
// addresses with package net.
func FuzzNetwork(f *testing.F) {
	f.Add("0022480A1B2C", "10.1.0.0", int64(24), "10.1.0.4", "[2001:DB8::1]")
	f.Add("0022.480a.1b2c", "10.1.0.7", int64(24), "::1", "::2")
	f.Add("00-22-48-0a-1b-2c", "10.1.0.7", int64(33), "fd00::4", "fd00:0::4")
	f.Add("::::::::::::", "fe80::1%eth0", int64(-1), "", "x")
	f.Fuzz(func(t *testing.T, mac, subnet string, bits int64, private, other string) {
		raw, err := json.Marshal(map[string]any{"compute": map[string]any{"vmId": "1"}, "network": map[string]any{"interface": []any{map[string]any{
			"macAddress": mac, "ipv4": map[string]any{
				"ipAddress": []any{map[string]string{"privateIpAddress": private}}, "subnet": []any{map[string]any{"address": subnet, "prefix": bits}},
			},
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		document, err := decodeDocument(raw)
		if err != nil {
			t.Fatalf("%s: %s", raw, err)
		}
		found := document.Network.Interfaces[0]
		digits := strings.NewReplacer(":", "", "-", "", ".", "").Replace(mac)
		if bare, err := hex.DecodeString(digits); (err == nil && len(bare) == 6) != (found.MACAddress != nil) || found.MACAddress != nil && *found.MACAddress != net.HardwareAddr(bare).String() {
			t.Fatalf("%s: %q, %v", raw, bare, found.MACAddress)
		}
		_, block, err := net.ParseCIDR(subnet + "/" + strconv.FormatInt(bits, 10))
		if cidr := found.IPv4.Subnets[0].CIDR; (err == nil) != (cidr != nil) {
			t.Fatalf("%s: %v", raw, err)
		} else if cidr != nil {
			// An IPv4 address within IPv6 has two forms.
			if mapped := block.IP.To4() != nil && strings.Contains(subnet, ":"); !mapped && *cidr != block.String() {
				t.Fatalf("%s: %s, want %s", raw, *cidr, block)
			}
		}
		// The same address, however it is written, has the public one.
		document.Network.join(&LoadBalancer{PublicIPAddresses: []FrontendAddress{{FrontendIPAddress: "[20.1.2.3]", PrivateIPAddress: other}}})
		joined := document.Network.Interfaces[0].IPv4.IPAddresses[0]
		a, b := net.ParseIP(private), net.ParseIP(trimBrackets(strings.TrimSpace(other)))
		sameFamily := strings.Contains(private, ":") == strings.Contains(other, ":")
		if want := a.Equal(b); a != nil && b != nil && sameFamily && want != (joined.PublicIPAddress != nil) || joined.PublicIPAddress != nil && *joined.PublicIPAddress != "20.1.2.3" {
			t.Fatalf("%q and %q: %+v", private, other, joined)
		}
	})
}

// FuzzCheckEndpoint: only this machine and its links are believed, and a
// refusal repeats no password.
func FuzzCheckEndpoint(f *testing.F) {
	for _, seed := range []string{"http://169.254.169.254", "http://localhost:80/", "http://[fe80::1%25eth0]", "http://127.1", "http://h?x", "http://[::ffff:127.0.0.1]", "http://10.0.0.1#", "http://127.0.0.1?", "http://127.0.0.1#", "http://[fe80::%25\xff]"} {
		f.Add(seed)
	}
	const canary = "canary-4711"
	f.Fuzz(func(t *testing.T, text string) {
		if CheckEndpoint(text) == nil {
			client := NewClient(Config{Endpoint: text}, nil)
			sent, err := url.Parse(client.origin.String() + instancePath + "?a=b")
			if client.invalid != nil || err != nil || sent.Path != instancePath || sent.RawQuery != "a=b" || sent.User != nil {
				t.Fatalf("%q: %v, %v", text, client.invalid, err)
			}
			host, _, _ := strings.Cut(sent.Hostname(), "%")
			if ip := net.ParseIP(host); !strings.EqualFold(host, "localhost") && (ip == nil || !ip.IsLoopback() && !ip.IsLinkLocalUnicast()) {
				t.Fatalf("%q is believed", text)
			}
		}
		if err := CheckEndpoint("http://u:" + canary + "@" + text); err == nil || strings.Contains(err.Error(), canary) && !strings.Contains(text, canary) {
			t.Fatalf("%q behind a password: %v", text, err)
		}
	})
}

func TestEndpointsThatNoRequestCanBeSentToAreRefused(t *testing.T) {
	t.Parallel()
	if err := CheckEndpoint("http://[fe80::%25\xff]"); err == nil {
		t.Error("the endpoint is accepted")
	}
	if err := CheckEndpoint("http://[fe80::1%25eth0]:80"); err != nil {
		t.Error(err)
	}
}

func TestAMemberWithoutANameIsNoOther(t *testing.T) {
	t.Parallel()
	document, err := decodeDocument([]byte(`{"":{"":"x","name":"y"}}`))
	if err != nil || document.Compute != nil || document.Network != nil {
		t.Errorf("%+v, %v", document, err)
	}
}
