package capturesummary

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/obs"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// taskModel names a capture task.
type taskModel struct {
	FirewallID          types.String `tfsdk:"fw_instance_id"`
	TaskID              types.String `tfsdk:"task_id"`
	Region              types.String `tfsdk:"region"`
	EnterpriseProjectID types.String `tfsdk:"enterprise_project_id"`
}

// checkTask refuses IDs that are empty.
func (m sourceModel) checkTask(ctx context.Context, diags *diag.Diagnostics) {
	var named taskModel
	if !decodeSource(ctx, m.HuaweiCloudCaptureTask, &named, diags) {
		return
	}
	for _, id := range []types.String{named.FirewallID, named.TaskID} {
		if !id.IsNull() && !id.IsUnknown() && id.ValueString() == "" {
			diags.AddError("ID is empty", "source.huaweicloud_capture_task needs fw_instance_id and task_id, and one of them is \"\".")
			return
		}
	}
}

// taskInputs waits until a capture task has ended, and asks for links to its files.
func (t task) taskInputs(ctx context.Context, diags *diag.Diagnostics) ([]input, bool) {
	var named taskModel
	if !decodeSource(ctx, t.source.HuaweiCloudCaptureTask, &named, diags) {
		return nil, false
	}
	client, err := t.clients.CFW()
	if err != nil {
		diags.AddError("Could not use Huawei Cloud", tfkit.Sentence(err))
		return nil, false
	}
	id := named.TaskID.ValueString()
	firewall := cfw.Firewall{
		Scope: cfw.Scope{Region: named.Region.ValueString(), EnterpriseProjectID: named.EnterpriseProjectID.ValueString()},
		ID:    named.FirewallID.ValueString(),
	}
	what := fmt.Sprintf("Capture task %s of firewall %s", id, firewall.ID)
	if _, err := client.WaitEnded(ctx, firewall, id, func(ctx context.Context, _ cfw.Progress) {
		tflog.Info(ctx, "The capture task still runs; its files come when it has ended", map[string]any{"task_id": id})
	}); err != nil {
		var next []string
		if missing := new(cfw.TaskGoneError); errors.As(err, &missing) {
			next = []string{"Check the IDs of firewall and task; the data source cloudtap_huaweicloud_capture_tasks lists what there is. Records of tasks age out after about a week."}
		}
		tfkit.AddError(diags, failed, what, huaweicloud.Describe(err), next...)
		return nil, false
	}
	result, err := client.Result(ctx, firewall, id, nil)
	if err != nil {
		tfkit.AddError(diags, failed, what, huaweicloud.Describe(err))
		return nil, false
	}
	if len(result.Files) == 0 {
		diags.AddError(failed, what+": the service shares a folder for people, and gives no link to the files. "+
			"Open the link of cloudtap_huaweicloud_capture_result in a browser, download the files, and use source.files.")
		return nil, false
	}
	inputs := make([]input, 0, len(result.Files))
	for _, file := range result.Files {
		link, _ := linkTo(result, file.Path)
		// Nobody documents how long a link lives.
		renew := func(ctx context.Context) (obs.Link, error) {
			result, err := client.Result(ctx, firewall, id, nil)
			if err != nil {
				return obs.Link{}, err
			}
			return linkTo(result, file.Path)
		}
		inputs = append(inputs, input{name: file.Name, open: func(ctx context.Context) (stream, error) {
			reader, err := t.clients.ObjectStorage().Open(ctx, link, renew)
			if err != nil {
				return stream{}, err
			}
			return stream{reader, reader.SizeBytes, reader.ETag}, nil
		}})
	}
	return inputs, true
}

var errFileGone = errors.New("the task has no such file any more")

// linkTo is the link to the file at a path.
func linkTo(result cfw.Result, path string) (obs.Link, error) {
	for _, file := range result.Files {
		if file.Path == path {
			return obs.Link{URL: file.URL, Host: result.RequestHost}, nil
		}
	}
	return obs.Link{}, errFileGone
}
