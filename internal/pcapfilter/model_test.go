package pcapfilter_test

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

// The services' semantics as they document them, written without the package
// under test.

// end is one end of a packet.
type end struct {
	address netip.Addr
	port    uint16
}

// azureSelects models Network Watcher: any filter, all of its conditions, the
// local end being one of the two.
func azureSelects(t *testing.T, filters []pcapfilter.AzureFilter, p testPacket, localIsSource bool) bool {
	t.Helper()
	local, remote := end{p.Source, p.SourcePort}, end{p.Destination, p.DestinationPort}
	if !localIsSource {
		local, remote = remote, local
	}
	if len(filters) == 0 {
		return true
	}
	for _, filter := range filters {
		protocol := map[string]bool{"TCP": p.Protocol == 6, "UDP": p.Protocol == 17, "Any": true}[filter.Protocol]
		if protocol && inAddresses(t, filter.LocalIPAddress, local.address) && inAddresses(t, filter.RemoteIPAddress, remote.address) &&
			inPorts(t, filter.LocalPort, local.port, p.HasPorts) && inPorts(t, filter.RemotePort, remote.port, p.HasPorts) {
			return true
		}
	}
	return false
}

// huaweiCloudSelects models a capture task.
func huaweiCloudSelects(t *testing.T, filter pcapfilter.HuaweiCloudFilter, p testPacket) bool {
	t.Helper()
	protocol := map[string]bool{"tcp": p.Protocol == 6, "udp": p.Protocol == 17, "icmp": p.Protocol == 1, "icmpv6": p.Protocol == 58, "any": true}[filter.Protocol]
	return protocol && p.Source == netip.MustParseAddr(filter.SourceAddress) && p.Destination == netip.MustParseAddr(filter.DestinationAddress) &&
		inPorts(t, filter.SourcePort, p.SourcePort, p.HasPorts) && inPorts(t, filter.DestinationPort, p.DestinationPort, p.HasPorts)
}

func inAddresses(t *testing.T, condition string, address netip.Addr) bool {
	t.Helper()
	if condition == "" {
		return true
	}
	if from, to, isRange := strings.Cut(condition, "-"); isRange {
		first, last := netip.MustParseAddr(from), netip.MustParseAddr(to)
		return first.BitLen() == address.BitLen() && first.Compare(address) <= 0 && address.Compare(last) <= 0
	}
	for one := range strings.SplitSeq(condition, ";") {
		if netip.MustParseAddr(one) == address {
			return true
		}
	}
	return false
}

func inPorts(t *testing.T, condition string, port uint16, hasPorts bool) bool {
	t.Helper()
	if condition == "" {
		return true
	}
	number := func(text string) uint16 {
		value, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			t.Fatalf("the filter has the port %q", text)
		}
		return uint16(value)
	}
	if from, to, isRange := strings.Cut(condition, "-"); isRange {
		return hasPorts && number(from) <= port && port <= number(to)
	}
	for one := range strings.SplitSeq(condition, ";") {
		if hasPorts && number(one) == port {
			return true
		}
	}
	return false
}

// isOutside reports whether a packet is one that the package's promise leaves out:
// no IP, a VLAN tag, a fragment without ports, or SCTP.
func isOutside(p testPacket) bool {
	isIP := p.EtherType == pcapfilter.EtherTypeIPv4 || p.EtherType == pcapfilter.EtherTypeIPv6
	return !isIP || len(p.VLANs) > 0 || p.Protocol == 132 || (!p.HasPorts && (p.Protocol == 6 || p.Protocol == 17))
}

func describe(p testPacket) string {
	return fmt.Sprintf("type %04x, protocol %d, %s:%d > %s:%d, VLANs %v, ports %t, length %d", p.EtherType, p.Protocol, p.Source, p.SourcePort, p.Destination, p.DestinationPort, p.VLANs, p.HasPorts, p.Length)
}
