package pcapfilter

import "net/netip"

// dimension is a set of values along one axis of a box.
type dimension interface {
	empty() bool
	equal(other dimension) bool
	and(other dimension) dimension
	or(other dimension) dimension
	minus(other dimension) dimension
}

// family separates the packets that share nothing.
type family int

const (
	ipv4 family = iota
	ipv6
	// link is everything that is not IP.
	link
)

// The axes of a box. A is one end of the packet: its source, or a filter's local
// side. B is the other.
const (
	protocolAxis = iota
	addressA
	addressB
	portA
	portB
	axes
)

// Numbers of the protocols with ports, and, in the family link, what stands for
// its protocols.
const (
	protocolTCP  = 6
	protocolUDP  = 17
	protocolSCTP = 132

	linkARP  = 0
	linkRARP = 1
)

// box is a set of packets: all combinations of the values along its axes.
type box struct {
	family family
	axes   [axes]dimension
	// incidental marks what pcap-filter means besides: ARP by host and net, SCTP by
	// port. named marks what names ARP, RARP, SCTP or a number itself.
	incidental, named bool
}

// everything is all packets of a family.
func everything(of family) box {
	addresses := all4
	if of == ipv6 {
		addresses = all6
	}
	return box{family: of, axes: [axes]dimension{allNumbers, addresses, addresses, allPorts, allPorts}}
}

// universe is all packets.
func universe() []box { return []box{everything(ipv4), everything(ipv6), everything(link)} }

// with returns a box with other values along one axis.
func (b box) with(axis int, values dimension) box {
	b.axes[axis] = values
	return b
}

// takesAll reports whether a box takes all values along an axis.
func (b box) takesAll(axis int) bool {
	return b.axes[axis].equal(everything(b.family).axes[axis])
}

// unconditional reports whether a box is all of its family.
func (b box) unconditional() bool {
	for axis := range b.axes {
		if !b.takesAll(axis) {
			return false
		}
	}
	return true
}

// swapped exchanges the two ends.
func (b box) swapped() box {
	b.axes[addressA], b.axes[addressB] = b.axes[addressB], b.axes[addressA]
	b.axes[portA], b.axes[portB] = b.axes[portB], b.axes[portA]
	return b
}

func (b box) numbers() numbers { return b.axes[protocolAxis].(numbers) }

func (b box) addresses(axis int) set[netip.Addr] { return b.axes[axis].(set[netip.Addr]) }

func (b box) ports(axis int) set[port] { return b.axes[axis].(set[port]) }

func swapAll(boxes []box) []box {
	swapped := make([]box, len(boxes))
	for i, b := range boxes {
		swapped[i] = b.swapped()
	}
	return swapped
}

// algebra computes with unions of boxes, and gives up when they become too many.
type algebra struct{ steps int }

// maxSteps bounds a translation to some hundred milliseconds.
const maxSteps = 300_000

func (a *algebra) exhausted() bool { return a.steps > maxSteps }

// and is the intersection of two boxes.
func (a *algebra) and(x, y box) (box, bool) {
	a.steps++
	if x.family != y.family {
		return box{}, false
	}
	for axis := range x.axes {
		if x.axes[axis] = x.axes[axis].and(y.axes[axis]); x.axes[axis].empty() {
			return box{}, false
		}
	}
	x.named = x.named || y.named
	x.incidental = (x.incidental || y.incidental) && !x.named
	return x, true
}

// minus is what of x is not in y.
func (a *algebra) minus(x, y box) []box {
	common, overlap := a.and(x, y)
	if !overlap {
		return []box{x}
	}
	var rest []box
	for axis := range x.axes {
		if outside := x.axes[axis].minus(y.axes[axis]); !outside.empty() {
			rest = append(rest, x.with(axis, outside))
		}
		x.axes[axis] = common.axes[axis]
	}
	return rest
}

// minusAll is what of boxes is not in others.
func (a *algebra) minusAll(boxes, others []box) []box {
	for _, other := range others {
		var rest []box
		for _, x := range boxes {
			rest = append(rest, a.minus(x, other)...)
		}
		boxes = rest
		if len(boxes) == 0 || a.exhausted() {
			break
		}
	}
	return boxes
}

// covers reports whether boxes cover all of x.
func (a *algebra) covers(boxes []box, x box) bool {
	return len(a.minusAll([]box{x}, boxes)) == 0
}

// coversAll reports whether boxes cover all others.
func (a *algebra) coversAll(boxes, others []box) bool { return len(a.minusAll(others, boxes)) == 0 }

// union adds boxes to others, and makes one of two wherever they differ along one
// axis only.
func (a *algebra) union(boxes, more []box) []box {
	union := append([]box(nil), boxes...)
	for _, next := range more {
		for i := 0; i < len(union) && !a.exhausted(); i++ {
			if merged, ok := a.merge(union[i], next); ok {
				next = merged
				union = append(union[:i], union[i+1:]...)
				i = -1
			}
		}
		union = append(union, next)
	}
	return union
}

// merge joins two boxes that are a box together.
func (a *algebra) merge(x, y box) (box, bool) {
	a.steps++
	if x.family != y.family || x.incidental != y.incidental {
		return box{}, false
	}
	different := -1
	for axis := range x.axes {
		if !x.axes[axis].equal(y.axes[axis]) {
			if different >= 0 {
				return box{}, false
			}
			different = axis
		}
	}
	if different >= 0 {
		x = x.with(different, x.axes[different].or(y.axes[different]))
	}
	x.named = x.named || y.named
	return x, true
}

// product is the intersection of two unions.
func (a *algebra) product(xs, ys []box) []box {
	var common []box
	for _, x := range xs {
		for _, y := range ys {
			if both, overlap := a.and(x, y); overlap {
				common = a.union(common, []box{both})
			}
			if a.exhausted() {
				return common
			}
		}
	}
	return common
}

// widen takes every box as far as the union allows, and drops what is then inside
// of another one. The union stays the same.
func (a *algebra) widen(boxes []box) []box {
	var wide []box
	for _, b := range boxes {
		for axis := range b.axes {
			if wider := b.with(axis, everything(b.family).axes[axis]); !b.takesAll(axis) && a.covers(boxes, wider) && !a.exhausted() {
				wider.incidental = false
				b = wider
			}
		}
		wide = a.union(wide, []box{b})
	}
	for i := 0; i < len(wide); i++ {
		others := append(append([]box(nil), wide[:i]...), wide[i+1:]...)
		if a.covers(others, wide[i]) && !a.exhausted() {
			wide = others
			i--
		}
	}
	return wide
}
