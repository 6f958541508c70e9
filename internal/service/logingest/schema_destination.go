package logingest

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func dataCollectorAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: dataCollectorDescription + otherAPIText,
		PlanModifiers: []planmodifier.Object{otherAPIReplaces()},
		Attributes: map[string]schema.Attribute{
			"workspace_id":         tfkit.RequiredArgument(workspaceDescription+replacesText, workspaceID(), tfkit.ReplaceUnlessEquivalent(strings.EqualFold)),
			"log_type":             tfkit.RequiredArgument(logTypeDescription+replacesText, logType(), stringplanmodifier.RequiresReplace()),
			"time_generated_field": optionalText(timeFieldDescription+sendsNothingText, stringvalidator.LengthAtLeast(1)),
			"azure_resource_id":    optionalText(resourceIDDescription+sendsNothingText, resourceID()),
			"shared_key_wo":        writeOnlyKey("Primary or secondary shared key of the workspace, write-only. Changing it sends nothing. "+environmentKey, "shared_key"),
			"shared_key":           stateKey("Shared key like `shared_key_wo`, which is kept in the state; prefer `shared_key_wo`. Changing it sends nothing.", "shared_key_wo"),
			"secondary_shared_key": stateKey("Other key like `secondary_shared_key_wo`, which is kept in the state. Changing it sends nothing.", "secondary_shared_key_wo"),
			"secondary_shared_key_wo": writeOnlyKey("Other shared key of the workspace, tried when the service refuses the first, so that keys can be regenerated without an outage. "+
				"Write-only. Changing it sends nothing. Environment: `AZURE_LOG_ANALYTICS_SECONDARY_SHARED_KEY`.", "secondary_shared_key"),
			"shared_key_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Version of the write-only keys, to note in the state that they were changed. Changing it sends nothing.",
			},
		},
	}
}

const otherAPIText = " Changing to the other API replaces the resource, which sends all records to the new destination."

const environmentKey = "Environment: `AZURE_LOG_ANALYTICS_SHARED_KEY`."

func writeOnlyKey(description, twin string) schema.Attribute {
	return schema.StringAttribute{
		Optional: true, WriteOnly: true, MarkdownDescription: description,
		Validators: []validator.String{atLogType{sharedKey()}, atLogType{stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName(twin))}},
	}
}

func stateKey(description, writeOnly string) schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true, MarkdownDescription: description,
		Validators: []validator.String{atLogType{sharedKey()}, atLogType{stringvalidator.PreferWriteOnlyAttribute(path.MatchRoot("data_collector").AtName(writeOnly))}},
	}
}

func logsIngestionAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true, MarkdownDescription: logsIngestionDescription + otherAPIText,
		PlanModifiers: []planmodifier.Object{otherAPIReplaces()},
		Attributes: map[string]schema.Attribute{
			"endpoint":   tfkit.RequiredArgument(endpointDescription+sendsNothingText, ingestionEndpoint()),
			"rule_id":    tfkit.RequiredArgument(ruleDescription+replacesText, ruleID(), tfkit.ReplaceUnlessEquivalent(strings.EqualFold)),
			"stream":     tfkit.RequiredArgument(streamDescription+replacesText, stream(), stringplanmodifier.RequiresReplace()),
			"table_name": optionalText(streamTableDescription+sendsNothingText, stringvalidator.LengthAtLeast(1)),
		},
	}
}

// otherAPIReplaces replaces a resource that changes from one API to the
// other.
func otherAPIReplaces() planmodifier.Object {
	description := "Changing from one API to the other replaces the resource."
	return objectplanmodifier.RequiresReplaceIf(
		func(_ context.Context, req planmodifier.ObjectRequest, resp *objectplanmodifier.RequiresReplaceIfFuncResponse) {
			resp.RequiresReplace = req.PlanValue.IsUnknown() || req.StateValue.IsNull() != req.PlanValue.IsNull()
		}, description, description)
}
