package wait

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Backoff spaces attempts exponentially, with jitter so that many clients
// that failed together do not come back together.
type Backoff struct {
	// Base is the delay before the second attempt.
	Base time.Duration
	// Max bounds every delay; zero means no bound.
	Max time.Duration
	// Jitter returns a number in [0, 1); nil means a random one.
	Jitter func() float64
}

// Delay returns how long to wait after the given number of failed attempts
// (1 after the first). It lies between half and all of Base*2^(failed-1),
// bounded by Max.
func (b Backoff) Delay(failed int) time.Duration {
	delay := b.Base
	for range failed - 1 {
		delay *= 2
		if b.Max > 0 && delay >= b.Max {
			break
		}
	}
	if b.Max > 0 {
		delay = min(delay, b.Max)
	}
	jitter := b.Jitter
	if jitter == nil {
		jitter = rand.Float64
	}
	return delay/2 + time.Duration(jitter()*float64(delay/2))
}

// RetryAfter reads how long the service asks to wait: retry-after-ms and
// x-ms-retry-after-ms (milliseconds, Azure), then Retry-After (seconds or an
// HTTP date, RFC 9110 section 10.2.3). It reports false when the answer does
// not say, or not understandably. A date in the past is zero, and nothing is
// longer than a day.
func RetryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		if ms, err := strconv.ParseInt(strings.TrimSpace(header.Get(name)), 10, 64); err == nil && ms >= 0 {
			return boundedDuration(ms, time.Millisecond), true
		}
	}
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds >= 0 {
		return boundedDuration(seconds, time.Second), true
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(maxRetryAfter, max(0, date.Sub(now))), true
	}
	return 0, false
}

// maxRetryAfter keeps a hostile or broken header from overflowing a
// time.Duration, or what is added to it; contexts end waits long before it.
const maxRetryAfter = 24 * time.Hour

func boundedDuration(count int64, unit time.Duration) time.Duration {
	if count > int64(maxRetryAfter/unit) {
		return maxRetryAfter
	}
	return time.Duration(count) * unit
}
