package packetcapture

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// The filter grammar of PacketCaptureFilter: one value, one range "a-b", or a
// list "a;b;c". The service takes one range at most, and no mixture.

// parseAddresses checks a filter of IP addresses.
func parseAddresses(filter string) error {
	return parseFilter(filter, "10.0.0.4, 10.0.0.4-10.0.0.9 or 10.0.0.4;10.0.0.9", parseAddress, checkAddressRange)
}

// parsePorts checks a filter of port numbers.
func parsePorts(filter string) error {
	return parseFilter(filter, "443, 8000-8080 or 80;443", parsePort, func(from, to uint16) error {
		if from > to {
			return fmt.Errorf("the range %d-%d runs backwards", from, to)
		}
		return nil
	})
}

// parseFilter checks a filter's form and its values.
func parseFilter[T any](filter, examples string, parse func(string) (T, error), checkRange func(from, to T) error) error {
	form := "write one value, one range or a list, for example " + examples
	if filter == "" {
		return nil // Unset, as azurerm writes it.
	}
	if strings.Contains(filter, ";") {
		for value := range strings.SplitSeq(filter, ";") {
			if strings.Contains(value, "-") {
				return fmt.Errorf("%q is a range in a list: ranges cannot be mixed into a list; add another element to filters", value)
			}
			if _, err := parse(value); err != nil {
				return fmt.Errorf("%w; %s", err, form)
			}
		}
		return nil
	}
	ends := strings.Split(filter, "-")
	if len(ends) > 2 {
		return fmt.Errorf("%q has more than one range; %s", filter, form)
	}
	values := make([]T, 0, len(ends))
	for _, end := range ends {
		value, err := parse(end)
		if err != nil {
			return fmt.Errorf("%w; %s", err, form)
		}
		values = append(values, value)
	}
	if len(values) == 2 {
		return checkRange(values[0], values[1])
	}
	return nil
}

func parseAddress(text string) (netip.Addr, error) {
	address, err := netip.ParseAddr(text)
	switch {
	case strings.Contains(text, "/"):
		return address, fmt.Errorf("%q is a network: the service takes no CIDR notation; give its first and last address as a range", text)
	case err != nil:
		return address, fmt.Errorf("%q is not an IPv4 or IPv6 address", text)
	case address.Zone() != "":
		return address, fmt.Errorf("%q has a zone, which means nothing on the target", text)
	}
	return address, nil
}

func checkAddressRange(from, to netip.Addr) error {
	switch {
	case from.Is4() != to.Is4():
		return fmt.Errorf("the range %s-%s mixes IPv4 and IPv6", from, to)
	case to.Less(from):
		return fmt.Errorf("the range %s-%s runs backwards", from, to)
	}
	return nil
}

func parsePort(text string) (uint16, error) {
	port, err := strconv.ParseUint(text, 10, 16)
	// ParseUint also takes "+80" and "0080", which the service would not.
	if err != nil || strconv.FormatUint(port, 10) != text {
		return 0, fmt.Errorf("%q is not a port number from 0 to 65535", text)
	}
	return uint16(port), nil
}
