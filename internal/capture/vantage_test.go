package capture_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
)

// later is a file whose packets come some milliseconds later.
func later(file []byte, milliseconds uint32) []byte {
	file = bytes.Clone(file)
	const header, record = 24, 16
	for at := header; at < len(file); {
		binary.LittleEndian.PutUint32(file[at+4:], binary.LittleEndian.Uint32(file[at+4:])+milliseconds*1000)
		at += record + int(binary.LittleEndian.Uint32(file[at+8:]))
	}
	return file
}

// TestFilesOfSeveralPlaces are of a connection of ten packets, a millisecond apart.
func TestFilesOfSeveralPlaces(t *testing.T) {
	t.Parallel()
	packets := segments(">S <SA >A")
	for i := range uint32(7) {
		packets = append(packets, segment(true, 1001+10*i, 5001, 0x18, []byte("0123456789")))
	}
	file := func(from, to int) []byte {
		return later(fileOf(layers.LinkTypeRaw, packets[from:to]...), uint32(from)) //nolint:gosec // small
	}
	type part struct {
		name string
		file []byte
	}
	for name, test := range map[string]struct {
		parts                    []part
		conversations, overlap   int64
		established, outOfOrders int64
	}{
		"two places":              {[]part{{"client.pcap", file(0, 10)}, {"server.pcap", later(file(0, 10), 4)}}, 2, 1, 2, 0},
		"instances":               {[]part{{"INT0/1.pcap", file(0, 10)}, {"INT1/1.pcap", file(0, 10)}}, 2, 1, 2, 0},
		"numbers of places":       {[]part{{"web1.pcap", file(0, 10)}, {"web2.pcap", file(0, 10)}}, 2, 1, 2, 0},
		"a ring":                  {[]part{{"r_1.pcap", file(0, 4)}, {"r_2.pcap.gz", file(4, 7)}, {"r_3.pcap", file(7, 10)}}, 1, 0, 1, 0},
		"two rings":               {[]part{{"a_1.pcap", file(0, 4)}, {"b_1.pcap", later(file(0, 4), 1)}, {"a_2.pcap", file(4, 10)}, {"b_2.pcap", later(file(4, 10), 1)}}, 2, 1, 2, 0},
		"other names":             {[]part{{"first.pcap", file(0, 4)}, {"second.pcap", file(4, 10)}}, 1, 0, 1, 0},
		"a ring with jitter":      {[]part{{"r_1.pcap", file(0, 6)}, {"r_2.pcap", later(file(6, 10), 0xffffffff-1)}}, 1, 0, 1, 0},
		"a ring in a wrong order": {[]part{{"r_10.pcap", file(4, 10)}, {"r_9.pcap", file(0, 4)}}, 2, 1, 1, 0},
		"empty between":           {[]part{{"r_1.pcap", file(0, 4)}, {"r_2.pcap", nil}, {"r_3.pcap", file(4, 10)}}, 1, 0, 1, 0},
	} {
		analyzer := capture.NewAnalyzer(capture.Options{})
		for _, part := range test.parts {
			if err := analyzer.AddFile(part.name, bytes.NewReader(part.file)); err != nil {
				t.Fatal(err)
			}
		}
		s := analyzer.Summary()
		if s.ConversationCount["tcp"] != test.conversations || s.Overlapping != test.overlap || s.Connections.Established != test.established ||
			s.Retransmissions != 0 || s.OutOfOrder != test.outOfOrders {
			t.Errorf("%s: %d conversations, %d overlap, %+v, %d retransmissions, %d out of order", name, s.ConversationCount["tcp"], s.Overlapping, s.Connections, s.Retransmissions, s.OutOfOrder)
		}
	}
}
