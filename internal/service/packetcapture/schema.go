package packetcapture

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func resourceSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{
		"timeouts": timeouts.Attributes(ctx, timeouts.Opts{
			Create: true, Read: true, Update: true, Delete: true,
			CreateDescription: fmt.Sprintf("How long to wait for the capture to be created and, with `wait_for_completion`, to end. Default `%s`.", defaultCreateTimeout),
			ReadDescription:   fmt.Sprintf("Default `%s`.", defaultReadTimeout),
			UpdateDescription: fmt.Sprintf("How long to wait for the capture to stop. Default `%s`.", defaultUpdateTimeout),
			DeleteDescription: fmt.Sprintf("Default `%s`.", defaultDeleteTimeout),
		}),
	}
	for _, group := range []map[string]schema.Attribute{
		placeAttributes(), trafficAttributes(), limitAttributes(), tfkit.LifecycleAttributes(), computedAttributes(),
	} {
		maps.Copy(attributes, group)
	}
	return schema.Schema{
		MarkdownDescription: "Captures packets of an Azure virtual machine or scale set with Network Watcher. " +
			"The capture starts when the resource is created and ends by itself, by `desired_state = \"stopped\"`, or when the resource is destroyed; " +
			"the captured file stays.",
		Attributes: attributes,
	}
}

// replacesCapture ends the description of what a capture is made with.
const replacesCapture = " Changing this stops this capture and starts a new one."

// placeAttributes say where the capture is made.
func placeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": tfkit.RequiredArgument("Name of the capture, unique on its network watcher."+replacesCapture,
			nameValidator(), stringplanmodifier.RequiresReplace()),
		"network_watcher_id": tfkit.RequiredArgument("ARM ID of the network watcher of the target's region."+replacesCapture,
			watcherIDValidator(), tfkit.ReplaceUnlessEquivalent(strings.EqualFold)),
		"target_id": tfkit.RequiredArgument("ARM ID of the virtual machine or the virtual machine scale set to capture on. The Network Watcher agent extension must be installed there."+replacesCapture,
			targetIDValidator(), tfkit.ReplaceUnlessEquivalent(strings.EqualFold)),
		"instances": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Instances of a scale set to capture on. Omit to capture on all. Only for scale sets." + replacesCapture,
			PlanModifiers:       []planmodifier.Object{replaceInstances{"Choosing other instances replaces the capture."}},
			Attributes: map[string]schema.Attribute{
				"include": instanceSet("Capture only on these instances.", "exclude"),
				"exclude": instanceSet("Capture on all instances but these.", "include"),
			},
		},
	}
}

func instanceSet(description, other string) schema.Attribute {
	return schema.SetAttribute{
		Optional:            true,
		ElementType:         types.StringType,
		MarkdownDescription: description + " An instance number such as `\"0\"`, or the instance's ARM ID. Conflicts with `" + other + "`.",
		Validators: []validator.Set{
			setvalidator.SizeAtLeast(1),
			noNullIn{},
			setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)),
		},
	}
}

// trafficAttributes say what is captured and where it is stored.
func trafficAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"filters": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Capture only packets that match at least one filter. Omit to capture everything. A packet matches a filter when it meets all its conditions." + replacesCapture,
			PlanModifiers:       []planmodifier.List{replaceFilters{"Changing a filter, other than its spelling, replaces the capture."}},
			Validators:          []validator.List{noNullIn{}},
			NestedObject: schema.NestedAttributeObject{
				Attributes: map[string]schema.Attribute{
					"protocol": schema.StringAttribute{
						Optional:            true,
						Computed:            true,
						MarkdownDescription: "`TCP`, `UDP` or `Any`. Default `Any`.",
						Default:             stringdefault.StaticString("Any"),
						Validators:          []validator.String{protocolValidator()},
					},
					"local_ip_address":  addressFilter("Local"),
					"local_port":        portFilter("Local"),
					"remote_ip_address": addressFilter("Remote"),
					"remote_port":       portFilter("Remote"),
				},
			},
		},
		"storage_location": schema.SingleNestedAttribute{
			Required:            true,
			MarkdownDescription: "Where the captured packets are stored: in a storage account, in a file on the target, or both." + replacesCapture,
			Attributes: map[string]schema.Attribute{
				"storage_account_id": tfkit.OptionalArgument("ARM ID of a standard storage account in the target's region, with shared key access enabled. "+
					"At least one of `storage_account_id` and `file_path` is needed."+replacesCapture,
					storageAccountIDValidator(), tfkit.ReplaceUnlessEquivalent(strings.EqualFold)),
				"storage_path": schema.StringAttribute{
					Optional:            true,
					Computed:            true,
					MarkdownDescription: "URL of the blob in the storage account. Generated by Azure if omitted." + replacesCapture,
					PlanModifiers:       []planmodifier.String{storagePathPlan{"Changing the value replaces the capture; without one the service names the blob."}},
					Validators:          []validator.String{storagePathValidator()},
				},
				"file_path": tfkit.OptionalArgument("Path of the file on the target. Must end in `.cap`, and on Linux lie under `/var/captures`."+replacesCapture,
					filePathValidator(), stringplanmodifier.RequiresReplace()),
			},
		},
	}
}

func addressFilter(where string) schema.Attribute {
	return tfkit.OptionalArgument(where+" IP address: one address, one range (`10.0.0.4-10.0.0.9`), or a list (`10.0.0.4;10.0.0.9`). Omit to match any.",
		filterValidator{"IP address filter is not valid", parseAddresses})
}

func portFilter(where string) schema.Attribute {
	return tfkit.OptionalArgument(where+" port: one port (`443`), one range (`8000-8080`), or a list (`80;443`), from 0 to 65535. Omit to match any.",
		filterValidator{"Port filter is not valid", parsePorts})
}

// limitAttributes say when the capture ends.
func limitAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"bytes_to_capture_per_packet": schema.Int64Attribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: fmt.Sprintf("Snap length (snaplen): bytes captured of each packet, up to %d. Default `0`: the whole packet."+replacesCapture, maxUint32),
			Default:             int64default.StaticInt64(0),
			PlanModifiers:       []planmodifier.Int64{int64planmodifier.RequiresReplace()},
			Validators:          []validator.Int64{limitValidator{max: maxUint32, unit: "bytes"}},
		},
		"total_bytes_per_session": schema.Int64Attribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: fmt.Sprintf("Bytes after which the capture ends, up to %d. Default `%d`. Not for continuous captures."+replacesCapture, maxUint32, defaultTotalBytesPerSession),
			PlanModifiers:       []planmodifier.Int64{classicLimit{byDefault: defaultTotalBytesPerSession}, int64planmodifier.RequiresReplace()},
			Validators:          []validator.Int64{limitValidator{max: maxUint32, unit: "bytes", beyond: continuousForMoreBytes}},
		},
		"time_limit_in_seconds": schema.Int64Attribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: fmt.Sprintf("Seconds after which the capture ends, up to %d (5 hours), which is the default. Not for continuous captures."+replacesCapture, maxTimeLimitInSeconds),
			PlanModifiers:       []planmodifier.Int64{classicLimit{byDefault: maxTimeLimitInSeconds}, int64planmodifier.RequiresReplace()},
			Validators:          []validator.Int64{limitValidator{max: maxTimeLimitInSeconds, unit: "seconds", beyond: continuousForMoreTime}},
		},
		"continuous_capture": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Ring-buffer capture. `true`: overwrite the oldest file; `false`: stop when all files are full; omit: single-file capture. " +
				"Changing this stops this capture and starts a new one.",
			PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplace()},
		},
		"capture_settings": schema.SingleNestedAttribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: "Files of a ring-buffer capture. Needs `continuous_capture`." + replacesCapture,
			PlanModifiers:       []planmodifier.Object{continuousSettings{"Has defaults for continuous captures, and is null for classic ones."}, objectplanmodifier.RequiresReplace()},
			Attributes: map[string]schema.Attribute{
				"file_count": setting(fmt.Sprintf("Number of files, up to %d. Default `%d`.", maxFileCount, defaultFileCount),
					defaultFileCount, limitValidator{max: maxFileCount, unit: "files"}),
				"file_size_in_bytes": setting(fmt.Sprintf("Size of each file in bytes, up to %d. Default `%d`.", maxUint32, defaultFileSizeInBytes),
					defaultFileSizeInBytes, limitValidator{max: maxUint32, unit: "bytes"}),
				"session_time_limit_in_seconds": setting(fmt.Sprintf("Seconds after which the capture ends, up to %d (7 days). Default `%d`.", maxSessionTimeLimitInSeconds, defaultSessionTimeLimitInSeconds),
					defaultSessionTimeLimitInSeconds, limitValidator{max: maxSessionTimeLimitInSeconds, unit: "seconds"}),
			},
		},
	}
}

func setting(description string, byDefault int64, limit limitValidator) schema.Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: description,
		Default:             int64default.StaticInt64(byDefault),
		Validators:          []validator.Int64{limit},
	}
}

// computedAttributes are what the service reports.
func computedAttributes() map[string]schema.Attribute {
	sticky := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return map[string]schema.Attribute{
		"id":                 schema.StringAttribute{Computed: true, MarkdownDescription: "ARM ID of the capture.", PlanModifiers: sticky},
		"target_type":        schema.StringAttribute{Computed: true, MarkdownDescription: targetTypeDescription, PlanModifiers: []planmodifier.String{targetTypePlan{"Follows from target_id."}}},
		"status":             schema.StringAttribute{Computed: true, MarkdownDescription: statusDescription, PlanModifiers: sticky},
		"start_time":         schema.StringAttribute{Computed: true, MarkdownDescription: startTimeDescription, PlanModifiers: sticky},
		"stop_reason":        schema.StringAttribute{Computed: true, MarkdownDescription: stopReasonDescription, PlanModifiers: sticky},
		"provisioning_state": schema.StringAttribute{Computed: true, MarkdownDescription: provisioningStateDescription, PlanModifiers: sticky},
		"errors": schema.ListAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: errorsDescription,
			PlanModifiers: []planmodifier.List{listplanmodifier.UseStateForUnknown()},
		},
	}
}

// What the service reports, described for the resource and the data sources.
const (
	targetTypeDescription        = "`AzureVM` or `AzureVMSS`."
	statusDescription            = "State of the session: `NotStarted`, `Running`, `Stopped`, `Error` or `Unknown`."
	startTimeDescription         = "When the session started, as an RFC 3339 time."
	stopReasonDescription        = "Why the session ended, in the service's words, for example `Manual`, `TimeExceeded` or `Error`. Null while it runs, and for scale sets."
	provisioningStateDescription = "State of the capture's resource in Azure Resource Manager, for example `Succeeded`."
	errorsDescription            = "What went wrong in the session: names such as `AgentStopped` or `StorageFailed`, for scale sets also sentences."
)
