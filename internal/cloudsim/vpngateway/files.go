package vpngateway

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// files are those of a session, one for each instance. Users report that the path
// begins with the year, and tools find folders by start time and by instance; the
// rest is not documented.
func (s *session) files(g *Gateway, target *Target, container blob.Container, end time.Time) []blob.Blob {
	var blobs []blob.Blob
	for instance := range g.Public {
		file := traffic.File{
			From: s.started, To: end, SnapLength: *s.data.MaxPacketBufferSize, MaxBytes: min(*s.data.MaxFileSize, megabyte) * megabyte, Last: true,
			Packets: s.stream(g, instance),
		}
		blobs = append(blobs, blob.Blob{
			Account: container.Account, Container: container.Name,
			Name:         fmt.Sprintf("%s/INT%d/%s.pcap", s.started.Format("2006/01/02/15_04_05"), instance, target.Name),
			LastModified: end,
			Write: func(to io.Writer) error {
				_, _, err := file.Write(to)
				return err
			},
		})
	}
	return blobs
}

// stream is what an instance sees of the session's links, as far as the session
// takes it. Conversations do not last longer than a period.
func (s *session) stream(g *Gateway, instance int) traffic.Stream {
	return func(from, to time.Time, yield func(traffic.Packet) bool) {
		for period := from.Truncate(traffic.Period); period.Before(to); period = period.Add(traffic.Period) {
			var packets []traffic.Packet
			for _, link := range s.links {
				packets = append(packets, s.ofLink(g, instance, link, period)...)
			}
			slices.SortStableFunc(packets, func(x, y traffic.Packet) int { return x.At.Compare(y.At) })
			for _, p := range packets {
				if !p.At.Before(from) && p.At.Before(to) && !yield(p) {
					return
				}
			}
		}
	}
}

// ofLink is one period of a link: the tunnel's own messages, the ESP packets that
// carry what the filter takes, and what they carry.
func (s *session) ofLink(g *Gateway, instance int, link Link, period time.Time) []traffic.Packet {
	tunnel := traffic.Tunnel{Here: g.Public[instance], There: link.Peer, SPI: link.spi + uint32(2*instance)} //nolint:gosec // two instances
	number := uint32(period.Unix() / int64(traffic.Period/time.Second))                                      //nolint:gosec // wraps around
	var packets []traffic.Packet
	if *s.data.TracingFlags&traceIKE != 0 {
		packets = tunnel.Probe(period.Add(time.Millisecond), number)
	}
	sequence := number << 10
	traffic.Between(traffic.Target{IPv4: link.Host}, period, period.Add(traffic.Period), func(p traffic.Packet) bool {
		if int(max(p.Source.Port(), p.Destination.Port()))%len(g.Public) != instance || *s.data.TracingFlags&traceESP == 0 {
			return true
		}
		sequence++
		if !s.data.selects(p) {
			return true
		}
		packets = append(packets, tunnel.Wrap(p, p.Destination.Addr() == link.Host, sequence))
		if s.data.innerToo() {
			p.At = p.At.Add(20 * time.Microsecond)
			packets = append(packets, p)
		}
		return true
	})
	return packets
}
