package imds_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
)

const events = "/metadata/scheduledevents?api-version="

type eventsBody struct {
	DocumentIncarnation int
	Events              []map[string]any
}

func getEvents(t *testing.T, s *imdstest.Simulation, version string) eventsBody {
	t.Helper()
	var body eventsBody
	got := get(t, s, events+version)
	if got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	got.decode(t, &body)
	return body
}

func TestAnEventsLife(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{})
	if got := getEvents(t, s, "2020-07-01"); got.DocumentIncarnation != 1 || len(got.Events) != 0 {
		t.Fatalf("at first: %v", got)
	}
	id, raised := s.Service.Schedule(imds.Maintenance{EventType: imds.EventFreeze, Resources: []string{"WestNO_0", "WestNO_1"}})
	if !raised {
		t.Fatal("no event")
	}
	want := map[string]string{
		"EventId": id, "EventStatus": "Scheduled", "EventType": "Freeze", "ResourceType": "VirtualMachine", "Resources": "[WestNO_0 WestNO_1]",
		"NotBefore": "Sat, 11 Apr 2026 22:26:58 GMT", "EventSource": "Platform", "DurationInSeconds": "5",
		"Description": "Virtual machine is being paused because of a memory-preserving Live Migration operation.",
	}
	check := func(step string, incarnation int) {
		t.Helper()
		got := getEvents(t, s, "2020-07-01")
		if got.DocumentIncarnation != incarnation || len(got.Events) != 1 || len(got.Events[0]) != len(want) {
			t.Fatalf("%s: %v, want incarnation %d", step, got, incarnation)
		}
		for name, value := range want {
			if fmt.Sprint(got.Events[0][name]) != value {
				t.Errorf("%s: %s is %v, want %s", step, name, got.Events[0][name], value)
			}
		}
	}
	check("scheduled", 2)
	s.Set(t, "not_before_format", "rfc3339")
	want["NotBefore"] = "2026-04-11T22:26:58Z"
	check("other format", 2)
	s.Core.Clock.Advance(15 * time.Minute)
	want["EventStatus"], want["NotBefore"] = "Started", ""
	check("started", 3)
	s.Core.Clock.Advance(5 * time.Second)
	if got := getEvents(t, s, "2020-07-01"); got.DocumentIncarnation != 4 || len(got.Events) != 0 {
		t.Fatalf("at last: %v", got)
	}
}

func TestTheFirstRequestEnablesEvents(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{Realistic: true})
	user := imds.Maintenance{EventType: imds.EventReboot, Source: imds.SourceUser}
	if _, raised := s.Service.Schedule(user); raised {
		t.Error("a user's reboot waits although nobody asked for events")
	}
	getEvents(t, s, "2020-07-01")
	if _, raised := s.Service.Schedule(user); !raised {
		t.Error("a user's reboot does not wait although events were asked for")
	}
	if got := getEvents(t, s, "2020-07-01"); len(got.Events) != 0 {
		t.Errorf("visible at once: %v", got)
	}
	s.Core.Clock.Advance(5 * time.Minute)
	if got := getEvents(t, s, "2020-07-01"); len(got.Events) != 1 || got.Events[0]["EventSource"] != "User" {
		t.Errorf("after five minutes: %v", got)
	}
	s.Core.Clock.Advance(24 * time.Hour)
	if _, raised := s.Service.Schedule(user); raised {
		t.Error("events are still on after a day without a request")
	}
}

func TestMaintenanceByControlAPI(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{VirtualMachineName: "web-7"})
	s.Set(t, "maintenance", imds.EventTerminate)
	for range 2 {
		got := getEvents(t, s, "2019-01-01")
		if len(got.Events) != 1 || got.Events[0]["EventType"] != "Terminate" || fmt.Sprint(got.Events[0]["Resources"]) != "[web-7]" {
			t.Fatalf("%v", got)
		}
	}
	if got := getEvents(t, s, "2017-11-01"); len(got.Events) != 0 {
		t.Errorf("Terminate is not known before 2019-01-01: %v", got)
	}
	id := fmt.Sprint(getEvents(t, s, "2020-07-01").Events[0]["EventId"])
	if s.Service.Delete("other") || !s.Service.Delete(id) || s.Service.Delete(id) {
		t.Error("Delete does not report what existed")
	}
	if got := getEvents(t, s, "2020-07-01"); len(got.Events) != 0 {
		t.Errorf("taken back: %v", got)
	}
}

func TestEventsOfOldVersions(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{})
	s.Service.Schedule(imds.Maintenance{EventType: imds.EventRedeploy, Resources: []string{"a"}})
	for version, members := range map[string]int{"2017-08-01": 6, "2019-04-01": 7, "2019-08-01": 8, "2020-07-01": 9} {
		if got := getEvents(t, s, version); len(got.Events) != 1 || len(got.Events[0]) != members {
			t.Errorf("%s: %v, want %d members", version, got, members)
		}
	}
	preview := ask(t, s, "GET", events+"2017-03-01", "", http.Header{"Metadata": nil})
	if preview.status != 200 || !strings.Contains(preview.body, `"Resources":["_a"]`) {
		t.Errorf("the preview: %d %s", preview.status, preview.body)
	}
}

func TestApproval(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{})
	getEvents(t, s, "2020-07-01")
	id, _ := s.Service.Schedule(imds.Maintenance{EventType: imds.EventReboot})
	approve := func(body string) int { return ask(t, s, "POST", events+"2020-07-01", body, nil).status }
	for _, bad := range []string{"", "{}", `{"StartRequests":[]}`, `{"StartRequests":[{"EventId":" "}]}`, `{"StartRequests":[{"EventId":"unknown"}]}`} {
		if got := approve(bad); got != 400 {
			t.Errorf("%s: %d", bad, got)
		}
	}
	if got := getEvents(t, s, "2020-07-01"); got.Events[0]["EventStatus"] != "Scheduled" {
		t.Errorf("started without approval: %v", got)
	}
	good := fmt.Sprintf(`{"StartRequests":[{"EventId":%q}]}`, id)
	if got := approve(good + "{}"); got != 400 {
		t.Errorf("text behind the document: %d", got)
	}
	for range 2 {
		if got := approve(good); got != 200 {
			t.Errorf("%d", got)
		}
		if got := getEvents(t, s, "2020-07-01"); got.Events[0]["EventStatus"] != "Started" || got.DocumentIncarnation != 3 {
			t.Errorf("%v", got)
		}
	}
	s.Set(t, "unknown_event_status", "200")
	if got := approve(`{"StartRequests":[{"EventId":"unknown"}]}`); got != 200 {
		t.Errorf("%d", got)
	}
}

func TestAHostsFailureHasNoNotice(t *testing.T) {
	t.Parallel()
	s := imdstest.Start(t, nil, imds.Options{})
	getEvents(t, s, "2020-07-01")
	s.Service.Schedule(imds.Maintenance{EventType: imds.EventReboot, Immediately: true})
	if got := getEvents(t, s, "2020-07-01"); got.DocumentIncarnation != 2 || got.Events[0]["EventStatus"] != "Started" || got.Events[0]["NotBefore"] != "" {
		t.Errorf("%v", got)
	}
}
