package capture

import (
	"path"
	"strings"
	"time"
)

// vantage is a place where packets were captured. The same packets seen at two of
// them are no retransmissions: conversations are followed at each by itself.
type vantage struct {
	series string
	// begin and last are the times of packets: the first one of the latest file, and
	// the last one of all.
	begin, last int64
}

// Series is what the names of the files of one ring have in common: a name without
// its numbers, and without what says that it is compressed.
func Series(name string) string {
	folder, base := path.Split(name)
	return folder + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '_' || r == '-' {
			return -1
		}
		return r
	}, strings.TrimSuffix(base, ".gz"))
}

// jitter is how far packets of one capture may be out of order between two files.
const jitter = int64(time.Second)

// goesOn reports whether a file that begins at a time may follow the latest one. Of
// short files that overlap for the most part, none follows another.
func (v *vantage) goesOn(begin int64) bool {
	overlap := v.last - begin
	return overlap <= 0 || overlap <= jitter && 2*overlap <= v.last-v.begin
}

// follow finds the vantage of the file at hand by the time of its first packet, and
// takes the times of the others. A file goes on where those of its series did, and
// where nothing else was seen at its time after all others; what begins before they
// ended was seen elsewhere.
func (a *Analyzer) follow(at int64) {
	if !a.placed {
		a.placed = true
		a.place(at)
	}
	v := &a.vantages[a.vantage]
	v.last = max(v.last, at)
}

func (a *Analyzer) place(begin int64) {
	latest, overlaps := -1, false
	for i := range a.vantages {
		v := &a.vantages[i]
		if v.series == a.series && v.goesOn(begin) {
			a.vantage, v.begin = uint16(i), begin
			return
		}
		overlaps = overlaps || v.last > begin
		if latest < 0 || v.last > a.vantages[latest].last {
			latest = i
		}
	}
	if overlaps {
		a.summary.Overlapping++
	}
	if latest >= 0 && (!overlaps || len(a.vantages) == maxVantages) {
		a.vantage = uint16(latest)
		a.vantages[latest].series, a.vantages[latest].begin = a.series, begin
		return
	}
	a.vantage = uint16(len(a.vantages)) //nolint:gosec // at most maxVantages
	a.vantages = append(a.vantages, vantage{a.series, begin, begin})
}

// maxVantages bounds the list.
const maxVantages = 1024
