package arm

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// selects reports which packets a capture with these filters takes on a machine:
// those that one of the filters describes, all without any.
func selects(filters []Filter, target traffic.Target) func(traffic.Packet) bool {
	if len(filters) == 0 {
		return nil
	}
	return func(p traffic.Packet) bool {
		local, remote := p.Source, p.Destination
		if remote.Addr() == target.IPv4 || remote.Addr() == target.IPv6 {
			local, remote = remote, local
		}
		for _, f := range filters {
			if f.describes(p.Protocol, local, remote) {
				return true
			}
		}
		return false
	}
}

// IP protocols.
const (
	protocolTCP = 6
	protocolUDP = 17
)

func (f Filter) describes(protocol uint8, local, remote netip.AddrPort) bool {
	hasPorts := protocol == protocolTCP || protocol == protocolUDP
	switch {
	case f.Protocol == "TCP" && protocol != protocolTCP, f.Protocol == "UDP" && protocol != protocolUDP:
		return false
	case !hasPorts && (isSet(f.LocalPort) || isSet(f.RemotePort)):
		return false
	}
	return holds(f.LocalIPAddress, local.Addr(), parseAddress, compareAddresses) && holds(f.RemoteIPAddress, remote.Addr(), parseAddress, compareAddresses) &&
		holds(f.LocalPort, uint64(local.Port()), parsePort, cmp.Compare[uint64]) && holds(f.RemotePort, uint64(remote.Port()), parsePort, cmp.Compare[uint64])
}

func isSet(text *string) bool { return text != nil && *text != "" }

func compareAddresses(x, y netip.Addr) int {
	if x.Is4() != y.Is4() {
		return 1 // Of different kinds: in no range.
	}
	return x.Compare(y)
}

// holds reports whether a value is in the notation of checkEntries.
func holds[T any](text *string, value T, parse func(string) (T, error), compare func(x, y T) int) bool {
	if !isSet(text) {
		return true
	}
	equal := func(entry string) bool {
		parsed, err := parse(entry)
		return err == nil && compare(parsed, value) == 0
	}
	if strings.Contains(*text, ";") {
		for entry := range strings.SplitSeq(strings.TrimSuffix(*text, ";"), ";") {
			if equal(entry) {
				return true
			}
		}
		return false
	}
	first, last, isRange := strings.Cut(*text, "-")
	if !isRange {
		return equal(*text)
	}
	from, errFrom := parse(first)
	to, errTo := parse(last)
	if errFrom != nil || errTo != nil {
		return false
	}
	return compare(from, value) <= 0 && compare(value, to) <= 0
}
