package instancemetadata

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type eventsDataSource struct{ tfkit.DataSource[clients] }

// NewScheduledEventsDataSource returns the data source
// cloudtap_azure_scheduled_events.
func NewScheduledEventsDataSource() datasource.DataSource {
	return &eventsDataSource{tfkit.DataSource[clients]{Type: ScheduledEventsTypeName}}
}

type eventsModel struct {
	Timeouts            timeouts.Value `tfsdk:"timeouts"`
	DocumentIncarnation types.Int64    `tfsdk:"document_incarnation"`
	Events              []eventModel   `tfsdk:"events"`
}

type eventModel struct {
	EventID           *string  `tfsdk:"event_id"`
	EventType         *string  `tfsdk:"event_type"`
	ResourceType      *string  `tfsdk:"resource_type"`
	Resources         []string `tfsdk:"resources"`
	EventStatus       *string  `tfsdk:"event_status"`
	NotBefore         *string  `tfsdk:"not_before"`
	Description       *string  `tfsdk:"description"`
	EventSource       *string  `tfsdk:"event_source"`
	DurationInSeconds *int64   `tfsdk:"duration_in_seconds"`
}

func (*eventsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the maintenance that is coming to the virtual machine that Terraform runs on, and to those that share its availability set or placement group.\n\n" +
			"~> **Reading has a side effect.** The first request enables Scheduled Events for the machine's whole service, until none was made for 24 hours. While they are enabled, restarts and " +
			"redeployments that users ask for wait until they are approved or their notice has passed. The first answer can take two minutes.",
		Attributes: map[string]schema.Attribute{
			"timeouts":             timeouts.AttributesWithOpts(ctx, timeouts.Opts{ReadDescription: tfkit.TimeoutDescription(defaultEventsTimeout)}),
			"document_incarnation": tfkit.ComputedNumber("Number that grows whenever the events change."),
			"events": tfkit.ComputedObjects("Coming and running events; those that have ended are gone.", map[string]schema.Attribute{
				"event_id":      tfkit.ComputedText("ID of the event, with which `cloudtap_azure_scheduled_event_approve` approves it."),
				"event_type":    tfkit.ComputedText("`Freeze`, `Reboot`, `Redeploy`, `Preempt` or `Terminate`."),
				"resource_type": tfkit.ComputedText("Kind of the resources, `VirtualMachine`."),
				"resources":     tfkit.ComputedTexts("Names of the machines concerned, which need not include this one."),
				"event_status":  tfkit.ComputedText("`Scheduled` or `Started`."),
				"not_before":    tfkit.ComputedText("Time at which the event starts at the earliest (RFC 3339); null once it has started."),
				"description":   tfkit.ComputedText("What is going to happen."),
				"event_source":  tfkit.ComputedText("Who asked for it: `Platform` or `User`."),
				"duration_in_seconds": tfkit.ComputedNumber("Seconds that the machine is expected to be away: `-1` if that is not known, `0` without interruption. " +
					"Null if the host does not say."),
			}),
		},
	}
}

// Read asks for the events.
func (d *eventsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const what = "The scheduled events of this machine"
	var m eventsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	client, ok := openClient(d.Clients, what, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, m.Timeouts.Read, defaultEventsTimeout, &resp.Diagnostics)
	defer cancel()
	events, err := client.ScheduledEvents(ctx)
	if err != nil {
		tfkit.AddError(&resp.Diagnostics, "Could not read scheduled events", what, azure.Describe(err))
		return
	}
	m.DocumentIncarnation = types.Int64Value(events.DocumentIncarnation)
	// Without events there is an empty list, not null.
	m.Events = []eventModel{}
	for _, event := range events.Events {
		m.Events = append(m.Events, eventFromAPI(event))
	}
	addWarnings(&resp.Diagnostics, "Scheduled events are incomplete", events.Warnings)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func eventFromAPI(e imds.ScheduledEvent) eventModel {
	m := eventModel{
		EventID: e.EventID, EventType: e.EventType, ResourceType: e.ResourceType, Resources: e.Resources,
		EventStatus: e.EventStatus, Description: e.Description, EventSource: e.EventSource, DurationInSeconds: e.DurationInSeconds,
	}
	if e.NotBefore != nil {
		m.NotBefore = rfc3339(*e.NotBefore)
	}
	return m
}

func rfc3339(t time.Time) *string {
	text := t.Format(time.RFC3339)
	return &text
}
