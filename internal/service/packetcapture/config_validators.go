package packetcapture

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// ConfigValidators check what concerns several attributes.
func (*captureResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		tfkit.ConfigCheck{Text: "Classic limits and continuous_capture exclude each other.", Check: checkMode},
		tfkit.ConfigCheck{Text: "The storage location names an account or a file.", Check: checkStorage},
		tfkit.ConfigCheck{Text: "Filters have conditions.", Check: checkFilters},
		tfkit.ConfigCheck{Text: "The storage path is not one that Azure generated.", Check: checkStoragePath},
		tfkit.ConfigCheck{Text: "Instances are those of a scale set.", Check: checkInstances},
	}
}

func checkMode(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	continuous := tfkit.Configured[types.Bool](ctx, req, resp, path.Root("continuous_capture"))
	settings := path.Root("capture_settings")
	if continuous.IsNull() && tfkit.Given(tfkit.Configured[types.Object](ctx, req, resp, settings)) {
		resp.Diagnostics.AddAttributeError(settings, "Capture settings without continuous_capture",
			"capture_settings describes the ring of files of a continuous capture. Set continuous_capture to true (go on until the time limit) or false (end when all files are full), or remove capture_settings.")
	}
	if !tfkit.Given(continuous) {
		return
	}
	for name, instead := range map[string]string{
		"total_bytes_per_session": "file_count and file_size_in_bytes",
		"time_limit_in_seconds":   "session_time_limit_in_seconds",
	} {
		if limit := path.Root(name); tfkit.Given(tfkit.Configured[types.Int64](ctx, req, resp, limit)) {
			resp.Diagnostics.AddAttributeError(limit, "Classic limit on a continuous capture",
				fmt.Sprintf("The service refuses %s when continuous_capture is set. Use %s in capture_settings instead, or remove continuous_capture.", name, instead))
		}
	}
}

func checkStorage(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	location := path.Root("storage_location")
	if !tfkit.Given(tfkit.Configured[types.Object](ctx, req, resp, location)) {
		return
	}
	account := tfkit.Configured[types.String](ctx, req, resp, location.AtName("storage_account_id"))
	file := tfkit.Configured[types.String](ctx, req, resp, location.AtName("file_path"))
	blob := location.AtName("storage_path")
	if account.IsNull() && file.IsNull() {
		resp.Diagnostics.AddAttributeError(location, "Storage location is missing",
			"The packets have to go somewhere: give storage_account_id, file_path, or both.")
	}
	if account.IsNull() && tfkit.Given(tfkit.Configured[types.String](ctx, req, resp, blob)) {
		resp.Diagnostics.AddAttributeError(blob, "Storage path without an account",
			"storage_path is a blob of the storage account that storage_account_id names; give that too.")
	}
}

func checkInstances(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	instances := path.Root("instances")
	if !tfkit.Given(tfkit.Configured[types.Object](ctx, req, resp, instances)) {
		return
	}
	include := tfkit.Configured[types.Set](ctx, req, resp, instances.AtName("include"))
	exclude := tfkit.Configured[types.Set](ctx, req, resp, instances.AtName("exclude"))
	switch {
	case tfkit.Given(include) && tfkit.Given(exclude):
		resp.Diagnostics.AddAttributeError(instances, "Instances both included and excluded",
			"Give either include or exclude: the service captures on the included instances, or on all but the excluded ones.")
	case include.IsNull() && exclude.IsNull():
		resp.Diagnostics.AddAttributeError(instances, "Instances without a list",
			"Give include or exclude, or leave instances out to capture on all instances.")
	}
	target := tfkit.Configured[types.String](ctx, req, resp, path.Root("target_id"))
	if !tfkit.Given(target) {
		return
	}
	scaleSet, err := networkwatcher.ParseTargetID(target.ValueString())
	if err != nil {
		return // The validator of target_id says so.
	}
	if !scaleSet.IsScaleSet() {
		resp.Diagnostics.AddAttributeError(instances, "Instances of a virtual machine",
			"target_id is a virtual machine, which has no instances. Remove instances, or capture on a scale set.")
		return
	}
	checkInstanceIDs(instances.AtName("include"), include, scaleSet, resp)
	checkInstanceIDs(instances.AtName("exclude"), exclude, scaleSet, resp)
}

func checkInstanceIDs(at path.Path, ids types.Set, scaleSet networkwatcher.TargetID, resp *resource.ValidateConfigResponse) {
	for _, element := range ids.Elements() {
		id, ok := element.(types.String)
		if !ok || !tfkit.Given(id) {
			continue
		}
		if _, err := scaleSet.InstanceID(id.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(at.AtSetValue(id), "Instance is not of the scale set", tfkit.Sentence(err))
		}
	}
}
