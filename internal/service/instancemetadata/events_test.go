package instancemetadata_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds"
)

func TestScheduledEvents(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"rfc1123", "rfc3339"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			cloud := startCloud(t)
			set(t, cloud, "not_before_format", format)
			p := acctest.NewProvider(t, cloud)
			if _, raised := cloud.IMDS.Schedule(imds.Maintenance{EventType: imds.EventReboot, Source: imds.SourceUser}); raised {
				t.Error("a user's restart raised an event before anybody had asked for events")
			}
			read := mustRead(t, p, eventsTypeName, acctest.Config{})
			if list := acctest.Elements(t, read, "events"); list == nil || len(list) > 0 {
				t.Errorf("events are %v, want an empty list", list)
			}
			first := acctest.Get(t, read, "document_incarnation")

			id, raised := cloud.IMDS.Schedule(imds.Maintenance{EventType: imds.EventReboot, Source: imds.SourceUser, Resources: []string{"web-1", "web-2"}})
			if !raised {
				t.Error("reading did not enable scheduled events")
			}
			read = mustRead(t, p, eventsTypeName, acctest.Config{})
			acctest.ExpectAttributes(t, read, "events.0.event_id", id, "events.0.event_type", "Reboot", "events.0.event_status", "Scheduled",
				"events.0.event_source", "User", "events.0.resource_type", "VirtualMachine", "events.0.resources", "web-1,web-2",
				"events.0.duration_in_seconds", "-1", "events.0.description", "Virtual machine is going to be restarted.")
			notBefore, err := time.Parse(time.RFC3339, acctest.Get(t, read, "events.0.not_before"))
			if notice := notBefore.Sub(cloud.Clock.Now()); err != nil || notice < 14*time.Minute || notice > 15*time.Minute {
				t.Errorf("not_before is %v, %v", notBefore, err)
			}
			if acctest.Get(t, read, "document_incarnation") == first {
				t.Error("the incarnation did not change")
			}
		})
	}
}

func TestApprove(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	p := acctest.NewProvider(t, cloud)
	mustRead(t, p, eventsTypeName, acctest.Config{})
	var ids []string
	for range 2 {
		id, _ := cloud.IMDS.Schedule(imds.Maintenance{EventType: imds.EventRedeploy})
		ids = append(ids, id)
	}
	for range 2 {
		// Approving twice does no harm.
		progress, diagnostics := p.Invoke(t.Context(), approveTypeName, acctest.Config{"event_ids": ids})
		p.Expect(diagnostics)
		if len(progress) != 1 || !strings.Contains(progress[0], ids[0]) || !strings.Contains(progress[0], ids[1]) {
			t.Errorf("progress %q", progress)
		}
	}
	read := mustRead(t, p, eventsTypeName, acctest.Config{})
	acctest.ExpectAttributes(t, read, "events.0.event_status", "Started", "events.1.event_status", "Started", "events.0.not_before", acctest.Null, "events.1.not_before", acctest.Null)
	if got := cloud.Journal.Count("imds", imds.OperationApprove); got != 2 {
		t.Errorf("%d requests for two approvals of two events", got)
	}

	progress, diagnostics := p.Invoke(t.Context(), approveTypeName, acctest.Config{"event_ids": []string{}})
	p.Expect(diagnostics)
	if len(progress) != 1 || !strings.Contains(progress[0], "no scheduled event") || cloud.Journal.Count("imds", imds.OperationApprove) != 2 {
		t.Errorf("approving nothing: %q", progress)
	}

	_, diagnostics = p.Invoke(t.Context(), approveTypeName, acctest.Config{"event_ids": []string{"gone"}})
	acctest.ExpectError(t, diagnostics, "Could not approve scheduled events", "gone", "400", "Request ID", eventsTypeName)
}

func TestBadEventsAreErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		want []string
	}{
		"no incarnation": {`{"Events":[]}`, []string{"DocumentIncarnation", "request-7"}},
		"a list":         {`[]`, []string{"not a JSON object"}},
		"truncated":      {`{"DocumentIncarnation":1,"Ev`, []string{"status 200", "not valid JSON", "request-7"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := providerAt(t, serve(t, answer(http.StatusOK, "application/json", test.body)))
			_, diagnostics := p.ReadData(t.Context(), eventsTypeName, acctest.Config{})
			acctest.ExpectError(t, diagnostics, append(test.want, "Could not read scheduled events")...)
		})
	}
	p := providerAt(t, serve(t, answer(http.StatusOK, "application/json", `{"DocumentIncarnation":1,"Events":[{"EventId":"e","NotBefore":"soon"}]}`)))
	read, diagnostics := p.ReadData(t.Context(), eventsTypeName, acctest.Config{})
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, read, "events.0.event_id", "e", "events.0.not_before", acctest.Null, "events.0.duration_in_seconds", acctest.Null)
	if warnings := strings.Join(diagnostics.Warnings(), ""); !strings.Contains(warnings, `"soon" is not a time`) {
		t.Errorf("warnings %q", warnings)
	}
}

func TestInstanceMetadataLeavesEventsAlone(t *testing.T) {
	t.Parallel()
	cloud := startCloud(t)
	p := acctest.NewProvider(t, cloud)
	mustRead(t, p, typeName, acctest.Config{})
	if _, diagnostics := p.Open(t.Context(), attestedTypeName, acctest.Config{}); len(diagnostics) > 0 {
		t.Error(diagnostics.Errors())
	}
	if got := cloud.Journal.Count("imds", imds.OperationEvents); got > 0 {
		t.Errorf("scheduled events were asked for %d times, which enables them", got)
	}
}
