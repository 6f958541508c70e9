package capture

import (
	"encoding/binary"

	"github.com/gopacket/gopacket/layers"
)

// Headers that gopacket only decodes into new layers are read here. Their lengths
// are in bytes.
const (
	mplsLength  = 4
	pppoeLength = 6
)

// mpls decodes a stack of labels. What is below them has no type: only IP is
// recognised, by its version.
//
// Source: RFC 3032 section 2.1
func (a *Analyzer) mpls(data []byte, depth int) {
	a.count(protoMPLS)
	for {
		if len(data) < mplsLength {
			a.undecoded()
			return
		}
		bottom := data[2]&1 != 0
		data = data[mplsLength:]
		if bottom {
			break
		}
	}
	if versionOf(data) != 0 {
		a.ip(data, depth+1)
	}
}

// pppoe decodes a session's packet.
//
// Source: RFC 2516 section 4
func (a *Analyzer) pppoe(data []byte, depth int) {
	a.count(protoPPPoES)
	if len(data) < pppoeLength {
		a.undecoded()
		return
	}
	a.ppp(data[pppoeLength:], depth)
}

// Numbers of PPP: RFC 1332, RFC 5072 and RFC 3032.
const (
	pppIPv4 = 0x0021
	pppIPv6 = 0x0057
	pppMPLS = 0x0281
)

// ppp decodes from the protocol on, or from the address and the control field
// before it. A protocol whose first byte is odd has only that one.
//
// Source: RFC 1661 section 2 and RFC 1662 section 3.1
func (a *Analyzer) ppp(data []byte, depth int) {
	a.count(protoPPP)
	if len(data) >= 2 && data[0] == 0xff && data[1] == 0x03 {
		data = data[2:]
	}
	if len(data) < 2 {
		a.undecoded()
		return
	}
	protocol, payload := binary.BigEndian.Uint16(data), data[2:]
	if data[0]&1 != 0 {
		protocol, payload = uint16(data[0]), data[1:]
	}
	switch protocol {
	case pppIPv4:
		a.ipv4(payload, depth+1)
	case pppIPv6:
		a.ipv6(payload, depth+1)
	case pppMPLS:
		a.mpls(payload, depth+1)
	}
}

// geneve decodes what is inside, which has an EtherType.
func (a *Analyzer) geneve(data []byte, depth int) {
	a.count(protoGeneve)
	if geneve := new(layers.Geneve); a.decoded(geneve.DecodeFromBytes(data, a)) {
		a.network(uint16(geneve.Protocol), geneve.Payload, depth+1)
	}
}
