package logingest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// actionSchema has no secrets: Terraform writes the configuration of actions
// into plan files, and the framework refuses write-only values for actions.
func actionSchema(ctx context.Context) schema.Schema {
	text := func(required bool, description string, check validator.String) schema.Attribute {
		return schema.StringAttribute{
			Required: required, Optional: !required, MarkdownDescription: description, Validators: []validator.String{check},
		}
	}
	something := stringvalidator.LengthAtLeast(1)
	return schema.Schema{
		MarkdownDescription: "Sends records to a table of a Log Analytics workspace, every time that the action is invoked, and keeps no state. " +
			"Shared keys come from the environment (`AZURE_LOG_ANALYTICS_SHARED_KEY`, " +
			"`AZURE_LOG_ANALYTICS_SECONDARY_SHARED_KEY`), because Terraform writes the arguments of actions into plan files.",
		Attributes: map[string]schema.Attribute{
			"data_collector": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: dataCollectorDescription,
				Attributes: map[string]schema.Attribute{
					"workspace_id":         text(true, workspaceDescription, workspaceID()),
					"log_type":             text(true, logTypeDescription, logType()),
					"time_generated_field": text(false, timeFieldDescription, something),
					"azure_resource_id":    text(false, resourceIDDescription, resourceID()),
				},
			},
			"logs_ingestion": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: logsIngestionDescription,
				Attributes: map[string]schema.Attribute{
					"endpoint":   text(true, endpointDescription, ingestionEndpoint()),
					"rule_id":    text(true, ruleDescription, ruleID()),
					"stream":     text(true, streamDescription, stream()),
					"table_name": text(false, streamTableDescription, something),
				},
			},
			"records":          schema.StringAttribute{Optional: true, MarkdownDescription: actionRecordsDescription},
			"records_file":     text(false, actionRecordsFileDescription, something),
			"ingest_id_column": text(false, idColumnDescription, propertyName("Name of the id column is not valid")),
			"verify": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: actionVerifyDescription,
				Attributes: map[string]schema.Attribute{
					"workspace_id": text(false, verifyWorkspaceDescription, workspaceID()),
					"timeout":      text(false, verifyTimeoutDescription(), duration()),
				},
			},
			"timeouts": timeouts.AttributesWithOpts(ctx, timeouts.Opts{InvokeDescription: tfkit.TimeoutDescription(defaultSendTimeout)}),
		},
	}
}
