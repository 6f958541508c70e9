package pcapfilter

import (
	"net/netip"
	"slices"
)

// value is what sets are made of: addresses of one family, or ports.
type value[T any] interface {
	Compare(other T) int
	Next() T
	Prev() T
}

// port is a port number that can be counted beyond both ends.
type port int

func (p port) Compare(other port) int { return int(p - other) }
func (p port) Next() port             { return p + 1 }
func (p port) Prev() port             { return p - 1 }

// span is a range with both ends in it.
type span[T value[T]] struct{ first, last T }

// set is a set of values: sorted spans that neither overlap nor touch.
type set[T value[T]] []span[T]

var (
	allPorts = set[port]{{0, 65535}}
	all4     = prefixSet(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
	all6     = prefixSet(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
)

func (s set[T]) empty() bool { return len(s) == 0 }

func (s set[T]) equal(other dimension) bool {
	return slices.EqualFunc(s, other.(set[T]), func(a, b span[T]) bool {
		return a.first.Compare(b.first) == 0 && a.last.Compare(b.last) == 0
	})
}

// or is the union.
func (s set[T]) or(other dimension) dimension {
	all := append(slices.Clone(s), other.(set[T])...)
	slices.SortFunc(all, func(a, b span[T]) int { return a.first.Compare(b.first) })
	var union set[T]
	for _, next := range all {
		if len(union) > 0 {
			last := &union[len(union)-1]
			// The value before next.first exists if anything lies before it.
			if next.first.Compare(last.last) <= 0 || next.first.Prev().Compare(last.last) == 0 {
				if next.last.Compare(last.last) > 0 {
					last.last = next.last
				}
				continue
			}
		}
		union = append(union, next)
	}
	return union
}

// and is the intersection.
func (s set[T]) and(other dimension) dimension {
	var common set[T]
	b := other.(set[T])
	for i, j := 0, 0; i < len(s) && j < len(b); {
		first, last := s[i].first, s[i].last
		if b[j].first.Compare(first) > 0 {
			first = b[j].first
		}
		if b[j].last.Compare(last) < 0 {
			last = b[j].last
		}
		if first.Compare(last) <= 0 {
			common = append(common, span[T]{first, last})
		}
		if s[i].last.Compare(b[j].last) < 0 {
			i++
		} else {
			j++
		}
	}
	return common
}

// minus is what is not in the other.
func (s set[T]) minus(other dimension) dimension {
	var rest set[T]
	b := other.(set[T])
	for _, left := range s {
		gone := false
		for _, cut := range b {
			if cut.last.Compare(left.first) < 0 {
				continue
			}
			if cut.first.Compare(left.last) > 0 {
				break
			}
			if cut.first.Compare(left.first) > 0 {
				rest = append(rest, span[T]{left.first, cut.first.Prev()})
			}
			if gone = cut.last.Compare(left.last) >= 0; gone {
				break
			}
			left.first = cut.last.Next()
		}
		if !gone {
			rest = append(rest, left)
		}
	}
	return rest
}

func prefixSet(network netip.Prefix) set[netip.Addr] {
	return set[netip.Addr]{{network.Addr(), lastAddress(network)}}
}

// lastAddress is the highest address of a network.
func lastAddress(network netip.Prefix) netip.Addr {
	bytes := network.Addr().AsSlice()
	for bit := network.Bits(); bit < 8*len(bytes); bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

// networks covers a span with the fewest networks.
func networks(addresses span[netip.Addr]) []netip.Prefix {
	var covering []netip.Prefix
	for first := addresses.first; ; {
		bits := first.BitLen()
		for bits > 0 {
			wider := netip.PrefixFrom(first, bits-1)
			if wider.Masked().Addr() != first || lastAddress(wider).Compare(addresses.last) > 0 {
				break
			}
			bits--
		}
		network := netip.PrefixFrom(first, bits)
		covering = append(covering, network)
		last := lastAddress(network)
		if last.Compare(addresses.last) >= 0 {
			return covering
		}
		first = last.Next()
	}
}

// numbers is a set of protocol numbers.
type numbers [4]uint64

func oneNumber(n uint8) numbers {
	var s numbers
	s[n/64] = 1 << (n % 64)
	return s
}

var allNumbers = numbers{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

func (s numbers) empty() bool { return s == numbers{} }

func (s numbers) equal(other dimension) bool { return s == other.(numbers) }

func (s numbers) or(other dimension) dimension {
	for i, word := range other.(numbers) {
		s[i] |= word
	}
	return s
}

func (s numbers) and(other dimension) dimension {
	for i, word := range other.(numbers) {
		s[i] &= word
	}
	return s
}

func (s numbers) minus(other dimension) dimension {
	for i, word := range other.(numbers) {
		s[i] &^= word
	}
	return s
}
