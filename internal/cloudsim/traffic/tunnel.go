package traffic

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// Tunnel is an IPsec tunnel between two gateways.
type Tunnel struct {
	// Here and There are the gateways' public IPv4 addresses.
	Here, There netip.Addr
	// SPI is the index of the security association out of here; the one into here
	// has the next number.
	SPI uint32
}

// espOverhead is what ESP adds behind its header: initialization vector, padding
// and check value.
const espOverhead = 34

// Wrap is the ESP packet that carries another one, RFC 4303. Its content is noise.
func (t Tunnel) Wrap(inner Packet, outgoing bool, sequence uint32) Packet {
	source, destination, spi := t.There, t.Here, t.SPI+1
	if outgoing {
		source, destination, spi = t.Here, t.There, t.SPI
	}
	content := binary.BigEndian.AppendUint32(nil, spi)
	content = binary.BigEndian.AppendUint32(content, sequence)
	content = append(content, noise(uint64(sequence), len(inner.Data)-ethernetHeader+espOverhead)...)
	s := &script{at: inner.At, id: uint16(sequence)} //nolint:gosec // wraps around
	s.write(between{netip.AddrPortFrom(source, 0), netip.AddrPortFrom(destination, 0)}, layers.IPProtocolESP, gopacket.Payload(content))
	return s.packets[0]
}

// Of IKE, RFC 7296.
const (
	portIKE          = 500
	ikeHeader        = 28
	ikeEncrypted     = 46
	ikeVersion2      = 0x20
	ikeInformational = 37
	ikeResponse      = 0x20
	ikeInitiator     = 0x08
)

// Probe is a question whether the peer still lives, and its answer: IKE
// INFORMATIONAL messages over UDP.
func (t Tunnel) Probe(at time.Time, message uint32) []Packet {
	s := &script{at: at}
	here, there := netip.AddrPortFrom(t.Here, portIKE), netip.AddrPortFrom(t.There, portIKE)
	s.datagram(between{here, there}, t.informational(ikeInitiator, message))
	s.wait(15 * time.Millisecond)
	s.datagram(between{there, here}, t.informational(ikeResponse, message))
	return s.packets
}

func (t Tunnel) informational(flags uint8, message uint32) []byte {
	content := noise(uint64(message), 52)
	text := append(noise(uint64(t.SPI), 16), ikeEncrypted, ikeVersion2, ikeInformational, flags)
	text = binary.BigEndian.AppendUint32(text, message)
	text = binary.BigEndian.AppendUint32(text, uint32(ikeHeader+len(content))) //nolint:gosec // small
	return append(text, content...)
}
