package capturetask

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type tasksDataSource struct{ tfkit.DataSource[clients] }

// NewListDataSource returns the data source
// cloudtap_huaweicloud_capture_tasks.
func NewListDataSource() datasource.DataSource {
	return &tasksDataSource{tfkit.DataSource[clients]{Type: TypeName + "s"}}
}

type tasksModel struct {
	selectionModel
	CaptureTasks []taskModel `tfsdk:"capture_tasks"`
}

func (*tasksDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := selectionAttributes()
	attributes["capture_tasks"] = tfkit.ComputedObjects("The tasks, newest first.", taskDataAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the capture tasks of a Huawei Cloud firewall, running and ended ones.",
		Attributes:          attributes,
	}
}

// taskDataAttributes describe taskModel.
func taskDataAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                  tfkit.ComputedText(idDescription),
		"fw_instance_id":      tfkit.ComputedText(firewallDescription),
		"task_id":             tfkit.ComputedText(taskDescription),
		"name":                tfkit.ComputedText("Name of the task."),
		"duration_in_minutes": tfkit.ComputedNumber("Minutes after which the capture ends."),
		"max_packets":         tfkit.ComputedNumber("Packets after which the capture ends."),
		"source_address":      tfkit.ComputedText("Source address of the packets."),
		"destination_address": tfkit.ComputedText("Destination address of the packets."),
		"protocol":            tfkit.ComputedText("`tcp`, `udp`, `icmp`, `icmpv6`, `any`, or `unknown(n)`."),
		"source_port":         tfkit.ComputedText("Source port or range of ports; null for any."),
		"destination_port":    tfkit.ComputedText("Destination port or range of ports; null for any."),
		"status":              tfkit.ComputedText(statusDescription),
		"capture_size":        tfkit.ComputedText(captureSizeDescription),
		"created_date":        tfkit.ComputedText(createdDateDescription),
		"modified_date":       tfkit.ComputedText(modifiedDateDescription),
		"remaining_days":      tfkit.ComputedNumber(remainingDaysDescription),
	}
}

// Read lists the tasks that match.
func (d *tasksDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config tasksModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	client, ok := openClient(d.Clients, "Firewall "+config.FWInstanceID.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	found := config.find(ctx, client, &resp.Diagnostics)
	config.CaptureTasks = make([]taskModel, len(found))
	for i, task := range found {
		config.CaptureTasks[i].fromAPI(config.FWInstanceID.ValueString(), task)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
	}
}
