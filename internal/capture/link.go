package capture

import (
	"github.com/gopacket/gopacket/layers"
)

// maxDepth is how deep tunnels and tags nest before a packet counts as undecoded.
const maxDepth = 16

// link decodes from the link layer on.
func (a *Analyzer) link(linkType layers.LinkType, data []byte, depth int) {
	switch linkType {
	case layers.LinkTypeEthernet:
		a.ethernet(data, depth)
	case layers.LinkTypeLinuxSLL:
		a.count(protoSLL)
		if sll := &a.layers.sll; a.decoded(sll.DecodeFromBytes(data, a)) {
			a.network(uint16(sll.EthernetType), sll.Payload, depth)
		}
	case layers.LinkTypeLinuxSLL2:
		a.count(protoSLL)
		if sll := &a.layers.sll2; a.decoded(sll.DecodeFromBytes(data, a)) {
			a.network(uint16(sll.ProtocolType), sll.Payload, depth)
		}
	case layers.LinkTypeNull, layers.LinkTypeLoop:
		a.count(protoNull)
		if loopback := &a.layers.loopback; a.decoded(loopback.DecodeFromBytes(data, a)) {
			a.family(loopback.Family, loopback.Payload, depth)
		}
	case layers.LinkTypeRaw, layers.LinkTypeIPv4, layers.LinkTypeIPv6, linkTypeRawBSD, linkTypeRawOpenBSD:
		a.count(protoRaw)
		a.ip(data, depth)
	case layers.LinkTypePPP, layers.LinkTypePPP_HDLC:
		a.ppp(data, depth)
	default:
		a.countNumber(linkTypes, uint16(linkType))
		a.undecoded()
	}
}

// decoded reports whether a decoder succeeded.
func (a *Analyzer) decoded(err error) bool {
	if err != nil {
		a.undecoded()
	}
	return err == nil
}

func (a *Analyzer) ethernet(data []byte, depth int) {
	a.count(protoEthernet)
	ethernet := &a.layers.ethernet
	if !a.decoded(ethernet.DecodeFromBytes(data, a)) {
		return
	}
	if ethernet.Length != 0 {
		a.count(protoLLC)
		return
	}
	a.network(uint16(ethernet.EthernetType), ethernet.Payload, depth)
}

// The address families of IPv6 differ between systems.
const (
	familyIPv4        = 2
	familyIPv6Linux   = 10
	familyIPv6NetBSD  = 24
	familyIPv6FreeBSD = 28
	familyIPv6Darwin  = 30
)

func (a *Analyzer) family(family layers.ProtocolFamily, data []byte, depth int) {
	switch family {
	case familyIPv4:
		a.ipv4(data, depth)
	case familyIPv6Linux, familyIPv6NetBSD, familyIPv6FreeBSD, familyIPv6Darwin:
		a.ipv6(data, depth)
	default:
		a.countNumber(linkTypes, uint16(family))
	}
}

// EtherTypes.
const (
	etherTypeIPv4      = 0x0800
	etherTypeARP       = 0x0806
	etherTypeTEB       = 0x6558 // Transparent Ethernet bridging, in GRE
	etherTypeVLAN      = 0x8100
	etherTypeIPv6      = 0x86dd
	etherTypeQinQ      = 0x88a8
	etherTypeQinQOlder = 0x9100
	etherTypeMPLS      = 0x8847
	etherTypeMPLSUp    = 0x8848 // with a label that the upstream router assigned
	etherTypePPP       = 0x880b // in GRE
	etherTypePPPoES    = 0x8864
)

// network decodes what an EtherType names.
func (a *Analyzer) network(etherType uint16, data []byte, depth int) {
	if depth > maxDepth {
		a.undecoded()
		return
	}
	switch etherType {
	case etherTypeIPv4:
		a.ipv4(data, depth)
	case etherTypeIPv6:
		a.ipv6(data, depth)
	case etherTypeVLAN, etherTypeQinQ, etherTypeQinQOlder:
		a.count(protoVLAN)
		vlan := &a.layers.vlan
		if !a.decoded(vlan.DecodeFromBytes(data, a)) {
			return
		}
		a.network(uint16(vlan.Type), vlan.Payload, depth+1)
	case etherTypeMPLS, etherTypeMPLSUp:
		a.mpls(data, depth)
	case etherTypePPPoES:
		a.pppoe(data, depth)
	case etherTypePPP:
		a.ppp(data, depth)
	case etherTypeARP:
		a.count(protoARP)
	case etherTypeTEB:
		a.ethernet(data, depth+1)
	default:
		if etherType < minEtherType {
			a.count(protoLLC)
			return
		}
		a.countNumber(etherTypes, etherType)
	}
}

// minEtherType is the lowest number that is no length.
const minEtherType = 0x600

// ip decodes an IP packet by its version.
func (a *Analyzer) ip(data []byte, depth int) {
	switch {
	case len(data) > 0 && data[0]>>4 == 4:
		a.ipv4(data, depth)
	case len(data) > 0 && data[0]>>4 == 6:
		a.ipv6(data, depth)
	default:
		a.undecoded()
	}
}
