package cfw

import "time"

// Posting is a task that was posted and whose id is not known yet. It can be
// kept as JSON, to look for the task later.
type Posting struct {
	Request CreateRequest `json:"request"`
	// Before are the ids that were listed before the post.
	Before []string  `json:"before"`
	At     time.Time `json:"at"`
	// From and Until are between which the task was made, if it was, by the
	// service's clock.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Zone is the offset from UTC of the service's dates, in nanoseconds; nil
	// when it was not known.
	Zone *time.Duration `json:"zone,omitempty"`
	// Accepted says that the service confirmed the create; otherwise its
	// answer was lost.
	Accepted bool `json:"accepted,omitempty"`
}

// Complete reports whether the posting says when the task was made, if it was.
// One that an earlier version kept does not, and neither does one that was lost:
// then no task is taken for it, and what was answered is not known.
func (p Posting) Complete() bool { return !p.From.IsZero() && !p.Until.IsZero() }

// listedBy returns when the task is listed at the latest, if it was made.
func (p Posting) listedBy(within time.Duration) time.Time {
	// From is before the post, so this is not before its end.
	ended := p.At.Add(p.Until.Sub(p.From))
	if !p.Accepted {
		ended = ended.Add(lag)
	}
	return ended.Add(within)
}
