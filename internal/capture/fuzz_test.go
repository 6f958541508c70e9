package capture_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/report"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// FuzzFile reads anything.
func FuzzFile(f *testing.F) {
	for _, pcapng := range []bool{false, true} {
		var b bytes.Buffer
		if _, _, err := (traffic.File{Target: target, From: start, To: start.Add(traffic.Period), Pcapng: pcapng}).Write(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Add([]byte("GMBU"))
	f.Fuzz(check)
}

// check summarizes, and holds what is true of every summary.
func check(t *testing.T, file []byte) {
	t.Helper()
	analyzer := capture.NewAnalyzer(capture.Options{IncludeNames: true, MaxConversations: 10, MaxLiveConversations: 100})
	if err := analyzer.AddFile("file", bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	s := analyzer.Summary()
	for name, sum := range s.Protocols {
		if sum.Packets > s.Total.Packets || sum.Bytes > s.Total.Bytes {
			t.Errorf("%s has %d of %d packets", name, sum.Packets, s.Total.Packets)
		}
	}
	if s.Undecoded > s.Total.Packets || s.Connections.Established > s.Connections.Attempted || s.Connections.Attempted > s.ConversationCount["tcp"] {
		t.Errorf("counts that cannot be: %+v", s.Connections)
	}
	if _, err := report.HTML("file", s); err != nil {
		t.Error(err)
	}
	_ = report.Markdown("file", s)
}

// FuzzPacket decodes one packet of any link type.
func FuzzPacket(f *testing.F) {
	traffic.Between(target, start, start.Add(traffic.Period), func(p traffic.Packet) bool {
		f.Add(uint16(layers.LinkTypeEthernet), p.Data)
		f.Add(uint16(layers.LinkTypeRaw), p.Data[14:])
		return true
	})
	f.Add(uint16(layers.LinkTypeLinuxSLL), make([]byte, 40))
	f.Add(uint16(layers.LinkTypeLinuxSLL2), make([]byte, 40))
	f.Add(uint16(layers.LinkTypeNull), []byte{2, 0, 0, 0, 0x45})
	f.Fuzz(func(t *testing.T, linkType uint16, data []byte) {
		if len(data) > 65535 {
			return
		}
		file := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
		for _, field := range []uint32{0x00040002, 0, 0, 65535, uint32(linkType), 1, 0, uint32(len(data)), uint32(len(data))} { //nolint:gosec // bounded above
			file = binary.LittleEndian.AppendUint32(file, field)
		}
		check(t, append(file, data...))
	})
}
