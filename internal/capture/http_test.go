package capture_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
)

// hostsOf are the hosts in what one side sends to port 80, in the given segments.
func hostsOf(t *testing.T, parts ...string) (hosts map[string]int64, httpPackets int64) {
	t.Helper()
	packets := segments(">S <SA >A")
	at := uint32(1001)
	for _, part := range parts {
		packets = append(packets, segment(true, at, 5001, 0x18, []byte(part)))
		at += uint32(len(part)) //nolint:gosec // small
	}
	for _, packet := range packets {
		ports := packet[20:24]
		for i := 0; i < len(ports); i += 2 {
			if binary.BigEndian.Uint16(ports[i:]) == 53 {
				binary.BigEndian.PutUint16(ports[i:], 80)
			}
		}
	}
	s := summarize(t, capture.Options{IncludeNames: true}, fileOf(layers.LinkTypeRaw, packets...))
	return s.HTTPHosts, s.Protocols["http"].Packets
}

func request(method, host string, more ...string) string {
	return fmt.Sprintf("%s /x HTTP/1.1\r\nHost: %s\r\n%s\r\n", method, host, strings.Join(more, ""))
}

func TestHostsOfRequests(t *testing.T) {
	t.Parallel()
	body := "POST /not-a-request HTTP/1.1\r\nHost: body.example\r\n\r\n"
	length := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	a, b, c := request("GET", "a.example"), request("GET", "b.example"), request("DELETE", "c.example")
	for name, test := range map[string]struct {
		parts []string
		want  string
	}{
		"pipelined":                  {[]string{a + b + c}, "a b c"},
		"pipelined across segments":  {[]string{a + b[:9], b[9:] + c}, "a b c"},
		"a method cut":               {[]string{a + b[:20], b[20:]}, "a b"},
		"WebDAV and others":          {[]string{request("PROPFIND", "a.example"), request("M-SEARCH", "b.example"), request("x~1", "c.example")}, "a b c"},
		"behind an unknown method":   {[]string{request("BREW", "a.example") + b}, "a b"},
		"an unknown method cut":      {[]string{request("REPORT", "a.example")[:25], request("REPORT", "a.example")[25:]}, "a"},
		"a body":                     {[]string{request("POST", "a.example", length) + body + b}, "a b"},
		"a body across segments":     {[]string{request("POST", "a.example", length) + body[:5], body[5:20], body[20:] + b}, "a b"},
		"a body of its own segment":  {[]string{request("POST", "a.example", length), body, b}, "a b"},
		"a line behind a body":       {[]string{request("POST", "a.example", "Content-Length: 2\r\n") + "xy\r\n" + b}, "a b"},
		"chunks":                     {[]string{request("POST", "a.example", "Transfer-Encoding: chunked\r\n") + "2\r\nxy\r\n0\r\n\r\n", b}, "a b"},
		"a length that is none":      {[]string{request("POST", "a.example", "Content-Length: -5\r\n"), b}, "a b"},
		"a length beyond everything": {[]string{request("POST", "a.example", "Content-Length: 99999999999999999999\r\n"), b}, "a b"},
		"other protocols":            {[]string{"MAIL FROM:<x@y> SIZE=1\r\n", "GETX\r\n", " / HTTP/1.1\r\nHost: q\r\n\r\n", "G(T / HTTP/1.1\r\nHost: q\r\n\r\n", "GET /x\r\nHost: q\r\n\r\n"}, ""},
	} {
		want := map[string]int64{}
		for _, host := range strings.Fields(test.want) {
			want[host+".example"] = 1
		}
		got, packets := hostsOf(t, test.parts...)
		if difference := cmp.Diff(want, got); difference != "" || len(want) == 0 && packets != 0 {
			t.Errorf("%s: %d packets, %s", name, packets, difference)
		}
	}
}
