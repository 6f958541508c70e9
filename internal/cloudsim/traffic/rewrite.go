package traffic

import (
	"net/netip"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// Readdressed is an IPv4 packet after address translation: with other addresses,
// the same ports, and right checksums.
func (p Packet) Readdressed(source, destination netip.Addr) Packet {
	decoded := gopacket.NewPacket(p.Data, layers.LayerTypeEthernet, gopacket.Default)
	ethernet, _ := decoded.LinkLayer().(*layers.Ethernet)
	ip, isIPv4 := decoded.NetworkLayer().(*layers.IPv4)
	if !isIPv4 {
		panic("traffic: only IPv4 is translated")
	}
	ip.SrcIP, ip.DstIP = source.AsSlice(), destination.AsSlice()
	all := []gopacket.SerializableLayer{ethernet, ip}
	switch above := decoded.TransportLayer().(type) {
	case *layers.TCP:
		all = append(all, above, gopacket.Payload(above.Payload))
	case *layers.UDP:
		all = append(all, above, gopacket.Payload(above.Payload))
	default:
		all = append(all, gopacket.Payload(ip.Payload))
	}
	setNetwork(ip, all[2:])
	buffer := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, all...); err != nil {
		panic("traffic: " + err.Error())
	}
	p.Data = buffer.Bytes()
	p.Source, p.Destination = netip.AddrPortFrom(source, p.Source.Port()), netip.AddrPortFrom(destination, p.Destination.Port())
	return p
}

// Lengths of headers without options, in bytes.
const (
	ethernetHeader = 14
	ipv4Header     = 20
	tcpFlagsAt     = 13
)

// TCPFlags are the flags of a TCP packet over IPv4 as its header has them: FIN is 1,
// SYN 2, RST 4, PSH 8, ACK 16, URG 32. Other packets have none.
func (p Packet) TCPFlags() uint8 {
	if p.Protocol != uint8(layers.IPProtocolTCP) || !p.Source.Addr().Is4() {
		return 0
	}
	return p.Data[ethernetHeader+ipv4Header+tcpFlagsAt]
}
