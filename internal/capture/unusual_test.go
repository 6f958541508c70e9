package capture_test

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// packet4 is an IPv4 packet, and packet6 one of IPv6.
func packet4(protocol byte, payload ...byte) []byte {
	header := []byte{0x45, 0, 0, 0, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}
	binary.BigEndian.PutUint16(header[2:], uint16(len(header)+len(payload))) //nolint:gosec // small
	return slices.Concat(header, payload)
}

func packet6(next byte, payload ...byte) []byte {
	header := make([]byte, 40)
	header[0], header[6], header[7], header[23], header[39] = 0x60, next, 64, 1, 2
	binary.BigEndian.PutUint16(header[4:], uint16(len(payload))) //nolint:gosec // small
	return slices.Concat(header, payload)
}

func TestICMPErrorsByName(t *testing.T) {
	t.Parallel()
	message := func(kind, code byte) []byte { return slices.Concat([]byte{kind, code}, make([]byte, 14)) }
	want := map[string]int64{}
	var packets [][]byte
	for _, of := range []struct {
		v6         bool
		kind, code byte
		name       string
	}{
		{false, 3, 1, "Host unreachable"}, {false, 3, 99, "Destination unreachable"}, {false, 4, 0, "Source quench"}, {false, 5, 1, "Redirect"},
		{false, 11, 0, "Time to live exceeded in transit"}, {false, 11, 9, "Time exceeded"}, {false, 12, 0, "Parameter problem"}, {false, 8, 0, ""},
		{true, 1, 4, "Port unreachable"}, {true, 2, 0, "Packet too big"}, {true, 3, 1, "Fragment reassembly time exceeded"}, {true, 4, 1, "Parameter problem"}, {true, 128, 0, ""},
	} {
		if of.v6 {
			packets = append(packets, packet6(58, message(of.kind, of.code)...))
		} else {
			packets = append(packets, packet4(1, message(of.kind, of.code)...))
		}
		if of.name != "" {
			want[of.name]++
		}
	}
	s := summarize(t, capture.Options{}, fileOf(layers.LinkTypeRaw, packets...))
	if difference := cmp.Diff(want, s.ICMPErrors); difference != "" || s.Undecoded != 0 {
		t.Errorf("%d undecoded, %s", s.Undecoded, difference)
	}
}

// TestProtocolsByName counts packets of protocols that are not looked into.
func TestProtocolsByName(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		linkType  layers.LinkType
		packet    []byte
		protocols string
		undecoded int64
	}{
		"ESP":                {layers.LinkTypeRaw, packet4(50, make([]byte, 20)...), "esp ip raw", 0},
		"no name":            {layers.LinkTypeRaw, packet4(200, 1, 2), "ip ip_proto_200 raw", 0},
		"nothing follows":    {layers.LinkTypeRaw, packet6(59), "ipv6 raw", 0},
		"SCTP":               {layers.LinkTypeRaw, packet4(132, make([]byte, 16)...), "ip raw sctp", 0},
		"IP in IP":           {layers.LinkTypeRaw, packet4(4, packet4(50, 1)...), "esp ip ipip raw", 0},
		"IPv6 in IPv4":       {layers.LinkTypeRaw, packet4(41, packet6(59)...), "6in4 ip ipv6 raw", 0},
		"no IP":              {layers.LinkTypeRaw, []byte{0x99, 0}, "raw", 1},
		"short IPv4":         {layers.LinkTypeRaw, []byte{0x45, 0}, "ip raw", 1},
		"short IPv6":         {layers.LinkTypeRaw, []byte{0x60, 0}, "ipv6 raw", 1},
		"short UDP":          {layers.LinkTypeRaw, packet4(17, 1, 2), "ip raw udp", 1},
		"short TCP":          {layers.LinkTypeRaw, packet4(6, 1, 2), "ip raw tcp", 1},
		"short SCTP":         {layers.LinkTypeRaw, packet4(132, 1), "ip raw sctp", 1},
		"short ICMP":         {layers.LinkTypeRaw, packet4(1, 3), "icmp ip raw", 1},
		"hop by hop":         {layers.LinkTypeRaw, packet6(0, slices.Concat([]byte{60, 0, 1, 4, 0, 0, 0, 0}, []byte{59, 0, 1, 4, 0, 0, 0, 0})...), "ipv6 raw", 0},
		"cut options":        {layers.LinkTypeRaw, packet6(60, 59), "ipv6 raw", 1},
		"atomic fragment":    {layers.LinkTypeRaw, packet6(44, slices.Concat([]byte{50, 0, 0, 0, 0, 0, 0, 1}, make([]byte, 8))...), "esp ipv6 raw", 0},
		"ARP":                {layers.LinkTypeEthernet, slices.Concat(make([]byte, 12), []byte{8, 6}, make([]byte, 28)), "arp eth", 0},
		"LLDP":               {layers.LinkTypeEthernet, slices.Concat(make([]byte, 12), []byte{0x88, 0xcc, 0, 0}), "eth lldp", 0},
		"unknown EtherType":  {layers.LinkTypeEthernet, slices.Concat(make([]byte, 12), []byte{0x12, 0x34, 0, 0}), "eth ethertype_0x1234", 0},
		"802.3":              {layers.LinkTypeEthernet, slices.Concat(make([]byte, 12), []byte{0, 3, 0x42, 0x42, 3}), "eth llc", 0},
		"short Ethernet":     {layers.LinkTypeEthernet, make([]byte, 5), "eth", 1},
		"short VLAN":         {layers.LinkTypeEthernet, slices.Concat(make([]byte, 12), []byte{0x81, 0, 0}), "eth vlan", 1},
		"IPv6 on a loopback": {layers.LinkTypeNull, slices.Concat([]byte{30, 0, 0, 0}, packet6(59)), "ipv6 null", 0},
		"other on loopback":  {layers.LinkTypeNull, []byte{7, 0, 0, 0, 1}, "linktype_7 null", 0},
		"link type":          {layers.LinkTypeFDDI, make([]byte, 20), "linktype_10", 1},
	} {
		s := summarize(t, capture.Options{}, fileOf(test.linkType, test.packet))
		protocols := ""
		for _, name := range slices.Sorted(maps.Keys(s.Protocols)) {
			protocols += " " + name
		}
		if protocols != " "+test.protocols || s.Undecoded != test.undecoded || s.Total.Packets != 1 {
			t.Errorf("%s: %d undecoded, protocols%s", name, s.Undecoded, protocols)
		}
	}
}

// TestIPv6FragmentsArePutTogether has a UDP packet in two, the last part first, and
// one whose second part does not come.
func TestIPv6FragmentsArePutTogether(t *testing.T) {
	t.Parallel()
	udp := slices.Concat([]byte{0xc0, 0, 0, 9, 0, 24, 0, 0}, make([]byte, 16))
	part := func(id, flags byte, data []byte) []byte {
		return packet6(44, slices.Concat([]byte{17, 0, 0, flags, 0, 0, 0, id}, data)...)
	}
	s := summarize(t, capture.Options{}, fileOf(layers.LinkTypeRaw, part(1, 16, udp[16:]), part(1, 1, udp[:16]), part(2, 1, udp[:16])))
	if s.ConversationCount["udp"] != 1 || s.Protocols["udp"].Packets != 1 || s.Undecoded != 0 {
		t.Errorf("%v, %v, %d undecoded", s.ConversationCount, s.Protocols, s.Undecoded)
	}
}

// TestPacketsOfAClockThatWasNotSet begin at the epoch, which is a time.
func TestPacketsOfAClockThatWasNotSet(t *testing.T) {
	t.Parallel()
	file := fileOf(layers.LinkTypeEthernet, frames(isTCP)...)
	at := 24
	for at < len(file) {
		binary.LittleEndian.PutUint32(file[at:], 0)
		at += 16 + int(binary.LittleEndian.Uint32(file[at+8:]))
	}
	s := summarize(t, capture.Options{MaxConversations: 1000}, file)
	if !s.First.Equal(time.Unix(0, 0)) || s.HandshakeRTT[2] == 0 || len(s.Timeline.Bins) == 0 || s.Timeline.Bins[0].Packets == 0 {
		t.Errorf("first %s, handshakes %v, %d bins", s.First, s.HandshakeRTT, len(s.Timeline.Bins))
	}
	for _, c := range s.Conversations {
		if c.First.IsZero() {
			t.Errorf("conversation %v has no time", c)
		}
	}
}

// TestAHandshakeWithinOneTick is one of a clock that has seconds only.
func TestAHandshakeWithinOneTick(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]bool{">S <SA >A": true, ">S <SA": false} {
		file := fileOf(layers.LinkTypeRaw, segments(words)...)
		for at := 24; at < len(file); at += 16 + int(binary.LittleEndian.Uint32(file[at+8:])) {
			binary.LittleEndian.PutUint32(file[at+4:], 0)
		}
		s := summarize(t, capture.Options{MaxConversations: 1}, file)
		if c := s.Conversations[0]; c.HandshakeSeen != want || c.HandshakeRTT != 0 || (s.Handshakes == 1) != want {
			t.Errorf("%s: %t after %s, %d handshakes", words, c.HandshakeSeen, c.HandshakeRTT, s.Handshakes)
		}
	}
}

// TestLinkTypeThatWasNotRead has files that end in the header that says it.
func TestLinkTypeThatWasNotRead(t *testing.T) {
	t.Parallel()
	for name, file := range map[string][]byte{
		"pcap":   fileOf(layers.LinkTypeEthernet)[:20],
		"pcapng": onePeriod(t, func(f *traffic.File) { f.Pcapng = true })[:40],
	} {
		if read := summarize(t, capture.Options{}, file).Files[0]; read.LinkType != "" || !read.Truncated {
			t.Errorf("%s: %+v", name, read)
		}
	}
	if read := summarize(t, capture.Options{}, fileOf(layers.LinkTypeNull)).Files[0]; read.LinkType == "" {
		t.Error("a link type of 0 is one")
	}
}

// TestPacketsWithoutATime are those of pcapng's simple packet blocks.
func TestPacketsWithoutATime(t *testing.T) {
	t.Parallel()
	block := func(kind uint32, body []byte) []byte {
		b := binary.LittleEndian.AppendUint32(nil, kind)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(body)+12)) //nolint:gosec // small
		b = append(b, body...)
		return binary.LittleEndian.AppendUint32(b, uint32(len(body)+12)) //nolint:gosec // small
	}
	packet := packet4(50, make([]byte, 4)...)
	file := slices.Concat(
		block(0x0a0d0d0a, []byte{0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255}),
		block(1, []byte{101, 0, 0, 0, 0, 0, 0, 0}),
		block(3, slices.Concat(binary.LittleEndian.AppendUint32(nil, uint32(len(packet))), packet))) //nolint:gosec // small
	s := summarize(t, capture.Options{MaxConversations: 1}, file)
	if s.Total.Packets != 1 || !s.First.IsZero() || !s.Last.IsZero() || len(s.Timeline.Bins) != 0 || !s.Conversations[0].First.IsZero() {
		t.Errorf("%d packets from %s to %s", s.Total.Packets, s.First, s.Last)
	}
}

// TestAuthenticationHeader looks behind AH, as Wireshark does.
func TestAuthenticationHeader(t *testing.T) {
	t.Parallel()
	const ipHeader, words = 20, 4
	behind := func(length byte) [][]byte {
		var packets [][]byte
		for _, packet := range segments(">S <SA >A") {
			header := bytes.Clone(packet[:ipHeader])
			header[9] = 51
			header[3] += 4 * (words + 2)
			ah := make([]byte, 4*(words+2))
			ah[0], ah[1] = 6, length
			packets = append(packets, slices.Concat(header, ah, packet[ipHeader:]))
		}
		return packets
	}
	s := summarize(t, capture.Options{}, fileOf(layers.LinkTypeRaw, behind(words)...))
	if s.Connections.Established != 1 || s.Undecoded != 0 || s.Protocols["tcp"].Packets != 3 {
		t.Errorf("%+v, %d undecoded, %v", s.Connections, s.Undecoded, s.Protocols)
	}
	for _, length := range []byte{0, 255} {
		if s := summarize(t, capture.Options{}, fileOf(layers.LinkTypeRaw, behind(length)...)); s.Undecoded != 3 || s.Connections.Attempted != 0 {
			t.Errorf("length %d: %d undecoded, %+v", length, s.Undecoded, s.Connections)
		}
	}
}

// TestModifiedPcap has records of its own, and is told from damage.
func TestModifiedPcap(t *testing.T) {
	t.Parallel()
	file := fileOf(layers.LinkTypeRaw, segments(">S")...)
	copy(file, "\x34\xcd\xb2\xa1")
	if s := summarize(t, capture.Options{}, file); !s.Files[0].Truncated || !strings.Contains(s.Files[0].Damage, "editcap") {
		t.Errorf("%+v", s.Files[0])
	}
}
