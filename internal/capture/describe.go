package capture

import (
	"net/netip"

	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/pcapfile"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// describe is what a filter looks at: the outer headers.
func (a *Analyzer) describe(packet *pcapfile.Packet) *pcapfilter.Packet {
	d := &a.described
	*d = pcapfilter.Packet{Length: packet.Length, VLANs: d.VLANs[:0]}
	etherType, data := a.outer(packet)
	for etherType == etherTypeVLAN || etherType == etherTypeQinQ || etherType == etherTypeQinQOlder {
		vlan := &a.layers.vlan
		if vlan.DecodeFromBytes(data, a) != nil {
			return d
		}
		d.VLANs = append(d.VLANs, vlan.VLANIdentifier)
		etherType, data = uint16(vlan.Type), vlan.Payload
	}
	d.EtherType = etherType
	switch etherType {
	case etherTypeIPv4:
		a.describeIPv4(d, data)
	case etherTypeIPv6:
		a.describeIPv6(d, data)
	case etherTypeARP, pcapfilter.EtherTypeRARP:
		if arp := &a.layers.arp; arp.DecodeFromBytes(data, a) == nil {
			d.Source, _ = netip.AddrFromSlice(arp.SourceProtAddress)
			d.Destination, _ = netip.AddrFromSlice(arp.DstProtAddress)
		}
	}
	return d
}

// outer is the packet's EtherType, or 0, and what follows the link-layer header.
func (a *Analyzer) outer(packet *pcapfile.Packet) (etherType uint16, data []byte) {
	l := &a.layers
	switch packet.LinkType { //nolint:exhaustive // the rest has no EtherType that is known here
	case layers.LinkTypeEthernet:
		if l.ethernet.DecodeFromBytes(packet.Data, a) == nil && l.ethernet.Length == 0 {
			return uint16(l.ethernet.EthernetType), l.ethernet.Payload
		}
	case layers.LinkTypeLinuxSLL:
		if l.sll.DecodeFromBytes(packet.Data, a) == nil {
			return uint16(l.sll.EthernetType), l.sll.Payload
		}
	case layers.LinkTypeLinuxSLL2:
		if l.sll2.DecodeFromBytes(packet.Data, a) == nil {
			return uint16(l.sll2.ProtocolType), l.sll2.Payload
		}
	case layers.LinkTypeNull, layers.LinkTypeLoop:
		if l.loopback.DecodeFromBytes(packet.Data, a) == nil {
			return versionOf(l.loopback.Payload), l.loopback.Payload
		}
	case layers.LinkTypeRaw, layers.LinkTypeIPv4, layers.LinkTypeIPv6, linkTypeRawBSD, linkTypeRawOpenBSD:
		return versionOf(packet.Data), packet.Data
	}
	return 0, nil
}

func versionOf(data []byte) uint16 {
	switch {
	case len(data) > 0 && data[0]>>4 == 4:
		return etherTypeIPv4
	case len(data) > 0 && data[0]>>4 == 6:
		return etherTypeIPv6
	}
	return 0
}

func (a *Analyzer) describeIPv4(d *pcapfilter.Packet, data []byte) {
	ip := &a.layers.ipv4
	if ip.DecodeFromBytes(data, a) != nil {
		return
	}
	d.Source, _ = netip.AddrFromSlice(ip.SrcIP)
	d.Destination, _ = netip.AddrFromSlice(ip.DstIP)
	d.Protocol = uint8(ip.Protocol)
	if ip.FragOffset == 0 {
		describePorts(d, ip.Payload)
	}
}

func (a *Analyzer) describeIPv6(d *pcapfilter.Packet, data []byte) {
	ip := &a.layers.ipv6
	if len(data) < ipv6HeaderLength {
		return
	}
	// What follows the header is judged below, as libpcap does.
	_ = ip.DecodeFromBytes(data, a)
	d.Source, _ = netip.AddrFromSlice(ip.SrcIP)
	d.Destination, _ = netip.AddrFromSlice(ip.DstIP)
	d.Protocol = uint8(ip.NextHeader)
	payload := data[ipv6HeaderLength:]
	if ip.NextHeader == layers.IPProtocolIPv6Fragment {
		d.FragmentHeader = true
		if len(payload) > 0 {
			d.Protocol = payload[0]
		}
		return
	}
	describePorts(d, payload)
}

// describePorts reads the first four bytes of TCP, UDP and SCTP.
func describePorts(d *pcapfilter.Packet, payload []byte) {
	switch d.Protocol {
	case ipProtocolTCP, ipProtocolUDP, ipProtocolSCTP:
		if len(payload) >= 4 {
			d.HasPorts = true
			d.SourcePort = uint16(payload[0])<<8 | uint16(payload[1])
			d.DestinationPort = uint16(payload[2])<<8 | uint16(payload[3])
		}
	}
}
