package imds_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	simulator "github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

func TestScheduledEvents(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"rfc1123", "rfc3339"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			s := imdstest.Start(t, nil, simulator.Options{})
			s.Set(t, "not_before_format", format)
			client, _ := newClient(t, s, imds.Config{})
			at := s.Core.Clock.Now()
			id, _ := s.Service.Schedule(simulator.Maintenance{EventType: simulator.EventFreeze, Resources: []string{"a", "b"}})
			events, err := client.ScheduledEvents(t.Context())
			if err != nil || events.DocumentIncarnation != 2 || len(events.Events) != 1 || events.APIVersionUsed != "2020-07-01" || len(events.Warnings) != 0 {
				t.Fatalf("%+v %v", events, err)
			}
			event := events.Events[0]
			if *event.EventID != id || *event.EventStatus != "Scheduled" || *event.EventType != "Freeze" || !slices.Equal(event.Resources, []string{"a", "b"}) ||
				!event.NotBefore.Equal(at.Add(15*time.Minute)) || event.NotBefore.Location() != time.UTC || *event.DurationInSeconds != 5 || *event.EventSource != "Platform" {
				t.Errorf("%+v", event)
			}
			if err := client.ApproveScheduledEvents(t.Context(), []string{id}); err != nil {
				t.Fatal(err)
			}
			if events, err = client.ScheduledEvents(t.Context()); err != nil || *events.Events[0].EventStatus != "Started" || events.Events[0].NotBefore != nil || events.DocumentIncarnation != 3 {
				t.Errorf("%+v %v", events, err)
			}
			if got := s.Core.Journal.Count("imds", simulator.OperationVersions); got != 1 {
				t.Errorf("first contact took %d requests", got)
			}
		})
	}
}

func TestApprovalsThatCannotWork(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	client, _ := newClient(t, s, imds.Config{})
	for _, ids := range [][]string{nil, {""}, {"a", " "}} {
		if err := client.ApproveScheduledEvents(t.Context(), ids); err == nil {
			t.Errorf("%q is accepted", ids)
		}
	}
	if got := s.Core.Journal.Requests(); len(got) != 0 {
		t.Errorf("requests %v", got)
	}
	mustContain(t, client.ApproveScheduledEvents(t.Context(), []string{"unknown"}), "ScheduledEvents_Approve", "400 Bad Request")
}

func TestAnApprovalWhoseAnswerIsLostIsRepeated(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, simulator.Options{})
	client, _ := newClient(t, s, imds.Config{})
	if _, err := client.ScheduledEvents(t.Context()); err != nil {
		t.Fatal(err)
	}
	id, _ := s.Service.Schedule(simulator.Maintenance{EventType: simulator.EventReboot})
	s.Fault(t, simcore.Fault{Operation: simulator.OperationApprove, Kind: simcore.KindDropAfterCommit})
	if err := client.ApproveScheduledEvents(t.Context(), []string{id}); err != nil {
		t.Error(err)
	}
}

func TestHostsWithOlderEvents(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/metadata/scheduledevents" && r.URL.Query().Get("api-version") == "2019-01-01":
			simcore.WriteJSON(w, http.StatusOK, map[string]any{"DocumentIncarnation": 7, "Events": []map[string]string{{"EventId": "x", "NotBefore": "soon"}}})
		case r.URL.Path == "/metadata/scheduledevents":
			simcore.WriteJSON(w, http.StatusBadRequest, map[string]any{"error": "Bad request", "newest-versions": []string{"2019-01-01", "2017-11-01"}})
		default:
			simcore.WriteJSON(w, http.StatusNotFound, map[string]string{"error": "Not found"})
		}
	})
	events, err := newClientAt(t, server.URL).ScheduledEvents(t.Context())
	if err != nil || events.APIVersionUsed != "2019-01-01" || events.DocumentIncarnation != 7 || len(events.Warnings) != 1 {
		t.Fatalf("%+v %v", events, err)
	}
	if event := events.Events[0]; event.NotBefore != nil || *event.NotBeforeRaw != "soon" || event.DurationInSeconds != nil || event.EventSource != nil {
		t.Errorf("%+v", event)
	}
}

func TestPublishedEventSamples(t *testing.T) {
	t.Parallel()
	var raw []byte
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if _, err := w.Write(raw); err != nil {
			t.Error(err)
		}
	})
	client := newClientAt(t, server.URL)
	for incarnation, name := range []string{"1-empty", "2-scheduled", "3-started", "4-empty"} {
		raw = imdstest.Sample(t, "2020-07-01-scheduledevents-"+name+".json")
		events, err := client.ScheduledEvents(t.Context())
		if err != nil || events.DocumentIncarnation != int64(incarnation+1) || len(events.Warnings) != 0 {
			t.Fatalf("%s: %+v %v", name, events, err)
		}
		if name == "2-scheduled" && !events.Events[0].NotBefore.Equal(time.Date(2026, 4, 11, 22, 26, 58, 0, time.UTC)) {
			t.Errorf("%+v", events.Events[0])
		}
	}
}
