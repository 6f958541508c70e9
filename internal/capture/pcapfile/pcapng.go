package pcapfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// pcapngRecords are those of a pcapng file. pcapgo's reader keeps every interface and
// every name of a section, and leaves out what stands at the end of a block: a small
// file makes it keep a lot, and it cannot say where a file is damaged.
//
// Source: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
type pcapngRecords struct {
	source *bufio.Reader
	// at is where the next block begins, in bytes of the file as it is without gzip.
	at         int64
	bigEndian  bool
	interfaces interfaces
	first      *ngInterface
	// passedOver is set within a section of a version that is not read, and says of
	// which one the file has been.
	passedOver bool
	version    string
	large      []byte
}

// Types of blocks.
const (
	blockInterface = 1
	blockPacket    = 2 // of older files
	blockSimple    = 3
	blockEnhanced  = 6
	blockSection   = 0x0a0d0d0a

	magicBigEndian    = 0x1a2b3c4d
	magicLittleEndian = 0x4d3c2b1a
)

// In bytes: type and length, a block around nothing, a section's header.
const (
	blockHead     = 8
	smallestBlock = 12
	sectionFields = 12
)

// block is one block. Body has no more than what was read ahead of it, or in a
// packet's block all of it.
type block struct {
	kind uint32
	body []byte
}

func (p *pcapngRecords) describe(reader *Reader) {
	if p.first != nil {
		reader.HasLinkType, reader.LinkType, reader.SnapLength = true, p.first.linkType, int(p.first.snapLength)
	}
	if p.version != "" {
		reader.Damage = fmt.Sprintf("it holds a section of pcapng version %s, which is not read", p.version)
	}
}

func (p *pcapngRecords) next(packet *Packet) error {
	for {
		at := p.at
		b, err := p.block()
		if err != nil {
			return err
		}
		switch {
		case b.kind == blockSection:
			err = p.section(b.body)
		case p.passedOver:
		case b.kind == blockInterface:
			err = p.face(b.body)
		case b.kind == blockPacket || b.kind == blockSimple || b.kind == blockEnhanced:
			if err = p.packet(b, packet); err == nil {
				return nil
			}
		}
		if err != nil {
			return damage(fmt.Sprintf("the block at byte %d: %s", at, err))
		}
	}
}

// block reads a block and what follows it.
func (p *pcapngRecords) block() (block, error) {
	head, err := p.source.Peek(blockHead + 4)
	if err != nil {
		if errors.Is(err, io.EOF) && len(head) > 0 {
			return block{}, damage(fmt.Sprintf("the file ends in the middle of the block at byte %d", p.at))
		}
		return block{}, err
	}
	kind := p.uint32(head)
	if kind == blockSection { // the same in both byte orders
		switch binary.BigEndian.Uint32(head[blockHead:]) {
		case magicBigEndian:
			p.bigEndian = true
		case magicLittleEndian:
			p.bigEndian = false
		default:
			return block{}, damage(fmt.Sprintf("the section at byte %d has a byte-order magic of % x, which is none", p.at, head[blockHead:]))
		}
	}
	stated := p.uint32(head[4:])
	if stated < smallestBlock {
		return block{}, damage(fmt.Sprintf("the block at byte %d says that it is %d bytes long; the shortest has %d", p.at, stated, smallestBlock))
	}
	// Some writers leave the padding out of the length; Wireshark reads those.
	length := (int64(stated) + 3) &^ 3
	content, end, err := p.content(kind, length)
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return block{}, damage(fmt.Sprintf("the file ends in the middle of the block at byte %d, which is %d bytes long", p.at, stated))
	case err != nil:
		return block{}, err
	case end != stated:
		return block{}, damage(fmt.Sprintf("the block at byte %d says that it is %d bytes long, and at its end that it is %d", p.at, stated, end))
	}
	p.at += length
	return block{kind, content[blockHead:]}, nil
}

// content reads a block to its end, where its length stands again. A block longer than
// what is read ahead is kept whole if it is a packet's.
func (p *pcapngRecords) content(kind uint32, length int64) (content []byte, end uint32, err error) {
	isPacket := kind == blockPacket || kind == blockSimple || kind == blockEnhanced
	switch {
	case length <= readAhead:
		content, err = p.source.Peek(int(length))
		if err != nil {
			return nil, 0, err
		}
		// What was read ahead stays in its place until more is read.
		if _, err = p.source.Discard(int(length)); err != nil {
			return nil, 0, err
		}
	case isPacket && length > maxRecord:
		return nil, 0, damage(fmt.Sprintf("the packet at byte %d is in a block of %d bytes, and %d are the most that is read", p.at, length, maxRecord))
	case isPacket:
		if p.large == nil {
			p.large = make([]byte, maxRecord)
		}
		content = p.large[:length]
		if _, err = io.ReadFull(p.source, content); err != nil {
			return nil, 0, err
		}
	default:
		return p.long(length)
	}
	return content[:length-4], p.uint32(content[length-4:]), nil
}

// long reads past a block, and returns how it begins.
func (p *pcapngRecords) long(length int64) (content []byte, end uint32, err error) {
	begins, err := p.source.Peek(longBlockKept)
	if err != nil {
		return nil, 0, err
	}
	content = append(content, begins...)
	if _, err = io.CopyN(io.Discard, p.source, length-4); err != nil {
		return nil, 0, err
	}
	tail, err := p.source.Peek(4)
	if err != nil {
		return nil, 0, err
	}
	end = p.uint32(tail)
	_, err = p.source.Discard(len(tail))
	return content, end, err
}

// longBlockKept is how much is looked at of a block that is no packet's and longer
// than what is read ahead.
const longBlockKept = 4096

func (p *pcapngRecords) uint16(b []byte) uint16 {
	if p.bigEndian {
		return binary.BigEndian.Uint16(b)
	}
	return binary.LittleEndian.Uint16(b)
}

func (p *pcapngRecords) uint32(b []byte) uint32 {
	if p.bigEndian {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

func (p *pcapngRecords) uint64(b []byte) uint64 {
	if p.bigEndian {
		return binary.BigEndian.Uint64(b)
	}
	return binary.LittleEndian.Uint64(b)
}
