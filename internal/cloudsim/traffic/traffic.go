// Package traffic makes the packets that the simulated machines send and receive:
// the same ones at the same time, every time. A simulated capture writes those that
// its filters select.
package traffic

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// Packet is an Ethernet frame.
type Packet struct {
	At   time.Time
	Data []byte
	// Source and Destination are the IP addresses and, for TCP and UDP, the ports.
	Source, Destination netip.AddrPort
	// Protocol is the IP protocol: 6 is TCP, 17 UDP, 1 ICMP, 58 ICMPv6.
	Protocol uint8
}

// Target is a machine whose traffic is made.
type Target struct {
	// IPv4 is required. Without IPv6 there is no traffic over it.
	IPv4, IPv6 netip.Addr
}

// Period is how often the conversations begin anew, with other ports.
const Period = 10 * time.Second

// Between yields the packets from one time up to, not including, another, in their
// order, until yield is false. Each period since the Unix epoch has the same
// conversations:
//
//   - TLS to www.contoso.com, with one retransmission, and to api.fabrikam.com
//   - TLS from a visitor to the machine's own port 443, as shop.contoso.com
//   - DNS with an answer, an NXDOMAIN, and a query that nobody answers
//   - a connection to port 5432 that is refused
//   - a SYN to port 8443 that nobody answers
//   - plain HTTP to metadata.contoso.com that the server resets
//   - TLS over IPv6, an ICMP port unreachable, and a ping
func Between(target Target, from, to time.Time, yield func(Packet) bool) {
	for period := from.Truncate(Period); period.Before(to); period = period.Add(Period) {
		for _, packet := range conversations(target, period) {
			if packet.At.Before(from) {
				continue
			}
			if !packet.At.Before(to) || !yield(packet) {
				return
			}
		}
	}
}

// The machines around a target.
var (
	web       = netip.MustParseAddr("93.184.216.34")
	api       = netip.MustParseAddr("203.0.113.7")
	web6      = netip.MustParseAddr("2001:db8:100::34")
	resolver  = netip.MustParseAddr("168.63.129.16")
	database  = netip.MustParseAddr("10.0.1.20")
	appliance = netip.MustParseAddr("10.0.2.7")
	visitor   = netip.MustParseAddr("198.51.100.7")
	plain     = netip.MustParseAddr("203.0.113.80")
)

// Ports of the services.
const (
	portDNS      = 53
	portHTTP     = 80
	portTLS      = 443
	portDatabase = 5432
	portSilent   = 8443
	portTrace    = 33434
)

func conversations(target Target, start time.Time) []Packet {
	port := ephemeral(start)
	s := &script{at: start.Add(5 * time.Millisecond)}
	dns := netip.AddrPortFrom(resolver, portDNS)
	s.lookup(netip.AddrPortFrom(target.IPv4, port), dns, "www.contoso.com", web)
	s.lookup(netip.AddrPortFrom(target.IPv4, port+1), dns, "wwww.contoso.com", netip.Addr{})
	s.query(netip.AddrPortFrom(target.IPv4, port+2), dns, "lost.contoso.com")

	s.tls(netip.AddrPortFrom(target.IPv4, port+3), netip.AddrPortFrom(web, portTLS), tlsSession{name: "www.contoso.com", roundTrip: 12 * time.Millisecond, bytes: 4000, repeat: true})
	s.tls(netip.AddrPortFrom(target.IPv4, port+4), netip.AddrPortFrom(api, portTLS), tlsSession{name: "api.fabrikam.com", roundTrip: 30 * time.Millisecond, bytes: 1200})
	s.tls(netip.AddrPortFrom(visitor, port+10), netip.AddrPortFrom(target.IPv4, portTLS), tlsSession{name: "shop.contoso.com", roundTrip: 20 * time.Millisecond, bytes: 2500})

	refused := s.connect(netip.AddrPortFrom(target.IPv4, port+5), netip.AddrPortFrom(database, portDatabase), time.Millisecond)
	refused.send(client, flags{syn: true}, nil)
	s.wait(refused.roundTrip)
	refused.send(server, flags{rst: true, ack: true}, nil)

	silent := s.connect(netip.AddrPortFrom(target.IPv4, port+6), netip.AddrPortFrom(appliance, portSilent), 0)
	for range 3 {
		silent.send(client, flags{syn: true}, nil)
		silent.next[client]--
		s.wait(time.Second)
	}

	reset := s.connect(netip.AddrPortFrom(target.IPv4, port+7), netip.AddrPortFrom(plain, portHTTP), 8*time.Millisecond)
	reset.handshake()
	reset.send(client, flags{ack: true, psh: true}, []byte("GET /latest HTTP/1.1\r\nHost: metadata.contoso.com\r\nAccept: */*\r\n\r\n"))
	s.wait(reset.roundTrip)
	reset.send(server, flags{ack: true, rst: true}, nil)

	if target.IPv6.IsValid() {
		s.tls(netip.AddrPortFrom(target.IPv6, port+8), netip.AddrPortFrom(web6, portTLS), tlsSession{name: "v6.contoso.com", roundTrip: 9 * time.Millisecond, bytes: 600})
	}
	s.unreachable(netip.AddrPortFrom(target.IPv4, port+9), netip.AddrPortFrom(plain, portTrace))
	s.ping(target.IPv4, web, port)
	return s.packets
}

// ephemeral is the first of twelve ports that differ from period to period for half a
// day.
func ephemeral(period time.Time) uint16 {
	return uint16(32768 + period.Unix()/int64(Period/time.Second)%2000*12)
}

// script writes packets one after the other.
type script struct {
	at      time.Time
	packets []Packet
	id      uint16
}

func (s *script) wait(d time.Duration) { s.at = s.at.Add(d) }

// between is a header for the packet from one machine to another.
type between struct{ source, destination netip.AddrPort }

// Locally administered addresses of the target's side and of the gateway.
var macs = [2][]byte{{0x02, 0, 0, 0, 0, 0x0a}, {0x02, 0, 0, 0, 0, 0x01}}

// write adds a packet with an IP header before the layers.
func (s *script) write(b between, protocol layers.IPProtocol, above ...gopacket.SerializableLayer) {
	ethernet := &layers.Ethernet{SrcMAC: macs[0], DstMAC: macs[1], EthernetType: layers.EthernetTypeIPv4}
	if b.source.Port() < b.destination.Port() {
		ethernet.SrcMAC, ethernet.DstMAC = macs[1], macs[0]
	}
	var ip gopacket.SerializableLayer
	if b.source.Addr().Is4() {
		s.id++
		header := &layers.IPv4{Version: 4, IHL: 5, TTL: 64, Id: s.id, Flags: layers.IPv4DontFragment, Protocol: protocol, SrcIP: b.source.Addr().AsSlice(), DstIP: b.destination.Addr().AsSlice()}
		setNetwork(header, above)
		ip = header
	} else {
		ethernet.EthernetType = layers.EthernetTypeIPv6
		header := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: protocol, SrcIP: b.source.Addr().AsSlice(), DstIP: b.destination.Addr().AsSlice()}
		setNetwork(header, above)
		ip = header
	}
	buffer := gopacket.NewSerializeBuffer()
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(buffer, options, append([]gopacket.SerializableLayer{ethernet, ip}, above...)...); err != nil {
		panic("traffic: " + err.Error())
	}
	s.packets = append(s.packets, Packet{s.at, buffer.Bytes(), b.source, b.destination, uint8(protocol)})
	s.wait(50 * time.Microsecond)
}

// setNetwork gives the header to those whose checksum covers it.
func setNetwork(header gopacket.NetworkLayer, above []gopacket.SerializableLayer) {
	for _, layer := range above {
		if checked, ok := layer.(interface {
			SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
		}); ok {
			if err := checked.SetNetworkLayerForChecksum(header); err != nil {
				panic("traffic: " + err.Error())
			}
		}
	}
}

func (s *script) ping(target, other netip.Addr, id uint16) {
	echo := func(kind uint8) *layers.ICMPv4 {
		return &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(kind, 0), Id: id, Seq: 1}
	}
	payload := gopacket.Payload("cloudtap simulated traffic")
	here, there := netip.AddrPortFrom(target, 0), netip.AddrPortFrom(other, 0)
	s.write(between{here, there}, layers.IPProtocolICMPv4, echo(layers.ICMPv4TypeEchoRequest), payload)
	s.wait(12 * time.Millisecond)
	s.write(between{there, here}, layers.IPProtocolICMPv4, echo(layers.ICMPv4TypeEchoReply), payload)
}

// unreachable is a UDP packet that a host answers with an ICMP error.
func (s *script) unreachable(source, destination netip.AddrPort) {
	s.write(between{source, destination}, layers.IPProtocolUDP, &layers.UDP{SrcPort: layers.UDPPort(source.Port()), DstPort: layers.UDPPort(destination.Port())}, gopacket.Payload("trace"))
	refused := s.packets[len(s.packets)-1].Data[14 : 14+28]
	s.wait(20 * time.Millisecond)
	s.write(between{netip.AddrPortFrom(destination.Addr(), 0), netip.AddrPortFrom(source.Addr(), 0)}, layers.IPProtocolICMPv4,
		&layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(layers.ICMPv4TypeDestinationUnreachable, layers.ICMPv4CodePort)}, gopacket.Payload(refused))
}

// noise is data without a meaning, the same for the same seed.
func noise(seed uint64, length int) []byte {
	data := make([]byte, 0, length+8)
	for len(data) < length {
		seed = seed*6364136223846793005 + 1442695040888963407
		data = binary.BigEndian.AppendUint64(data, seed)
	}
	return data[:length]
}
