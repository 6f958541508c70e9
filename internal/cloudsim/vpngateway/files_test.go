package vpngateway_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/vpngateway"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// anywhere is a storage that takes everything.
type anywhere struct{}

func (anywhere) Upload(string, time.Time) (blob.Container, error) {
	return blob.Container{Account: "a", Name: "c", MayOverwrite: true}, nil
}

func filterData(t *testing.T, change map[string]any, filter map[string]any) string {
	t.Helper()
	members := map[string]any{"TracingFlags": 11, "MaxPacketBufferSize": 2000, "MaxFileSize": 100, "Filters": []any{}}
	for name, value := range change {
		members[name] = value
	}
	if filter != nil {
		whole := map[string]any{"SourceSubnets": []string{}, "DestinationSubnets": []string{}, "SourcePort": []int{}, "DestinationPort": []int{}, "Protocol": []int{}, "TcpFlags": 0, "CaptureSingleDirectionTrafficOnly": false}
		for name, value := range filter {
			whole[name] = value
		}
		members["Filters"] = []any{whole}
	}
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

type file struct {
	name    string
	size    int
	packets []gopacket.Packet
}

// run runs one capture on the first connection, or on the whole gateway.
func run(t *testing.T, gateway *vpngateway.Gateway, on *vpngateway.Connection, filter string, links []string, d time.Duration) []file {
	t.Helper()
	if problem := gateway.Start(on, filter, links, noon); problem != nil {
		t.Fatal(problem)
	}
	store, problem := gateway.Stop(on, "https://x/x", noon.Add(d))
	if problem != nil {
		t.Fatal(problem)
	}
	store()
	blobs := gateway.Blobs()
	slices.Reverse(blobs)
	var files []file
	for _, b := range blobs {
		files = append(files, read(t, b))
	}
	return files
}

func read(t *testing.T, b blob.Blob) file {
	t.Helper()
	var content bytes.Buffer
	if err := b.Write(&content); err != nil {
		t.Fatal(err)
	}
	got := file{name: b.Name, size: content.Len()}
	reader, err := pcapgo.NewReader(&content)
	if err != nil {
		t.Fatal(err)
	}
	last := time.Time{}
	for {
		data, info, err := reader.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil || info.Timestamp.Before(last) {
			t.Fatalf("%v, at %s after %s", err, info.Timestamp, last)
		}
		last = info.Timestamp
		packet := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.Default)
		packet.Metadata().CaptureInfo = info
		got.packets = append(got.packets, packet)
	}
}

// kinds counts the packets by what they are: "ESP", "IKE" or "inner".
func (f file) kinds() map[string]int {
	kinds := map[string]int{}
	for _, p := range f.packets {
		kinds[kindOf(p)]++
	}
	return kinds
}

func kindOf(p gopacket.Packet) string {
	ip, ok := p.NetworkLayer().(*layers.IPv4)
	udp, isUDP := p.TransportLayer().(*layers.UDP)
	switch {
	case ok && ip.Protocol == layers.IPProtocolESP:
		return "ESP"
	case isUDP && udp.SrcPort == 500:
		return "IKE"
	default:
		return "inner"
	}
}

func newGateways() vpngateway.Inventory {
	return vpngateway.New("/subscriptions/s/resourceGroups/g", simcore.NewSwitches(vpngateway.Switches(false)...), anywhere{})
}

func TestTracingFlagsAndDirections(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change, filter map[string]any
		want           string
	}{
		"default filter":          {nil, nil, "ESP IKE inner"},
		"ESP":                     {map[string]any{"TracingFlags": 1}, nil, "ESP inner"},
		"IKE":                     {map[string]any{"TracingFlags": 2}, nil, "IKE"},
		"OpenVPN, which is none":  {map[string]any{"TracingFlags": 8}, nil, ""},
		"one direction":           {nil, map[string]any{"CaptureSingleDirectionTrafficOnly": true}, "ESP IKE"},
		"both directions":         {nil, map[string]any{"Protocol": []int{6}}, "ESP IKE inner"},
		"a filter that fits none": {nil, map[string]any{"DestinationPort": []int{9}}, "IKE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gateway := newGateways().VirtualNetwork[0]
			files := run(t, gateway, gateway.Connections[0], filterData(t, test.change, test.filter), nil, time.Minute)
			for _, f := range files {
				var kinds []string
				for _, kind := range []string{"ESP", "IKE", "inner"} {
					if f.kinds()[kind] > 0 {
						kinds = append(kinds, kind)
					}
				}
				if got := strings.Join(kinds, " "); got != test.want {
					t.Errorf("%s holds %q, want %q", f.name, got, test.want)
				}
			}
			if len(files) != 2 {
				t.Errorf("%d files", len(files))
			}
		})
	}
}

func TestFiltersAreOfInnerPackets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		filter map[string]any
		holds  func(ip *layers.IPv4, p gopacket.Packet) bool
	}{
		"subnets": {map[string]any{"SourceSubnets": []string{"192.168.10.0/24"}, "DestinationSubnets": []string{"93.184.216.0/24"}}, func(ip *layers.IPv4, _ gopacket.Packet) bool {
			return ip.SrcIP.String() == "93.184.216.34" || ip.DstIP.String() == "93.184.216.34"
		}},
		"port and protocol": {map[string]any{"DestinationPort": []int{53}, "Protocol": []int{17}}, func(_ *layers.IPv4, p gopacket.Packet) bool {
			udp, ok := p.TransportLayer().(*layers.UDP)
			return ok && (udp.DstPort == 53 || udp.SrcPort == 53)
		}},
		"of the example": {map[string]any{"DestinationSubnets": []string{"192.168.10.0/24"}, "DestinationPort": []int{443}, "Protocol": []int{6}}, func(ip *layers.IPv4, _ gopacket.Packet) bool {
			return ip.SrcIP.String() == "192.168.10.4" || ip.DstIP.String() == "192.168.10.4"
		}},
		"flags": {map[string]any{"TcpFlags": 4}, func(_ *layers.IPv4, p gopacket.Packet) bool {
			tcp, ok := p.TransportLayer().(*layers.TCP)
			return ok && tcp.RST
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gateway := newGateways().VirtualNetwork[0]
			inner, outer := 0, 0
			for _, f := range run(t, gateway, gateway.Connections[0], filterData(t, map[string]any{"TracingFlags": 1}, test.filter), nil, time.Minute) {
				for _, p := range f.packets {
					if kindOf(p) == "ESP" {
						outer++
						continue
					}
					inner++
					if ip, ok := p.NetworkLayer().(*layers.IPv4); !ok || !test.holds(ip, p) {
						t.Fatalf("in the file: %s", p)
					}
				}
			}
			if inner == 0 || inner != outer {
				t.Errorf("%d inner and %d outer packets", inner, outer)
			}
		})
	}
}

// Links of a connection are captured alone, and a gateway's capture has the
// tunnels of all of them.
func TestLinksAndGateways(t *testing.T) {
	t.Parallel()
	peers := func(files []file) []string {
		var found []string
		for _, f := range files {
			for _, p := range f.packets {
				if ip, ok := p.NetworkLayer().(*layers.IPv4); ok && strings.HasPrefix(ip.DstIP.String(), "203.0.113.10") {
					found = append(found, ip.DstIP.String())
				}
			}
		}
		slices.Sort(found)
		return slices.Compact(found)
	}
	for name, test := range map[string]struct {
		connection int
		links      []string
		want       int
	}{"a link": {0, []string{"link-mobile"}, 1}, "all links": {0, nil, 2}, "the gateway": {-1, nil, 3}} {
		gateway := newGateways().VirtualWAN[0]
		var on *vpngateway.Connection
		if test.connection >= 0 {
			on = gateway.Connections[test.connection]
		}
		if got := peers(run(t, gateway, on, "", test.links, time.Minute)); len(got) != test.want {
			t.Errorf("%s: peers %v", name, got)
		}
	}
}

// A packet is cut, and a file keeps the last packets.
func TestSizes(t *testing.T) {
	t.Parallel()
	gateway := newGateways().VirtualNetwork[1]
	files := run(t, gateway, nil, filterData(t, map[string]any{"MaxPacketBufferSize": 2000, "MaxFileSize": 1}, nil), nil, 30*time.Minute)
	f := files[0]
	first, last := f.packets[0].Metadata().Timestamp, f.packets[len(f.packets)-1].Metadata().Timestamp
	if f.size > 1<<20 || f.size < 1<<20-2100 || first.Sub(noon) < time.Minute || noon.Add(30*time.Minute).Sub(last) > 10*time.Second {
		t.Errorf("%d bytes from %s to %s", f.size, first, last)
	}
	gateway = newGateways().VirtualNetwork[1]
	for _, p := range run(t, gateway, nil, "", nil, time.Minute)[0].packets {
		if info := p.Metadata(); info.CaptureLength > 120 || info.CaptureLength < min(info.Length, 120) {
			t.Errorf("%d of %d bytes", info.CaptureLength, info.Length)
		}
	}
}
