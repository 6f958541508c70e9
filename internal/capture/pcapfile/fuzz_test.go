package pcapfile_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/netip"
	"testing"
	"testing/iotest"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/pcapfile"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// content is what a reader finds.
type content struct {
	format     pcapfile.Format
	damage     string
	packets    int
	bytes, sum uint64
}

func read(t *testing.T, source io.Reader) content {
	t.Helper()
	reader, err := pcapfile.NewReader(source)
	if err != nil {
		t.Fatal(err)
	}
	var found content
	var packet pcapfile.Packet
	for {
		if err = reader.Next(&packet); err != nil {
			break
		}
		found.packets++
		found.bytes += uint64(len(packet.Data))
		for _, b := range packet.Data {
			found.sum = found.sum*31 + uint64(b)
		}
		found.sum = found.sum*31 + uint64(packet.Time.UnixNano())
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	found.format, found.damage = reader.Format, reader.Damage
	return found
}

// FuzzReader finds the same packets however a file arrives: at once, byte by byte,
// and compressed.
func FuzzReader(f *testing.F) {
	for _, pcapng := range []bool{false, true} {
		var b bytes.Buffer
		start := time.Unix(1_700_000_000, 0)
		file := traffic.File{Target: traffic.Target{IPv4: netip.MustParseAddr("10.0.0.4")}, From: start, To: start.Add(traffic.Period), MaxPackets: 5, Pcapng: pcapng}
		if _, _, err := file.Write(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte("\x0a\x0d\x0d\x0a\x1c\x00\x00\x00\x4d\x3c\x2b\x1a\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x1c\x00\x00\x00"))
	f.Add([]byte("GMBU"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, file []byte) {
		whole := read(t, bytes.NewReader(file))
		if slow := read(t, iotest.OneByteReader(bytes.NewReader(file))); slow != whole {
			t.Errorf("byte by byte %+v, at once %+v", slow, whole)
		}
		if len(file) >= 2 && file[0] == 0x1f && file[1] == 0x8b {
			return
		}
		var zipped bytes.Buffer
		writer := gzip.NewWriter(&zipped)
		if _, err := writer.Write(file); err != nil {
			t.Fatal(err)
		}
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		if unzipped := read(t, &zipped); unzipped != whole {
			t.Errorf("compressed %+v, as it is %+v", unzipped, whole)
		}
	})
}

// TestAnErrorOfTheSourceIsNoDamage has sources that fail in the middle, also with an
// error that wraps io.EOF, as broken connections do.
func TestAnErrorOfTheSourceIsNoDamage(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	start := time.Unix(1_700_000_000, 0)
	if _, _, err := (traffic.File{Target: traffic.Target{IPv4: netip.MustParseAddr("10.0.0.4")}, From: start, To: start.Add(traffic.Period)}).Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, broken := range []error{errors.New("cut off"), errors.Join(io.EOF, errors.New("cut off"))} {
		for _, length := range []int{0, 3, 24, 100, b.Len() - 1} {
			reader, err := pcapfile.NewReader(io.MultiReader(bytes.NewReader(b.Bytes()[:length]), iotest.ErrReader(broken)))
			var packet pcapfile.Packet
			for err == nil {
				err = reader.Next(&packet)
			}
			if !errors.Is(err, broken) {
				t.Errorf("after %d bytes: %v", length, err)
			}
		}
	}
}
