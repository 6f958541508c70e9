package logingest

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func resourceSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{
		"data_collector": dataCollectorAttribute(),
		"logs_ingestion": logsIngestionAttribute(),
		"timeouts": timeouts.Attributes(ctx, timeouts.Opts{
			Create: true, Update: true,
			CreateDescription: fmt.Sprintf("How long sending, and `verify`, may take. Default `%s`.", defaultSendTimeout),
			UpdateDescription: fmt.Sprintf("How long sending, and `verify`, may take. Default `%s`.", defaultSendTimeout),
		}),
	}
	maps.Copy(attributes, recordAttributes())
	maps.Copy(attributes, behaviourAttributes())
	maps.Copy(attributes, resultAttributes())
	return schema.Schema{
		MarkdownDescription: "Sends records to a table of a Log Analytics workspace, through the Logs Ingestion API or the retired HTTP Data Collector API. " +
			"Each record is sent once: what was accepted is remembered, also when an apply is interrupted in the middle, and later applies send only what is new. " +
			"Rows cannot be taken back: removed records, and a destroy, leave them in the workspace. An ingest cannot be imported.",
		Attributes: attributes,
	}
}

// ConfigValidators check what concerns several attributes.
func (*ingestResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		unanchored{resourcevalidator.ExactlyOneOf(path.MatchRoot("data_collector"), path.MatchRoot("logs_ingestion"))},
		unanchored{resourcevalidator.ExactlyOneOf(path.MatchRoot("records"), path.MatchRoot("records_file"), path.MatchRoot("records_wo"))},
		tfkit.ConfigCheck{Text: "A version belongs to a value.", Check: checkVersions},
		tfkit.ConfigCheck{Text: "A verification needs ids and a table.", Check: checkVerify},
	}
}

func recordAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"records":      optionalText(recordsDescription),
		"records_file": optionalText(recordsFileDescription, stringvalidator.LengthAtLeast(1)),
		"records_wo": schema.StringAttribute{
			Optional: true, WriteOnly: true,
			MarkdownDescription: "Records as in `records`, but write-only: the state keeps their number, size and hashes. Needs a CLI of version 1.11 or later. " +
				"The plan shows `record_count`, `content_hash` and `status` as known after apply.",
		},
		"records_wo_version": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Version of `records_wo`. Changing it sends the records that are new, because Terraform does not notice a change of a write-only value.",
		},
		"ingest_id_column": optionalText(idColumnDescription, propertyName("Name of the id column is not valid")),
		"verify": schema.SingleNestedAttribute{
			Optional: true, MarkdownDescription: verifyDescription,
			Attributes: map[string]schema.Attribute{
				"workspace_id": optionalText(verifyWorkspaceDescription, workspaceID()),
				"timeout":      optionalText(verifyTimeoutDescription(), duration()),
			},
		},
	}
}

func optionalText(description string, checks ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: checks}
}

// behaviourAttributes say when records are sent.
func behaviourAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"on_change": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(onChangeAppend),
			MarkdownDescription: "What a change of the records sends: `append` (default) those that were not sent before, or `resend` all of them.",
			Validators:          []validator.String{stringvalidator.OneOf(onChangeAppend, onChangeResend)},
		},
		"triggers": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Values that, when any of them changes, send all records again.",
		},
		"on_destroy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(onDestroyForget),
			MarkdownDescription: "What a destroy does: `forget` (default and only choice) leaves the rows in the workspace, and says so.",
			Validators:          []validator.String{stringvalidator.OneOf(onDestroyForget)},
		},
	}
}

// resultAttributes say what was sent. Their plans are made all at once, by
// ModifyPlan.
func resultAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":         text("UUID that was made when the records were first sent."),
		"table_name": text("Table that the records are stored in, with `_CL` for custom tables. Null if it cannot be derived from the name of the stream."),
		"columns": schema.ListNestedAttribute{
			Computed: true,
			MarkdownDescription: "Columns that the records make: for the HTTP Data Collector API predicted, with the suffixes that it appends; for the Logs Ingestion API those that the stream must declare. " +
				"Null with `records_wo`.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name": text(columnNameDescription), "type": text(columnTypeDescription),
			}},
		},
		"record_count":     number("Number of records."),
		"batch_count":      number("Number of requests that the last send was planned with."),
		"bytes_sent":       number("Bytes that the last send was planned with: those of all requests, before compression."),
		"content_hash":     text("SHA-256 of the records as they are written, in hexadecimal."),
		"status":           text("`complete`, or `partial` when only some records were accepted; then the next apply sends the rest."),
		"last_ingested_at": text("When the service last accepted records, as an RFC 3339 time."),
	}
}
