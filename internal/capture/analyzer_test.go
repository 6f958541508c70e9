package capture_test

import (
	"bytes"
	"compress/gzip"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/pcapfile"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

var (
	target = traffic.Target{IPv4: netip.MustParseAddr("10.0.0.4"), IPv6: netip.MustParseAddr("fd00::4")}
	start  = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
)

// onePeriod is a file with each of the simulated conversations once.
func onePeriod(t *testing.T, change func(*traffic.File)) []byte {
	t.Helper()
	file := traffic.File{Target: target, From: start, To: start.Add(traffic.Period)}
	if change != nil {
		change(&file)
	}
	var b bytes.Buffer
	if _, _, err := file.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func summarize(t *testing.T, options capture.Options, files ...[]byte) *capture.Summary {
	t.Helper()
	analyzer := capture.NewAnalyzer(options)
	for _, file := range files {
		if err := analyzer.AddFile("file", bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
	}
	return analyzer.Summary()
}

func filter(t *testing.T, expression string) *pcapfilter.Expression {
	t.Helper()
	parsed, err := pcapfilter.Parse(expression)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestSummaryOfKnownTraffic(t *testing.T) {
	t.Parallel()
	for name, pcapng := range map[string]bool{"pcap": false, "pcapng": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := summarize(t, capture.Options{IncludeNames: true, MaxConversations: 100}, onePeriod(t, func(f *traffic.File) { f.Pcapng = pcapng }))
			want := capture.Connections{Attempted: 7, Established: 5, Unanswered: 1, Refused: 1, Reset: 1}
			if diff := cmp.Diff(want, s.Connections); diff != "" {
				t.Errorf("connections (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(capture.DNS{Queries: 3, Answers: 2, Unanswered: 1, ResponseCodes: map[string]int64{"NOERROR": 1, "NXDOMAIN": 1}}, s.DNS); diff != "" {
				t.Errorf("dns (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(capture.TLS{ClientHellos: 4, Versions: map[string]int64{"TLS 1.3": 4}}, s.TLS); diff != "" {
				t.Errorf("tls (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(map[string]int64{"www.contoso.com": 1, "api.fabrikam.com": 1, "v6.contoso.com": 1, "shop.contoso.com": 1}, s.ServerNames); diff != "" {
				t.Errorf("server names (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(map[string]int64{"www.contoso.com": 1, "wwww.contoso.com": 1, "lost.contoso.com": 1}, s.DNSNames); diff != "" {
				t.Errorf("DNS names (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(map[string]int64{"metadata.contoso.com": 1}, s.HTTPHosts); diff != "" {
				t.Errorf("HTTP hosts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(map[string]int64{"Port unreachable": 1}, s.ICMPErrors); diff != "" {
				t.Errorf("ICMP errors (-want +got):\n%s", diff)
			}
			// One data segment and two SYNs.
			if s.Retransmissions != 3 || s.Resets != 2 || s.Undecoded != 0 || s.OutOfOrder != 0 || s.ZeroWindows != 0 {
				t.Errorf("%d retransmissions, %d resets, %d undecoded, %d out of order, %d zero windows", s.Retransmissions, s.Resets, s.Undecoded, s.OutOfOrder, s.ZeroWindows)
			}
		})
	}
}

// TestStates drives one connection of each kind.
func TestStatesOfKnownTraffic(t *testing.T) {
	t.Parallel()
	s := summarize(t, capture.Options{MaxConversations: 100}, onePeriod(t, nil))
	states := map[uint16]capture.State{}
	for _, c := range s.Conversations {
		if c.Protocol == "tcp" && c.Originator.Address.Is4() {
			states[c.Responder.Port] = c.State
			if inbound := c.Responder.Address == target.IPv4; c.Originator.Address != target.IPv4 && !inbound {
				t.Errorf("the originator of the connection to %d is %s", c.Responder.Port, c.Originator.Address)
			}
		}
	}
	want := map[uint16]capture.State{443: capture.SF, 5432: capture.REJ, 8443: capture.S0, 80: capture.RSTR}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFilterSelectsPackets(t *testing.T) {
	t.Parallel()
	file := onePeriod(t, nil)
	all := summarize(t, capture.Options{}, file)
	for expression, want := range map[string]map[string]int64{
		"tcp port 5432":             {"tcp": 1},
		"udp port 53":               {"udp": 3},
		"icmp":                      {"icmp": 2},
		"ip6":                       {"tcp": 1},
		"tcp and not port 443":      {"tcp": 3},
		"host 93.184.216.34":        {"tcp": 1, "icmp": 1},
		"net 10.0.1.0/24 or port 9": {"tcp": 1},
		"tcp port 9999":             {},
	} {
		s := summarize(t, capture.Options{Filter: filter(t, expression)}, file)
		if diff := cmp.Diff(want, s.ConversationCount); diff != "" {
			t.Errorf("%s: conversations (-want +got):\n%s", expression, diff)
		}
		other := summarize(t, capture.Options{Filter: filter(t, "not ("+expression+")")}, file)
		if s.Total.Packets+other.Total.Packets != all.Total.Packets {
			t.Errorf("%s: %d packets, and %d that are not; there are %d", expression, s.Total.Packets, other.Total.Packets, all.Total.Packets)
		}
	}
}

func TestFilesOfARingAreOneCapture(t *testing.T) {
	t.Parallel()
	whole := onePeriod(t, nil)
	var files [][]byte
	for skip, more := 0, true; more; {
		var b bytes.Buffer
		file := traffic.File{Target: target, From: start, To: start.Add(traffic.Period), MaxBytes: 3000, Skip: skip}
		packets, another, err := file.Write(&b)
		if err != nil || packets == 0 {
			t.Fatal(packets, err)
		}
		files, skip, more = append(files, b.Bytes()), skip+packets, another
	}
	options := capture.Options{IncludeNames: true, MaxConversations: 100}
	want, got := summarize(t, options, whole), summarize(t, options, files...)
	if len(got.Files) < 3 {
		t.Errorf("%d files", len(got.Files))
	}
	want.Files, got.Files = nil, nil
	if diff := cmp.Diff(want, got, cmp.Comparer(func(x, y netip.Addr) bool { return x == y })); diff != "" {
		t.Errorf("the files of the ring differ from the whole (-want +got):\n%s", diff)
	}
}

func TestSnapLength(t *testing.T) {
	t.Parallel()
	whole := summarize(t, capture.Options{}, onePeriod(t, nil))
	s := summarize(t, capture.Options{}, onePeriod(t, func(f *traffic.File) { f.SnapLength = 74 }))
	if s.CutShort == 0 || s.Files[0].SnapLength != 74 || s.Undecoded != 0 {
		t.Errorf("%d cut short, %d undecoded, snap length %d", s.CutShort, s.Undecoded, s.Files[0].SnapLength)
	}
	if diff := cmp.Diff(whole.Connections, s.Connections); diff != "" || s.Total != whole.Total || s.Retransmissions != whole.Retransmissions {
		t.Errorf("what the headers say differs: %s %v %v, %d and %d retransmissions", diff, s.Total, whole.Total, s.Retransmissions, whole.Retransmissions)
	}
}

func TestDamageIsAResult(t *testing.T) {
	t.Parallel()
	whole := onePeriod(t, nil)
	packets := summarize(t, capture.Options{}, whole).Total.Packets
	zipped := func(data []byte) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	damaged := func(at int, with ...byte) []byte {
		file := bytes.Clone(whole)
		copy(file[at:], with)
		return file
	}
	// The first record begins behind the header of 24 bytes.
	for name, test := range map[string]struct {
		file      []byte
		format    pcapfile.Format
		truncated bool
		packets   int64
	}{
		"whole":                             {whole, pcapfile.Pcap, false, packets},
		"gzip":                              {zipped(whole), pcapfile.Pcap, false, packets},
		"gzip, cut":                         {zipped(whole)[:200], pcapfile.Pcap, true, 1},
		"gzip, two streams":                 {slices.Concat(zipped(whole[:100]), zipped(whole[100:])), pcapfile.Pcap, false, packets},
		"gzip, zeros behind it":             {slices.Concat(zipped(whole), make([]byte, 600)), pcapfile.Pcap, false, packets},
		"gzip, other bytes behind it":       {slices.Concat(zipped(whole), []byte("\x00\x00more")), pcapfile.Pcap, true, packets},
		"gzip, one byte behind it":          {slices.Concat(zipped(whole), []byte{7}), pcapfile.Pcap, true, packets},
		"gzip, cut, and bytes behind it":    {slices.Concat(zipped(whole[:len(whole)-3]), []byte{7}), pcapfile.Pcap, true, packets - 1},
		"gzip of nothing":                   {zipped(nil), pcapfile.Empty, false, 0},
		"gzip, only its magic":              {[]byte{0x1f, 0x8b}, pcapfile.Unknown, true, 0},
		"empty":                             {nil, pcapfile.Empty, false, 0},
		"one byte":                          {[]byte{0xd4}, pcapfile.Unknown, true, 0},
		"only a magic":                      {whole[:4], pcapfile.Pcap, true, 0},
		"only the header":                   {whole[:24], pcapfile.Pcap, false, 0},
		"cut in a record's header":          {whole[:30], pcapfile.Pcap, true, 0},
		"cut in a packet":                   {whole[:len(whole)-3], pcapfile.Pcap, true, packets - 1},
		"captured more than was sent":       {damaged(24+12, 10, 0, 0, 0), pcapfile.Pcap, false, packets},
		"a length of 2 GB":                  {damaged(24+8, 0, 0, 0, 0x7f, 0, 0, 0, 0x7f), pcapfile.Pcap, true, 0},
		"a length of 4 GB":                  {damaged(24+8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), pcapfile.Pcap, true, 0},
		"a lying snap length and 1 GB":      {damaged(16, 0xff, 0xff, 0xff, 0x7f, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0x40), pcapfile.Pcap, true, 0},
		"Network Monitor":                   {[]byte("GMBU\x00\x02\x01\x00"), pcapfile.NetMon, true, 0},
		"a page":                            {[]byte("<!DOCTYPE html><html>"), pcapfile.Unknown, true, 0},
		"another version":                   {damaged(4, 9), pcapfile.Pcap, true, 0},
		"pcapng that ends behind its magic": {[]byte("\x0a\x0d\x0d\x0a"), pcapfile.Pcapng, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := summarize(t, capture.Options{}, test.file)
			file := s.Files[0]
			if file.Format != test.format || file.Truncated != test.truncated || file.Packets != test.packets {
				t.Errorf("got %s, truncated %t (%s), %d packets; want %s, %t, %d", file.Format, file.Truncated, file.Damage, file.Packets, test.format, test.truncated, test.packets)
			}
			if strings.HasPrefix(name, "gzip") && strings.HasSuffix(name, "behind it") && (strings.Contains(file.Damage, "after the end of the gzip stream") != file.Truncated || strings.Contains(file.Damage, "record") != strings.Contains(name, "cut")) {
				t.Errorf("the damage is %q", file.Damage)
			}
			if file.SizeBytes != int64(len(test.file)) {
				t.Errorf("size %d of %d", file.SizeBytes, len(test.file))
			}
		})
	}
}

func TestBoundedTableCountsWhatItEvicts(t *testing.T) {
	t.Parallel()
	file := onePeriod(t, func(f *traffic.File) { f.To = start.Add(20 * traffic.Period) })
	whole := summarize(t, capture.Options{MaxConversations: 5}, file)
	s := summarize(t, capture.Options{MaxConversations: 5, MaxLiveConversations: 20}, file)
	if s.Evicted == 0 || whole.Evicted != 0 {
		t.Fatalf("%d and %d evicted", s.Evicted, whole.Evicted)
	}
	if diff := cmp.Diff(whole.Connections, s.Connections); diff != "" {
		t.Errorf("connections (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(whole.ConversationCount, s.ConversationCount); diff != "" {
		t.Errorf("conversations (-want +got):\n%s", diff)
	}
}

// TestFilesThatOverlap are those of several machines, the later one first.
func TestFilesThatOverlap(t *testing.T) {
	t.Parallel()
	late := onePeriod(t, func(f *traffic.File) { f.From = start.Add(100 * time.Millisecond) })
	early := onePeriod(t, func(f *traffic.File) { f.To = start.Add(time.Second) })
	got, one, other := summarize(t, capture.Options{}, late, early), summarize(t, capture.Options{}, late), summarize(t, capture.Options{}, early)
	if !got.First.Equal(other.First) || !got.Last.Equal(one.Last) || !other.First.Before(one.First) || !other.Last.Before(one.Last) {
		t.Errorf("from %s to %s", got.First, got.Last)
	}
}
