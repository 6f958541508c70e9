package arm

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

// protocols are matched in any casing and answered in this one.
var protocols = []string{"TCP", "UDP", "Any"}

func normalProtocol(protocol string) (string, bool) {
	if protocol == "" {
		return "Any", true
	}
	for _, known := range protocols {
		if strings.EqualFold(known, protocol) {
			return known, true
		}
	}
	return "", false
}

func (s *Service) validateFilters(_ *capture, p *requestProperties) *refusal {
	strict := s.switches.Get(SwitchFilterValidation) == "strict"
	for i, filter := range p.Filters {
		if _, known := normalProtocol(filter.Protocol); !known {
			return unreadable("Error converting value '%s' to type 'PcProtocol'. Path 'properties.filters[%d].protocol'.", filter.Protocol, i)
		}
		if !strict {
			continue
		}
		members := []struct {
			name, value string
			check       func(string) error
		}{
			{"localIPAddress", filter.LocalIPAddress, checkAddresses},
			{"remoteIPAddress", filter.RemoteIPAddress, checkAddresses},
			{"localPort", filter.LocalPort, checkPorts},
			{"remotePort", filter.RemotePort, checkPorts},
		}
		for _, member := range members {
			if member.value == "" {
				continue
			}
			if err := member.check(member.value); err != nil {
				return s.invalid(fmt.Sprintf("filters[%d].%s", i, member.name), "Value '%s' of %s is invalid: %s.", member.value, member.name, err)
			}
		}
	}
	return nil
}

// checkEntries checks the documented notation: one value, one range a-b, or
// a list of values separated (and optionally ended) by semicolons.
func checkEntries[T any](text string, parse func(string) (T, error), inOrder func(first, last T) bool) error {
	if !strings.Contains(text, ";") {
		first, last, isRange := strings.Cut(text, "-")
		if !isRange {
			_, err := parse(text)
			return err
		}
		from, err := parse(first)
		if err != nil {
			return err
		}
		to, err := parse(last)
		if err != nil {
			return err
		}
		if !inOrder(from, to) {
			return errors.New("a range runs from the lower to the higher value of one kind")
		}
		return nil
	}
	for entry := range strings.SplitSeq(strings.TrimSuffix(text, ";"), ";") {
		if _, err := parse(entry); err != nil {
			return err
		}
	}
	return nil
}

func checkAddresses(text string) error {
	return checkEntries(text, parseAddress, func(first, last netip.Addr) bool {
		return first.Is4() == last.Is4() && first.Compare(last) <= 0
	})
}

func parseAddress(text string) (netip.Addr, error) {
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("%q is not an IP address", text)
	}
	return address, nil
}

func checkPorts(text string) error {
	return checkEntries(text, parsePort, func(first, last uint64) bool { return first <= last })
}

func parsePort(text string) (uint64, error) {
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%q is not a port from 0 to 65535", text)
	}
	return port, nil
}

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
