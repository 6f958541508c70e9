package packetcapture

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// captureDataAttributes describe captureModel for data sources.
func captureDataAttributes() map[string]schema.Attribute {
	set := func(description string) schema.Attribute {
		return schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":                 computedText("ARM ID of the capture."),
		"name":               computedText("Name of the capture."),
		"network_watcher_id": computedText("ARM ID of the capture's network watcher."),
		"target_id":          computedText("ARM ID of the virtual machine or scale set."),
		"target_type":        computedText(targetTypeDescription),
		"instances": computedObject("Chosen instances of a scale set; null if all are.", map[string]schema.Attribute{
			"include": set("ARM IDs of the only instances captured on."),
			"exclude": set("ARM IDs of the instances not captured on."),
		}),
		"filters": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Filters, of which a captured packet matches one.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"protocol":          computedText("`TCP`, `UDP` or `Any`."),
				"local_ip_address":  computedText("IP address on the target; null for any."),
				"local_port":        computedText("Port on the target; null for any."),
				"remote_ip_address": computedText("IP address of the other side; null for any."),
				"remote_port":       computedText("Port of the other side; null for any."),
			}},
		},
		"storage_location": computedObject("Where the captured packets are stored.", map[string]schema.Attribute{
			"storage_account_id": computedText("ARM ID of the storage account."),
			"storage_path":       computedText("URL of the blob in the storage account."),
			"file_path":          computedText("Path of the file on the target."),
		}),
		"bytes_to_capture_per_packet": computedNumber("Bytes captured of each packet; `0` is the whole packet."),
		"total_bytes_per_session":     computedNumber("Bytes after which a classic capture ends."),
		"time_limit_in_seconds":       computedNumber("Seconds after which a classic capture ends."),
		"continuous_capture": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether a ring of files is overwritten (`true`) or filled once (`false`); null for a classic capture.",
		},
		"capture_settings": computedObject("The ring of files of a continuous capture.", map[string]schema.Attribute{
			"file_count":                    computedNumber("Number of files."),
			"file_size_in_bytes":            computedNumber("Size of each file in bytes."),
			"session_time_limit_in_seconds": computedNumber("Seconds after which the capture ends."),
		}),
		"status":             computedText(statusDescription),
		"start_time":         computedText(startTimeDescription),
		"stop_reason":        computedText(stopReasonDescription),
		"provisioning_state": computedText(provisioningStateDescription),
		"errors":             schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: errorsDescription},
	}
}

func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func computedNumber(description string) schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

func computedObject(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: attributes}
}
