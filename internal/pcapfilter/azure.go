package pcapfilter

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// AzureFilter is a PacketCaptureFilter of Network Watcher: what all of its
// conditions select. An empty condition selects everything. Addresses and ports are
// one value, one range a-b, or a list a;b;c.
type AzureFilter struct {
	// Protocol is TCP, UDP or Any.
	Protocol                                               string
	LocalIPAddress, LocalPort, RemoteIPAddress, RemotePort string
}

// MaxAzureFilters is the most filters that a translation makes. Azure documents
// no limit of its own.
const MaxAzureFilters = 64

// maxListed is the longest range that is written out to share a filter with
// other values, as a filter takes no list of ranges.
const maxListed = 8

// AzureFilters translates the expression into the filters of a packet capture,
// which selects what any of them does. No filters at all select everything. The
// order depends on nothing but the filters. An error is an *Error.
func (e *Expression) AzureFilters() ([]AzureFilter, error) {
	filters, fault := azureFilters(e.Root)
	if fault == nil {
		return filters, nil
	}
	fault.Instead = append(fault.Instead, suggestForAzure(e.Root)...)
	return nil, fault
}

func azureFilters(root Node) ([]AzureFilter, *Error) {
	var a algebra
	selected, fault := a.selection(root, false)
	if fault != nil {
		return nil, fault
	}
	if len(a.minusAll(universe(), selected)) == 0 {
		return []AzureFilter{}, nil
	}
	if len(selected) == 0 {
		return nil, errorAt(positionIn(root), "the expression selects no packet at all, and a capture without filters would take every packet")
	}
	if len(a.minusAll(selected, swapAll(selected))) > 0 {
		return nil, errorAt(directionIn(root), "Network Watcher knows the local and the remote end of a packet and takes both directions, so it cannot select by source or destination")
	}
	wide := a.widen(selected)
	if a.exhausted() {
		return nil, errorAt(positionIn(root), "the expression has too many combinations to be translated; split it into several captures")
	}
	wide = slices.DeleteFunc(wide, func(b box) bool { return b.incidental })
	if i := slices.IndexFunc(wide, func(b box) bool { return !azureKnows(b) }); i >= 0 || len(wide) == 0 {
		return nil, azureRefusal(root)
	}
	return a.split(root, selected, wide)
}

// azureKnows reports whether filters can say the box's protocols.
func azureKnows(b box) bool {
	return b.family != link && (b.takesAll(protocolAxis) || b.numbers().minus(tcpAndUDP).empty())
}

// split writes boxes as filters.
func (a *algebra) split(root Node, selected, wide []box) ([]AzureFilter, *Error) {
	count := 0
	var filters []azureParts
	for _, b := range a.joinFamilies(selected, wide) {
		parts := b.azure()
		if count += parts.count(); count <= MaxAzureFilters {
			filters = append(filters, parts.product()...)
		}
	}
	if count > MaxAzureFilters {
		return nil, errorAt(positionIn(root), fmt.Sprintf("the expression needs %d filters of Network Watcher; at most %d are made", count, MaxAzureFilters))
	}
	slices.SortFunc(filters, compareParts)
	written := make([]AzureFilter, 0, len(filters))
	for _, parts := range slices.CompactFunc(filters, func(x, y azureParts) bool { return compareParts(x, y) == 0 }) {
		written = append(written, AzureFilter{
			Protocol:       azureProtocols[parts.protocols[0]],
			LocalIPAddress: spansText(parts.local[0]), RemoteIPAddress: spansText(parts.remote[0]),
			LocalPort: spansText(parts.localPort[0]), RemotePort: spansText(parts.remotePort[0]),
		})
	}
	return written, nil
}

// joinFamilies lets one box without addresses stand for both families where both
// are selected.
func (a *algebra) joinFamilies(selected, wide []box) []box {
	var joined, rest []box
	for _, b := range wide {
		other := everything(ipv4 + ipv6 - b.family)
		for _, axis := range []int{protocolAxis, portA, portB} {
			other.axes[axis] = b.axes[axis]
		}
		// Without any condition a filter takes what is not IP, too.
		if b.unconditional() {
			rest = append(rest, b)
			continue
		}
		if b.takesAll(addressA) && b.takesAll(addressB) && a.covers(selected, other) {
			if b.family == ipv4 {
				b, other = other, b
			}
			joined = append(joined, b)
			continue
		}
		rest = append(rest, b)
	}
	for _, b := range joined {
		twin := everything(ipv4)
		for _, axis := range []int{protocolAxis, portA, portB} {
			twin.axes[axis] = b.axes[axis]
		}
		rest = slices.DeleteFunc(rest, func(r box) bool { return a.covers([]box{b, twin}, r) })
	}
	for i := range joined {
		// An address set of no family: no condition.
		joined[i].axes[addressA], joined[i].axes[addressB] = set[netip.Addr](nil), set[netip.Addr](nil)
	}
	return append(joined, rest...)
}

// azureParts are the values of one filter, or the alternatives for several.
type azureParts struct {
	protocols             []int
	local, remote         []set[netip.Addr]
	localPort, remotePort []set[port]
}

// The protocols of filters, in their order.
var azureProtocols = []string{"TCP", "UDP", "Any"}

// azure splits a box into what one filter can say of each axis.
func (b box) azure() azureParts {
	parts := azureParts{
		local: alternatives(b.addresses(addressA)), remote: alternatives(b.addresses(addressB)),
		localPort: alternatives(b.ports(portA)), remotePort: alternatives(b.ports(portB)),
	}
	if b.takesAll(portA) {
		parts.localPort = []set[port]{nil}
	}
	if b.takesAll(portB) {
		parts.remotePort = []set[port]{nil}
	}
	// A family is said by one address condition.
	if len(b.addresses(addressB)) > 0 && b.takesAll(addressB) {
		parts.remote = []set[netip.Addr]{nil}
	}
	if len(b.addresses(addressA)) > 0 && b.takesAll(addressA) && parts.remote[0] != nil {
		parts.local = []set[netip.Addr]{nil}
	}
	switch {
	case b.takesAll(protocolAxis):
		parts.protocols = []int{2}
	default:
		for i, number := range []uint8{protocolTCP, protocolUDP} {
			if !b.numbers().and(oneNumber(number)).empty() {
				parts.protocols = append(parts.protocols, i)
			}
		}
	}
	return parts
}

func (p azureParts) count() int {
	return len(p.protocols) * len(p.local) * len(p.remote) * len(p.localPort) * len(p.remotePort)
}

func (p azureParts) product() []azureParts {
	all := make([]azureParts, 0, p.count())
	for _, protocol := range p.protocols {
		for _, local := range p.local {
			for _, remote := range p.remote {
				for _, localPort := range p.localPort {
					for _, remotePort := range p.remotePort {
						all = append(all, azureParts{
							[]int{protocol}, []set[netip.Addr]{local}, []set[netip.Addr]{remote}, []set[port]{localPort}, []set[port]{remotePort},
						})
					}
				}
			}
		}
	}
	return all
}

// compareParts orders filters: conditions before their absence.
func compareParts(x, y azureParts) int {
	return cmp.Or(
		cmp.Compare(x.protocols[0], y.protocols[0]),
		compareSets(x.local[0], y.local[0]), compareSets(x.remote[0], y.remote[0]),
		compareSets(x.localPort[0], y.localPort[0]), compareSets(x.remotePort[0], y.remotePort[0]),
	)
}

func compareSets[T value[T]](x, y set[T]) int {
	if len(x) == 0 || len(y) == 0 {
		return -cmp.Compare(min(len(x), 1), min(len(y), 1))
	}
	return slices.CompareFunc(x, y, func(a, b span[T]) int {
		return cmp.Or(a.first.Compare(b.first), a.last.Compare(b.last))
	})
}

// alternatives are the sets that one filter each can say: one span, or a list of
// values. Short spans are written out where that saves a filter.
func alternatives[T value[T]](values set[T]) []set[T] {
	if len(values) <= 1 {
		return []set[T]{values}
	}
	var list set[T]
	var split []set[T]
	for _, s := range values {
		if written, short := writeOut(s); short {
			list = append(list, written...)
		} else {
			split = append(split, set[T]{s})
		}
	}
	if len(list) > 0 {
		split = append([]set[T]{list}, split...)
	}
	return split
}

func writeOut[T value[T]](s span[T]) (set[T], bool) {
	var written set[T]
	for v := s.first; ; v = v.Next() {
		written = append(written, span[T]{v, v})
		if v.Compare(s.last) == 0 {
			return written, true
		}
		if len(written) == maxListed {
			return nil, false
		}
	}
}

func spansText[T value[T]](values set[T]) string {
	texts := make([]string, 0, len(values))
	for _, s := range values {
		text := fmt.Sprint(s.first)
		if s.first.Compare(s.last) != 0 {
			text += "-" + fmt.Sprint(s.last)
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ";")
}
