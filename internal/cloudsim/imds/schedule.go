package imds

import (
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
)

// The types of scheduled events.
const (
	EventFreeze    = "Freeze"
	EventReboot    = "Reboot"
	EventRedeploy  = "Redeploy"
	EventPreempt   = "Preempt"
	EventTerminate = "Terminate"

	maintenanceNone = "none"
)

// The sources of scheduled events.
const (
	SourcePlatform = "Platform"
	SourceUser     = "User"
)

const (
	timeFormatRFC1123 = "rfc1123"
	timeFormatRFC3339 = "rfc3339"
)

// eventKind is what is published of a type: the least notice, and how long
// the machine is away (seconds; -1 is unknown).
type eventKind struct {
	notice      time.Duration
	seconds     int
	lasts       time.Duration
	since       string
	description string
}

var eventKinds = map[string]eventKind{
	EventFreeze:    {15 * time.Minute, 5, 5 * time.Second, "", "Virtual machine is being paused because of a memory-preserving Live Migration operation."},
	EventReboot:    {15 * time.Minute, -1, 2 * time.Minute, "", "Virtual machine is going to be restarted."},
	EventRedeploy:  {10 * time.Minute, -1, 2 * time.Minute, "", "Virtual machine is going to be moved to another node."},
	EventPreempt:   {30 * time.Second, -1, 30 * time.Second, "2017-11-01", "Spot virtual machine is going to be evicted."},
	EventTerminate: {5 * time.Minute, -1, time.Minute, "2019-01-01", "Virtual machine is going to be deleted."},
}

// Maintenance is what is about to happen to the machine.
type Maintenance struct {
	// EventType is one of the Event constants.
	EventType string
	// Source is SourcePlatform (the default) or SourceUser.
	Source string
	// Resources are the names of the machines that it concerns; empty means
	// the simulated machine alone.
	Resources []string
	// Immediately is a failure of the host: there is no notice.
	Immediately bool
}

// scheduledItem is one event with the times that its state follows from.
type scheduledItem struct {
	ID        string    `json:"id"`
	EventType string    `json:"event_type"`
	Source    string    `json:"source"`
	Resources []string  `json:"resources"`
	Visible   time.Time `json:"visible"`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	// Announced events are seen as scheduled before they start.
	Announced bool `json:"announced"`
}

// eventSchedule holds the scheduled events of the machine. Nothing in it runs: every
// state follows from the times.
type eventSchedule struct {
	enabledAt time.Time
	lastAsked time.Time
	events    []*scheduledItem
}

// enabled reports whether the service watches for events: it does from the
// first request until a day without one.
func (s *eventSchedule) enabled(now time.Time) bool {
	return !s.enabledAt.IsZero() && now.Sub(s.lastAsked) < 24*time.Hour
}

// touch notes a request, which enables the service. Events that came before
// become visible after the lag.
func (s *eventSchedule) touch(now time.Time, lag time.Duration) {
	if !s.enabled(now) {
		s.enabledAt = now
		for _, event := range s.events {
			if event.Visible.IsZero() && event.End.After(now) {
				event.Visible = now.Add(lag)
			}
		}
	}
	s.lastAsked = now
}

// add plans an event. A user's own action raises none while the service is
// not enabled; then add reports false.
func (s *eventSchedule) add(m Maintenance, now time.Time, lag time.Duration) (string, bool) {
	if m.Source == SourceUser && !s.enabled(now) {
		return "", false
	}
	kind := eventKinds[m.EventType]
	event := &scheduledItem{
		ID: uuid.NewString(), EventType: m.EventType, Source: m.Source, Resources: m.Resources,
		Start: now.Add(kind.notice), Announced: !m.Immediately,
	}
	if m.Immediately {
		event.Start = now
	}
	event.End = event.Start.Add(kind.lasts)
	if s.enabled(now) {
		event.Visible = now
		if ready := s.enabledAt.Add(lag); ready.After(now) {
			event.Visible = ready
		}
	}
	s.events = append(s.events, event)
	return event.ID, true
}

func (s *eventSchedule) find(id string) *scheduledItem {
	index := slices.IndexFunc(s.events, func(e *scheduledItem) bool { return e.ID == id })
	if index < 0 {
		return nil
	}
	return s.events[index]
}

// approve starts an event now, unless it has started already.
func (s *eventSchedule) approve(id string, now time.Time) bool {
	event := s.find(id)
	if event == nil {
		return false
	}
	if event.Start.After(now) {
		event.End = now.Add(event.End.Sub(event.Start))
		event.Start = now
	}
	return true
}

func (s *eventSchedule) cancel(id string, now time.Time) bool {
	event := s.find(id)
	if event == nil || !event.End.After(now) {
		return false
	}
	event.End = now
	return true
}

func (s *eventSchedule) items() []scheduledItem {
	items := []scheduledItem{}
	for _, event := range s.events {
		items = append(items, *event)
	}
	return items
}

// incarnation grows with every change that a client can see.
func (s *eventSchedule) incarnation(now time.Time) int {
	count := 1
	for _, event := range s.events {
		if event.Visible.IsZero() || event.Visible.After(now) {
			continue
		}
		count++
		if started := !event.Start.After(now); started && event.Announced && event.Start.Before(event.End) {
			count++
		}
		if !event.End.After(now) {
			count++
		}
	}
	return count
}

func formatNotBefore(t time.Time, format string) string {
	if format == timeFormatRFC3339 {
		return t.Format(time.RFC3339)
	}
	return t.Format(http.TimeFormat)
}
