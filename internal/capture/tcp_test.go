package capture_test

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// segments makes packets of one connection out of words like ">S" and "<SA": who
// sends, and which flags are set.
func segments(words string) [][]byte {
	var packets [][]byte
	next := map[byte]uint32{'>': 1000, '<': 5000}
	for _, word := range strings.Fields(words) {
		var flags byte
		for bit, name := range "FSRPA" {
			if strings.ContainsRune(word[1:], name) {
				flags |= 1 << bit
			}
		}
		packets = append(packets, segment(word[0] == '>', next[word[0]], next['>'+'<'-word[0]], flags, nil))
		if flags&3 != 0 {
			next[word[0]]++
		}
	}
	return packets
}

// segment is a TCP segment over IPv4, from port 50000 to 53 or back.
func segment(sent bool, sequence, ack uint32, flags byte, data []byte) []byte {
	header := make([]byte, 20)
	source, destination := uint16(50000), uint16(53)
	if !sent {
		source, destination = destination, source
	}
	binary.BigEndian.PutUint16(header, source)
	binary.BigEndian.PutUint16(header[2:], destination)
	binary.BigEndian.PutUint32(header[4:], sequence)
	binary.BigEndian.PutUint32(header[8:], ack)
	header[12], header[13], header[14] = 0x50, flags, 0xff
	packet := packet4(6, slices.Concat(header, data)...)
	if !sent {
		packet[15], packet[19] = packet[19], packet[15]
	}
	return packet
}

// TestStatesOfConnections are those of Zeek's conn.log.
func TestStatesOfConnections(t *testing.T) {
	t.Parallel()
	const established = ">S <SA >A "
	for words, want := range map[string]capture.State{
		">S": capture.S0, established: capture.S1, established + ">FA <FA >A": capture.SF, established + ">FA <A": capture.S2,
		established + "<FA >A": capture.S3, ">S <RA": capture.REJ, established + ">R": capture.RSTO, established + "<R": capture.RSTR,
		">S >R": capture.RSTOS0, ">S >F": capture.SH, "<SA <R": capture.RSTRH, "<SA <F": capture.SHR, ">A <A": capture.OTH,
		established + ">FA <FA >R": capture.SF,
	} {
		s := summarize(t, capture.Options{MaxConversations: 2}, fileOf(layers.LinkTypeRaw, segments(words)...))
		if len(s.Conversations) != 1 || s.Conversations[0].State != want {
			t.Errorf("%s: %+v, want %s", words, s.Conversations, want)
			continue
		}
		if c := s.Conversations[0]; strings.Contains(words, "S") && (c.Originator.Port != 50000 || c.Responder.Port != 53) {
			t.Errorf("%s: from %v to %v", words, c.Originator, c.Responder)
		}
	}
	// A SYN after the end begins another connection on the same ports.
	s := summarize(t, capture.Options{MaxConversations: 2}, fileOf(layers.LinkTypeRaw, segments(established+">R >S")...))
	if s.ConversationCount["tcp"] != 2 || s.Connections.Attempted != 2 || s.Connections.Unanswered != 1 || s.Connections.Reset != 1 {
		t.Errorf("%d conversations, %+v", s.ConversationCount["tcp"], s.Connections)
	}
}

// TestHalfOpen is what scans leave: nothing was established that could be reset.
func TestHalfOpen(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]capture.Connections{
		">S <SA >R":     {Attempted: 1, Aborted: 1},
		">S <SA <R":     {Attempted: 1, HalfOpen: 1},
		">S <SA >A >R":  {Attempted: 1, Established: 1, Reset: 1},
		">S <SA >A <RA": {Attempted: 1, Established: 1, Reset: 1},
		// The ACK was lost before the capture.
		">S <SA <A >R": {Attempted: 1, Established: 1, Reset: 1},
	} {
		s := summarize(t, capture.Options{MaxConversations: 1}, fileOf(layers.LinkTypeRaw, segments(words)...))
		if state := s.Conversations[0].State; s.Connections != want || state != capture.RSTO && state != capture.RSTR {
			t.Errorf("%s: %+v, %s", words, s.Connections, state)
		}
	}
}

// TestTwoAnswersToOneSYN have two initial sequence numbers, and are of one connection;
// without the SYN they are of two.
func TestTwoAnswersToOneSYN(t *testing.T) {
	t.Parallel()
	packets := segments(">S <SA")
	for name, test := range map[string]struct {
		packets     [][]byte
		connections capture.Connections
		count       int64
	}{
		"answered twice": {append(packets, segment(false, 9000, 1001, 0x12, nil), segment(true, 1001, 9001, 0x10, nil)), capture.Connections{Attempted: 1, Established: 1}, 1},
		"only answers":   {[][]byte{packets[1], segment(false, 9000, 1001, 0x12, nil)}, capture.Connections{}, 2},
		"another SYN":    {append(slices.Clone(packets), segment(true, 7000, 0, 2, nil)), capture.Connections{Attempted: 2, Unanswered: 1, HalfOpen: 1}, 2},
	} {
		s := summarize(t, capture.Options{}, fileOf(layers.LinkTypeRaw, test.packets...))
		if s.Connections != test.connections || s.ConversationCount["tcp"] != test.count || s.Retransmissions+s.OutOfOrder != 0 {
			t.Errorf("%s: %d, %+v, %d and %d", name, s.ConversationCount["tcp"], s.Connections, s.Retransmissions, s.OutOfOrder)
		}
	}
}

// TestHandshakes take from the SYN to what completes them, as in Wireshark: the ACK, or
// what comes next where it was lost before the capture. Packets are a millisecond apart.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]time.Duration{
		">S <SA >A <A": 2 * time.Millisecond, ">S <SA <A >A": 2 * time.Millisecond, ">S <SA <FA >A": 2 * time.Millisecond, ">S <SA >FA": 2 * time.Millisecond,
		">S <SA": 0, ">S <RA": 0, ">S <SA <RA": 0, ">S <A": 0, "<SA >A": 0,
	} {
		s := summarize(t, capture.Options{MaxConversations: 1}, fileOf(layers.LinkTypeRaw, segments(words)...))
		if got := s.Conversations[0].HandshakeRTT; got != want || s.HandshakeRTT[1] != want || (s.Connections.Established == 1) != (want > 0) {
			t.Errorf("%s: %s, want %s; %d established", words, got, want, s.Connections.Established)
		}
	}
}

// TestDNSOverTCP cuts the length that stands before a message, and the message.
func TestDNSOverTCP(t *testing.T) {
	t.Parallel()
	const udpHeaders = 14 + 20 + 8
	var queries, answers []byte
	for _, frame := range frames(func(p traffic.Packet) bool {
		return p.Protocol == 17 && (p.Source.Port() == 53 || p.Destination.Port() == 53)
	}) {
		message := frame[udpHeaders:]
		length := binary.BigEndian.AppendUint16(nil, uint16(len(message))) //nolint:gosec // small
		if message[2]&0x80 == 0 {
			queries = slices.Concat(queries, length, message)
		} else {
			answers = slices.Concat(answers, length, message)
		}
	}
	packets := segments(">S <SA >A")
	at := uint32(1001)
	for _, part := range [][]byte{queries[:1], queries[1:20], queries[20:]} {
		packets = append(packets, segment(true, at, 5001, 0x18, part))
		at += uint32(len(part)) //nolint:gosec // small
	}
	packets = append(packets, segment(false, 5001, 1001, 0x18, answers))
	s := summarize(t, capture.Options{IncludeNames: true}, fileOf(layers.LinkTypeRaw, packets...))
	if s.DNS.Queries != 3 || s.DNS.Answers != 2 || s.DNS.Unanswered != 1 || s.DNS.ResponseCodes["NXDOMAIN"] != 1 || s.DNSNames["www.contoso.com"] != 1 || s.Retransmissions != 0 {
		t.Errorf("%+v, %v", s.DNS, s.DNSNames)
	}
	// A segment that is missing costs its message, and nothing else.
	lost := summarize(t, capture.Options{}, fileOf(layers.LinkTypeRaw, slices.Delete(slices.Clone(packets), 4, 5)...))
	if lost.DNS.Queries != 0 || lost.DNS.Answers != 2 {
		t.Errorf("without a segment: %+v", lost.DNS)
	}
}

// TestFiltersOnOtherLinks judge what is behind any link-layer header.
func TestFiltersOnOtherLinks(t *testing.T) {
	t.Parallel()
	syn := segments(">S")[0]
	ethernet := func(etherType ...byte) []byte { return slices.Concat(make([]byte, 12), etherType) }
	arp := slices.Concat(ethernet(8, 6), []byte{0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 9})
	for name, test := range map[string]struct {
		linkType layers.LinkType
		packet   []byte
		selects  string
		not      string
	}{
		"Ethernet":  {layers.LinkTypeEthernet, slices.Concat(ethernet(8, 0), syn), "tcp dst port 53 and src host 10.0.0.1", "udp"},
		"raw":       {layers.LinkTypeRaw, syn, "tcp port 53", "ip6"},
		"loopback":  {layers.LinkTypeNull, slices.Concat([]byte{2, 0, 0, 0}, syn), "ip and tcp", "arp"},
		"cooked":    {layers.LinkTypeLinuxSLL, slices.Concat([]byte{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}, syn), "dst host 10.0.0.2", "src host 10.0.0.2"},
		"cooked v2": {layers.LinkTypeLinuxSLL2, slices.Concat([]byte{8, 0}, make([]byte, 18), syn), "tcp", "icmp"},
		"VLAN":      {layers.LinkTypeEthernet, slices.Concat(ethernet(0x81, 0, 0, 7, 8, 0), syn), "vlan 7 and tcp", "vlan 8"},
		"ARP":       {layers.LinkTypeEthernet, arp, "arp and host 10.0.0.9", "ip"},
		"IPv6":      {layers.LinkTypeRaw, packet6(17, 0, 99, 0, 53, 0, 8, 0, 0), "ip6 and udp dst port 53", "tcp"},
		"fragment":  {layers.LinkTypeRaw, packet6(44, 17, 0, 0, 9, 0, 0, 0, 1), "ip6", "udp dst port 53"},
		"other":     {layers.LinkTypeFDDI, make([]byte, 30), "greater 30", "ip"},
	} {
		for expression, want := range map[string]int64{test.selects: 1, test.not: 0} {
			if s := summarize(t, capture.Options{Filter: filter(t, expression)}, fileOf(test.linkType, test.packet)); s.Total.Packets != want {
				t.Errorf("%s: %s selects %d packets", name, expression, s.Total.Packets)
			}
		}
	}
}
