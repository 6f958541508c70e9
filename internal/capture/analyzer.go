package capture

import (
	"errors"
	"io"
	"math"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/ip4defrag"
	"github.com/gopacket/gopacket/ip6defrag"
	"github.com/gopacket/gopacket/layers"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/pcapfile"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// Options say what an Analyzer does. The zero value takes every packet, and keeps
// no conversation and no name.
type Options struct {
	// Filter selects packets; nil for all.
	Filter *pcapfilter.Expression
	// IncludeNames keeps TLS server names, DNS questions and HTTP hosts.
	IncludeNames bool
	// MaxConversations is how many conversations the summary lists.
	MaxConversations int
	// MaxLiveConversations bounds the table. 0 is DefaultMaxLiveConversations.
	MaxLiveConversations int
}

// DefaultMaxLiveConversations takes about 15 MB when all are TCP.
const DefaultMaxLiveConversations = 32768

// Analyzer makes the summary of a capture. Use one for all files of a capture, in
// the order in which they were written, and for those of several places: what is in
// the files of two counts for each.
type Analyzer struct {
	options Options
	summary Summary

	counters [protocolCount]Count
	others   map[numbered]Count
	table    table
	top      topConversations
	rtts     durations
	dns      dnsState
	names    names
	buffered int
	timeline timelineBuilder
	// The place where the file at hand was captured; placed once its time is known.
	vantages []vantage
	vantage  uint16
	series   string
	placed   bool
	// The packet at hand.
	packet    packetInfo
	described pcapfilter.Packet
	layers    decodedLayers
}

// noTime stands for the time of a packet that has none. 0 is a time: clocks that were
// never set begin there.
const noTime = math.MinInt64

// packetInfo is what is known of the packet at hand.
type packetInfo struct {
	// time is in nanoseconds of the Unix epoch, or noTime.
	time int64
	// wire is the packet's length on the wire in bytes.
	wire int64
	// seen has a bit for each protocol that was counted, so that one in a tunnel
	// within itself counts once.
	seen   uint32
	others []numbered
	// counted is set if the packet counts for the protocols that have no row.
	counted bool
	failed  bool
	// cut is set if the packet is longer than what was captured.
	cut bool
	// The addresses of the innermost IP header so far.
	source, destination [16]byte
	v6                  bool
	retransmitted       bool
}

// decodedLayers are filled anew for each header: no header allocates.
type decodedLayers struct {
	ethernet layers.Ethernet
	vlan     layers.Dot1Q
	sll      layers.LinuxSLL
	sll2     layers.LinuxSLL2
	loopback layers.Loopback
	arp      layers.ARP
	ipv4     layers.IPv4
	ipv6     layers.IPv6
	skipper  layers.IPv6ExtensionSkipper
	fragment layers.IPv6Fragment
	tcp      layers.TCP
	udp      layers.UDP
	sctp     layers.SCTP
	icmpv4   layers.ICMPv4
	icmpv6   layers.ICMPv6
	gre      layers.GRE
	vxlan    layers.VXLAN

	defrag4       *ip4defrag.IPv4Defragmenter
	defrag6       *ip6defrag.IPv6Defragmenter
	fragmentBytes int
}

// NewAnalyzer returns an Analyzer without any packet.
func NewAnalyzer(options Options) *Analyzer {
	if options.MaxLiveConversations == 0 {
		options.MaxLiveConversations = DefaultMaxLiveConversations
	}
	a := &Analyzer{options: options, others: map[numbered]Count{}}
	a.summary.ConversationCount = map[string]int64{}
	a.summary.ICMPErrors = map[string]int64{}
	a.table.init(options.MaxLiveConversations)
	a.top.limit = options.MaxConversations
	a.dns.init()
	a.summary.TLS.Versions = map[string]int64{}
	a.names.init(options.IncludeNames)
	return a
}

// AddFile reads a file to its end. An error is source's; the packets that were
// read before it count.
func (a *Analyzer) AddFile(name string, source io.Reader) error {
	counted := &countingReader{source: source}
	reader, err := pcapfile.NewReader(counted)
	if err != nil {
		return err
	}
	file := File{Name: name}
	a.series, a.placed = Series(name), false
	var packet pcapfile.Packet
	for {
		if err = reader.Next(&packet); err != nil {
			break
		}
		file.Packets++
		a.add(&packet)
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	// What follows the last record belongs to the size of the file too.
	if _, err := io.Copy(io.Discard, counted); err != nil {
		return err
	}
	file.SizeBytes, file.Format, file.Gzip = counted.bytes, reader.Format, reader.Gzip
	file.SnapLength, file.Damage, file.Truncated = reader.SnapLength, reader.Damage, reader.Damage != ""
	if reader.HasLinkType {
		file.LinkType = linkTypeName(reader.LinkType)
	}
	a.summary.Files = append(a.summary.Files, file)
	return nil
}

// add counts one packet, if the filter selects it.
func (a *Analyzer) add(packet *pcapfile.Packet) {
	if packet.HasTime {
		a.follow(packet.Time.UnixNano())
	}
	if a.options.Filter != nil && !a.options.Filter.Match(a.describe(packet)) {
		return
	}
	p := &a.packet
	*p = packetInfo{time: noTime, wire: int64(packet.Length), others: p.others[:0], cut: packet.Length > len(packet.Data)}
	if packet.HasTime {
		p.time = packet.Time.UnixNano()
		a.span(packet.Time)
	}
	a.summary.Total.Packets++
	a.summary.Total.Bytes += p.wire
	if p.cut {
		a.summary.CutShort++
	}
	a.link(packet.LinkType, packet.Data, 0)
	if p.failed {
		a.summary.Undecoded++
	}
	a.timeline.add(p)
}

// span takes the earliest and the latest packet: the files of several machines
// overlap.
func (a *Analyzer) span(at time.Time) {
	s := &a.summary
	if s.First.IsZero() || at.Before(s.First) {
		s.First = at
	}
	if s.Last.IsZero() || at.After(s.Last) {
		s.Last = at
	}
}

// count counts the packet at hand for a protocol, once.
func (a *Analyzer) count(protocol protocol) {
	if a.packet.seen&(1<<protocol) != 0 {
		return
	}
	a.packet.seen |= 1 << protocol
	a.counters[protocol].Packets++
	a.counters[protocol].Bytes += a.packet.wire
}

// countNumber is count for a protocol without a counter.
func (a *Analyzer) countNumber(kind numberKind, number uint16) {
	key := numbered{kind, number}
	for _, counted := range a.packet.others {
		if counted == key {
			return
		}
	}
	a.packet.others = append(a.packet.others, key)
	if _, known := a.others[key]; !known && len(a.others) >= maxNumbered {
		if key = (numbered{kind: otherNumbers}); a.packet.counted {
			return
		}
		a.packet.counted = true
	}
	sum := a.others[key]
	a.others[key] = Count{sum.Packets + 1, sum.Bytes + a.packet.wire}
}

// maxNumbered is how many protocols without a counter have a row of their own.
const maxNumbered = 256

// undecoded is for a header that cannot be decoded.
func (a *Analyzer) undecoded() { a.packet.failed = true }

// Summary ends the capture: no file can be added afterwards.
func (a *Analyzer) Summary() *Summary {
	for c := a.table.oldest; c != nil; c = c.newer {
		a.retire(c)
	}
	a.table = table{}
	s := &a.summary
	s.Protocols = map[string]Count{}
	for protocol, sum := range a.counters {
		if sum.Packets > 0 {
			s.Protocols[protocolNames[protocol]] = sum
		}
	}
	for key, sum := range a.others {
		before := s.Protocols[key.String()]
		s.Protocols[key.String()] = Count{before.Packets + sum.Packets, before.Bytes + sum.Bytes}
	}
	s.Conversations = a.top.sorted()
	s.HandshakeRTT = a.rtts.quantiles()
	a.dns.finish(&s.DNS)
	if a.options.IncludeNames {
		s.ServerNames, s.DNSNames, s.HTTPHosts = a.names.servers.counts, a.names.questions.counts, a.names.hosts.counts
	}
	s.NamesLeftOut = a.names.leftOut
	s.Timeline = a.timeline.finish()
	return s
}

// countingReader counts what was read.
type countingReader struct {
	source io.Reader
	bytes  int64
}

// Read reads from the source.
func (c *countingReader) Read(buffer []byte) (int, error) {
	n, err := c.source.Read(buffer)
	c.bytes += int64(n)
	return n, err
}

// SetTruncated is what gopacket's decoders call for a header that does not end in
// the captured bytes.
func (a *Analyzer) SetTruncated() {}

var _ gopacket.DecodeFeedback = (*Analyzer)(nil)
