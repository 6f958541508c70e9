package logquery

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery/kql"
)

// FuzzTimespan: a duration, and an interval in each of its three forms, is
// what was written; nothing that is accepted ends before it begins, unless it
// was written so.
func FuzzTimespan(f *testing.F) {
	f.Add("PT1H", uint16(1), uint16(2), uint16(3))
	f.Add("2026-11-01T00:00:00Z/P1D", uint16(0), uint16(0), uint16(0))
	f.Add("P1000000W", uint16(65535), uint16(65535), uint16(65535))
	f.Add("P1D/P1D", uint16(7), uint16(0), uint16(59))
	f.Add("P", uint16(7), uint16(0), uint16(59))
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string, days, hours, seconds uint16) {
		if bounds, err := parseTimespan(text, now); err == nil && bounds.From.After(bounds.To) {
			first, second, _ := strings.Cut(text, "/")
			_, fromErr := kql.ParseInstant(first)
			if _, toErr := kql.ParseInstant(second); fromErr != nil || toErr != nil {
				t.Fatalf("%q is from %s to %s", text, bounds.From, bounds.To)
			}
		}
		days %= 30_000 // Longer ones are a century.
		length := time.Duration(days)*24*time.Hour + time.Duration(hours)*time.Hour + time.Duration(seconds)*time.Second
		written, from := fmt.Sprintf("P%dDT%dH%dS", days, hours, seconds), now.Add(-length)
		for _, form := range []string{written, written + "/" + now.Format(time.RFC3339), from.Format(time.RFC3339) + "/" + written, from.Format(time.RFC3339) + "/" + now.Format(time.RFC3339)} {
			bounds, err := parseTimespan(form, now)
			if err != nil || !bounds.From.Equal(from) || !bounds.To.Equal(now) {
				t.Fatalf("%q is from %s to %s, %v", form, bounds.From, bounds.To, err)
			}
		}
	})
}

// .NET's clients send TimeSpan.MaxValue for all that there is.
func TestTimespansBeyondACenturyAreACentury(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"P1000000W", "P36500D", "P36501D", "P36500DT1S", "P99999999999999999999D", "P10675199DT2H48M5.4775807S", "P1e400Y"} {
		if length, err := parseDuration(text); err != nil || length != longest {
			t.Errorf("%s is %s, %v", text, length, err)
		}
	}
	if length, err := parseDuration("PT1e-05S"); err != nil || length != 10*time.Microsecond {
		t.Errorf("%s, %v", length, err)
	}
}
