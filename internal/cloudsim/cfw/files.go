package cfw

import (
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// Storage signs links to the files of tasks; the simulated object storage is one.
type Storage interface {
	Link(key string, expires time.Time) (link, host string)
}

// behind is the machine whose traffic passes the firewall.
var behind = traffic.Target{IPv4: netip.MustParseAddr("10.1.0.4"), IPv6: netip.MustParseAddr("fd00::4")}

// key is where a task's file is, and fileName what it is called.
func (t *task) key() string      { return "capture/" + t.id + "/" + t.fileName() }
func (t *task) fileName() string { return t.spec.name + "_1.pcap" }

// Files implements obs.Source: the files of the tasks that have ended.
func (s *Service) Files() []obs.Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.core.Clock.Now()
	var objects []obs.Object
	for _, t := range s.tasks {
		if !t.known(now) || t.occupies(now) {
			continue
		}
		end := t.modifiedAt(now)
		file := t.file(end)
		objects = append(objects, obs.Object{Key: t.key(), LastModified: end, Write: func(to io.Writer) error {
			_, _, err := file.Write(to)
			return err
		}})
	}
	return objects
}

// file is what a task that ended at a time has captured.
func (t *task) file(end time.Time) traffic.File {
	return traffic.File{Packets: t.passing, From: t.createdAt, To: end, Selects: t.spec.selects, MaxPackets: t.spec.maxPackets}
}

// fullAt is when a task has taken as many packets as it may, just after the last one
// of them, or end if that is earlier. One period of the traffic has as many packets
// as any other.
func (s *Service) fullAt(spec spec, from, end time.Time) time.Time {
	period := from.Truncate(traffic.Period).Add(traffic.Period)
	at, first := s.take(spec, from, period, spec.maxPackets)
	if left := spec.maxPackets - first; left > 0 {
		_, each := s.take(spec, period, period.Add(traffic.Period), left)
		if each == 0 {
			return end
		}
		whole := (left - 1) / each
		period = period.Add(time.Duration(whole) * traffic.Period)
		at, _ = s.take(spec, period, period.Add(traffic.Period), left-whole*each)
	}
	if full := at.Add(time.Nanosecond); full.Before(end) {
		return full
	}
	return end
}

// take counts the packets that a task takes between two times, up to a number, and
// returns the time of the last one.
func (s *Service) take(spec spec, from, to time.Time, most int) (at time.Time, count int) {
	s.passing(from, to, func(packet traffic.Packet) bool {
		if spec.selects(packet) {
			at = packet.At
			count++
		}
		return count < most
	})
	return at, count
}

// sizeBytes is the size of the task's file.
func (t *task) sizeBytes(now time.Time) int64 {
	if end := t.modifiedAt(now); !end.Equal(t.measuredAt) {
		t.measured, t.measuredAt = sizeOf(t.file(end)), end
	}
	return t.measured
}

// sizeOf is how many bytes a file has. One period of the traffic has as many packets
// of the same lengths as any other, so that of a long one only three are made.
func sizeOf(file traffic.File) int64 {
	first, last := file.From.Truncate(traffic.Period).Add(traffic.Period), file.To.Truncate(traffic.Period)
	if !first.Before(last) {
		size, _ := written(file)
		return size
	}
	part := func(from, to time.Time) (size int64, packets int) {
		of := file
		of.From, of.To, of.MaxPackets = from, to, 0
		return written(of)
	}
	header, _ := part(first, first)
	begun, packets := part(file.From, first)
	each, packetsOfEach := part(first, first.Add(traffic.Period))
	rest, packetsOfRest := part(last, file.To)
	periods := int64(last.Sub(first) / traffic.Period)
	if packets+packetsOfRest+int(periods)*packetsOfEach > file.MaxPackets {
		size, _ := written(file)
		return size
	}
	return begun + periods*(each-header) + rest - header
}

// written writes a file to nowhere.
func written(file traffic.File) (bytes int64, packets int) {
	var size counter
	packets, _, err := file.Write(&size)
	if err != nil {
		panic("cfw: " + err.Error()) // counting does not fail
	}
	return int64(size), packets
}

// counter counts what is written.
type counter int64

// Write counts.
func (c *counter) Write(data []byte) (int, error) {
	*c += counter(len(data))
	return len(data), nil
}

// Protocols of a task. anyProtocol selects all.
const (
	anyProtocol = -1
	protocolTCP = 6
	protocolUDP = 17
)

// selects reports whether a task takes a packet: from its source to its
// destination.
func (s spec) selects(p traffic.Packet) bool {
	if s.protocol != anyProtocol && int(p.Protocol) != s.protocol || !s.source.contains(p.Source.Addr()) || !s.destination.contains(p.Destination.Addr()) {
		return false
	}
	hasPorts := p.Protocol == protocolTCP || p.Protocol == protocolUDP
	return portIn(s.sourcePort, p.Source.Port(), hasPorts) && portIn(s.destinationPort, p.Destination.Port(), hasPorts)
}

func (a address) contains(given netip.Addr) bool {
	if prefix, err := netip.ParsePrefix(a.text); err == nil {
		return prefix.Contains(given)
	}
	parsed, err := netip.ParseAddr(a.text)
	return err == nil && parsed == given
}

// portIn reports whether a port is the one given, or in the range a-b.
func portIn(given string, port uint16, hasPorts bool) bool {
	if given == "" {
		return true
	}
	low, high, isRange := strings.Cut(given, "-")
	if !isRange {
		high = low
	}
	from, errFrom := strconv.ParseUint(low, 10, 16)
	to, errTo := strconv.ParseUint(high, 10, 16)
	return hasPorts && errFrom == nil && errTo == nil && uint64(port) >= from && uint64(port) <= to
}
