package arm

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
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
