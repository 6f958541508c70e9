package pcapfilter_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// What random packets and expressions are made of: few values, so that they meet.
var (
	addresses4 = []string{"10.0.0.1", "10.0.0.4", "10.0.0.255", "10.0.1.0", "10.1.0.5", "52.7.11.143", "0.0.0.0", "255.255.255.255"}
	addresses6 = []string{"fd00::1", "fd00::4", "fd00:0:0:1::", "2001:db8::5", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}
	networks4  = []string{"10.0.0.0/24", "10.0.0.0/8", "10/8", "10.0", "52.7.0.0/16", "10.0.0.4/31", "0.0.0.0/0", "10.0.0.0 mask 255.254.0.0", "10.0.0.0"}
	networks6  = []string{"fd00::/64", "fd00::/16", "::/0", "2001:db8::/32"}
	ports      = []int{0, 21, 22, 23, 53, 80, 81, 443, 8000, 8010, 65535}
	numbers    = []uint8{6, 6, 6, 17, 17, 132, 1, 58, 47, 50}
)

// testPacket is a packet in bytes and as a reader would decode it.
type testPacket struct {
	pcapfilter.Packet
	bytes []byte
}

// randomPacket makes the bytes of a packet by the standards' layouts, and says
// what is in them without reading them again.
func randomPacket(random *rand.Rand) testPacket {
	var p testPacket
	p.bytes = make([]byte, 12)
	for range max(random.IntN(10)-7, 0) {
		id := []uint16{1, 100}[random.IntN(2)]
		p.VLANs = append(p.VLANs, id)
		p.bytes = binary.BigEndian.AppendUint16(p.bytes, 0x8100)
		p.bytes = binary.BigEndian.AppendUint16(p.bytes, id|0x6000)
	}
	pick := func(from []string) netip.Addr { return netip.MustParseAddr(from[random.IntN(len(from))]) }
	switch kind := random.IntN(20); {
	case kind < 1:
		p.EtherType = []uint16{pcapfilter.EtherTypeARP, pcapfilter.EtherTypeRARP, 0x88cc}[random.IntN(3)]
		p.bytes = binary.BigEndian.AppendUint16(p.bytes, p.EtherType)
		body := make([]byte, 46)
		if p.EtherType != 0x88cc {
			p.Source, p.Destination = pick(addresses4), pick(addresses4)
			copy(body, []byte{0, 1, 8, 0, 6, 4, 0, 1})
			copy(body[14:], p.Source.AsSlice())
			copy(body[24:], p.Destination.AsSlice())
		}
		p.bytes = append(p.bytes, body...)
	case kind < 13:
		p.EtherType, p.Source, p.Destination = pcapfilter.EtherTypeIPv4, pick(addresses4), pick(addresses4)
		p.addIPv4(random)
	default:
		p.EtherType, p.Source, p.Destination = pcapfilter.EtherTypeIPv6, pick(addresses6), pick(addresses6)
		p.addIPv6(random)
	}
	p.Length = len(p.bytes)
	return p
}

func (p *testPacket) addIPv4(random *rand.Rand) {
	p.Protocol = numbers[random.IntN(len(numbers))]
	header := make([]byte, 20)
	header[0], header[8], header[9] = 0x45, 64, p.Protocol
	offset := 0
	if random.IntN(10) == 0 {
		offset = 100
		binary.BigEndian.PutUint16(header[6:], uint16(offset))
	}
	copy(header[12:], p.Source.AsSlice())
	copy(header[16:], p.Destination.AsSlice())
	p.bytes = append(binary.BigEndian.AppendUint16(p.bytes, p.EtherType), header...)
	p.addPorts(random, offset == 0)
}

func (p *testPacket) addIPv6(random *rand.Rand) {
	p.Protocol = numbers[random.IntN(len(numbers))]
	header := make([]byte, 40)
	header[0], header[6], header[7] = 0x60, p.Protocol, 64
	copy(header[8:], p.Source.AsSlice())
	copy(header[24:], p.Destination.AsSlice())
	if p.FragmentHeader = random.IntN(10) == 0; p.FragmentHeader {
		header[6] = 44
		header = append(header, p.Protocol, 0, 0, 1, 0, 0, 0, 9)
	}
	p.bytes = append(binary.BigEndian.AppendUint16(p.bytes, p.EtherType), header...)
	p.addPorts(random, !p.FragmentHeader)
}

func (p *testPacket) addPorts(random *rand.Rand, readable bool) {
	body := make([]byte, 20+random.IntN(1000))
	source, destination := uint16(ports[random.IntN(len(ports))]&0xffff), uint16(ports[random.IntN(len(ports))]&0xffff)
	binary.BigEndian.PutUint16(body, source)
	binary.BigEndian.PutUint16(body[2:], destination)
	if readable && (p.Protocol == 6 || p.Protocol == 17 || p.Protocol == 132) {
		p.HasPorts, p.SourcePort, p.DestinationPort = true, source, destination
	}
	p.bytes = append(p.bytes, body...)
}

// randomPackets are the same at every run.
func randomPackets(count int) []testPacket {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same packets each time
	packets := make([]testPacket, count)
	for i := range packets {
		packets[i] = randomPacket(random)
	}
	return packets
}

// oracle asks tcpdump.
type oracle struct{ program, file string }

// newOracle writes the packets to a file. Without tcpdump it is nil.
func newOracle(t *testing.T, packets []testPacket) *oracle {
	t.Helper()
	program, err := exec.LookPath("tcpdump")
	if err != nil {
		t.Log("tcpdump is not installed: expressions are not compared with libpcap's own judgement; everything else is")
		return nil
	}
	file := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	for _, field := range []uint32{0x00040002, 0, 0, 65535, 1} {
		file = binary.LittleEndian.AppendUint32(file, field)
	}
	for i, packet := range packets {
		// The second names the packet.
		for _, field := range []uint32{uint32(i & 0xffff), 0, uint32(len(packet.bytes) & 0xffff), uint32(len(packet.bytes) & 0xffff)} {
			file = binary.LittleEndian.AppendUint32(file, field)
		}
		file = append(file, packet.bytes...)
	}
	path := filepath.Join(t.TempDir(), "packets.pcap")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return &oracle{program, path}
}

// selects returns the indices of the packets that libpcap selects, without its
// optimizer (-O): with it, libpcap 1.10.3 selects nothing of 52.7.11.143:0 >
// 52.7.11.143:443 by "(not (tcp port 21 or 22 and not 443) or net 10.0.0.0/24) and
// tcp port (21 or 0)", and without it the packet.
func (o *oracle) selects(expression string) (map[int]bool, error) {
	command := exec.CommandContext(context.Background(), o.program, "-O", "-r", o.file, "-w", "-", expression)
	var stderr strings.Builder
	command.Stderr = &stderr
	output, err := command.Output()
	if strings.Contains(stderr.String(), "expression rejects all packets") {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, stderr.String())
	}
	selected := map[int]bool{}
	for reader := strings.NewReader(string(output[min(24, len(output)):])); ; {
		header := make([]byte, 16)
		if _, err := io.ReadFull(reader, header); errors.Is(err, io.EOF) {
			return selected, nil
		} else if err != nil {
			return nil, err
		}
		selected[int(binary.LittleEndian.Uint32(header))] = true
		if _, err := reader.Seek(int64(binary.LittleEndian.Uint32(header[8:])), io.SeekCurrent); err != nil {
			return nil, err
		}
	}
}
