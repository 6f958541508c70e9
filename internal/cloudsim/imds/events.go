package imds

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// eventsVersions is the endpoint's own train of versions.
var eventsVersions = []string{"2017-03-01", "2017-08-01", "2017-11-01", "2019-01-01", "2019-04-01", "2019-08-01", newestEventsVersion}

const newestEventsVersion = "2020-07-01"

type eventsDocument struct {
	DocumentIncarnation int         `json:"DocumentIncarnation"`
	Events              []wireEvent `json:"Events"`
}

// wireEvent leaves out what a version does not have.
type wireEvent struct {
	EventID           string   `json:"EventId"`
	EventStatus       string   `json:"EventStatus"`
	EventType         string   `json:"EventType"`
	ResourceType      string   `json:"ResourceType"`
	Resources         []string `json:"Resources"`
	NotBefore         string   `json:"NotBefore"`
	Description       string   `json:"Description,omitempty"`
	EventSource       string   `json:"EventSource,omitempty"`
	DurationInSeconds *int     `json:"DurationInSeconds,omitempty"`
}

// document is what a request for the version sees at now.
func (s *eventSchedule) document(now time.Time, version, timeFormat string) eventsDocument {
	document := eventsDocument{DocumentIncarnation: s.incarnation(now), Events: []wireEvent{}}
	for _, event := range s.events {
		visible := !event.Visible.IsZero() && !event.Visible.After(now) && event.End.After(now)
		if visible && version >= eventKinds[event.EventType].since {
			document.Events = append(document.Events, event.wire(now, version, timeFormat))
		}
	}
	return document
}

func (e *scheduledItem) wire(now time.Time, version, timeFormat string) wireEvent {
	kind := eventKinds[e.EventType]
	wire := wireEvent{
		EventID: e.ID, EventType: e.EventType, ResourceType: "VirtualMachine",
		EventStatus: "Scheduled", NotBefore: formatNotBefore(e.Start, timeFormat),
	}
	if !e.Start.After(now) {
		wire.EventStatus, wire.NotBefore = "Started", ""
	}
	for _, name := range e.Resources {
		if version < "2017-08-01" {
			name = "_" + name
		}
		wire.Resources = append(wire.Resources, name)
	}
	if version >= "2019-04-01" {
		wire.Description = kind.description
	}
	if version >= "2019-08-01" {
		wire.EventSource = e.Source
	}
	if version >= "2020-07-01" {
		wire.DurationInSeconds = &kind.seconds
	}
	return wire
}

// Schedule plans maintenance of the machine. It returns the event's id;
// false means that a user's own action happened without an event, because
// nobody had asked for scheduled events yet.
func (s *Service) Schedule(m Maintenance) (eventID string, raised bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.schedule(m)
}

func (s *Service) schedule(m Maintenance) (string, bool) {
	if m.Source == "" {
		m.Source = SourcePlatform
	}
	if len(m.Resources) == 0 {
		m.Resources = []string{s.options.VirtualMachineName}
	}
	return s.events.add(m, s.core.Clock.Now(), s.switches.Duration(switchEventsLag))
}

func (s *Service) getEvents(w http.ResponseWriter, c call) {
	now := s.core.Clock.Now()
	s.events.touch(now, s.switches.Duration(switchEventsLag))
	s.followMaintenanceSwitch()
	simcore.WriteJSON(w, http.StatusOK, s.events.document(now, c.version, s.switches.Get(switchEventsTime)))
}

// followMaintenanceSwitch plans maintenance once for every change of the
// switch, which is how the control API asks for it.
func (s *Service) followMaintenanceSwitch() {
	wanted := s.switches.Get(switchMaintenance)
	if wanted == s.maintenance {
		return
	}
	s.maintenance = wanted
	if wanted != maintenanceNone {
		s.schedule(Maintenance{EventType: wanted})
	}
}

func (s *Service) approveEvents(w http.ResponseWriter, c call) {
	var body struct {
		StartRequests []struct {
			EventID string `json:"EventId"`
		} `json:"StartRequests"`
	}
	text, err := io.ReadAll(io.LimitReader(c.request.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(text, &body)
	}
	if err != nil || len(body.StartRequests) == 0 {
		instanceFamily.refuse(w, http.StatusBadRequest, "")
		return
	}
	now := s.core.Clock.Now()
	for _, start := range body.StartRequests {
		if strings.TrimSpace(start.EventID) == "" {
			instanceFamily.refuse(w, http.StatusBadRequest, "")
			return
		}
		if status := s.switches.Int(switchUnknownEvent); s.events.find(start.EventID) == nil && status != http.StatusOK {
			instanceFamily.refuse(w, status, "")
			return
		}
	}
	for _, start := range body.StartRequests {
		s.events.approve(start.EventID, now)
	}
	w.WriteHeader(http.StatusOK)
}
