package packetcapture

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// classicLimit plans the service's default of a limit that only classic
// captures have; on continuous ones it is null.
type classicLimit struct{ byDefault int64 }

func (classicLimit) Description(context.Context) string {
	return "Has a default for classic captures, and is null for continuous ones."
}

func (m classicLimit) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (m classicLimit) PlanModifyInt64(ctx context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	if !req.ConfigValue.IsNull() {
		return
	}
	var continuous types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("continuous_capture"), &continuous)...)
	switch {
	case continuous.IsUnknown():
		resp.PlanValue = types.Int64Unknown()
	case continuous.IsNull():
		resp.PlanValue = types.Int64Value(m.byDefault)
	default:
		resp.PlanValue = types.Int64Null()
	}
}

// continuousSettings plans the service's defaults of capture_settings, which
// only continuous captures have.
type continuousSettings struct{ tfkit.Described }

func (continuousSettings) PlanModifyObject(ctx context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse) {
	if !req.ConfigValue.IsNull() {
		return
	}
	var continuous types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("continuous_capture"), &continuous)...)
	switch {
	case continuous.IsUnknown():
		resp.PlanValue = types.ObjectUnknown(settingsTypes())
	case continuous.IsNull():
		resp.PlanValue = types.ObjectNull(settingsTypes())
	default:
		resp.PlanValue = types.ObjectValueMust(settingsTypes(), map[string]attr.Value{
			"file_count":                    types.Int64Value(defaultFileCount),
			"file_size_in_bytes":            types.Int64Value(defaultFileSizeInBytes),
			"session_time_limit_in_seconds": types.Int64Value(defaultSessionTimeLimitInSeconds),
		})
	}
}

// targetTypePlan plans the kind of the target, which its ID tells.
type targetTypePlan struct{ tfkit.Described }

func (targetTypePlan) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	var target types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("target_id"), &target)...)
	if id, err := networkwatcher.ParseTargetID(target.ValueString()); err == nil {
		resp.PlanValue = types.StringValue(string(id.Type()))
	} else if !req.StateValue.IsNull() {
		resp.PlanValue = req.StateValue
	}
}

// storagePathPlan replaces the capture when a given blob changes. A blob that
// the service named stays what it is.
type storagePathPlan struct{ tfkit.Described }

func (storagePathPlan) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.ConfigValue.IsNull() {
		replace := stringplanmodifier.RequiresReplaceIf(blobChanged, "", "")
		replace.PlanModifyString(ctx, req, resp)
		return
	}
	var account types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("storage_location").AtName("storage_account_id"), &account)...)
	switch {
	case account.IsNull():
		resp.PlanValue = types.StringNull()
	case !req.State.Raw.IsNull():
		// Also where the state has none because the service told none: an
		// update in place makes no new blob.
		resp.PlanValue = req.StateValue
	}
}

func blobChanged(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = req.PlanValue.IsUnknown() || !strings.EqualFold(req.PlanValue.ValueString(), req.StateValue.ValueString())
}

// replaceFilters replaces the capture when its filters change in more than
// spelling: null and no filters are the same, as are TCP and tcp.
type replaceFilters struct{ tfkit.Described }

func (replaceFilters) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.StateValue.Equal(req.PlanValue) {
		return
	}
	var before, after []filterModel
	if !hasUnknown(ctx, req.PlanValue) {
		resp.Diagnostics.Append(req.StateValue.ElementsAs(ctx, &before, false)...)
		resp.Diagnostics.Append(req.PlanValue.ElementsAs(ctx, &after, false)...)
		if sameFilters(before, after) && !req.StateValue.IsNull() && !req.PlanValue.IsNull() {
			resp.PlanValue = req.StateValue
			return
		}
		if sameFilters(before, after) {
			return
		}
	}
	resp.RequiresReplace = true
}

// replaceInstances replaces the capture when the chosen instances change in
// more than spelling: "0" and the instance's full ID are the same.
type replaceInstances struct{ tfkit.Described }

func (replaceInstances) PlanModifyObject(ctx context.Context, req planmodifier.ObjectRequest, resp *planmodifier.ObjectResponse) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.StateValue.Equal(req.PlanValue) {
		return
	}
	resp.RequiresReplace = true
	if hasUnknown(ctx, req.PlanValue) || req.PlanValue.IsNull() || req.StateValue.IsNull() {
		return
	}
	var target types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("target_id"), &target)...)
	before, after := decodeInstances(ctx, req.StateValue, &resp.Diagnostics), decodeInstances(ctx, req.PlanValue, &resp.Diagnostics)
	if sameInstances(target.ValueString(), before, after) {
		resp.PlanValue, resp.RequiresReplace = req.StateValue, false
	}
}

// hasUnknown reports whether a value or anything in it is unknown.
func hasUnknown(ctx context.Context, value attr.Value) bool {
	raw, err := value.ToTerraformValue(ctx)
	return err != nil || !raw.IsFullyKnown()
}
