package cfw

import "time"

// The service's dates name no time zone. A task proves when it was made only
// under the offsets from UTC that its date and what is known of it allow.

// oddZones are the offsets in use that are not whole hours.
var oddZones = []time.Duration{
	-9*time.Hour - 30*time.Minute, -3*time.Hour - 30*time.Minute, -2*time.Hour - 30*time.Minute,
	3*time.Hour + 30*time.Minute, 4*time.Hour + 30*time.Minute, 5*time.Hour + 30*time.Minute, 5*time.Hour + 45*time.Minute,
	6*time.Hour + 30*time.Minute, 8*time.Hour + 45*time.Minute, 9*time.Hour + 30*time.Minute, 10*time.Hour + 30*time.Minute,
	12*time.Hour + 45*time.Minute, 13*time.Hour + 45*time.Minute,
}

// zones returns the offsets from UTC that are in use anywhere.
func zones() []time.Duration {
	all := append([]time.Duration(nil), oddZones...)
	for hour := time.Duration(-12); hour <= 14; hour++ {
		all = append(all, hour*time.Hour)
	}
	return all
}

const (
	// slack is how much later than it was posted a task may be dated.
	slack = 10 * time.Second
	// earlier is how much earlier: dates are cut to the second.
	earlier = time.Second
	// lag is how late a list may be, and how late a request whose answer was
	// lost may still be carried out.
	lag = 2 * time.Minute
	// drift is how far the clock that the service answers with and the one that
	// it dates tasks with may have moved apart.
	drift = 5 * time.Minute
)

// verdict is whether a task is the posted one, by its date.
type verdict int

const (
	// undated: by all that is known it may be, and may be another one.
	undated verdict = iota
	ours
	// tardy: it is not, unless the request was carried out late or the
	// service's clocks differ. It is never taken, and always named.
	tardy
	others
)

// judge compares a task's date with the time in which the posted one was made.
// It was seen first at seenAt, by the service's clock, and not before
// p.From: of all zones only those count in which it was made between. The
// zone is returned if that leaves one.
func (p Posting) judge(task Task, seenAt time.Time) (verdict, *time.Duration) {
	created, err := time.Parse(dateLayout, task.CreatedDate)
	if err != nil || !p.Complete() {
		return undated, nil
	}
	candidates := zones()
	if p.Zone != nil {
		candidates = []time.Duration{*p.Zone}
	}
	var fit, doubtful, near, miss int
	var zone time.Duration
	for _, offset := range candidates {
		made := created.Add(-offset)
		impossible := made.Before(p.From.Add(-lag)) || made.After(seenAt.Add(slack))
		switch {
		case impossible && p.Zone == nil:
			continue
		case !impossible && !made.Before(p.From.Add(-earlier)) && !made.After(p.Until.Add(slack)):
			fit++
		case !impossible && !made.Before(p.From.Add(-slack)) && !made.After(p.Until.Add(lag)):
			doubtful++
		case !made.Before(p.From.Add(-drift)) && !made.After(p.Until.Add(drift)):
			near++
		default:
			miss++
		}
		zone = offset
	}
	var only *time.Duration
	if fit+doubtful+near+miss == 1 {
		only = &zone
	}
	switch {
	case fit > 0 && doubtful+near+miss == 0:
		return ours, only
	case fit+doubtful+near == 0 && miss > 0:
		return others, only
	case fit == 0:
		// In no zone was it made since then: it is new only because it was
		// listed late, or the service's clocks differ.
		return tardy, only
	}
	return undated, only
}

// zoneOf returns the zone of the service's dates in a region, once a task of
// a known time has shown it.
func (c *Client) zoneOf(region string) *time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if zone, known := c.zones[region]; known {
		return &zone
	}
	return nil
}

func (c *Client) learnZone(region string, zone *time.Duration) {
	if zone == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.zones[region] = *zone
}
