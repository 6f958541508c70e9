package pcapfile

import (
	"bufio"
	"errors"
	"io"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// pcapRecords are those of a classic pcap file.
type pcapRecords struct {
	reader *pcapgo.Reader
	// buffered is what reader reads from: pcapgo takes a bufio.Reader as it is.
	buffered *bufio.Reader
	data     []byte
}

func newPcap(buffered *bufio.Reader) (records, error) {
	reader, err := pcapgo.NewReader(buffered)
	if err != nil {
		return nil, err
	}
	return &pcapRecords{reader: reader, buffered: buffered}, nil
}

func (p *pcapRecords) describe(reader *Reader) {
	reader.LinkType, reader.SnapLength = p.reader.LinkType(), int(p.reader.Snaplen())
}

func (p *pcapRecords) next(packet *Packet) error {
	data, info, err := p.reader.ZeroCopyReadPacketData()
	if err != nil {
		if info.CaptureLength <= info.Length || info.CaptureLength > max(int(p.reader.Snaplen()), maxSnapLength) || info.Length < 0 {
			return err
		}
		// pcapgo stops before the data of a record that claims to hold more than
		// was on the wire. Wireshark reads on.
		if data, err = p.readBody(info.CaptureLength); err != nil {
			return err
		}
	}
	packet.Time, packet.Data, packet.Length, packet.LinkType = info.Timestamp, data, info.Length, p.reader.LinkType()
	return nil
}

// maxSnapLength is the largest snap length of libpcap, MAXIMUM_SNAPLEN.
const maxSnapLength = 262144

func (p *pcapRecords) readBody(length int) ([]byte, error) {
	if cap(p.data) < length {
		p.data = make([]byte, min(length, maxRecord))
	}
	if length > maxRecord {
		return nil, errBudget
	}
	data := p.data[:length]
	if _, err := io.ReadFull(p.buffered, data); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return data, nil
}

// pcapngRecords are those of a pcapng file.
type pcapngRecords struct{ reader *pcapgo.NgReader }

func newPcapng(buffered *bufio.Reader) (records, error) {
	reader, err := pcapgo.NewNgReader(buffered, pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
	if err != nil {
		return nil, err
	}
	return &pcapngRecords{reader: reader}, nil
}

// describe tells of the first interface. A file without any has none.
func (p *pcapngRecords) describe(reader *Reader) {
	if reader.LinkType != 0 || p.reader.NInterfaces() == 0 {
		return
	}
	if first, err := p.reader.Interface(0); err == nil {
		reader.LinkType, reader.SnapLength = first.LinkType, int(first.SnapLength)
	}
}

// maxInterfaces and maxNames bound what pcapgo keeps of a section.
const (
	maxInterfaces = 4096
	maxNames      = 65536
)

var errTooMany = errors.New("more interfaces or names than any capture has")

func (p *pcapngRecords) next(packet *Packet) error {
	data, info, err := p.reader.ZeroCopyReadPacketData()
	if err != nil {
		return err
	}
	if p.reader.NInterfaces() > maxInterfaces || p.reader.NNames() > maxNames {
		return errTooMany
	}
	packet.Time, packet.Data, packet.Length, packet.LinkType = info.Timestamp, data, info.Length, linkTypeOf(info)
	return nil
}

func linkTypeOf(info gopacket.CaptureInfo) layers.LinkType {
	if len(info.AncillaryData) > 0 {
		if linkType, ok := info.AncillaryData[0].(layers.LinkType); ok {
			return linkType
		}
	}
	return layers.LinkTypeNull
}
