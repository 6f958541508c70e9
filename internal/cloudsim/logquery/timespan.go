package logquery

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery/kql"
)

// parseTimespan reads an ISO 8601 interval: a duration up to now, or two of
// start, end and duration with a slash between them.
func parseTimespan(text string, now time.Time) (kql.Bounds, error) {
	if text == "" {
		return kql.Bounds{}, nil
	}
	first, second, both := strings.Cut(text, "/")
	if !both {
		length, err := parseDuration(first)
		return kql.Bounds{From: now.Add(-length), To: now}, err
	}
	from, fromErr := kql.ParseInstant(first)
	to, toErr := kql.ParseInstant(second)
	switch {
	case fromErr == nil && toErr == nil:
		return kql.Bounds{From: from, To: to}, nil
	case fromErr == nil:
		length, err := parseDuration(second)
		return kql.Bounds{From: from, To: from.Add(length)}, err
	case toErr == nil:
		length, err := parseDuration(first)
		return kql.Bounds{From: to.Add(-length), To: to}, err
	default:
		return kql.Bounds{}, fromErr
	}
}

// count is a number as .NET and ISO 8601 write it, with a point or a comma, or as
// Python writes small ones: "1.5", "1,5", "1e-05".
const count = `(\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)`

var durationPattern = regexp.MustCompile(`^P(?:` + count + `Y)?(?:` + count + `M)?(?:` + count + `W)?(?:` + count + `D)?` +
	`(?:T(?:` + count + `H)?(?:` + count + `M)?(?:` + count + `S)?)?$`)

// longest stands for everything longer, such as .NET's TimeSpan.MaxValue: it is
// more than a workspace keeps anything, and far from where a time.Duration ends.
const longest = 100 * 365 * day

// day is also the unit of years (365) and months (30), as in .NET.
const day = 24 * time.Hour

func parseDuration(text string) (time.Duration, error) {
	parts := durationPattern.FindStringSubmatch(text)
	if parts == nil || text == "P" || strings.HasSuffix(text, "T") {
		return 0, fmt.Errorf("%q is not an ISO 8601 duration", text)
	}
	total := 0.0
	for i, unit := range []time.Duration{365 * day, 30 * day, 7 * day, day, time.Hour, time.Minute, time.Second} {
		if parts[i+1] == "" {
			continue
		}
		number, err := strconv.ParseFloat(strings.Replace(parts[i+1], ",", ".", 1), 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) { // Beyond the range it is infinite.
			return 0, fmt.Errorf("%q is not an ISO 8601 duration", text)
		}
		total += number * float64(unit)
	}
	return time.Duration(min(total, float64(longest))), nil
}
