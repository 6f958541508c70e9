package capturetask

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// taskModel is a capture task as the resource, the data source and the list
// resource show it.
type taskModel struct {
	ID                 types.String `tfsdk:"id"`
	FWInstanceID       types.String `tfsdk:"fw_instance_id"`
	TaskID             types.String `tfsdk:"task_id"`
	Name               types.String `tfsdk:"name"`
	DurationInMinutes  types.Int64  `tfsdk:"duration_in_minutes"`
	MaxPackets         types.Int64  `tfsdk:"max_packets"`
	SourceAddress      types.String `tfsdk:"source_address"`
	DestinationAddress types.String `tfsdk:"destination_address"`
	Protocol           types.String `tfsdk:"protocol"`
	SourcePort         types.String `tfsdk:"source_port"`
	DestinationPort    types.String `tfsdk:"destination_port"`
	Status             types.String `tfsdk:"status"`
	CaptureSize        types.String `tfsdk:"capture_size"`
	CreatedDate        types.String `tfsdk:"created_date"`
	ModifiedDate       types.String `tfsdk:"modified_date"`
	RemainingDays      types.Int64  `tfsdk:"remaining_days"`
}

// resourceModel adds where the firewall is, and what Terraform does with the
// task.
type resourceModel struct {
	taskModel
	scopeModel
	Expired           types.Bool     `tfsdk:"expired"`
	DesiredState      types.String   `tfsdk:"desired_state"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	RecaptureTriggers types.Map      `tfsdk:"recapture_triggers"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// emptyResourceModel is a task of which nothing is known, with what Terraform
// assumes of one that it did not make.
func emptyResourceModel(ctx context.Context) resourceModel {
	return resourceModel{
		RecaptureTriggers: types.MapNull(types.StringType),
		Timeouts:          tfkit.NoTimeouts(resourceSchema(ctx)),
	}
}

// fromAPI takes over what the service says of the task. Where the model holds
// another spelling of the same, and where the service says nothing, it stays.
func (m *taskModel) fromAPI(firewallID string, task cfw.Task) {
	m.setID(taskID{firewall: firewallID, task: task.ID})
	m.Name = fromService(m.Name, task.Name, same)
	m.DurationInMinutes = numberFromService(m.DurationInMinutes, task.DurationInMinutes)
	m.MaxPackets = numberFromService(m.MaxPackets, task.MaxPackets)
	m.SourceAddress = fromService(m.SourceAddress, task.SourceAddress, cfw.SameAddress)
	m.DestinationAddress = fromService(m.DestinationAddress, task.DestinationAddress, cfw.SameAddress)
	if task.Protocol != 0 {
		m.Protocol = fromService(m.Protocol, task.Protocol.String(), strings.EqualFold)
	}
	m.SourcePort = portFromAPI(m.SourcePort, task.SourcePort)
	m.DestinationPort = portFromAPI(m.DestinationPort, task.DestinationPort)
	m.Status = types.StringValue(task.Status.String())
	m.CaptureSize = tfkit.TextOrNull(task.CaptureSize)
	m.CreatedDate, m.ModifiedDate = tfkit.TextOrNull(task.CreatedDate), tfkit.TextOrNull(task.ModifiedDate)
	m.RemainingDays = types.Int64PointerValue(task.RemainingDays)
}

// fromAPI also notes that the service still has the record.
func (m *resourceModel) fromAPI(firewallID string, task cfw.Task) {
	m.taskModel.fromAPI(firewallID, task)
	m.Expired = types.BoolValue(false)
}

// fromService returns the service's value, in the known spelling if that means
// the same.
func fromService(known types.String, answered string, equivalent func(a, b string) bool) types.String {
	if answered == "" && !known.IsUnknown() {
		return known
	}
	return tfkit.KeepNull(known, answered, equivalent)
}

func numberFromService(known types.Int64, answered int64) types.Int64 {
	if answered == 0 && !known.IsUnknown() {
		return known
	}
	return types.Int64Value(answered)
}

// portFromAPI makes any port null, however the service writes it.
func portFromAPI(known types.String, answered string) types.String {
	switch {
	case !known.IsUnknown() && cfw.SamePort(known.ValueString(), answered):
		return known
	case cfw.SamePort("", answered):
		return types.StringNull()
	}
	return types.StringValue(answered)
}

// toAPI returns the request that makes the planned task.
func (m *taskModel) toAPI(diags *diag.Diagnostics) cfw.CreateRequest {
	protocol, err := cfw.ParseProtocol(m.Protocol.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("protocol"), "Protocol is not valid", tfkit.Sentence(err))
	}
	return cfw.CreateRequest{
		Name: m.Name.ValueString(), DurationInMinutes: m.DurationInMinutes.ValueInt64(), MaxPackets: m.MaxPackets.ValueInt64(),
		SourceAddress: m.SourceAddress.ValueString(), DestinationAddress: m.DestinationAddress.ValueString(), Protocol: protocol,
		SourcePort: m.SourcePort.ValueString(), DestinationPort: m.DestinationPort.ValueString(),
	}
}

// hasEnded reports whether the state already knows that the capture is over;
// a capture never starts again.
func (m *resourceModel) hasEnded() bool {
	for _, ended := range []cfw.Status{cfw.StatusCompleted, cfw.StatusStopped, cfw.StatusFailed} {
		if m.Status.ValueString() == ended.String() {
			return true
		}
	}
	return m.Expired.ValueBool()
}

// assumeDesired completes a task that Terraform did not make.
func (m *resourceModel) assumeDesired() {
	if m.DesiredState.IsNull() && !m.Status.IsNull() {
		m.DesiredState = tfkit.DesiredOf(m.hasEnded())
	}
}

// stopsAfter reports whether going from the state to m stops the capture, also
// if an earlier stop failed.
func (m *resourceModel) stopsAfter(state resourceModel) bool {
	return m.DesiredState.ValueString() == tfkit.StateStopped && !state.hasEnded()
}

// agedOut reports whether the record of a task that is no longer listed was
// old enough for the service to have dropped it.
func (m *resourceModel) agedOut(now time.Time) bool {
	return m.Expired.ValueBool() || cfw.RetentionOver(m.CreatedDate.ValueString(), now)
}

// expire notes that the record aged out. How a capture ended that was running
// when it was last seen can no longer be known.
func (m *resourceModel) expire() {
	if !m.hasEnded() {
		m.Status = types.StringValue(cfw.StatusNotTold.String())
	}
	m.Expired, m.RemainingDays = types.BoolValue(true), types.Int64Value(0)
}

func same(a, b string) bool { return a == b }
