package capturesummary

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture/pcapfile"
)

// inOrder puts the files of each series into the order in which they were written.
// On this machine that is the one of their first packets, as a ring that went round
// begins with a late number; elsewhere that of their numbers. Lists of files come
// sorted by letters, ring_10 before ring_2.
func inOrder(ctx context.Context, inputs []input) []input {
	type place struct {
		input

		series int
		begin  time.Time
	}
	series := map[string]int{}
	places := make([]place, 0, len(inputs))
	for i, input := range inputs {
		at := place{input: input}
		name := capture.Series(filepath.ToSlash(cmp.Or(input.path, input.name)))
		if _, known := series[name]; !known {
			series[name] = i
		}
		at.series = series[name]
		if input.path != "" && len(inputs) > 1 {
			at.begin = firstTime(ctx, input)
		}
		places = append(places, at)
	}
	slices.SortStableFunc(places, func(x, y place) int {
		return cmp.Or(x.series-y.series, x.begin.Compare(y.begin), compareNames(x.name, y.name))
	})
	sorted := make([]input, 0, len(places))
	for _, at := range places {
		sorted = append(sorted, at.input)
	}
	return sorted
}

// firstTime is the time of a file's first packet. It is zero if there is none, and if
// the file cannot be read, which the reading of all of it will tell.
func firstTime(ctx context.Context, from input) time.Time {
	opened, err := from.open(ctx)
	if err != nil {
		return time.Time{}
	}
	defer opened.Close() //nolint:errcheck // it was only read
	var packet pcapfile.Packet
	reader, err := pcapfile.NewReader(opened)
	if err == nil {
		err = reader.Next(&packet)
	}
	if err != nil || !packet.HasTime {
		return time.Time{}
	}
	return packet.Time
}
