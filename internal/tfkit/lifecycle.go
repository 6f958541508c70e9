package tfkit

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
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
				"A capture that ended by itself is not drift.",
			Default:       stringdefault.StaticString(StateRunning),
			PlanModifiers: []planmodifier.String{restartReplaces()},
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

// restartReplaces replaces a stopped capture that shall run again: no service
// has a restart.
func restartReplaces() planmodifier.String {
	description := "Going back from stopped to running replaces the capture."
	return stringplanmodifier.RequiresReplaceIf(
		func(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = req.StateValue.ValueString() == StateStopped && req.PlanValue.ValueString() != StateStopped
		}, description, description)
}
