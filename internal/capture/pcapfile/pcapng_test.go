package pcapfile_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/pcapfile"
)

// ngFile makes a pcapng file.
type ngFile struct{ order binary.AppendByteOrder }

func (f ngFile) block(kind uint32, body ...[]byte) []byte {
	content := slices.Concat(body...)
	for len(content)%4 != 0 {
		content = append(content, 0)
	}
	length := uint32(len(content) + 12) //nolint:gosec // small
	b := f.order.AppendUint32(f.order.AppendUint32(nil, kind), length)
	return f.order.AppendUint32(append(b, content...), length)
}

func (f ngFile) words(values ...uint32) []byte {
	var b []byte
	for _, value := range values {
		b = f.order.AppendUint32(b, value)
	}
	return b
}

func (f ngFile) shorts(values ...uint16) []byte {
	var b []byte
	for _, value := range values {
		b = f.order.AppendUint16(b, value)
	}
	return b
}

func (f ngFile) section(version ...uint16) []byte {
	return f.block(0x0a0d0d0a, f.words(0x1a2b3c4d), f.shorts(version...), f.words(0xffffffff, 0xffffffff))
}

func (f ngFile) face(linkType uint16, snapLength uint32, options ...[]byte) []byte {
	return f.block(1, f.shorts(linkType, 0), f.words(snapLength), slices.Concat(options...))
}

func (f ngFile) option(code uint16, value ...byte) []byte {
	padded := append(bytes.Clone(value), make([]byte, (4-len(value)%4)%4)...)
	return append(f.shorts(code, uint16(len(value))), padded...) //nolint:gosec // small
}

func (f ngFile) packet(face uint32, stamp uint64, data string) []byte {
	length := uint32(len(data)) //nolint:gosec // small
	return f.block(6, f.words(face, uint32(stamp>>32), uint32(stamp&0xffffffff), length, length), []byte(data))
}

var little, big = ngFile{binary.LittleEndian}, ngFile{binary.BigEndian}

// packets are all of a file, with their data of their own.
func packets(t *testing.T, file []byte) ([]pcapfile.Packet, *pcapfile.Reader) {
	t.Helper()
	reader, err := pcapfile.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var all []pcapfile.Packet
	for {
		var packet pcapfile.Packet
		if err := reader.Next(&packet); err != nil {
			if err != io.EOF { //nolint:errorlint // that is what it promises
				t.Fatal(err)
			}
			return all, reader
		}
		packet.Data = bytes.Clone(packet.Data)
		all = append(all, packet)
	}
}

// TestSectionsInterfacesAndTimes has two sections of different byte orders, whose
// interfaces differ in link type, precision and offset, and all kinds of packets.
func TestSectionsInterfacesAndTimes(t *testing.T) {
	t.Parallel()
	const second = 1_700_000_000
	huge := slices.Concat(little.option(2, bytes.Repeat([]byte("x"), 60000)...))
	file := slices.Concat(
		little.section(1, 0),
		little.face(1, 96),
		little.face(113, 0, little.option(2, []byte("eth0")...), little.option(9, 9), little.option(0)),
		little.face(101, 0, little.option(9, 0x80|10), little.option(14, 10, 0, 0, 0, 0, 0, 0, 0)),
		little.block(4, []byte("names")), little.block(0xbad, bytes.Repeat([]byte("y"), 400_000)),
		little.packet(1, second*1_000_000_000+1, "nano"),
		little.packet(0, second*1_000_000+1, "micro"),
		little.packet(2, second*1024+512, "half"),
		little.block(3, little.words(200), bytes.Repeat([]byte("s"), 96)),
		little.block(2, little.shorts(1, 7), little.words(0, 0, 3, 9), []byte("old")),
		big.section(1, 2), big.face(228, 0, huge, huge, huge, huge, huge),
		big.packet(0, 0, "epoch"), big.packet(0, 5, strings.Repeat("z", 300_000)))
	all, reader := packets(t, file)
	want := []pcapfile.Packet{
		{Time: time.Unix(second, 1), HasTime: true, Length: 4, LinkType: layers.LinkTypeLinuxSLL},
		{Time: time.Unix(second, 1000), HasTime: true, Length: 5, LinkType: layers.LinkTypeEthernet},
		{Time: time.Unix(second+10, 500_000_000), HasTime: true, Length: 4, LinkType: layers.LinkTypeRaw},
		{Length: 200, LinkType: layers.LinkTypeEthernet},
		{Time: time.Unix(0, 0), HasTime: true, Length: 9, LinkType: layers.LinkTypeLinuxSLL},
		{Time: time.Unix(0, 0), HasTime: true, Length: 5, LinkType: layers.LinkTypeIPv4},
		{Time: time.Unix(0, 5000), HasTime: true, Length: 300_000, LinkType: layers.LinkTypeIPv4},
	}
	if len(all) != len(want) || reader.Damage != "" || !reader.HasLinkType || reader.LinkType != layers.LinkTypeEthernet || reader.SnapLength != 96 {
		t.Fatalf("%d packets, damage %q, link type %v, snap length %d", len(all), reader.Damage, reader.LinkType, reader.SnapLength)
	}
	lengths := []int{4, 5, 4, 96, 3, 5, 300_000}
	for i, packet := range all {
		if !packet.Time.Equal(want[i].Time) || packet.HasTime != want[i].HasTime || packet.Length != want[i].Length || packet.LinkType != want[i].LinkType || len(packet.Data) != lengths[i] {
			t.Errorf("packet %d is %+v with %d bytes", i, packet, len(packet.Data))
		}
	}
}

// TestDamageOfPcapngIsNamed says where a file is damaged, and how.
func TestDamageOfPcapngIsNamed(t *testing.T) {
	t.Parallel()
	begins := slices.Concat(little.section(1, 0), little.face(1, 0), little.packet(0, 1, "data"))
	at := len(begins)
	changed := func(offset int, value uint32) []byte {
		file := slices.Concat(begins, little.packet(0, 2, "more"))
		binary.LittleEndian.PutUint32(file[at+offset:], value)
		return file
	}
	for name, test := range map[string]struct {
		file    []byte
		packets int
		parts   []string
	}{
		"block of 0":           {changed(4, 0), 1, []string{"at byte 84", "is 0 bytes", "shortest has 12"}},
		"block of 11":          {changed(4, 11), 1, []string{"at byte 84", "is 11 bytes"}},
		"block of 13":          {changed(4, 13), 1, []string{"at byte 84", "is 13 bytes long, and at its end that it is"}},
		"block of 4 GB":        {changed(4, 0xfffffffc), 1, []string{"packet at byte 84", "4294967292", "4194304"}},
		"block of 1 GB":        {slices.Concat(changed(4, 1<<30), make([]byte, 1<<20)), 1, []string{"packet at byte 84", "1073741824"}},
		"another end":          {changed(32, 40), 1, []string{"at byte 84", "is 36 bytes long, and at its end that it is 40"}},
		"a lying packet":       {changed(20, 5000), 1, []string{"at byte 84", "5000 bytes", "4 do"}},
		"no such interface":    {changed(8, 7), 1, []string{"interface 7", "1 interfaces so far"}},
		"cut in a head":        {begins[:at-33], 0, []string{"in the middle of the block at byte 48"}},
		"cut in a body":        {begins[:at-3], 0, []string{"in the middle of the block at byte 48, which is 36"}},
		"no order":             {[]byte("\x0a\x0d\x0d\x0a\x1c\x00\x00\x00abcdefgh"), 0, []string{"byte-order magic"}},
		"short section":        {slices.Concat(little.section(1, 0)[:4], little.words(16, 0x1a2b3c4d, 16)), 0, []string{"too short"}},
		"short interface":      {slices.Concat(little.section(1, 0), little.block(1, []byte("1234"))), 0, []string{"too short"}},
		"packet, no interface": {slices.Concat(little.section(1, 0), little.packet(0, 1, "x")), 0, []string{"0 interfaces so far"}},
		"another version":      {slices.Concat(begins, little.section(2, 0), little.face(1, 0), little.packet(0, 1, "x"), begins), 2, []string{"version 2.0"}},
		"bad end of long":      {slices.Concat(begins, damagedEnd(little.block(99, make([]byte, 300_000)))), 1, []string{"300012 bytes long, and at its end"}},
	} {
		all, reader := packets(t, test.file)
		for _, part := range test.parts {
			if !strings.Contains(reader.Damage, part) {
				t.Errorf("%s: damage %q has no %q", name, reader.Damage, part)
			}
		}
		if len(all) != test.packets {
			t.Errorf("%s: %d packets", name, len(all))
		}
	}
	// Some writers leave padding out of the length.
	unpadded := slices.Concat(little.section(1, 0), little.face(1, 0), little.words(6, 35, 0, 0, 0, 3, 3), []byte("abc\x00"), little.words(35), little.packet(0, 1, "x"))
	if all, reader := packets(t, unpadded); len(all) != 2 || reader.Damage != "" {
		t.Errorf("without padding: %d packets, %s", len(all), reader.Damage)
	}
	// The header of the only interface is cut off.
	if _, reader := packets(t, slices.Concat(little.section(1, 0), little.face(1, 0)[:10])); reader.HasLinkType {
		t.Error("a link type that was not read is known")
	}
}

func damagedEnd(b []byte) []byte {
	b[len(b)-1] ^= 1
	return b
}

// repeated reads content again and again, and what is behind it then.
type repeated struct {
	content  []byte
	times    int
	position int
}

func (r *repeated) Read(buffer []byte) (int, error) {
	n := 0
	for n < len(buffer) && r.times > 0 {
		copied := copy(buffer[n:], r.content[r.position:])
		n += copied
		if r.position += copied; r.position == len(r.content) {
			r.position, r.times = 0, r.times-1
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// TestTablesDoNotGrow has what a small file can hold any number of: interfaces that
// are alike or not, sections, names, options.
func TestTablesDoNotGrow(t *testing.T) { //nolint:paralleltest // measures the memory of the process
	const many = 600_000
	options := make([]byte, 0, 40_000)
	for range 10_000 {
		options = append(options, little.option(1)...)
	}
	for name, test := range map[string]struct {
		content []byte
		times   int
		last    []byte
		packets int
		damage  string
	}{
		"interfaces that are alike": {little.face(1, 0), many, little.packet(many-1, 1, "last"), 1, ""},
		"interfaces that differ":    {slices.Concat(little.face(1, 0), little.face(1, 1)), many, little.packet(2*many-1, 1, "last"), 0, "more than 65536 different interfaces"},
		"of those the first":        {slices.Concat(little.face(1, 0), little.face(1, 1)), many, little.packet(65535, 1, "last"), 1, ""},
		"sections":                  {slices.Concat(little.section(1, 0), little.face(1, 0)), many, little.packet(0, 1, "last"), 1, ""},
		"names":                     {little.block(4, little.shorts(1, 8), []byte("\x0a\x00\x00\x01abc\x00"), little.words(0)), many, slices.Concat(little.face(1, 0), little.packet(0, 1, "last")), 1, ""},
		"secrets":                   {little.block(10, make([]byte, 60_000)), many / 1000, slices.Concat(little.face(1, 0), little.packet(0, 1, "last")), 1, ""},
		"options":                   {little.face(1, 0, options), 5000, little.packet(0, 1, "last"), 1, ""},
	} {
		source := io.MultiReader(bytes.NewReader(little.section(1, 0)), &repeated{content: test.content, times: test.times}, bytes.NewReader(test.last))
		reader, err := pcapfile.NewReader(source)
		if err != nil {
			t.Fatal(err)
		}
		var packet pcapfile.Packet
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		found := 0
		for err = reader.Next(&packet); err == nil; err = reader.Next(&packet) {
			found++
		}
		runtime.ReadMemStats(&after)
		// All that was ever asked for, the garbage as well.
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 16<<20 {
			t.Errorf("%s: %d MB", name, allocated>>20)
		}
		if found != test.packets || !strings.Contains(reader.Damage, test.damage) || test.damage == "" && reader.Damage != "" {
			t.Errorf("%s: %d packets, %q", name, found, reader.Damage)
		}
	}
}
