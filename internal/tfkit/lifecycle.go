package tfkit

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The values of desired_state.
const (
	StateRunning = "running"
	StateStopped = "stopped"
)

// LifecycleAttributes say what Terraform does with a capture, of whatever
// cloud.
func LifecycleAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"desired_state": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "`running` (default) or `stopped`. Stopping happens in place; since a stopped capture cannot go on, going back to `running` replaces it. " +
				"A capture that ended by itself is not drift; `stopped` is then only noted, in an update that calls nothing, so that `running` replaces it later. " +
				"One that had ended when it was imported stays as it is, whatever is wanted of it.",
			PlanModifiers: []planmodifier.String{desiredState{"Going back from stopped to running replaces the capture."}},
			Validators:    []validator.String{stringvalidator.OneOf(StateRunning, StateStopped)},
		},
		"wait_for_completion": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Creating the resource waits until the capture has ended, within the create timeout. Default `false`.",
		},
		"recapture_triggers": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Values that, when any of them changes, make a new capture. On an imported capture the first values are recorded and replace nothing.",
			PlanModifiers:       []planmodifier.Map{ReplaceOnTrigger()},
		},
	}
}

// DesiredOf returns the desired_state of a capture that Terraform did not make:
// what it is in, so that nothing is left to do.
func DesiredOf(ended bool) types.String {
	if ended {
		return types.StringValue(StateStopped)
	}
	return types.StringValue(StateRunning)
}

// stoppedKey is the private state's mark of a capture that the configuration
// wanted stopped.
const stoppedKey = "stopped"

// MarkStateApplied is MarkApplied that also notes whether the configuration wants
// the capture stopped.
func MarkStateApplied(ctx context.Context, private PrivateSetter, configured types.String) diag.Diagnostics {
	stopped := strconv.FormatBool(configured.ValueString() == StateStopped)
	return append(MarkApplied(ctx, private), private.SetKey(ctx, stoppedKey, []byte(stopped))...)
}

// desiredState plans running where nothing is configured. A capture that the
// configuration stopped and that shall run again is replaced: no service has a
// restart. One that had ended when it was imported is left as it is, whatever is
// wanted of it: Terraform takes the prior value in place of the configured one.
type desiredState struct{ Described }

func (desiredState) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.StringValue(StateRunning)
	}
	if req.StateValue.ValueString() != StateStopped || resp.PlanValue.Equal(req.StateValue) {
		return
	}
	ours := isMarked(ctx, req.Private, stoppedKey, &resp.Diagnostics)
	if !ours && !resp.PlanValue.IsUnknown() {
		resp.PlanValue = req.StateValue
	}
	resp.RequiresReplace = ours
}
