package edgecapture

import (
	"context"
	"fmt"
	"strings"
	"time"

	actiontimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

const (
	defaultFirewallCreateTimeout = 45 * time.Minute
	defaultFirewallReadTimeout   = 5 * time.Minute
	defaultFirewallDeleteTimeout = 45 * time.Minute
)

const (
	firewallDescription = "Captures packets at an Azure Firewall, into files in a storage container: one pcap file for each of the firewall's instances. " +
		"The firewall needs a management NIC, and makes one capture at a time: this one waits until nothing else is captured, within the timeout."
	noDataSource = " There is no data source, because Azure has nothing to read: such a capture is no object, and cannot be listed."

	firewallIDDescription   = "ARM ID of the firewall."
	fileNameDescription     = "Name of the files in the root of the container. Azure overwrites files of the same name."
	maxPacketsDescription   = "Packets after which the capture ends, from 100 to 90000. Default `1000`."
	timeLimitDescription    = "Seconds after which the capture ends, from 30 to 1800. Default `60`."
	protocolDescription     = "`Any`, `TCP`, `UDP` or `ICMP`. Default `Any`."
	flagsDescription        = "Only TCP packets with one of these flags: `fin`, `syn`, `rst`, `push`, `ack`, `urg`."
	filtersDescription      = "Capture only packets that match at least one filter, in both directions."
	sourcesDescription      = "Up to five IP addresses or subnets. To see the side behind SNAT, add the firewall's subnet."
	destinationsDescription = "Up to five IP addresses or subnets; not `0.0.0.0/0`, which leads to an empty capture."
	portsDescription        = "Ports, from 1 to 65535; at least one."

	sasDescription        = "URL of an existing storage container with a shared access signature (SAS) that permits create and write (`sp=cw`) and is valid until the capture has ended."
	listSAS               = " With list (`l`), a capture with fewer files than a firewall has instances is warned of."
	sasIsSecret           = " Write-only: neither plan nor state holds it. Default: the environment variable `" + sasVariable + "`, which CLIs before 1.11 need."
	sasVersionDescription = "Change it when `sas_url_wo` changes, as Terraform does not see that."
	waitDescription       = "Creating the resource waits until the capture has ended and its files are there, within the create timeout. Default `true`."
	captureAgain          = " Changing this captures again."
	actionSAS             = " The container comes from the environment variable `" + sasVariable + "`, because Terraform writes the arguments of actions into plan files: " +
		"the URL of a container with a shared access signature."
)

func firewallSchema(ctx context.Context) schema.Schema {
	sticky := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	return schema.Schema{
		MarkdownDescription: firewallDescription + " Destroying the resource stops the capture if it still runs; the files stay." + noDataSource,
		Attributes: map[string]schema.Attribute{
			"firewall_id": schema.StringAttribute{
				Required: true, MarkdownDescription: firewallIDDescription + captureAgain, Validators: []validator.String{firewallIDValidator()},
				PlanModifiers: []planmodifier.String{tfkit.ReplaceUnlessEquivalent(strings.EqualFold)},
			},
			"file_name": schema.StringAttribute{Required: true, MarkdownDescription: fileNameDescription + captureAgain, Validators: []validator.String{fileNameValidator()}, PlanModifiers: replace},
			"max_packets": schema.Int64Attribute{
				Optional: true, Computed: true, MarkdownDescription: maxPacketsDescription + captureAgain, Default: int64default.StaticInt64(defaultPackets),
				Validators: []validator.Int64{int64validator.Between(minPackets, maxPackets)}, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
			},
			"time_limit_in_seconds": schema.Int64Attribute{
				Optional: true, Computed: true, MarkdownDescription: timeLimitDescription + captureAgain, Default: int64default.StaticInt64(defaultTimeLimitInSeconds),
				Validators: []validator.Int64{int64validator.Between(minTimeLimitInSeconds, maxTimeLimitInSeconds)}, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
			},
			"protocol": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: protocolDescription + captureAgain, Default: stringdefault.StaticString("Any"),
				Validators: []validator.String{protocolValidator()}, PlanModifiers: replace,
			},
			"flags": schema.SetAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: flagsDescription + captureAgain,
				Validators: flagsValidators(), PlanModifiers: []planmodifier.Set{setplanmodifier.RequiresReplace()},
			},
			"filters": schema.ListNestedAttribute{
				Required: true, MarkdownDescription: filtersDescription + captureAgain,
				Validators: []validator.List{listvalidator.SizeAtLeast(1)}, PlanModifiers: []planmodifier.List{listplanmodifier.RequiresReplace()},
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"sources":           schema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: sourcesDescription, Validators: addresses(false)},
					"destinations":      schema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: destinationsDescription, Validators: addresses(true)},
					"destination_ports": schema.ListAttribute{Required: true, ElementType: types.Int64Type, MarkdownDescription: portsDescription, Validators: ports()},
				}},
			},
			"sas_url_wo":         sasAttribute(listSAS),
			"sas_url_wo_version": schema.Int64Attribute{Optional: true, MarkdownDescription: sasVersionDescription},
			"wait_for_completion": schema.BoolAttribute{
				Optional: true, Computed: true, MarkdownDescription: waitDescription, Default: booldefault.StaticBool(true),
			},
			"recapture_triggers": recaptureTriggers(),
			"id":                 schema.StringAttribute{Computed: true, MarkdownDescription: idDescription, PlanModifiers: sticky},
			"status": schema.StringAttribute{
				Computed: true, PlanModifiers: sticky,
				MarkdownDescription: "`running`, `completed`, `failed`, `stopped`, `ended` (it does not run any more, and Azure does not say how it ended), or `unknown` (the answer to its start was lost).",
			},
			"message":       schema.StringAttribute{Computed: true, MarkdownDescription: "What the service said last.", PlanModifiers: sticky},
			"started_at":    schema.StringAttribute{Computed: true, MarkdownDescription: "When the service accepted the capture, as an RFC 3339 time.", PlanModifiers: sticky},
			"container_url": schema.StringAttribute{Computed: true, MarkdownDescription: containerDescription, PlanModifiers: sticky},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{
				Create: true, Read: true, Delete: true,
				CreateDescription: fmt.Sprintf("How long to wait until the firewall is free, and for the capture's end. Default `%s`.", defaultFirewallCreateTimeout),
				ReadDescription:   fmt.Sprintf("Default `%s`.", defaultFirewallReadTimeout),
				DeleteDescription: fmt.Sprintf("Default `%s`.", defaultFirewallDeleteTimeout),
			}),
		},
	}
}

const (
	idDescription        = "Made up by the provider, as Azure gives these captures none."
	containerDescription = "URL of the container with the files, without the signature."
)

// sasAttribute describes sas_url_wo; more is what only this resource does with it.
func sasAttribute(more string) schema.Attribute {
	return schema.StringAttribute{Optional: true, WriteOnly: true, Sensitive: true, MarkdownDescription: sasDescription + more + sasIsSecret}
}

func recaptureTriggers() schema.Attribute {
	return schema.MapAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: "Values that, when any of them changes, make a new capture.",
		PlanModifiers: []planmodifier.Map{tfkit.ReplaceOnTrigger()},
	}
}

func protocolValidator() validator.String { return stringvalidator.OneOf("Any", "TCP", "UDP", "ICMP") }

func flagsValidators() []validator.Set { return someOf("fin", "syn", "rst", "push", "ack", "urg") }

func firewallActionSchema(ctx context.Context) actionschema.Schema {
	return actionschema.Schema{
		MarkdownDescription: firewallDescription + " The action waits for the capture's end and keeps no state; cancelling it stops the capture." + actionSAS,
		Attributes: map[string]actionschema.Attribute{
			"firewall_id":           actionschema.StringAttribute{Required: true, MarkdownDescription: firewallIDDescription, Validators: []validator.String{firewallIDValidator()}},
			"file_name":             actionschema.StringAttribute{Required: true, MarkdownDescription: fileNameDescription, Validators: []validator.String{fileNameValidator()}},
			"max_packets":           actionschema.Int64Attribute{Optional: true, MarkdownDescription: maxPacketsDescription, Validators: []validator.Int64{int64validator.Between(minPackets, maxPackets)}},
			"time_limit_in_seconds": actionschema.Int64Attribute{Optional: true, MarkdownDescription: timeLimitDescription, Validators: []validator.Int64{int64validator.Between(minTimeLimitInSeconds, maxTimeLimitInSeconds)}},
			"protocol":              actionschema.StringAttribute{Optional: true, MarkdownDescription: protocolDescription, Validators: []validator.String{protocolValidator()}},
			"flags":                 actionschema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: flagsDescription, Validators: flagsValidators()},
			"filters": actionschema.ListNestedAttribute{
				Required: true, MarkdownDescription: filtersDescription, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
				NestedObject: actionschema.NestedAttributeObject{Attributes: map[string]actionschema.Attribute{
					"sources":           actionschema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: sourcesDescription, Validators: addresses(false)},
					"destinations":      actionschema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: destinationsDescription, Validators: addresses(true)},
					"destination_ports": actionschema.ListAttribute{Required: true, ElementType: types.Int64Type, MarkdownDescription: portsDescription, Validators: ports()},
				}},
			},
			"timeouts": actiontimeouts.AttributesWithOpts(ctx, actiontimeouts.Opts{InvokeDescription: tfkit.TimeoutDescription(defaultFirewallCreateTimeout)}),
		},
	}
}
