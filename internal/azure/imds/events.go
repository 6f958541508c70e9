package imds

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"time"
)

const eventsPath = "/metadata/scheduledevents"

// eventVersions is the endpoint's own train of versions, newest first.
func eventVersions() []string {
	return []string{"2020-07-01", "2019-08-01", "2019-04-01", "2019-01-01", "2017-11-01", "2017-08-01"}
}

// ScheduledEvents is the maintenance that is coming to the machine and to
// those that share its fate.
type ScheduledEvents struct {
	// DocumentIncarnation grows with every change of Events.
	DocumentIncarnation int64
	Events              []ScheduledEvent `json:"Events"`
	// Raw is the document as it came.
	Raw json.RawMessage
	// APIVersionUsed is the api-version that the service answered to.
	APIVersionUsed string
	// Warnings say which values could not be read, for people.
	Warnings []string
}

// ScheduledEvent is one event. Nil means absent or empty.
type ScheduledEvent struct {
	EventID *string `json:"EventId"`
	// EventType is Freeze, Reboot, Redeploy, Preempt or Terminate.
	EventType    *string `json:"EventType"`
	ResourceType *string `json:"ResourceType"`
	// Resources are the names of the machines that it concerns, which need
	// not include this one.
	Resources []string
	// EventStatus is Scheduled or Started; a completed event vanishes.
	EventStatus *string `json:"EventStatus"`
	// NotBefore is the earliest start; nil once started.
	NotBefore    *time.Time
	NotBeforeRaw *string `json:"NotBefore"`
	Description  *string `json:"Description"`
	// EventSource is Platform or User.
	EventSource *string `json:"EventSource"`
	// DurationInSeconds is how long the machine is away; -1 is unknown, 0 no
	// interruption.
	DurationInSeconds *int64 `json:"DurationInSeconds"`
}

// ScheduledEvents asks for coming maintenance, which has a side effect: the
// first request enables scheduled events for the machine's service for a
// day, and from then on reboots and redeployments that users ask for wait
// until they are approved or their notice has passed. The first answer may
// take two minutes, so ctx should allow for that.
func (c *Client) ScheduledEvents(ctx context.Context) (*ScheduledEvents, error) {
	if err := c.firstContact(ctx); err != nil {
		return nil, err
	}
	got, version, err := c.negotiate(ctx, eventVersions(), func(ctx context.Context, version string) (*answer, error) {
		return c.do(ctx, c.eventsRequest(operationEvents, http.MethodGet, version))
	})
	if err != nil {
		return nil, err
	}
	events, err := decodeEvents(got.body)
	if err != nil {
		return nil, c.noAnswer(operationEvents, eventsPath, got, err)
	}
	events.APIVersionUsed = version
	return events, nil
}

func (c *Client) eventsRequest(operation, method, version string) request {
	r := c.get(operation, eventsPath, version)
	r.method, r.timeout = method, 0
	return r
}

// firstContact finds out quickly whether there is a service at all, before a
// request that may rightly take minutes.
func (c *Client) firstContact(ctx context.Context) error {
	if c.contacted.Load() {
		return nil
	}
	_, err := c.Versions(ctx)
	if c.contacted.Load() {
		return nil
	}
	return err
}

// ApproveScheduledEvents lets the events start now, for all machines that
// they concern. Approving twice does no harm.
func (c *Client) ApproveScheduledEvents(ctx context.Context, eventIDs []string) error {
	type startRequest struct {
		EventID string `json:"EventId"`
	}
	var body struct {
		StartRequests []startRequest `json:"StartRequests"`
	}
	for _, id := range eventIDs {
		if strings.TrimSpace(id) == "" {
			return errors.New("cannot approve a scheduled event with an empty id")
		}
		body.StartRequests = append(body.StartRequests, startRequest{id})
	}
	if len(body.StartRequests) == 0 {
		return errors.New("no scheduled event to approve")
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if err := c.firstContact(ctx); err != nil {
		return err
	}
	r := c.eventsRequest(operationApprove, http.MethodPost, eventVersions()[0])
	r.body, r.emptyAllowed = encoded, true
	got, err := c.do(ctx, r)
	if err != nil {
		return err
	}
	if problem := got.reportsSuccess(); problem != nil {
		return c.noAnswer(operationApprove, eventsPath, got, problem)
	}
	return nil
}

func decodeEvents(raw []byte) (*ScheduledEvents, error) {
	r := &reader{}
	root := newNode(r, "", raw)
	if root.members == nil {
		return nil, errNotAnObject
	}
	if root.get("Events").kind() != '[' {
		return nil, errNoEvents
	}
	events := &ScheduledEvents{Raw: root.raw}
	decode(root, reflect.ValueOf(events).Elem())
	incarnation := root.get("DocumentIncarnation").integer()
	if incarnation == nil {
		return nil, errors.New("the document has no DocumentIncarnation")
	}
	events.DocumentIncarnation, events.Warnings = *incarnation, r.warnings
	return events, nil
}

func (e *ScheduledEvent) derive(n node) {
	if e.EventID == nil {
		n.reader.warn(n.path, "an event without EventId, which cannot be approved")
	}
	for _, item := range n.get("Resources").items() {
		if name := item.text(); name != nil {
			e.Resources = append(e.Resources, *name)
		}
	}
	if e.NotBeforeRaw == nil {
		return
	}
	notBefore, err := parseEventTime(*e.NotBeforeRaw)
	if err != nil {
		n.reader.warn(n.path+".NotBefore", "%q is not a time; the value is null", shorten(*e.NotBeforeRaw))
		return
	}
	e.NotBefore = &notBefore
}

// parseEventTime reads the service's own form (RFC 1123) and that of the
// vendor's mock server (RFC 3339). The result is in UTC.
func parseEventTime(text string) (time.Time, error) {
	parsed, err := http.ParseTime(text)
	if err != nil {
		parsed, err = time.Parse(time.RFC3339, text)
	}
	return parsed.UTC(), err
}
