package capture

import (
	"fmt"

	"github.com/gopacket/gopacket/layers"
)

// protocol indexes the counters of protocols that are known by name.
type protocol uint8

const (
	protoEthernet protocol = iota
	protoSLL
	protoNull
	protoRaw
	protoVLAN
	protoARP
	protoLLC
	protoIPv4
	protoIPv6
	protoTCP
	protoUDP
	protoSCTP
	protoICMP
	protoICMPv6
	protoGRE
	protoVXLAN
	protoGeneve
	protoMPLS
	protoPPPoES
	protoPPP
	protoDNS
	protoTLS
	protoHTTP
	protoMDNS
	protoDHCP
	protoNTP
	protocolCount
)

// Wireshark's filter names.
var protocolNames = [protocolCount]string{
	protoEthernet: "eth", protoSLL: "sll", protoNull: "null", protoRaw: "raw", protoVLAN: "vlan", protoARP: "arp", protoLLC: "llc",
	protoIPv4: "ip", protoIPv6: "ipv6", protoTCP: "tcp", protoUDP: "udp", protoSCTP: "sctp", protoICMP: "icmp", protoICMPv6: "icmpv6",
	protoGRE: "gre", protoVXLAN: "vxlan", protoGeneve: "geneve", protoMPLS: "mpls", protoPPPoES: "pppoes", protoPPP: "ppp",
	protoDNS: "dns", protoTLS: "tls", protoHTTP: "http", protoMDNS: "mdns", protoDHCP: "dhcp", protoNTP: "ntp",
}

// numbered is a protocol that has no counter of its own.
type numbered struct {
	kind   numberKind
	number uint16
}

type numberKind uint8

const (
	etherTypes numberKind = iota
	ipProtocols
	linkTypes
	// otherNumbers are those beyond maxNumbered.
	otherNumbers
)

func (n numbered) String() string {
	var known map[uint16]string
	var prefix string
	switch n.kind {
	case etherTypes:
		known, prefix = etherTypeNames, "ethertype_0x%04x"
	case ipProtocols:
		known, prefix = ipProtocolNames, "ip_proto_%d"
	case linkTypes:
		prefix = "linktype_%d"
	case otherNumbers:
		return "other"
	}
	if name := known[n.number]; name != "" {
		return name
	}
	return fmt.Sprintf(prefix, n.number)
}

var etherTypeNames = map[uint16]string{
	0x8035: "rarp", 0x8863: "pppoed", 0x8809: "slow", 0x88be: "erspan",
	0x88cc: "lldp", 0x888e: "eapol", 0x88e5: "macsec", 0x9000: "loop",
}

var ipProtocolNames = map[uint16]string{
	2: "igmp", 4: "ipip", 41: "6in4", 46: "rsvp", 50: "esp", 51: "ah", 88: "eigrp", 89: "ospf", 103: "pim", 112: "vrrp", 115: "l2tp",
}

// linkTypeName is like "Ethernet", or the number.
func linkTypeName(linkType layers.LinkType) string {
	switch linkType { //nolint:exhaustive // the ones that a packet capture of a cloud can have; the rest by number
	case layers.LinkTypeNull:
		return "NULL/Loopback"
	case layers.LinkTypeEthernet:
		return "Ethernet"
	case layers.LinkTypeRaw, linkTypeRawBSD, linkTypeRawOpenBSD:
		return "Raw IP"
	case layers.LinkTypeLinuxSLL:
		return "Linux cooked v1"
	case layers.LinkTypeLinuxSLL2:
		return "Linux cooked v2"
	case layers.LinkTypeIPv4:
		return "Raw IPv4"
	case layers.LinkTypeIPv6:
		return "Raw IPv6"
	case layers.LinkTypePPP, layers.LinkTypePPP_HDLC:
		return "PPP"
	case layers.LinkTypeLoop:
		return "OpenBSD loopback"
	}
	return fmt.Sprintf("link type %d", uint16(linkType))
}

// The values that BSD systems use for raw IP.
const (
	linkTypeRawBSD     layers.LinkType = 12
	linkTypeRawOpenBSD layers.LinkType = 14
)
