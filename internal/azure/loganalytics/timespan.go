package loganalytics

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// durations are ISO 8601's; the query API takes fractions of any unit.
var (
	isoDuration = regexp.MustCompile(`^P(\d+([.]\d+)?Y)?(\d+([.]\d+)?M)?(\d+([.]\d+)?W)?(\d+([.]\d+)?D)?(T(\d+([.]\d+)?H)?(\d+([.]\d+)?M)?(\d+([.]\d+)?S)?)?$`)
	isoLayouts  = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02"}
)

// CheckTimespan returns an error unless text is a timespan of the query API:
// an ISO 8601 duration up to now, or an interval of start and end, start and
// duration, or duration and end.
func CheckTimespan(text string) error {
	first, second, interval := strings.Cut(text, "/")
	valid := isDuration(first)
	if interval {
		valid = isInstant(first) && (isInstant(second) || isDuration(second)) || isDuration(first) && isInstant(second)
	}
	if !valid {
		return fmt.Errorf("%q is not an ISO 8601 duration or interval; write for example PT1H, P7D, 2026-11-01T00:00:00Z/P1D or 2026-11-01T00:00:00Z/2026-11-02T00:00:00Z", text)
	}
	return nil
}

func isDuration(text string) bool {
	return isoDuration.MatchString(text) && text != "P" && !strings.HasSuffix(text, "T")
}

func isInstant(text string) bool {
	for _, layout := range isoLayouts {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}
