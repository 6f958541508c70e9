package pcapfile

import (
	"fmt"
	"math/bits"
	"sort"
	"time"

	"github.com/gopacket/gopacket/layers"
)

// ngInterface is what its packets need of an interface.
type ngInterface struct {
	// units is how many units of its times are a second; 0 if that cannot be counted,
	// and the packets have no time.
	units uint64
	// offset is added to the times, in seconds.
	offset     int64
	snapLength uint32
	linkType   layers.LinkType
}

// unitsOf is the meaning of if_tsresol: a negative power of ten, or of two where the
// highest bit is set.
func unitsOf(resolution byte) uint64 {
	const (
		ofTwo          = 0x80
		mostOfTen      = 19
		mostOfTwo      = 63
		decimalDigit   = 10
		exponentOfBits = 0x7f
	)
	exponent := resolution & exponentOfBits
	switch {
	case resolution&ofTwo != 0 && exponent <= mostOfTwo:
		return 1 << exponent
	case resolution&ofTwo != 0 || exponent > mostOfTen:
		return 0
	}
	units := uint64(1)
	for range exponent {
		units *= decimalDigit
	}
	return units
}

// time is the moment that a packet's block has.
func (i *ngInterface) time(stamp uint64) (at time.Time, known bool) {
	if i.units == 0 {
		return time.Time{}, false
	}
	seconds, rest := stamp/i.units, stamp%i.units
	// rest is less than units, so that the quotient is less than a second.
	high, low := bits.Mul64(rest, uint64(time.Second))
	nanoseconds, _ := bits.Div64(high, low, i.units)
	return time.Unix(int64(seconds)+i.offset, int64(nanoseconds)).UTC(), true //nolint:gosec // a lying time is some other time
}

// maxInterfaceRuns bounds the table of a section's interfaces: 32 bytes each.
const maxInterfaceRuns = 65536

// interfaces are those of one section. Neighbours that are alike share an entry: a
// file may have any number of them.
type interfaces struct {
	runs []interfaceRun
	// count is how many can be found.
	count uint64
	full  bool
	// last is the entry that was found last.
	last int
}

// interfaceRun is a run of equal interfaces, the first of which has a number.
type interfaceRun struct {
	first uint64
	of    ngInterface
}

func (i *interfaces) clear() { *i = interfaces{runs: i.runs[:0]} }

func (i *interfaces) add(of ngInterface) {
	switch {
	case i.full:
		return
	case len(i.runs) > 0 && i.runs[len(i.runs)-1].of == of:
	case len(i.runs) == maxInterfaceRuns:
		i.full = true
		return
	default:
		i.runs = append(i.runs, interfaceRun{i.count, of})
	}
	i.count++
}

func (i *interfaces) get(number uint32) (*ngInterface, error) {
	wanted := uint64(number)
	switch {
	case wanted >= i.count && i.full:
		return nil, fmt.Errorf("it is a packet of interface %d, and the section has more than %d different interfaces, which are not kept", number, maxInterfaceRuns)
	case wanted >= i.count:
		return nil, fmt.Errorf("it is a packet of interface %d, and the section has %d interfaces so far", number, i.count)
	}
	if !i.holds(i.last, wanted) {
		i.last = sort.Search(len(i.runs), func(run int) bool { return i.runs[run].first > wanted }) - 1
	}
	return &i.runs[i.last].of, nil
}

// holds reports whether a run has the interface of a number.
func (i *interfaces) holds(run int, number uint64) bool {
	return i.runs[run].first <= number && (run+1 == len(i.runs) || number < i.runs[run+1].first)
}
