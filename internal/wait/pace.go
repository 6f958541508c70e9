package wait

import (
	"net/http"
	"time"
)

// OwnPace spaces looks where a service does not say when to come back: after
// 0.5, 1, 2, 4, 8 and then every 10 seconds.
func OwnPace() Backoff {
	return Backoff{Base: 500 * time.Millisecond, Max: 10 * time.Second, Jitter: NoJitter}
}

// atOncePace spaces looks where a service says that there is nothing to wait
// for (Retry-After: 0), and says so again and again.
var atOncePace = Backoff{Base: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: NoJitter}

// NoJitter is the Jitter of delays that last as long as they can.
func NoJitter() float64 { return 1 }

// Paced returns p with what an answer's header says about the next look.
func (p Progress) Paced(header http.Header, now time.Time) Progress {
	asked, said := RetryAfter(header, now)
	p.RetryAfter, p.AtOnce = asked, said && asked == 0
	return p
}

// pace counts the looks of each kind.
type pace struct{ own, atOnce int }

// delay returns how long to wait after a look, unless the service said.
func (p *pace) delay(progress Progress, interval Backoff) time.Duration {
	switch {
	case progress.RetryAfter > 0:
		p.atOnce = 0
		return progress.RetryAfter
	case progress.AtOnce:
		p.atOnce++
		return atOncePace.Delay(p.atOnce)
	}
	if interval.Base == 0 {
		interval.Base, interval.Max = time.Second, time.Second
	}
	p.own++
	return interval.Delay(p.own)
}
