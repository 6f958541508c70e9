package packetcapture

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// captureDataAttributes describe captureModel for data sources.
func captureDataAttributes() map[string]schema.Attribute {
	set := func(description string) schema.Attribute {
		return schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":                 tfkit.ComputedText("ARM ID of the capture."),
		"name":               tfkit.ComputedText("Name of the capture."),
		"network_watcher_id": tfkit.ComputedText("ARM ID of the capture's network watcher."),
		"target_id":          tfkit.ComputedText("ARM ID of the virtual machine or scale set."),
		"target_type":        tfkit.ComputedText(targetTypeDescription),
		"instances": tfkit.ComputedObject("Chosen instances of a scale set; null if all are.", map[string]schema.Attribute{
			"include": set("ARM IDs of the only instances captured on."),
			"exclude": set("ARM IDs of the instances not captured on."),
		}),
		"filters": tfkit.ComputedObjects("Filters; a captured packet matches at least one.", map[string]schema.Attribute{
			"protocol":          tfkit.ComputedText("`TCP`, `UDP` or `Any`."),
			"local_ip_address":  tfkit.ComputedText("Local IP address; null for any."),
			"local_port":        tfkit.ComputedText("Local port; null for any."),
			"remote_ip_address": tfkit.ComputedText("Remote IP address; null for any."),
			"remote_port":       tfkit.ComputedText("Remote port; null for any."),
		}),
		"storage_location": tfkit.ComputedObject("Where the captured packets are stored.", map[string]schema.Attribute{
			"storage_account_id": tfkit.ComputedText("ARM ID of the storage account."),
			"storage_path":       tfkit.ComputedText("URL of the blob in the storage account."),
			"file_path":          tfkit.ComputedText("Path of the file on the target."),
		}),
		"bytes_to_capture_per_packet": tfkit.ComputedNumber("Snap length (snaplen): bytes captured of each packet; `0` is the whole packet."),
		"total_bytes_per_session":     tfkit.ComputedNumber("Bytes after which a classic capture ends."),
		"time_limit_in_seconds":       tfkit.ComputedNumber("Seconds after which a classic capture ends."),
		"continuous_capture": tfkit.ComputedBool("Ring-buffer capture: the oldest file is overwritten (`true`), " +
			"or the capture stops when all files are full (`false`); null for a single-file capture."),
		"capture_settings": tfkit.ComputedObject("Files of a ring-buffer capture.", map[string]schema.Attribute{
			"file_count":                    tfkit.ComputedNumber("Number of files."),
			"file_size_in_bytes":            tfkit.ComputedNumber("Size of each file in bytes."),
			"session_time_limit_in_seconds": tfkit.ComputedNumber("Seconds after which the capture ends."),
		}),
		"status":             tfkit.ComputedText(statusDescription),
		"start_time":         tfkit.ComputedText(startTimeDescription),
		"stop_reason":        tfkit.ComputedText(stopReasonDescription),
		"provisioning_state": tfkit.ComputedText(provisioningStateDescription),
		"errors":             tfkit.ComputedTexts(errorsDescription),
	}
}
