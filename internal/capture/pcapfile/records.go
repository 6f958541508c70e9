package pcapfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"

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
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("its header is not read: %w", err)
		}
		return nil, err
	}
	return &pcapRecords{reader: reader, buffered: buffered}, nil
}

func (p *pcapRecords) describe(reader *Reader) {
	reader.HasLinkType, reader.LinkType, reader.SnapLength = true, p.reader.LinkType(), int(p.reader.Snaplen())
}

func (p *pcapRecords) next(packet *Packet) error {
	data, info, err := p.reader.ZeroCopyReadPacketData()
	if err != nil {
		if most := max(int(p.reader.Snaplen()), maxSnapLength); info.CaptureLength > most {
			return damage(fmt.Sprintf("a record says that %d bytes of a packet were captured: %d are the most", info.CaptureLength, most))
		}
		if info.CaptureLength <= info.Length || info.Length < 0 {
			return err
		}
		// pcapgo stops before the data of a record that claims to hold more than
		// was on the wire. Wireshark reads on.
		if data, err = p.readBody(info.CaptureLength); err != nil {
			return err
		}
	}
	packet.Time, packet.HasTime, packet.Data, packet.Length, packet.LinkType = info.Timestamp, true, data, info.Length, p.reader.LinkType()
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
