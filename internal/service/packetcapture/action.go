package packetcapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type stopAction struct{ tfkit.Action[clients] }

// NewStopAction returns the action cloudtap_azure_packet_capture_stop.
func NewStopAction() action.Action {
	return &stopAction{tfkit.Action[clients]{Type: TypeName + "_stop"}}
}

type stopModel struct {
	PacketCaptureID types.String   `tfsdk:"packet_capture_id"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

func (*stopAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Stops a running packet capture now, without deleting it. Stopping one that has ended does nothing. " +
			"For a capture that Terraform manages, `desired_state = \"stopped\"` on the resource does the same.",
		Attributes: map[string]schema.Attribute{
			"packet_capture_id": tfkit.RequiredText("ARM ID of the packet capture.", captureIDValidator()),
			"timeouts":          timeouts.AttributesWithOpts(ctx, timeouts.Opts{InvokeDescription: tfkit.TimeoutDescription(defaultUpdateTimeout)}),
		},
	}
}

// Invoke stops the capture and waits until its session has ended.
func (a *stopAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config stopModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	id, ok := parseID(config.PacketCaptureID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, config.Timeouts.Invoke, defaultUpdateTimeout, &resp.Diagnostics)
	defer cancel()
	client, ok := openClient(a.Clients, describe(id), &resp.Diagnostics)
	if !ok {
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: "Stopping " + id.Name + "."})
	var m resourceModel
	if m.stop(ctx, client, id, &resp.Diagnostics) {
		resp.SendProgress(action.InvokeProgressEvent{Message: tfkit.Printable(id.Name + " has ended: " + m.Status.ValueString() + ".")})
	}
}
