package capture

import "time"

// Timeline is how much was sent when.
type Timeline struct {
	// Start is the beginning of the first bin, a whole multiple of Width.
	Start time.Time
	Width time.Duration
	Bins  []Bin
}

// Bin is a part of a Timeline.
type Bin struct {
	Packets, Bytes, Retransmissions int64
}

// maxBins is what a page can show.
const maxBins = 240

// widths are round, and each is a multiple of the one before.
var widths = []time.Duration{
	time.Millisecond, 2 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond,
	time.Second, 2 * time.Second, 10 * time.Second, 20 * time.Second, time.Minute, 2 * time.Minute, 10 * time.Minute, 20 * time.Minute,
	time.Hour, 2 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// timelineBuilder takes the next width whenever there are too many bins.
type timelineBuilder struct {
	width int
	// first is the number of the first bin since the Unix epoch.
	first int64
	bins  []Bin
}

func (b *timelineBuilder) widthInNanoseconds() int64 {
	if b.width < len(widths) {
		return int64(widths[b.width])
	}
	return int64(24*time.Hour) << min(b.width-len(widths)+1, 16)
}

func floorDivide(x, y int64) int64 {
	quotient := x / y
	if x%y < 0 {
		quotient--
	}
	return quotient
}

func (b *timelineBuilder) add(p *packetInfo) {
	if p.time == noTime {
		return
	}
	number := floorDivide(p.time, b.widthInNanoseconds())
	if len(b.bins) == 0 {
		b.first = number
	}
	for number >= b.first+maxBins || number <= b.first+int64(len(b.bins))-1-maxBins {
		b.widen()
		number = floorDivide(p.time, b.widthInNanoseconds())
	}
	if number < b.first {
		b.bins = append(make([]Bin, b.first-number), b.bins...)
		b.first = number
	}
	for int64(len(b.bins)) <= number-b.first {
		b.bins = append(b.bins, Bin{})
	}
	bin := &b.bins[number-b.first]
	bin.Packets++
	bin.Bytes += p.wire
	if p.retransmitted {
		bin.Retransmissions++
	}
}

// widen puts bins together.
func (b *timelineBuilder) widen() {
	old := b.widthInNanoseconds()
	b.width++
	factor := b.widthInNanoseconds() / old
	first := floorDivide(b.first, factor)
	var merged []Bin
	for i, bin := range b.bins {
		index := floorDivide(b.first+int64(i), factor) - first
		for int64(len(merged)) <= index {
			merged = append(merged, Bin{})
		}
		into := &merged[index]
		into.Packets += bin.Packets
		into.Bytes += bin.Bytes
		into.Retransmissions += bin.Retransmissions
	}
	b.first, b.bins = first, merged
}

func (b *timelineBuilder) finish() Timeline {
	if len(b.bins) == 0 {
		return Timeline{}
	}
	width := b.widthInNanoseconds()
	return Timeline{Start: time.Unix(0, b.first*width).UTC(), Width: time.Duration(width), Bins: b.bins}
}
