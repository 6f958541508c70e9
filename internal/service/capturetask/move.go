package capturetask

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// huaweiCloudType is the resource type whose state can be moved here.
const huaweiCloudType = "huaweicloud_cfw_capture_task"

type huaweiCloudEndpoint struct {
	Address string `json:"address"`
}

// huaweiCloudState is the state of that type. Its id is the name, which need
// not be unique; the task is the one of task_id.
type huaweiCloudState struct {
	Region       string                `json:"region"`
	FWInstanceID string                `json:"fw_instance_id"`
	TaskID       string                `json:"task_id"`
	Name         string                `json:"name"`
	Duration     int64                 `json:"duration"`
	MaxPackets   int64                 `json:"max_packets"`
	Source       []huaweiCloudEndpoint `json:"source"`
	Destination  []huaweiCloudEndpoint `json:"destination"`
	Service      []struct {
		Protocol        int64  `json:"protocol"`
		SourcePort      string `json:"source_port"`
		DestinationPort string `json:"dest_port"`
	} `json:"service"`
	Status    *int64 `json:"status"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
}

// MoveState takes over the state of the huaweicloud provider, so that a moved
// block adopts a task without making it again.
func (r *taskResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: r.moveFromHuaweiCloud}}
}

func (r *taskResource) moveFromHuaweiCloud(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != huaweiCloudType || !strings.HasSuffix(req.SourceProviderAddress, "huaweicloud/huaweicloud") {
		return
	}
	var source huaweiCloudState
	if err := json.Unmarshal(req.SourceRawState.JSON, &source); err != nil {
		resp.Diagnostics.AddError("Could not move capture task", "The state of "+req.SourceTypeName+" cannot be read: "+err.Error())
		return
	}
	id, err := parseTaskID(taskID{firewall: source.FWInstanceID, task: source.TaskID}.String())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Could not move capture task",
			tfkit.Sentence(err)+" Remove it from the state and import it.")
		return
	}
	moved := emptyResourceModel(ctx)
	moved.fromAPI(id.firewall, source.task())
	moved.Region = tfkit.TextOrNull(source.Region)
	if r.Clients != nil {
		moved.scopeModel = moved.defaultTo(r.Clients)
	}
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &moved)...)
	resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, identityOf(id, moved.Region))...)
}

// task returns the task as the service's list would show it.
func (s huaweiCloudState) task() cfw.Task {
	task := cfw.Task{
		ID: s.TaskID, Name: s.Name, Status: cfw.StatusNotTold, DurationInMinutes: s.Duration, MaxPackets: s.MaxPackets,
		CreatedDate: serviceDate(s.CreatedAt), ModifiedDate: serviceDate(s.UpdatedAt),
	}
	if s.Status != nil {
		task.Status = cfw.Status(*s.Status)
	}
	for _, source := range s.Source {
		task.SourceAddress = source.Address
	}
	for _, destination := range s.Destination {
		task.DestinationAddress = destination.Address
	}
	for _, service := range s.Service {
		task.Protocol = cfw.Protocol(service.Protocol)
		task.SourcePort, task.DestinationPort = service.SourcePort, service.DestinationPort
	}
	return task
}

// serviceDate undoes what the huaweicloud provider does to the service's
// dates, which name no time zone: it writes them as if they were in UTC.
func serviceDate(text string) string {
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return moment.Format("2006/01/02 15:04:05")
}
