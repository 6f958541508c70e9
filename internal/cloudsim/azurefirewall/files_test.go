package azurefirewall_test

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/azurefirewall"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// anywhere is a storage that takes everything.
type anywhere struct{}

func (anywhere) Upload(string, time.Time) (blob.Container, error) {
	return blob.Container{Account: "a", Name: "c", MayOverwrite: true}, nil
}

// run runs one capture and returns its files, whose checksums are right.
func run(t *testing.T, seconds, packets int32, change func(*azurefirewall.Parameters)) ([]blob.Blob, [][]gopacket.Packet) {
	t.Helper()
	firewall := azurefirewall.New("/subscriptions/s/resourceGroups/g", simcore.NewSwitches(azurefirewall.Switches()...), anywhere{})[0]
	asked := azurefirewall.Parameters{
		DurationInSeconds: &seconds, NumberOfPacketsToCapture: &packets, SASURL: "https://x/x", FileName: "fw", Operation: azurefirewall.OperationStart,
		Filters: []azurefirewall.Rule{{Sources: []string{"10.1.0.4"}, Destinations: []string{"93.184.216.34"}, DestinationPorts: []string{"443"}}},
	}
	change(&asked)
	if _, problem := asked.CheckStart(); problem != "" {
		t.Fatal(problem)
	}
	if got := firewall.Perform(asked, noon); got.StatusCode != "AzureFirewallPacketCaptureStartSucceeded" {
		t.Fatal(got)
	}
	files := firewall.Blobs(noon.Add(time.Duration(seconds) * time.Second))
	slices.Reverse(files)
	var contents [][]gopacket.Packet
	for _, file := range files {
		contents = append(contents, read(t, file))
	}
	return files, contents
}

func read(t *testing.T, file blob.Blob) []gopacket.Packet {
	t.Helper()
	var content bytes.Buffer
	if err := file.Write(&content); err != nil {
		t.Fatal(err)
	}
	reader, err := pcapgo.NewReader(&content)
	if err != nil {
		t.Fatal(err)
	}
	var packets []gopacket.Packet
	for {
		data, info, err := reader.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return packets
		}
		if err != nil {
			t.Fatal(err)
		}
		packet := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.Default)
		packet.Metadata().CaptureInfo = info
		packets = append(packets, packet)
		if checked, ok := packet.TransportLayer().(interface {
			SetNetworkLayerForChecksum(layer gopacket.NetworkLayer) error
		}); ok {
			if err := checked.SetNetworkLayerForChecksum(packet.NetworkLayer()); err != nil {
				t.Fatal(err)
			}
		}
		if bad, mismatches := packet.VerifyChecksums(); bad != nil || len(mismatches) > 0 {
			t.Fatalf("checksums: %v %v\n%s", bad, mismatches, packet)
		}
	}
}

func ends(p gopacket.Packet) string {
	flow := p.NetworkLayer().NetworkFlow()
	return flow.Src().String() + ">" + flow.Dst().String()
}

func countEnds(files [][]gopacket.Packet) map[string]int {
	counts := map[string]int{}
	for _, packets := range files {
		for _, p := range packets {
			counts[ends(p)]++
		}
	}
	return counts
}

// TestTheExamplesRuleSelectsPackets has the rule of the examples.
func TestTheExamplesRuleSelectsPackets(t *testing.T) {
	t.Parallel()
	_, files := run(t, 60, 10000, func(p *azurefirewall.Parameters) {
		p.Filters = []azurefirewall.Rule{{Sources: []string{"10.1.0.0/16"}, Destinations: []string{"203.0.113.7"}, DestinationPorts: []string{"443"}}}
	})
	if got := countEnds(files); got["10.1.0.4>203.0.113.7"] == 0 || got["203.0.113.7>10.1.0.4"] == 0 {
		t.Errorf("packets: %v", got)
	}
}

// A packet is there twice, as it comes in and as it goes out, if the filter takes
// both: with the machine as source only the inner side, with the firewall's subnet
// also the translated one.
func TestBothSidesOfTheFirewall(t *testing.T) {
	t.Parallel()
	_, inner := run(t, 60, 10000, func(*azurefirewall.Parameters) {})
	got := countEnds(inner)
	if len(got) != 2 || got["10.1.0.4>93.184.216.34"] == 0 || got["93.184.216.34>10.1.0.4"] == 0 {
		t.Errorf("with the machine: %v", got)
	}
	_, both := run(t, 60, 10000, func(p *azurefirewall.Parameters) {
		p.Filters[0].Sources = append(p.Filters[0].Sources, "10.2.1.0/26")
	})
	got = countEnds(both)
	translated := got["10.2.1.4>93.184.216.34"] + got["10.2.1.5>93.184.216.34"]
	if translated != got["10.1.0.4>93.184.216.34"] || translated == 0 {
		t.Errorf("with the subnet: %v", got)
	}
	// Traffic between private networks is not translated, and there twice.
	_, private := run(t, 60, 10000, func(p *azurefirewall.Parameters) {
		p.Filters[0].Destinations, p.Filters[0].DestinationPorts = []string{"10.0.1.0/24"}, []string{"5432"}
	})
	got = countEnds(private)
	if len(got) != 2 || got["10.1.0.4>10.0.1.20"] != 12 {
		t.Errorf("between private networks: %v", got)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	for name, test := range map[string]struct {
		change func(*azurefirewall.Parameters)
		holds  func(gopacket.Packet) bool
		none   bool
	}{
		"flags": {change: func(p *azurefirewall.Parameters) {
			p.Protocol, p.Flags = text("TCP"), []azurefirewall.Flag{{Type: "syn"}, {Type: "rst"}}
		}, holds: func(p gopacket.Packet) bool {
			tcp, ok := p.TransportLayer().(*layers.TCP)
			return ok && (tcp.SYN || tcp.RST)
		}},
		"UDP": {change: func(p *azurefirewall.Parameters) {
			p.Protocol, p.Filters[0].Destinations, p.Filters[0].DestinationPorts = text("UDP"), []string{"168.63.129.16"}, []string{"53"}
		}, holds: func(p gopacket.Packet) bool { return p.Layer(layers.LayerTypeUDP) != nil }},
		"ICMP": {change: func(p *azurefirewall.Parameters) { p.Protocol = text("ICMP") }, holds: func(p gopacket.Packet) bool { return p.Layer(layers.LayerTypeICMPv4) != nil }},
		"visitors": {change: func(p *azurefirewall.Parameters) {
			p.Filters[0].Sources, p.Filters[0].Destinations = []string{"198.51.100.0/24"}, []string{"20.50.2.1"}
		}, holds: func(p gopacket.Packet) bool {
			return ends(p) == "198.51.100.7>20.50.2.1" || ends(p) == "20.50.2.1>198.51.100.7"
		}},
		"everywhere": {change: func(p *azurefirewall.Parameters) { p.Filters[0].Destinations = []string{"0.0.0.0/0"} }, none: true},
		"another port": {change: func(p *azurefirewall.Parameters) {
			p.Filters[0].DestinationPorts = []string{"80"}
			p.Protocol = text("TCP")
		}, none: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, files := run(t, 60, 10000, test.change)
			count := 0
			for _, packets := range files {
				for _, p := range packets {
					count++
					if test.none || !test.holds(p) {
						t.Fatalf("in the file: %s", p)
					}
				}
			}
			if (count == 0) != test.none {
				t.Errorf("%d packets", count)
			}
		})
	}
}

// A capture ends when each instance has its packets, and in time.
func TestLimits(t *testing.T) {
	t.Parallel()
	files, contents := run(t, 1800, 100, func(p *azurefirewall.Parameters) { p.Filters[0].Sources = []string{"10.1.0.4", "10.2.1.0/26"} })
	for i, packets := range contents {
		if len(packets) != 100 {
			t.Errorf("%s has %d packets", files[i].Name, len(packets))
		}
	}
	if end := files[0].LastModified.Sub(noon); len(files) != 2 || end <= 0 || end > 10*time.Minute {
		t.Errorf("%d files after %s", len(files), end)
	}
	files, contents = run(t, 30, 90000, func(*azurefirewall.Parameters) {})
	if end := files[0].LastModified.Sub(noon); end != 30*time.Second {
		t.Errorf("ended after %s", end)
	}
	for _, packets := range contents {
		for _, p := range packets {
			if at := p.Metadata().Timestamp; at.Before(noon) || !at.Before(noon.Add(30*time.Second)) {
				t.Errorf("a packet of %s", at)
			}
		}
	}
}

func TestAddressesAreTheInstances(t *testing.T) {
	t.Parallel()
	_, contents := run(t, 60, 10000, func(p *azurefirewall.Parameters) { p.Filters[0].Sources = []string{"10.2.1.0/26"} })
	for instance, packets := range contents {
		own := netip.AddrFrom4([4]byte{10, 2, 1, byte(4 + instance)}).String()
		if got := countEnds([][]gopacket.Packet{packets}); len(packets) == 0 || got[own+">93.184.216.34"] == 0 || len(got) != 2 {
			t.Errorf("instance %d: %v", instance, got)
		}
	}
}
