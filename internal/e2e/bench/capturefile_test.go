package bench

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

const (
	capturePackets = 240_000
	captureBytes   = 100_000_000
	// captureRounds is how often the file repeats the simulated conversations:
	// 8,400 of them, with TLS, DNS, refusals and retransmissions. Each round has one
	// large transfer as well.
	captureRounds = 600
	dataBytes     = 555
)

// Offsets in a record of pcap, in bytes: the header of a record, then Ethernet,
// IPv4 without options, and TCP.
const (
	fileHeader   = 24
	recordHeader = 16
	sourceHost   = recordHeader + 14 + 12 + 2
	sequence     = recordHeader + 14 + 20 + 4
)

// captureFile is a pcap file of 100 MB with 240,000 packets.
func captureFile(b *testing.B) []byte {
	b.Helper()
	var file bytes.Buffer
	writer := pcapgo.NewWriter(&file)
	if err := writer.WriteFileHeader(262144, layers.LinkTypeEthernet); err != nil {
		b.Fatal(err)
	}
	target := traffic.Target{IPv4: netip.MustParseAddr("10.1.0.4")}
	start := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	packets := 0
	add := func(at time.Time, data []byte) {
		if err := writer.WritePacket(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(data), Length: len(data)}, data); err != nil {
			b.Fatal(err)
		}
		packets++
	}
	for round := range captureRounds {
		at := start.Add(time.Duration(round) * traffic.Period)
		traffic.Between(target, at, at.Add(traffic.Period), func(p traffic.Packet) bool {
			add(p.At, p.Data)
			return true
		})
		// The transfer fills the round up: two segments, and what confirms them.
		data, confirm := transfer(b, round)
		left := capturePackets/captureRounds*(round+1) - packets
		next := uint32(1)
		for i := range left {
			at := at.Add(9*time.Second + time.Duration(i)*time.Microsecond)
			if i%3 == 2 {
				binary.BigEndian.PutUint32(confirm[sequence-recordHeader+4:], next)
				add(at, confirm)
				continue
			}
			binary.BigEndian.PutUint32(data[sequence-recordHeader:], next)
			next += dataBytes
			add(at, data)
		}
	}
	if packets != capturePackets || file.Len() < captureBytes*9/10 || file.Len() > captureBytes*11/10 {
		b.Fatalf("%d packets in %d bytes", packets, file.Len())
	}
	return file.Bytes()
}

// transfer returns a segment with data, and one that confirms some.
func transfer(b *testing.B, round int) (data, confirm []byte) {
	b.Helper()
	segment := func(source, destination byte, fromPort, toPort layers.TCPPort, payload int) []byte {
		ip := &layers.IPv4{Version: 4, IHL: 5, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: []byte{10, 1, 0, source}, DstIP: []byte{10, 1, 0, destination}}
		tcp := &layers.TCP{SrcPort: fromPort, DstPort: toPort, Seq: 1, Ack: 1, ACK: true, Window: 64240}
		if err := tcp.SetNetworkLayerForChecksum(ip); err != nil {
			b.Fatal(err)
		}
		ethernet := &layers.Ethernet{SrcMAC: []byte{2, 0, 0, 0, 0, source}, DstMAC: []byte{2, 0, 0, 0, 0, destination}, EthernetType: layers.EthernetTypeIPv4}
		buffer := gopacket.NewSerializeBuffer()
		if err := gopacket.SerializeLayers(buffer, gopacket.SerializeOptions{FixLengths: true}, ethernet, ip, tcp, gopacket.Payload(bytes.Repeat([]byte{0xee}, payload))); err != nil {
			b.Fatal(err)
		}
		return buffer.Bytes()
	}
	port := layers.TCPPort(20000 + round) //nolint:gosec // a few hundred
	return segment(4, 9, port, 9000, dataBytes), segment(9, 4, 9000, port, 0)
}

// fewPackets are those of eight rounds, with more conversations than are listed.
const fewPackets = capturePackets / captureRounds * 8

// firstPackets is the beginning of a pcap file.
func firstPackets(file []byte, packets int) []byte {
	at := fileHeader
	for range packets {
		at += recordHeader + int(binary.LittleEndian.Uint32(file[at+8:]))
	}
	return file[:at]
}

// repeated is a pcap file in which the packets of another come again and again,
// from other machines each time: as many conversations more.
type repeated struct {
	header, records []byte
	// hosts are where the records have a byte of the sender's address.
	hosts []int
	times int
}

func repeat(file []byte, times int) *repeated {
	r := &repeated{header: file[:fileHeader], records: file[fileHeader:], times: times}
	for at := 0; at < len(r.records); {
		length := int(binary.LittleEndian.Uint32(r.records[at+8:]))
		if length > sourceHost-recordHeader {
			r.hosts = append(r.hosts, at+sourceHost)
		}
		at += recordHeader + length
	}
	return r
}

func (r *repeated) size() int64 { return int64(len(r.header) + r.times*len(r.records)) }

// ReadAt implements io.ReaderAt.
func (r *repeated) ReadAt(to []byte, offset int64) (int, error) {
	read := 0
	if offset < int64(len(r.header)) {
		read = copy(to, r.header[offset:])
	}
	for read < len(to) && offset+int64(read) < r.size() {
		at := offset + int64(read) - int64(len(r.header))
		round, from := int(at/int64(len(r.records))), int(at%int64(len(r.records)))
		n := copy(to[read:], r.records[from:])
		first, _ := slices.BinarySearch(r.hosts, from)
		for _, host := range r.hosts[first:] {
			if host >= from+n {
				break
			}
			to[read+host-from] += byte(round) //nolint:gosec // a few rounds
		}
		read += n
	}
	if read < len(to) {
		return read, io.EOF
	}
	return read, nil
}
