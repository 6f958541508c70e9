package capturetask

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type stopAction struct{ tfkit.Action[clients] }

// NewStopAction returns the action cloudtap_huaweicloud_capture_task_stop.
func NewStopAction() action.Action {
	return &stopAction{tfkit.Action[clients]{Type: TypeName + "_stop"}}
}

type stopModel struct {
	scopeModel
	FWInstanceID types.String   `tfsdk:"fw_instance_id"`
	TaskID       types.String   `tfsdk:"task_id"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`
}

func (*stopAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Stops a running capture task now, without deleting it. Stopping one that has ended does nothing. " +
			"For a task that Terraform manages, `desired_state = \"stopped\"` on the resource does the same.",
		Attributes: map[string]schema.Attribute{
			"fw_instance_id":        tfkit.RequiredText(firewallDescription, firewallIDValidator()),
			"task_id":               tfkit.RequiredText(taskDescription, taskIDValidator()),
			"region":                tfkit.OptionalText(regionDescription),
			"enterprise_project_id": tfkit.OptionalText(enterpriseProjectDescription),
			"timeouts":              timeouts.AttributesWithOpts(ctx, timeouts.Opts{InvokeDescription: tfkit.TimeoutDescription(defaultUpdateTimeout)}),
		},
	}
}

// Invoke stops the capture and waits until it has ended.
func (a *stopAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config stopModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := taskID{firewall: config.FWInstanceID.ValueString(), task: config.TaskID.ValueString()}
	ctx, cancel := tfkit.WithTimeout(ctx, config.Timeouts.Invoke, defaultUpdateTimeout, &resp.Diagnostics)
	defer cancel()
	client, ok := openClient(a.Clients, describe(id), &resp.Diagnostics)
	if !ok {
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: "Stopping capture task " + id.task + "."})
	task, err := stopAndWait(ctx, client, config.firewall(id.firewall), id.task)
	if err != nil {
		var next []string
		if gone := new(cfw.TaskGoneError); errors.As(err, &gone) {
			next = []string{"Nothing is left to stop. If it should be there, check task_id, fw_instance_id and region."}
		}
		addError(&resp.Diagnostics, "Could not stop capture task", id, err, next...)
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: tfkit.Printable(fmt.Sprintf("Capture task %s (%s) has ended: %s.", task.Name, id.task, task.Status))})
}
