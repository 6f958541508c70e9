package traffic

import (
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"golang.org/x/crypto/cryptobyte"
)

// side is who sends.
type side int

const (
	client side = 0
	server side = 1
)

type flags struct{ syn, ack, psh, fin, rst bool }

// connection is a TCP connection in the making.
type connection struct {
	script    *script
	ends      [2]netip.AddrPort
	next      [2]uint32
	roundTrip time.Duration
}

func (s *script) connect(from, to netip.AddrPort, roundTrip time.Duration) *connection {
	return &connection{s, [2]netip.AddrPort{from, to}, [2]uint32{uint32(from.Port()) << 8, uint32(from.Port())<<8 + 1<<30}, roundTrip}
}

// send writes one segment.
func (c *connection) send(from side, f flags, data []byte) {
	source, destination := c.ends[from], c.ends[1-from]
	segment := &layers.TCP{
		SrcPort: layers.TCPPort(source.Port()), DstPort: layers.TCPPort(destination.Port()), Seq: c.next[from],
		SYN: f.syn, ACK: f.ack, PSH: f.psh, FIN: f.fin, RST: f.rst, Window: 64240,
	}
	if f.ack {
		segment.Ack = c.next[1-from]
	}
	if f.syn {
		segment.Options = []layers.TCPOption{{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{0x05, 0xb4}}}
	}
	c.next[from] += uint32(len(data)) //nolint:gosec // small
	if f.syn || f.fin {
		c.next[from]++
	}
	c.script.write(between{source, destination}, layers.IPProtocolTCP, segment, gopacket.Payload(data))
}

func (c *connection) handshake() {
	c.send(client, flags{syn: true}, nil)
	c.script.wait(c.roundTrip)
	c.send(server, flags{syn: true, ack: true}, nil)
	c.send(client, flags{ack: true}, nil)
}

func (c *connection) close() {
	c.send(client, flags{fin: true, ack: true}, nil)
	c.script.wait(c.roundTrip)
	c.send(server, flags{fin: true, ack: true}, nil)
	c.send(client, flags{ack: true}, nil)
}

type tlsSession struct {
	name      string
	roundTrip time.Duration
	// bytes is how much the server sends.
	bytes int
	// repeat sends one segment again, as after a loss.
	repeat bool
}

// maxSegment is the data of one segment in bytes.
const maxSegment = 1400

// tls is a TLS 1.3 session. Its data is noise.
func (s *script) tls(from, to netip.AddrPort, session tlsSession) {
	c := s.connect(from, to, session.roundTrip)
	c.handshake()
	c.send(client, flags{ack: true, psh: true}, clientHello(session.name, uint64(from.Port())))
	s.wait(session.roundTrip)
	c.send(server, flags{ack: true, psh: true}, serverHello(uint64(from.Port())))
	c.send(client, flags{ack: true, psh: true}, record(applicationData, noise(1, 74)))
	s.wait(session.roundTrip)
	data := record(applicationData, noise(2, session.bytes))
	for len(data) > 0 {
		n := min(len(data), maxSegment)
		c.send(server, flags{ack: true, psh: n == len(data)}, data[:n])
		if session.repeat {
			s.wait(250 * time.Millisecond)
			c.next[server] -= uint32(n)
			c.send(server, flags{ack: true}, data[:n])
			session.repeat = false
		}
		data = data[n:]
	}
	c.send(client, flags{ack: true}, nil)
	c.close()
}

// Types of TLS records.
const (
	handshakeRecord = 22
	applicationData = 23
)

func record(kind uint8, content []byte) []byte {
	var b cryptobyte.Builder
	b.AddUint8(kind)
	b.AddUint16(0x0303)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(content) })
	return b.BytesOrPanic()
}

func hello(kind uint8, body func(b *cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	b.AddUint8(kind)
	b.AddUint24LengthPrefixed(body)
	return record(handshakeRecord, b.BytesOrPanic())
}

// clientHello is one of TLS 1.3 with a server name, RFC 8446 section 4.1.2.
func clientHello(name string, seed uint64) []byte {
	return hello(1, func(b *cryptobyte.Builder) {
		b.AddUint16(0x0303)
		b.AddBytes(noise(seed, 32))
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(noise(seed+1, 32)) })
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint16(0x1301); b.AddUint16(0x1302) })
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint8(0) })
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(0)
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
					b.AddUint8(0)
					b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
				})
			})
			b.AddUint16(43)
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint16(0x0304) })
			})
		})
	})
}

func serverHello(seed uint64) []byte {
	return hello(2, func(b *cryptobyte.Builder) {
		b.AddUint16(0x0303)
		b.AddBytes(noise(seed+2, 32))
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(noise(seed+1, 32)) })
		b.AddUint16(0x1301)
		b.AddUint8(0)
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(43)
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint16(0x0304) })
		})
	})
}
