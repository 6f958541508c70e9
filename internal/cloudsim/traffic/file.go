package traffic

import (
	"io"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// File is what a capture writes.
type File struct {
	Target   Target
	From, To time.Time
	// Packets makes the packets of others than a machine; nil means those of Target.
	Packets Stream
	// Selects reports whether the capture takes a packet; nil takes all.
	Selects func(Packet) bool
	// SnapLength is the most bytes of a packet; 0 for all.
	SnapLength int
	// MaxBytes ends the file before the packet that would make it larger. MaxPackets
	// ends it after that many. 0 is no limit.
	MaxBytes   int64
	MaxPackets int
	// Last keeps the last packets that MaxBytes has room for, not the first ones.
	Last bool
	// Skip leaves out that many packets, which earlier files of a ring hold.
	Skip int
	// Pcapng writes pcapng instead of pcap.
	Pcapng bool
}

// Stream yields packets from one time up to, not including, another, in their order,
// until yield is false.
type Stream func(from, to time.Time, yield func(Packet) bool)

func (f File) stream() Stream {
	if f.Packets != nil {
		return f.Packets
	}
	return func(from, to time.Time, yield func(Packet) bool) { Between(f.Target, from, to, yield) }
}

// Lengths of the headers in pcap, in bytes.
const (
	fileHeader   = 24
	recordHeader = 16
)

// noSnapLength is what tcpdump writes for no limit.
const noSnapLength = 262144

// Write writes the file, and returns how many packets are in it and whether more
// would have followed.
func (f File) Write(to io.Writer) (packets int, more bool, err error) {
	snapLength := f.SnapLength
	if snapLength == 0 {
		snapLength = noSnapLength
	}
	writer, err := newPacketWriter(to, uint32(snapLength), f.Pcapng)
	if err != nil {
		return 0, false, err
	}
	if f.Last {
		f.Skip += f.overflow(snapLength)
	}
	size, skip := int64(fileHeader), f.Skip
	f.stream()(f.From, f.To, func(packet Packet) bool {
		if f.Selects != nil && !f.Selects(packet) {
			return true
		}
		if skip > 0 {
			skip--
			return true
		}
		data := packet.Data[:min(len(packet.Data), snapLength)]
		size += int64(recordHeader + len(data))
		if f.MaxBytes > 0 && size > f.MaxBytes || f.MaxPackets > 0 && packets == f.MaxPackets {
			more = true
			return false
		}
		packets++
		err = writer.WritePacket(gopacket.CaptureInfo{Timestamp: packet.At, CaptureLength: len(data), Length: len(packet.Data)}, data)
		return err == nil
	})
	if err != nil {
		return packets, more, err
	}
	return packets, more, writer.flush()
}

// overflow is how many packets come before the last ones that MaxBytes has room for.
func (f File) overflow(snapLength int) int {
	var sizes []int64
	f.stream()(f.From, f.To, func(packet Packet) bool {
		if f.Selects == nil || f.Selects(packet) {
			sizes = append(sizes, int64(recordHeader+min(len(packet.Data), snapLength)))
		}
		return true
	})
	kept, size := len(sizes), int64(fileHeader)
	for kept > 0 && (f.MaxBytes == 0 || size+sizes[kept-1] <= f.MaxBytes) {
		kept--
		size += sizes[kept]
	}
	return kept
}

// packetWriter is a writer of pcap or pcapng.
type packetWriter struct {
	pcap   *pcapgo.Writer
	pcapng *pcapgo.NgWriter
}

func newPacketWriter(to io.Writer, snapLength uint32, pcapng bool) (*packetWriter, error) {
	if pcapng {
		face := pcapgo.NgInterface{Name: "eth0", LinkType: layers.LinkTypeEthernet, SnapLength: snapLength, TimestampResolution: 9}
		writer, err := pcapgo.NewNgWriterInterface(to, face, pcapgo.NgWriterOptions{})
		return &packetWriter{pcapng: writer}, err
	}
	writer := pcapgo.NewWriter(to)
	return &packetWriter{pcap: writer}, writer.WriteFileHeader(snapLength, layers.LinkTypeEthernet)
}

// WritePacket writes a record.
func (w *packetWriter) WritePacket(info gopacket.CaptureInfo, data []byte) error {
	if w.pcapng != nil {
		return w.pcapng.WritePacket(info, data)
	}
	return w.pcap.WritePacket(info, data)
}

func (w *packetWriter) flush() error {
	if w.pcapng != nil {
		return w.pcapng.Flush()
	}
	return nil
}
