package traffic

import (
	"net/netip"
	"slices"
	"sync"
	"time"
)

// The machines on both sides of a firewall, beside the one behind it.
var (
	office         = netip.MustParseAddr("10.0.0.4")
	internal       = netip.MustParseAddr("10.1.0.5")
	publicResolver = netip.MustParseAddr("192.0.2.53")
	partner        = netip.MustParseAddr("203.0.113.7")
	published      = netip.MustParseAddr("198.51.100.20")
)

// Passing yields the packets that pass a firewall, as Between does: those of the
// machine behind it, and in each period
//
//   - DNS from 10.0.0.4 to 192.0.2.53, one query with an answer and one without
//   - TLS from 203.0.113.7 to 198.51.100.20, as www.fabrikam.com
//   - TLS from 10.0.0.4 to 10.1.0.5, as files.contoso.com
//
// These are the machines that the examples name. The stream is safe for concurrent
// use.
func Passing(behind Target) Stream {
	recent := recentPeriods{behind: behind, made: map[time.Time][]Packet{}}
	return func(from, to time.Time, yield func(Packet) bool) {
		for period := from.Truncate(Period); period.Before(to); period = period.Add(Period) {
			for _, packet := range recent.packets(period) {
				if packet.At.Before(from) {
					continue
				}
				if !packet.At.Before(to) || !yield(packet) {
					return
				}
			}
		}
	}
}

// recentPeriods keeps the packets of some periods: many tasks capture the same ones.
type recentPeriods struct {
	behind Target

	mu   sync.Mutex
	made map[time.Time][]Packet
}

// maxRecent periods take some megabytes.
const maxRecent = 64

func (r *recentPeriods) packets(period time.Time) []Packet {
	period = period.UTC()
	r.mu.Lock()
	defer r.mu.Unlock()
	packets, known := r.made[period]
	if !known {
		packets = slices.Concat(conversations(r.behind, period), crossing(period))
		slices.SortStableFunc(packets, func(x, y Packet) int { return x.At.Compare(y.At) })
		if len(r.made) >= maxRecent {
			clear(r.made)
		}
		r.made[period] = packets
	}
	return packets
}

func crossing(start time.Time) []Packet {
	port := ephemeral(start)
	s := &script{at: start.Add(20 * time.Millisecond)}
	resolver := netip.AddrPortFrom(publicResolver, portDNS)
	s.lookup(netip.AddrPortFrom(office, port), resolver, "www.fabrikam.com", published)
	s.query(netip.AddrPortFrom(office, port+1), resolver, "lost.fabrikam.com")
	s.tls(netip.AddrPortFrom(partner, port+2), netip.AddrPortFrom(published, portTLS), tlsSession{name: "www.fabrikam.com", roundTrip: 15 * time.Millisecond, bytes: 3000})
	s.tls(netip.AddrPortFrom(office, port+3), netip.AddrPortFrom(internal, portTLS), tlsSession{name: "files.contoso.com", roundTrip: 2 * time.Millisecond, bytes: 1800})
	return s.packets
}
