package capture

import (
	"net/netip"
	"time"

	"github.com/gopacket/gopacket/ip4defrag"
	"github.com/gopacket/gopacket/ip6defrag"
	"github.com/gopacket/gopacket/layers"
)

// ipv4 decodes an IPv4 packet.
func (a *Analyzer) ipv4(data []byte, depth int) {
	a.count(protoIPv4)
	ip := &a.layers.ipv4
	if !a.decoded(ip.DecodeFromBytes(data, a)) {
		return
	}
	if ip.Version != 4 {
		a.undecoded()
		return
	}
	p := &a.packet
	p.v6, p.source, p.destination = false, [16]byte{}, [16]byte{}
	copy(p.source[:], ip.SrcIP)
	copy(p.destination[:], ip.DstIP)
	length := int(ip.Length) - len(ip.Contents)
	if ip.Flags&layers.IPv4MoreFragments != 0 || ip.FragOffset != 0 {
		a.fragment4(ip, length, depth)
		return
	}
	a.transport(uint8(ip.Protocol), ip.Payload, length, depth)
}

// ipv6 decodes an IPv6 packet and its extension headers.
func (a *Analyzer) ipv6(data []byte, depth int) {
	a.count(protoIPv6)
	ip := &a.layers.ipv6
	if err := ip.DecodeFromBytes(data, a); err != nil {
		// A length of 0 is what segmentation offload leaves.
		if len(data) < ipv6HeaderLength || ip.Length != 0 {
			a.undecoded()
			return
		}
		ip.Payload = data[ipv6HeaderLength:]
	}
	if ip.Version != 6 {
		a.undecoded()
		return
	}
	p := &a.packet
	p.v6 = true
	copy(p.source[:], ip.SrcIP)
	copy(p.destination[:], ip.DstIP)
	next, payload, length := ip.NextHeader, ip.Payload, int(ip.Length)
	if ip.Length == 0 {
		length = len(payload)
	}
	if ip.HopByHop != nil {
		next = ip.HopByHop.NextHeader
		length -= ip.HopByHop.ActualLength
	}
	for range maxDepth {
		switch next {
		case layers.IPProtocolIPv6HopByHop, layers.IPProtocolIPv6Destination, layers.IPProtocolIPv6Routing:
			skipper := &a.layers.skipper
			if !a.decoded(skipper.DecodeFromBytes(payload, a)) {
				return
			}
			next, payload = skipper.NextHeader, skipper.Payload
			length -= len(skipper.Contents)
		case layers.IPProtocolIPv6Fragment:
			fragment := &a.layers.fragment
			if !a.decoded(fragment.DecodeFromBytes(payload, a)) {
				return
			}
			if fragment.MoreFragments || fragment.FragmentOffset != 0 {
				a.fragment6(ip, fragment, length-fragmentHeaderLength, depth)
				return
			}
			next, payload = fragment.NextHeader, fragment.Payload
			length -= fragmentHeaderLength
		default:
			a.transport(uint8(next), payload, length, depth)
			return
		}
	}
	a.undecoded()
}

// In bytes.
const (
	ipv6HeaderLength     = 40
	fragmentHeaderLength = 8
)

// maxFragmentBytes bounds what is kept of packets that never become whole. A fragment
// takes fragmentOverhead beside its data.
const (
	maxFragmentBytes = 8 << 20
	fragmentOverhead = 1024
)

// admitFragment makes room for a fragment. Now and then that forgets the packets
// that are not whole yet.
func (a *Analyzer) admitFragment(length int) {
	l := &a.layers
	length += fragmentOverhead
	if l.defrag4 == nil || l.fragmentBytes+length > maxFragmentBytes {
		l.defrag4, l.defrag6, l.fragmentBytes = ip4defrag.NewIPv4Defragmenter(), ip6defrag.NewIPv6Defragmenter(), 0
	}
	l.fragmentBytes += length
}

// fragment4 puts a fragmented packet together. Its transport header counts with
// the last fragment, as in Wireshark. Where a fragment was not captured whole the
// packet cannot be put together, and the first fragment's header counts.
func (a *Analyzer) fragment4(ip *layers.IPv4, length, depth int) {
	if len(ip.Payload) < length {
		if ip.FragOffset == 0 {
			a.transport(uint8(ip.Protocol), ip.Payload, length, depth)
		}
		return
	}
	a.admitFragment(len(ip.Payload))
	kept := *ip
	kept.Contents = append([]byte(nil), ip.Contents...)
	kept.Payload = append([]byte(nil), ip.Payload...)
	kept.SrcIP, kept.DstIP = kept.Contents[12:16], kept.Contents[16:20]
	kept.Options, kept.Padding = nil, nil
	whole, err := a.layers.defrag4.DefragIPv4WithTimestamp(&kept, time.Unix(0, a.packet.time))
	if err == nil && whole != nil {
		a.transport(uint8(whole.Protocol), whole.Payload, len(whole.Payload), depth)
	}
}

// fragment6 is fragment4 for IPv6.
func (a *Analyzer) fragment6(ip *layers.IPv6, fragment *layers.IPv6Fragment, length, depth int) {
	if len(fragment.Payload) < length {
		if fragment.FragmentOffset == 0 {
			a.transport(uint8(fragment.NextHeader), fragment.Payload, length, depth)
		}
		return
	}
	a.admitFragment(len(fragment.Payload))
	header, kept := *ip, *fragment
	header.Contents = append([]byte(nil), ip.Contents...)
	header.SrcIP, header.DstIP = header.Contents[8:24], header.Contents[24:40]
	header.Payload, header.HopByHop = nil, nil
	kept.Contents = append([]byte(nil), fragment.Contents...)
	kept.Payload = append([]byte(nil), fragment.Payload...)
	if whole := a.layers.defrag6.DefragIPv6(&header, &kept); whole != nil {
		a.transport(uint8(whole.NextHeader), whole.Payload, len(whole.Payload), depth)
	}
}

func addressOf(bytes [16]byte, v6 bool) netip.Addr {
	if v6 {
		return netip.AddrFrom16(bytes)
	}
	return netip.AddrFrom4([4]byte(bytes[:4]))
}
