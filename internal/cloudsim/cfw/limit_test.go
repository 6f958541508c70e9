package cfw_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
)

// packetsOf counts the records of a pcap file.
func packetsOf(file []byte) int {
	const header, record, captured = 24, 16, 8
	count := 0
	for at := header; at < len(file); count++ {
		at += record + int(binary.LittleEndian.Uint32(file[at+captured:]))
	}
	return count
}

// TestThePacketLimitCountsThePacketsOfTheFile lets tasks run until they end: by their
// limit with as many packets in their file, and not before, or by their time.
func TestThePacketLimitCountsThePacketsOfTheFile(t *testing.T) {
	t.Parallel()
	for most, full := range map[int]bool{1: true, 7: true, 50: true, 100000: false} {
		c := newCaller(t)
		c.create(t, strings.NewReplacer("100000", fmt.Sprint(most), "1.1.1.1", "10.1.0.4", "2.2.2.2", "0.0.0.0/0").Replace(createExample))
		started := c.Clock.Now()
		// The simulated clock is moved by what is well below the time between two packets.
		for c.records(t)[0]["status"] == 2.0 {
			c.Clock.Advance(100 * time.Millisecond)
		}
		lasted := c.Clock.Now().Sub(started)
		objects := c.CFW.Files()
		if len(objects) != 1 {
			t.Fatalf("%d files", len(objects))
		}
		var file bytes.Buffer
		if err := objects[0].Write(&file); err != nil {
			t.Fatal(err)
		}
		if packets := packetsOf(file.Bytes()); full && packets != most || !full && (packets == 0 || packets >= most) || full != (lasted < 3*time.Minute) {
			t.Errorf("at most %d: %d packets after %s", most, packets, lasted)
		}
	}
}
