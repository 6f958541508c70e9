package capture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
)

// TestMedian is between two handshakes in the middle.
func TestMedian(t *testing.T) {
	t.Parallel()
	var packets [][]byte
	// The second one has its SYN-ACK, and its ACK, two milliseconds later.
	filler := segment(true, 1001, 5001, 0x10, nil)
	first := segments(">S <SA >A")
	second := slices.Clone(first)
	for i := range second {
		second[i] = bytes.Clone(second[i])
		ports := second[i][20:24]
		at := 0
		if i == 1 {
			at = 2
		}
		binary.BigEndian.PutUint16(ports[at:], 50001)
	}
	packets = slices.Concat(first, second[:1], [][]byte{filler, filler}, second[1:])
	s := summarize(t, capture.Options{}, fileOf(layers.LinkTypeRaw, packets...))
	got := fmt.Sprint(s.HandshakeRTT)
	if want := "[2ms 3ms 4ms]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
