package capture_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// etherHeader is the length of an Ethernet header in bytes.
const etherHeader = 14

// frames are those of one period that are chosen.
func frames(choose func(traffic.Packet) bool) [][]byte {
	var chosen [][]byte
	traffic.Between(traffic.Target{IPv4: target.IPv4}, start, start.Add(traffic.Period), func(p traffic.Packet) bool {
		if choose(p) {
			chosen = append(chosen, p.Data)
		}
		return true
	})
	return chosen
}

// fileOf writes packets of a link type, a millisecond apart.
func fileOf(linkType layers.LinkType, packets ...[]byte) []byte {
	file := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	for _, field := range []uint32{0x00040002, 0, 0, 65535, uint32(linkType)} {
		file = binary.LittleEndian.AppendUint32(file, field)
	}
	for i, packet := range packets {
		for _, field := range []uint32{1700000000, uint32(i * 1000), uint32(len(packet)), uint32(len(packet))} { //nolint:gosec // small
			file = binary.LittleEndian.AppendUint32(file, field)
		}
		file = append(file, packet...)
	}
	return file
}

func isTCP(p traffic.Packet) bool { return p.Protocol == 6 }

// TestEncapsulations reads the same connections behind other headers.
func TestEncapsulations(t *testing.T) {
	t.Parallel()
	want := summarize(t, capture.Options{}, fileOf(layers.LinkTypeEthernet, frames(isTCP)...))
	outer := frames(func(p traffic.Packet) bool { return p.Protocol == 17 })[0][etherHeader : etherHeader+20]
	behindIP := func(protocol byte, between []byte, inner []byte) []byte {
		header := bytes.Clone(outer)
		header[9] = protocol
		binary.BigEndian.PutUint16(header[2:], uint16(len(header)+len(between)+len(inner))) //nolint:gosec // small
		return slices.Concat(header, between, inner)
	}
	for name, test := range map[string]struct {
		linkType layers.LinkType
		wrap     func(frame []byte) []byte
		protocol string
	}{
		"raw IP":   {layers.LinkTypeRaw, func(f []byte) []byte { return f[etherHeader:] }, "raw"},
		"loopback": {layers.LinkTypeNull, func(f []byte) []byte { return slices.Concat([]byte{2, 0, 0, 0}, f[etherHeader:]) }, "null"},
		"Linux cooked": {layers.LinkTypeLinuxSLL, func(f []byte) []byte {
			return slices.Concat([]byte{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}, f[etherHeader:])
		}, "sll"},
		"stacked VLANs": {layers.LinkTypeEthernet, func(f []byte) []byte {
			return slices.Concat(f[:12], []byte{0x88, 0xa8, 0, 5, 0x81, 0, 0, 6}, f[12:])
		}, "vlan"},
		"GRE": {layers.LinkTypeRaw, func(f []byte) []byte { return behindIP(47, []byte{0, 0, 8, 0}, f[etherHeader:]) }, "gre"},
		"VXLAN": {layers.LinkTypeRaw, func(f []byte) []byte {
			udp := []byte{0xc0, 0, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 7, 0}
			binary.BigEndian.PutUint16(udp[4:], uint16(len(udp)+len(f))) //nolint:gosec // small
			return behindIP(17, udp, f)
		}, "vxlan"},
		"Geneve with an option": {layers.LinkTypeRaw, func(f []byte) []byte {
			udp := []byte{0xc0, 0, 0x17, 0xc1, 0, 0, 0, 0, 2, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 2, 3, 1, 9, 9, 9, 9}
			binary.BigEndian.PutUint16(udp[4:], uint16(len(udp)+len(f))) //nolint:gosec // small
			return behindIP(17, udp, f)
		}, "geneve"},
		"two MPLS labels": {layers.LinkTypeEthernet, func(f []byte) []byte {
			return slices.Concat(f[:12], []byte{0x88, 0x47, 0, 1, 0, 64, 0, 1, 0x11, 64}, f[etherHeader:])
		}, "mpls"},
		"PPPoE": {layers.LinkTypeEthernet, func(f []byte) []byte {
			return slices.Concat(f[:12], []byte{0x88, 0x64, 0x11, 0, 0, 1, 0, 42, 0, 0x21}, f[etherHeader:])
		}, "pppoes"},
		"PPP with a short protocol": {layers.LinkTypePPP, func(f []byte) []byte { return slices.Concat([]byte{0x21}, f[etherHeader:]) }, "ppp"},
		"PPP in HDLC, and MPLS in it": {layers.LinkTypePPP_HDLC, func(f []byte) []byte {
			return slices.Concat([]byte{0xff, 3, 2, 0x81, 0, 1, 0x11, 64}, f[etherHeader:])
		}, "mpls"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var packets [][]byte
			for _, frame := range frames(isTCP) {
				packets = append(packets, test.wrap(frame))
			}
			got := summarize(t, capture.Options{}, fileOf(test.linkType, packets...))
			if got.Connections != want.Connections || got.Resets != want.Resets || got.TLS.ClientHellos != want.TLS.ClientHellos || got.Undecoded != 0 {
				t.Errorf("%+v, %d resets, %d hellos, %d undecoded; want %+v", got.Connections, got.Resets, got.TLS.ClientHellos, got.Undecoded, want.Connections)
			}
			if got.Protocols[test.protocol].Packets != got.Total.Packets {
				t.Errorf("%s has %d of %d packets", test.protocol, got.Protocols[test.protocol].Packets, got.Total.Packets)
			}
		})
	}
}

// TestFragmentsArePutTogether splits DNS queries in two, the last part first.
func TestFragmentsArePutTogether(t *testing.T) {
	t.Parallel()
	var packets [][]byte
	for _, frame := range frames(func(p traffic.Packet) bool { return p.Protocol == 17 && p.Destination.Port() == 53 }) {
		packet := frame[etherHeader:]
		const first = 24
		part := func(flags uint16, data []byte) []byte {
			fragment := slices.Concat(packet[:20], data)
			binary.BigEndian.PutUint16(fragment[2:], uint16(len(fragment))) //nolint:gosec // small
			binary.BigEndian.PutUint16(fragment[6:], flags)
			return fragment
		}
		packets = append(packets, part(first/8, packet[20+first:]), part(0x2000, packet[20:20+first]))
	}
	s := summarize(t, capture.Options{IncludeNames: true}, fileOf(layers.LinkTypeRaw, packets...))
	if s.DNS.Queries != 3 || s.ConversationCount["udp"] != 3 || s.DNSNames["www.contoso.com"] != 1 || s.Undecoded != 0 {
		t.Errorf("%d queries in %d conversations, names %v, %d undecoded", s.DNS.Queries, s.ConversationCount["udp"], s.DNSNames, s.Undecoded)
	}
}

// TestACaptureThatBeginsWithTheAnswer has no SYN: who sent the SYN-ACK is the
// responder all the same.
func TestACaptureThatBeginsWithTheAnswer(t *testing.T) {
	t.Parallel()
	packets := frames(func(p traffic.Packet) bool { return isTCP(p) && (p.Source.Port() == 80 || p.Destination.Port() == 80) })
	s := summarize(t, capture.Options{MaxConversations: 1}, fileOf(layers.LinkTypeEthernet, packets[1:]...))
	c := s.Conversations[0]
	if c.Originator.Address != target.IPv4 || c.Responder.Port != 80 || c.State != capture.RSTR || s.Connections.Attempted != 0 {
		t.Errorf("%+v", c)
	}
}

// TestTunnelsThatEndEarly are counted by their names, and as undecoded.
func TestTunnelsThatEndEarly(t *testing.T) {
	t.Parallel()
	ethernet := func(etherType ...byte) []byte { return slices.Concat(make([]byte, 12), etherType) }
	s := summarize(t, capture.Options{}, fileOf(layers.LinkTypeEthernet,
		ethernet(0x88, 0x47, 0, 1, 0), ethernet(0x88, 0x64, 0x11, 0), ethernet(0x88, 0x64, 0x11, 0, 0, 1, 0, 2, 0), ethernet(0x88, 0x47, 0, 1, 0x11, 64, 0x99)))
	if s.Protocols["mpls"].Packets != 2 || s.Protocols["pppoes"].Packets != 2 || s.Protocols["ppp"].Packets != 1 || s.Undecoded != 3 {
		t.Errorf("%v, %d undecoded", s.Protocols, s.Undecoded)
	}
}
