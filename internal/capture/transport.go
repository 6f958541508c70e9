package capture

import (
	"github.com/gopacket/gopacket/layers"
)

// IP protocols.
const (
	ipProtocolICMP   = 1
	ipProtocolIPIP   = 4
	ipProtocolTCP    = 6
	ipProtocolUDP    = 17
	ipProtocol6in4   = 41
	ipProtocolGRE    = 47
	ipProtocolAH     = 51
	ipProtocolICMPv6 = 58
	ipProtocolNone   = 59
	ipProtocolSCTP   = 132
)

// transport decodes what an IP header names. Length is what the IP header says
// follows it, in bytes; payload is what of it was captured.
func (a *Analyzer) transport(number uint8, payload []byte, length, depth int) {
	if depth > maxDepth {
		a.undecoded()
		return
	}
	switch number {
	case ipProtocolTCP:
		a.count(protoTCP)
		a.tcp(payload, length)
	case ipProtocolUDP:
		a.count(protoUDP)
		a.udp(payload, depth)
	case ipProtocolSCTP:
		a.count(protoSCTP)
		if sctp := &a.layers.sctp; a.decoded(sctp.DecodeFromBytes(payload, a)) {
			a.converse(number, uint16(sctp.SrcPort), uint16(sctp.DstPort))
		}
	case ipProtocolICMP:
		a.count(protoICMP)
		a.converse(number, 0, 0)
		a.icmpv4(payload)
	case ipProtocolICMPv6:
		a.count(protoICMPv6)
		a.converse(number, 0, 0)
		a.icmpv6(payload)
	case ipProtocolGRE:
		a.count(protoGRE)
		a.converse(number, 0, 0)
		if gre := &a.layers.gre; a.decoded(gre.DecodeFromBytes(payload, a)) {
			a.network(uint16(gre.Protocol), gre.Payload, depth+1)
		}
	case ipProtocolIPIP:
		a.countNumber(ipProtocols, ipProtocolIPIP)
		a.ipv4(payload, depth+1)
	case ipProtocol6in4:
		a.countNumber(ipProtocols, ipProtocol6in4)
		a.ipv6(payload, depth+1)
	case ipProtocolAH:
		a.countNumber(ipProtocols, ipProtocolAH)
		// RFC 4302: the next header, and the length in words of 4 bytes without two.
		const shortest = 12
		if len(payload) < shortest {
			a.undecoded()
			return
		}
		if size := 4 * (int(payload[1]) + 2); size >= shortest && size <= len(payload) {
			a.transport(payload[0], payload[size:], length-size, depth+1)
		} else {
			a.undecoded()
		}
	case ipProtocolNone:
	default:
		a.countNumber(ipProtocols, uint16(number))
		a.converse(number, 0, 0)
	}
}

// Ports whose protocol is known by the port.
const (
	portDNS    = 53
	portDHCP   = 67
	portNTP    = 123
	portMDNS   = 5353
	portVXLAN  = 4789
	portGeneve = 6081
)

func (a *Analyzer) udp(payload []byte, depth int) {
	udp := &a.layers.udp
	if err := udp.DecodeFromBytes(payload, a); err != nil {
		a.undecoded()
		return
	}
	source, destination := uint16(udp.SrcPort), uint16(udp.DstPort)
	c := a.converse(ipProtocolUDP, source, destination)
	if c.state = S0; c.answered() {
		c.state = SF
	}
	switch {
	case destination == portVXLAN:
		a.count(protoVXLAN)
		if vxlan := &a.layers.vxlan; a.decoded(vxlan.DecodeFromBytes(udp.Payload, a)) {
			a.innerEthernet(vxlan.Payload, depth)
		}
	case destination == portGeneve:
		a.geneve(udp.Payload, depth)
	case source == portDNS || destination == portDNS:
		a.count(protoDNS)
		a.dnsMessage(c, udp.Payload)
	case destination == portMDNS:
		a.count(protoMDNS)
	case source == portDHCP || destination == portDHCP:
		a.count(protoDHCP)
	case destination == portNTP || source == portNTP:
		a.count(protoNTP)
	}
}

func (a *Analyzer) innerEthernet(data []byte, depth int) {
	if depth >= maxDepth {
		a.undecoded()
		return
	}
	a.ethernet(data, depth+1)
}

func (a *Analyzer) tcp(payload []byte, length int) {
	tcp := &a.layers.tcp
	if err := tcp.DecodeFromBytes(payload, a); err != nil {
		// The snap length may end in the options: ports and flags are known.
		if len(payload) < minTCPHeader || tcp.DataOffset < minTCPHeader/4 {
			a.undecoded()
			return
		}
		tcp.Payload = nil
	}
	c := a.find(ipProtocolTCP, uint16(tcp.SrcPort), uint16(tcp.DstPort))
	if c.tcp.begins(c.direction, tcp) {
		c = a.restart(c)
	}
	a.account(c)
	a.segment(c, tcp, max(length-int(tcp.DataOffset)*4, 0))
}

// minTCPHeader is in bytes.
const minTCPHeader = 20

// icmpv4 counts errors by Wireshark's names of type and code.
func (a *Analyzer) icmpv4(payload []byte) {
	icmp := &a.layers.icmpv4
	if !a.decoded(icmp.DecodeFromBytes(payload, a)) {
		return
	}
	kind, code := icmp.TypeCode.Type(), icmp.TypeCode.Code()
	switch kind {
	case layers.ICMPv4TypeDestinationUnreachable:
		a.icmpError(nameOf(unreachable4, code, "Destination unreachable"))
	case layers.ICMPv4TypeSourceQuench:
		a.icmpError("Source quench")
	case layers.ICMPv4TypeRedirect:
		a.icmpError("Redirect")
	case layers.ICMPv4TypeTimeExceeded:
		a.icmpError(nameOf(timeExceeded, code, "Time exceeded"))
	case layers.ICMPv4TypeParameterProblem:
		a.icmpError("Parameter problem")
	}
}

// icmpv6 is icmpv4 for IPv6.
func (a *Analyzer) icmpv6(payload []byte) {
	icmp := &a.layers.icmpv6
	if !a.decoded(icmp.DecodeFromBytes(payload, a)) {
		return
	}
	kind, code := icmp.TypeCode.Type(), icmp.TypeCode.Code()
	switch kind {
	case layers.ICMPv6TypeDestinationUnreachable:
		a.icmpError(nameOf(unreachable6, code, "Destination unreachable"))
	case layers.ICMPv6TypePacketTooBig:
		a.icmpError("Packet too big")
	case layers.ICMPv6TypeTimeExceeded:
		a.icmpError(nameOf(timeExceeded, code, "Time exceeded"))
	case layers.ICMPv6TypeParameterProblem:
		a.icmpError("Parameter problem")
	}
}

func (a *Analyzer) icmpError(name string) { a.summary.ICMPErrors[name]++ }

func nameOf(names []string, code uint8, otherwise string) string {
	if int(code) < len(names) {
		return names[code]
	}
	return otherwise
}

// By code: RFC 792, RFC 1122, RFC 1812 and RFC 4443.
var (
	unreachable4 = []string{
		"Network unreachable", "Host unreachable", "Protocol unreachable", "Port unreachable", "Fragmentation needed",
		"Source route failed", "Network unknown", "Host unknown", "Source host isolated", "Network administratively prohibited",
		"Host administratively prohibited", "Network unreachable for TOS", "Host unreachable for TOS",
		"Communication administratively filtered", "Host precedence violation", "Precedence cutoff in effect",
	}
	unreachable6 = []string{
		"No route to destination", "Administratively prohibited", "Beyond scope of source address", "Address unreachable",
		"Port unreachable", "Source address failed policy", "Route rejected",
	}
	timeExceeded = []string{"Time to live exceeded in transit", "Fragment reassembly time exceeded"}
)
