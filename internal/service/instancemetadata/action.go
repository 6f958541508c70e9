package instancemetadata

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type approveAction struct{ tfkit.Action[clients] }

// NewApproveAction returns the action cloudtap_azure_scheduled_event_approve.
func NewApproveAction() action.Action {
	return &approveAction{tfkit.Action[clients]{Type: ApproveTypeName}}
}

type approveModel struct {
	EventIDs []string       `tfsdk:"event_ids"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (*approveAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Approves scheduled events of the virtual machine that Terraform runs on, so that they start now instead of when their notice has passed. " +
			"An event starts for all machines in its `resources`, not for this one alone. Approving an event that has started does nothing.",
		Attributes: map[string]schema.Attribute{
			"event_ids": schema.SetAttribute{
				Required: true, ElementType: types.StringType,
				MarkdownDescription: "IDs of the events, from `cloudtap_azure_scheduled_events`. Without any, nothing is done.",
				Validators:          []validator.Set{setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))},
			},
			"timeouts": timeouts.AttributesWithOpts(ctx, timeouts.Opts{InvokeDescription: tfkit.TimeoutDescription(defaultEventsTimeout)}),
		},
	}
}

// Invoke approves the events with one request.
func (a *approveAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config approveModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	what := "Scheduled events " + strings.Join(config.EventIDs, ", ")
	client, ok := openClient(a.Clients, what, &resp.Diagnostics)
	if !ok {
		return
	}
	if len(config.EventIDs) == 0 {
		resp.SendProgress(action.InvokeProgressEvent{Message: "There is no scheduled event to approve."})
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, config.Timeouts.Invoke, defaultEventsTimeout, &resp.Diagnostics)
	defer cancel()
	if err := client.ApproveScheduledEvents(ctx, config.EventIDs); err != nil {
		tfkit.AddError(&resp.Diagnostics, "Could not approve scheduled events", what, azure.Describe(err),
			"Events that have ended are gone, and their IDs are refused: the data source cloudtap_azure_scheduled_events lists what there is.")
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Approved %s.", strings.Join(config.EventIDs, ", "))})
}
