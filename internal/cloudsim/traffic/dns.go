package traffic

import (
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"golang.org/x/net/dns/dnsmessage"
)

// query is a question to a resolver.
func (s *script) query(from, to netip.AddrPort, name string) {
	s.datagram(between{from, to}, message(from.Port(), name, nil, 0, false))
}

// lookup is a question and its answer: an address, or NXDOMAIN.
func (s *script) lookup(from, to netip.AddrPort, name string, answer netip.Addr) {
	s.query(from, to, name)
	s.wait(3 * time.Millisecond)
	code := dnsmessage.RCodeSuccess
	if !answer.IsValid() {
		code = dnsmessage.RCodeNameError
	}
	s.datagram(between{to, from}, message(from.Port(), name, &answer, code, true))
}

func (s *script) datagram(b between, payload []byte) {
	s.write(b, layers.IPProtocolUDP, &layers.UDP{SrcPort: layers.UDPPort(b.source.Port()), DstPort: layers.UDPPort(b.destination.Port())}, gopacket.Payload(payload))
}

func message(id uint16, name string, answer *netip.Addr, code dnsmessage.RCode, response bool) []byte {
	asked := dnsmessage.MustNewName(name + ".")
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, Response: response, RecursionDesired: true, RecursionAvailable: response, RCode: code},
		Questions: []dnsmessage.Question{{Name: asked, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}},
	}
	if answer != nil && answer.IsValid() {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: asked, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET, TTL: 60},
			Body:   &dnsmessage.AResource{A: answer.As4()},
		}}
	}
	packed, err := m.Pack()
	if err != nil {
		panic("traffic: " + err.Error())
	}
	return packed
}
