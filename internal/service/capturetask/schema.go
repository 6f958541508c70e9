package capturetask

import (
	"context"
	"fmt"
	"maps"
	"math"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func resourceSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{
		"timeouts": timeouts.Attributes(ctx, timeouts.Opts{
			Create: true, Read: true, Update: true, Delete: true,
			CreateDescription: fmt.Sprintf("How long to wait until the firewall runs no other capture, the new one is listed and, with `wait_for_completion`, has ended. A task of the same name that would hold the firewall for longer is an error at once. Default `%s`.", defaultCreateTimeout),
			ReadDescription:   fmt.Sprintf("Default `%s`.", defaultReadTimeout),
			UpdateDescription: fmt.Sprintf("How long to wait for the capture to stop. Default `%s`.", defaultUpdateTimeout),
			DeleteDescription: fmt.Sprintf("How long to wait for the capture to stop and for the task to disappear. Default `%s`.", defaultDeleteTimeout),
		}),
	}
	for _, group := range []map[string]schema.Attribute{
		placeAttributes(), trafficAttributes(), tfkit.LifecycleAttributes(), computedAttributes(),
	} {
		maps.Copy(attributes, group)
	}
	return schema.Schema{
		MarkdownDescription: "Captures packets with a Huawei Cloud firewall (CFW). " +
			"The capture starts when the resource is created and ends by itself, by `desired_state = \"stopped\"`, or when the resource is destroyed. " +
			"A firewall runs one capture at a time, so several wait for each other, and `create_before_destroy` fails while the replaced capture runs. " +
			"The service keeps a task and what it captured for about seven days; after that the resource stays, with `expired = true`, and captures again only when asked to.",
		Attributes: attributes,
	}
}

// replacesTask ends the description of what a task is made with.
const replacesTask = " Changing this deletes this task, with what it captured, and starts a new one."

// placeAttributes say where the capture is made.
func placeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"fw_instance_id": tfkit.RequiredArgument(firewallDescription+replacesTask,
			firewallIDValidator(), stringplanmodifier.RequiresReplace()),
		"name": tfkit.RequiredArgument("Name of the task. Several tasks of a firewall may have the same name; with one of its own each can be told apart even if an answer of the service is lost."+replacesTask,
			nameValidator(), stringplanmodifier.RequiresReplace()),
		"region":                scopeAttribute(regionDescription + " The task stays in the region that it was made in." + replacesTask),
		"enterprise_project_id": scopeAttribute(enterpriseProjectDescription + replacesTask),
	}
}

// scopeAttribute keeps what the task was made with, also if the provider's
// default changes.
func scopeAttribute(description string) schema.Attribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: description,
		PlanModifiers:       []planmodifier.String{emptyIsUnset{"An empty value is none."}, stringplanmodifier.UseStateForUnknown(), tfkit.ReplaceUnlessNoted()},
	}
}

// trafficAttributes say what is captured, and how much.
func trafficAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"duration_in_minutes": schema.Int64Attribute{
			Required:            true,
			MarkdownDescription: "Minutes after which the capture ends. Huawei Cloud does not document the maximum." + replacesTask,
			PlanModifiers:       []planmodifier.Int64{int64planmodifier.RequiresReplace()},
			Validators:          []validator.Int64{int64validator.Between(1, math.MaxInt32)},
		},
		"max_packets": schema.Int64Attribute{
			Required:            true,
			MarkdownDescription: fmt.Sprintf("Packets after which the capture ends, from 1 to %d.", cfw.MaxPackets) + replacesTask,
			PlanModifiers:       []planmodifier.Int64{int64planmodifier.RequiresReplace()},
			Validators:          []validator.Int64{int64validator.Between(1, cfw.MaxPackets)},
		},
		"source_address":      addressAttribute("Source"),
		"destination_address": addressAttribute("Destination"),
		"protocol": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: "`tcp`, `udp`, `icmp`, `icmpv6` or `any`, in upper or lower case. Default `any`." + replacesTask,
			Default:             stringdefault.StaticString(cfw.ProtocolAny.String()),
			PlanModifiers:       []planmodifier.String{tfkit.ReplaceUnlessEquivalent(strings.EqualFold)},
			Validators: []validator.String{tfkit.StringCheck{
				Title: "Protocol is not valid", Text: "must be tcp, udp, icmp, icmpv6 or any",
				Check: func(word string) error { _, err := cfw.ParseProtocol(word); return err },
			}},
		},
		"source_port":      portAttribute("Source"),
		"destination_port": portAttribute("Destination"),
	}
}

func addressAttribute(side string) schema.Attribute {
	return tfkit.RequiredArgument(side+" of the packets: an IP address. Both addresses are IPv4, or both are IPv6, which the firewall has to support. "+
		"Huawei Cloud documents neither CIDR blocks nor a word for any address; `0.0.0.0/0` and other blocks are passed on as they are."+replacesTask,
		addressValidator(), tfkit.ReplaceUnlessEquivalent(cfw.SameAddress))
}

func portAttribute(side string) schema.Attribute {
	return tfkit.OptionalArgument(side+" port of `tcp`, `udp` or `any` packets: a port (`443`) or a range (`8000-8080`). Omit it, or leave it empty, to match any."+replacesTask,
		portValidator(), replacePort{"Changing the value, other than its spelling, replaces the task."})
}

// computedAttributes say what the service tells.
func computedAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{
			Computed: true, MarkdownDescription: description,
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		}
	}
	return map[string]schema.Attribute{
		"id":            text(idDescription),
		"task_id":       text(taskDescription),
		"status":        text(statusDescription),
		"capture_size":  text(captureSizeDescription),
		"created_date":  text(createdDateDescription),
		"modified_date": text(modifiedDateDescription),
		"remaining_days": schema.Int64Attribute{
			Computed: true, MarkdownDescription: remainingDaysDescription,
			PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		},
		"expired": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the service has dropped the task's record because of its age. Nothing can be downloaded then.",
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
	}
}

// What the service tells, described for the resource and the data source.
const (
	idDescription            = "`fw_instance_id/task_id`."
	statusDescription        = "`running`, `stopping`, `completed`, `stopped`, `failed`, or `unknown(n)` for a number n of the service without a known meaning."
	captureSizeDescription   = "Size of the captured packets in the service's words, for example `500kb`. Null until the capture has ended."
	createdDateDescription   = "When the task was made, as the service writes it (`2024/08/31 10:17:30`); Huawei Cloud does not document its time zone."
	modifiedDateDescription  = "When the task changed last, written like `created_date`."
	remainingDaysDescription = "Days for which the service will still keep the task and what it captured."
)
