package pcapfilter

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// FromAzureFilters is an expression that selects the packets which any of the
// filters selects. A filter for Any with a port is read as pcap-filter's port: TCP,
// UDP and SCTP. Filters that take one end for the local one have no
// expression: a packet has a source and a destination, and does not say which
// of them is the target.
func FromAzureFilters(filters []AzureFilter) (*Expression, error) {
	var a algebra
	var selected []box
	perFilter := make([][]box, len(filters))
	for i, filter := range filters {
		boxes, err := filter.boxes()
		if err != nil {
			return nil, fmt.Errorf("filters[%d]: %w", i, err)
		}
		perFilter[i] = boxes
		selected = a.union(selected, boxes)
	}
	if len(filters) == 0 || len(a.minusAll(universe(), selected)) == 0 {
		return &Expression{}, nil
	}
	for i, boxes := range perFilter {
		if missing := a.minusAll(swapAll(boxes), selected); len(missing) > 0 {
			return nil, fmt.Errorf("filters[%d] takes one end of a packet for the local one, which an expression cannot know: "+
				"the filter with local and remote exchanged is not there; add { %s }", i, filters[i].swapped())
		}
	}
	root := a.write(a.joinFamilies(selected, a.widen(selected)), selected)
	if a.exhausted() {
		return nil, fmt.Errorf("the %d filters have too many combinations for one expression", len(filters))
	}
	text := nodeText(root)
	if len(text) > MaxLength {
		return nil, fmt.Errorf("the expression would have %d bytes; at most %d are read", len(text), MaxLength)
	}
	// The positions are those of the text.
	return Parse(text)
}

// swapped writes the filter with local and remote exchanged.
func (f AzureFilter) swapped() string {
	var parts []string
	for _, attribute := range []struct{ name, value string }{
		{"protocol", f.Protocol}, {"local_ip_address", f.RemoteIPAddress}, {"local_port", f.RemotePort},
		{"remote_ip_address", f.LocalIPAddress}, {"remote_port", f.LocalPort},
	} {
		if attribute.value != "" {
			parts = append(parts, fmt.Sprintf("%s = %q", attribute.name, attribute.value))
		}
	}
	return strings.Join(parts, ", ")
}

// boxes is what the filter selects, A being the local end.
func (f AzureFilter) boxes() ([]box, error) {
	b := box{axes: [axes]dimension{allNumbers, nil, nil, allPorts, allPorts}}
	switch strings.ToLower(f.Protocol) {
	case "tcp":
		b.axes[protocolAxis] = oneNumber(protocolTCP)
	case "udp":
		b.axes[protocolAxis] = oneNumber(protocolUDP)
	case "any", "":
		if f.LocalPort != "" || f.RemotePort != "" {
			b.axes[protocolAxis] = withPorts
		}
	default:
		return nil, fmt.Errorf("protocol: %q is not TCP, UDP or Any", f.Protocol)
	}
	for axis, attribute := range map[int]struct{ name, value string }{portA: {"local_port", f.LocalPort}, portB: {"remote_port", f.RemotePort}} {
		ports, err := readList(attribute.value, readPort)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", attribute.name, err)
		case len(ports) > 0:
			b.axes[axis] = ports
		}
	}
	local, err := readList(f.LocalIPAddress, readAddress)
	if err != nil {
		return nil, fmt.Errorf("local_ip_address: %w", err)
	}
	remote, err := readList(f.RemoteIPAddress, readAddress)
	if err != nil {
		return nil, fmt.Errorf("remote_ip_address: %w", err)
	}
	boxes := b.inFamilies(local, remote)
	if len(boxes) == 0 {
		return nil, fmt.Errorf("local_ip_address and remote_ip_address are of different families, so that the filter selects nothing")
	}
	return boxes, nil
}

// inFamilies puts addresses, if there are any, into a box of each family that has
// some on both ends.
func (b box) inFamilies(local, remote set[netip.Addr]) []box {
	var boxes []box
	for _, version := range []family{ipv4, ipv6} {
		all := everything(version)
		of := b
		of.family = version
		of.axes[addressA], of.axes[addressB] = all.axes[addressA], all.axes[addressB]
		if len(local) > 0 {
			of.axes[addressA] = local.and(all.axes[addressA])
		}
		if len(remote) > 0 {
			of.axes[addressB] = remote.and(all.axes[addressB])
		}
		if !of.axes[addressA].empty() && !of.axes[addressB].empty() {
			boxes = append(boxes, of)
		}
	}
	if len(local) == 0 && len(remote) == 0 && b.numbers() == allNumbers {
		boxes = append(boxes, everything(link))
	}
	return boxes
}

// readList reads one value, one range or a list.
func readList[T value[T]](text string, read func(string) (T, error)) (set[T], error) {
	var values set[T]
	if text == "" {
		return values, nil
	}
	for item := range strings.SplitSeq(text, ";") {
		from, to, isRange := strings.Cut(item, "-")
		if isRange && strings.Contains(text, ";") {
			return nil, fmt.Errorf("%q: a range cannot be mixed into a list", text)
		}
		first, err := read(from)
		last := first
		if isRange && err == nil {
			last, err = read(to)
		}
		switch {
		case err != nil:
			return nil, err
		case !sameKind(first, last):
			return nil, fmt.Errorf("the range %q mixes IPv4 and IPv6", item)
		case last.Compare(first) < 0:
			return nil, fmt.Errorf("the range %q runs backwards", item)
		}
		values = values.or(set[T]{{first, last}}).(set[T])
	}
	return values, nil
}

// sameKind reports whether two values can be the ends of a range: ports, or
// addresses of one family.
func sameKind[T value[T]](first, last T) bool {
	from, isAddress := any(first).(netip.Addr)
	to, _ := any(last).(netip.Addr)
	return !isAddress || from.BitLen() == to.BitLen()
}

func readPort(text string) (port, error) {
	number, err := strconv.ParseUint(text, 10, 16)
	if err != nil || strconv.FormatUint(number, 10) != text {
		return 0, fmt.Errorf("%q is not a port from 0 to 65535", text)
	}
	return port(number), nil
}

func readAddress(text string) (netip.Addr, error) {
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" || address.Is4In6() {
		return address, fmt.Errorf("%q is not an IPv4 or IPv6 address", text)
	}
	return address, nil
}
