package logingest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// actionSchema has no secrets: Terraform writes the configuration of actions
// into plan files, and the framework refuses write-only values for actions.
func actionSchema(ctx context.Context) schema.Schema {
	something := stringvalidator.LengthAtLeast(1)
	return schema.Schema{
		MarkdownDescription: "Sends records to a table of a Log Analytics workspace, every time that the action is invoked, and keeps no state. " +
			"Shared keys come from the environment (`AZURE_LOG_ANALYTICS_SHARED_KEY`, " +
			"`AZURE_LOG_ANALYTICS_SECONDARY_SHARED_KEY`), because Terraform writes the arguments of actions into plan files.",
		Attributes: map[string]schema.Attribute{
			"data_collector": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: dataCollectorDescription,
				Attributes: map[string]schema.Attribute{
					"workspace_id":         tfkit.RequiredText(workspaceDescription, workspaceID()),
					"log_type":             tfkit.RequiredText(logTypeDescription, logType()),
					"time_generated_field": tfkit.OptionalText(timeFieldDescription, something),
					"azure_resource_id":    tfkit.OptionalText(resourceIDDescription, resourceID()),
				},
			},
			"logs_ingestion": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: logsIngestionDescription,
				Attributes: map[string]schema.Attribute{
					"endpoint":   tfkit.RequiredText(endpointDescription, ingestionEndpoint()),
					"rule_id":    tfkit.RequiredText(ruleDescription, ruleID()),
					"stream":     tfkit.RequiredText(streamDescription, stream()),
					"table_name": tfkit.OptionalText(streamTableDescription, something),
				},
			},
			"records":          tfkit.OptionalText(actionRecordsDescription),
			"records_file":     tfkit.OptionalText(actionRecordsFileDescription, something),
			"ingest_id_column": tfkit.OptionalText(idColumnDescription, propertyName("Name of the id column is not valid")),
			"verify": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: actionVerifyDescription,
				Attributes: map[string]schema.Attribute{
					"workspace_id": tfkit.OptionalText(verifyWorkspaceDescription, workspaceID()),
					"timeout":      tfkit.OptionalText(verifyTimeoutDescription(), duration()),
				},
			},
			"timeouts": timeouts.AttributesWithOpts(ctx, timeouts.Opts{InvokeDescription: tfkit.TimeoutDescription(defaultSendTimeout)}),
		},
	}
}
