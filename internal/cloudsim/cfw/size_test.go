package cfw

import (
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// TestSizeOf compares with the file as it is written.
func TestSizeOf(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 30, 12, 0, 3, 7, time.UTC)
	passing := traffic.Passing(behind)
	for _, lasts := range []time.Duration{0, time.Second, 7 * time.Second, 12 * time.Second, 17 * time.Second, time.Minute, 61*time.Minute + 1234567*time.Nanosecond} {
		for _, maxPackets := range []int{0, 1, 500, 1_000_000} {
			for protocol := range 18 {
				file := traffic.File{Packets: passing, From: from, To: from.Add(lasts), MaxPackets: maxPackets, Selects: func(p traffic.Packet) bool { return protocol == 0 || int(p.Protocol) == protocol }}
				if protocol > 1 && protocol != protocolTCP && protocol != protocolUDP {
					continue
				}
				want, _ := written(file)
				if got := sizeOf(file); got != want {
					t.Errorf("%s, protocol %d, at most %d packets: %d bytes, want %d", lasts, protocol, maxPackets, got, want)
				}
			}
		}
	}
}
