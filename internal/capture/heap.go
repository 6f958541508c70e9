package capture

import (
	"container/heap"
	"slices"
	"time"
)

// smallestFirst is the heap of topConversations.
type smallestFirst []Conversation

func (s *smallestFirst) Len() int           { return len(*s) }
func (s *smallestFirst) Less(i, j int) bool { return compareConversations((*s)[i], (*s)[j]) > 0 }
func (s *smallestFirst) Swap(i, j int)      { (*s)[i], (*s)[j] = (*s)[j], (*s)[i] }

// Push adds a Conversation.
func (s *smallestFirst) Push(x any) {
	if c, ok := x.(Conversation); ok {
		*s = append(*s, c)
	}
}

// Pop removes the last.
func (s *smallestFirst) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}

func (t *topConversations) add(c Conversation) {
	if len(t.heap) < t.limit {
		heap.Push((*smallestFirst)(&t.heap), c)
		return
	}
	if t.limit > 0 && compareConversations(c, t.heap[0]) < 0 {
		t.heap[0] = c
		heap.Fix((*smallestFirst)(&t.heap), 0)
	}
}

// maxDurations bounds what the median is taken of: of more handshakes, every
// second one, every fourth one and so on count.
const maxDurations = 65536

// durations keeps what quantiles are made of.
type durations struct {
	kept               []time.Duration
	skip, left         int
	smallest, greatest time.Duration
}

func (d *durations) add(duration time.Duration) {
	if len(d.kept) == 0 && d.greatest == 0 {
		d.smallest, d.greatest = duration, duration
	}
	d.smallest, d.greatest = min(d.smallest, duration), max(d.greatest, duration)
	if d.left > 0 {
		d.left--
		return
	}
	d.left = d.skip
	d.kept = append(d.kept, duration)
	if len(d.kept) < maxDurations {
		return
	}
	for i := range maxDurations / 2 {
		d.kept[i] = d.kept[2*i]
	}
	d.kept, d.skip = d.kept[:maxDurations/2], d.skip*2+1
}

// quantiles are the smallest, the median and the greatest. Between two in the middle
// the median is their mean.
func (d *durations) quantiles() [3]time.Duration {
	if len(d.kept) == 0 {
		return [3]time.Duration{}
	}
	slices.Sort(d.kept)
	lower, upper := d.kept[(len(d.kept)-1)/2], d.kept[len(d.kept)/2]
	return [3]time.Duration{d.smallest, lower + (upper-lower)/2, d.greatest}
}
