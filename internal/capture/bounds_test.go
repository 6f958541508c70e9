package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/gopacket/gopacket/layers"
)

// TestNamesAreBounded adds more names than there is room for, in number and length.
func TestNamesAreBounded(t *testing.T) {
	t.Parallel()
	for name, length := range map[string]int{"many": 8, "long": 250} {
		var n names
		n.init(true)
		const added = 30_000
		for i := range added {
			n.server(fmt.Sprintf("%0*d", length, i))
		}
		kept := 0
		for text := range n.servers.counts {
			kept += len(text)
		}
		if kept > maxNameBytes || len(n.servers.counts) > maxDistinctNames || int64(len(n.servers.counts))+n.leftOut != added {
			t.Errorf("%s: %d names of %d bytes, %d left out", name, len(n.servers.counts), kept, n.leftOut)
		}
	}
}

// TestANameIsNotKeptWithItsMessage has a name that is a part of a long text.
func TestANameIsNotKeptWithItsMessage(t *testing.T) {
	t.Parallel()
	message := strings.Repeat("contoso", 3000)
	var n names
	n.init(true)
	n.host(message[:7])
	for kept := range n.hosts.counts {
		if kept != "contoso" || unsafe.StringData(kept) == unsafe.StringData(message) { //nolint:gosec // Only addresses are compared.
			t.Errorf("%q keeps its message", kept)
		}
	}
}

// TestStreamsAreBounded lets many connections begin what never ends, and end what
// leaves little behind.
func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	record := func(content []byte) []byte {
		return slices.Concat(binary.BigEndian.AppendUint16([]byte{recordHandshake, 3, 3}, uint16(len(content)&0xffff)), content)
	}
	alike := make([]byte, 15_000)
	for name, data := range map[string][]byte{
		"a hello that does not end":     record(slices.Concat([]byte{clientHello, 0, 0xff, 0}, alike)),
		"no hello":                      record(slices.Concat([]byte{99, 0, 0xff, 0}, alike)),
		"a hello, and one byte of more": record(slices.Concat([]byte{clientHello, 0, 15_000 >> 8, 15_000 & 0xff}, alike, []byte{clientHello})),
		"a header that does not end":    []byte("GET / HTTP/1.1\r\nHost: " + strings.Repeat("a", 15_000)),
	} {
		a := NewAnalyzer(Options{IncludeNames: true})
		held := 0
		for port := range uint16(4000) {
			a.packet.source, a.packet.destination = netip.MustParseAddr("::1").As16(), netip.MustParseAddr("::2").As16()
			c := a.converse(ipProtocolTCP, 1024+port, 443)
			a.deliver(c, &c.tcp.ends[c.direction], 1, data, len(data))
		}
		for c := a.table.oldest; c != nil; c = c.newer {
			for i := range c.tcp.ends {
				if s := c.tcp.ends[i].stream; s != nil {
					held += cap(s.buffer)
				}
			}
		}
		// What was read already is not kept for the sake of what is left.
		if one := "a hello, and one byte of more"; name == one && held > 64*4000 {
			t.Errorf("%s: %d bytes are kept", name, held)
		}
		if held > maxBuffered || a.buffered < held {
			t.Errorf("%s: %d bytes are kept, and %d counted", name, held, a.buffered)
		}
		for c := a.table.oldest; c != nil; c = c.newer {
			a.buffered -= c.tcp.release()
		}
		if a.buffered != 0 {
			t.Errorf("%s: %d bytes are counted, and nothing is kept", name, a.buffered)
		}
	}
}

// TestProtocolsAreBounded has a packet of each EtherType, and of each link type.
func TestProtocolsAreBounded(t *testing.T) {
	t.Parallel()
	a := NewAnalyzer(Options{})
	frame := make([]byte, 14)
	for etherType := minEtherType; etherType < 0xffff; etherType++ {
		binary.BigEndian.PutUint16(frame[12:], uint16(etherType))
		a.packet = packetInfo{time: noTime, wire: 14}
		a.link(layers.LinkTypeEthernet, frame, 0)
	}
	s := a.Summary()
	var rest int64
	for name, count := range s.Protocols {
		if name == "other" {
			rest = count.Packets
		}
	}
	if len(s.Protocols) > maxNumbered+int(protocolCount)+1 || rest == 0 {
		t.Errorf("%d protocols, %d packets of others", len(s.Protocols), rest)
	}
}

// TestFragmentsAreBounded has fragments whose data is the least of what they take.
func TestFragmentsAreBounded(t *testing.T) {
	t.Parallel()
	a := NewAnalyzer(Options{})
	fragments := 0
	previous := 0
	for id := range uint16(60_000) {
		packet := slices.Concat([]byte{0x45, 0, 0, 28}, binary.BigEndian.AppendUint16(nil, id), []byte{0x20, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}, bytes.Repeat([]byte{1}, 8))
		a.packet = packetInfo{time: noTime, wire: 28}
		a.ipv4(packet, 0)
		if a.layers.fragmentBytes < previous {
			fragments = 0
		}
		fragments, previous = fragments+1, a.layers.fragmentBytes
		if fragments > maxFragmentBytes/fragmentOverhead {
			t.Fatalf("%d fragments are kept", fragments)
		}
	}
}
