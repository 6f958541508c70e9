package wait_test

import (
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// FuzzRetryAfter compares with numbers of any size: the first header that
// holds one counts, no answer makes anybody wait for more than a day, and a
// date means the time up to it.
func FuzzRetryAfter(f *testing.F) {
	f.Add("", "", "120", int64(0))
	f.Add("1500", "x", "Fri, 31 Dec 9999 23:59:59 GMT", int64(90))
	f.Add("-1", "99999999999999999999", "+7", int64(-5))
	f.Add(" 86400001 ", "", "Wed, 21 Oct 2015 07:28:00 GMT", int64(1<<40))
	now := time.Date(2026, time.November, 21, 10, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	f.Fuzz(func(t *testing.T, first, second, third string, ahead int64) {
		header := http.Header{}
		header.Set("retry-after-ms", first)
		header.Set("x-ms-retry-after-ms", second)
		header.Set("Retry-After", third)
		got, told := wait.RetryAfter(header, now)
		if got < 0 || got > day || !told && got != 0 {
			t.Fatalf("%q, %q, %q: %s, %v", first, second, third, got, told)
		}
		want, isNumber := atMostADay(first, time.Millisecond)
		for i, value := range []string{second, third} {
			if !isNumber {
				want, isNumber = atMostADay(value, []time.Duration{time.Millisecond, time.Second}[i])
			}
		}
		if isNumber && (got != want || !told) {
			t.Fatalf("%q, %q, %q: %s, %v, want %s", first, second, third, got, told, want)
		}
		const tenThousandYears = 253402300800
		at := time.Unix(((ahead%tenThousandYears)+tenThousandYears)%tenThousandYears, 0).UTC()
		got, told = wait.RetryAfter(http.Header{"Retry-After": {at.Format(http.TimeFormat)}}, now)
		if want := min(day, max(0, at.Sub(now))); !told || got != want {
			t.Fatalf("%s: %s, %v, want %s", at, got, told, want)
		}
	})
}

func atMostADay(text string, unit time.Duration) (time.Duration, bool) {
	count, isNumber := new(big.Int).SetString(strings.TrimSpace(text), 10)
	if !isNumber || count.Sign() < 0 || !count.IsInt64() {
		return 0, false
	}
	length := new(big.Int).Mul(count, big.NewInt(int64(unit)))
	if length.Cmp(big.NewInt(int64(24*time.Hour))) > 0 {
		return 24 * time.Hour, true
	}
	return time.Duration(length.Int64()), true
}

func TestNoDateMakesAnybodyWaitForYears(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 21, 10, 0, 0, 0, time.UTC)
	for date, want := range map[string]time.Duration{"Fri, 31 Dec 9999 23:59:59 GMT": 24 * time.Hour, "Sat, 21 Nov 2026 11:00:00 GMT": time.Hour} {
		if got, told := wait.RetryAfter(http.Header{"Retry-After": {date}}, now); !told || got != want {
			t.Errorf("%s: %s, %v, want %s", date, got, told, want)
		}
	}
}
