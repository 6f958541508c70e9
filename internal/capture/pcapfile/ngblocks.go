package pcapfile

import (
	"errors"
	"fmt"
	"time"

	"github.com/gopacket/gopacket/layers"
)

var errShort = errors.New("it is too short for what it should hold")

// section begins a section: its interfaces are numbered anew. A minor version of 2 is
// the same as 0.
func (p *pcapngRecords) section(body []byte) error {
	if len(body) < sectionFields {
		return errShort
	}
	p.interfaces.clear()
	major, minor := p.uint16(body[4:]), p.uint16(body[6:])
	p.passedOver = major != 1 || minor != 0 && minor != 2
	if p.passedOver && p.version == "" {
		p.version = fmt.Sprintf("%d.%d", major, minor)
	}
	return nil
}

// In bytes: what stands before the options of an interface, and before a packet.
const (
	interfaceFields = 8
	enhancedFields  = 20
	simpleFields    = 4
)

func (p *pcapngRecords) face(body []byte) error {
	if len(body) < interfaceFields {
		return errShort
	}
	found := ngInterface{linkType: layers.LinkType(p.uint16(body)), snapLength: p.uint32(body[4:]), units: uint64(time.Second / time.Microsecond)}
	p.options(body[interfaceFields:], &found)
	if p.first == nil {
		first := found
		p.first = &first
	}
	p.interfaces.add(found)
	return nil
}

// Options of an interface: how precise its times are, and what is added to them.
const (
	optionEnd        = 0
	optionResolution = 9
	optionOffset     = 14
)

func (p *pcapngRecords) options(options []byte, of *ngInterface) {
	for len(options) >= 4 {
		code, length := p.uint16(options), int(p.uint16(options[2:]))
		if code == optionEnd || len(options) < 4+length {
			return
		}
		value := options[4 : 4+length]
		switch {
		case code == optionResolution && length >= 1:
			of.units = unitsOf(value[0])
		case code == optionOffset && length >= 8:
			of.offset = int64(p.uint64(value)) //nolint:gosec // it is a signed number
		}
		options = options[min(4+(length+3)&^3, len(options)):]
	}
}

// packet reads a packet of any of the three kinds of blocks.
func (p *pcapngRecords) packet(b block, packet *Packet) error {
	body := b.body
	if b.kind == blockSimple {
		return p.simple(body, packet)
	}
	if len(body) < enhancedFields {
		return errShort
	}
	number := p.uint32(body)
	if b.kind == blockPacket {
		number = uint32(p.uint16(body))
	}
	of, err := p.interfaces.get(number)
	if err != nil {
		return err
	}
	captured, data := p.uint32(body[12:]), body[enhancedFields:]
	if uint64(captured) > uint64(len(data)) {
		return fmt.Errorf("it says that %d bytes of a packet follow, and %d do", captured, len(data))
	}
	packet.Time, packet.HasTime = of.time(uint64(p.uint32(body[4:]))<<32 | uint64(p.uint32(body[8:])))
	packet.Data, packet.Length, packet.LinkType = data[:captured], int(p.uint32(body[16:])), of.linkType
	return nil
}

// simple reads a packet of the first interface. It has no time.
func (p *pcapngRecords) simple(body []byte, packet *Packet) error {
	if len(body) < simpleFields {
		return errShort
	}
	of, err := p.interfaces.get(0)
	if err != nil {
		return err
	}
	length, data := p.uint32(body), body[simpleFields:]
	captured := length
	if of.snapLength != 0 {
		captured = min(length, of.snapLength)
	}
	if uint64(captured) > uint64(len(data)) {
		return fmt.Errorf("it says that %d bytes of a packet follow, and %d do", captured, len(data))
	}
	*packet = Packet{Data: data[:captured], Length: int(length), LinkType: of.linkType}
	return nil
}
