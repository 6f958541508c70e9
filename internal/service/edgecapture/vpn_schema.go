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

const (
	defaultDurationInSeconds = 600
	// stopTime is what a stop may take: it stores the file.
	stopTime                = 30 * time.Minute
	defaultVPNDeleteTimeout = stopTime
)

// The values of on_destroy.
const (
	onDestroyError   = "error"
	onDestroyAbandon = "abandon"
)

const (
	vpnDescription = "Captures packets at an Azure VPN gateway: a virtual network gateway or one of its connections, a Virtual WAN gateway or one of its connections. " +
		"Azure writes the file when the capture is stopped, so this starts it, waits, and stops it. Policy-based gateways have no captures; " +
		"a gateway makes five at once, one of them for the whole gateway and one for each connection."
	vpnResourceDescription = vpnDescription + "\n\nIf the apply is interrupted, the state keeps that the capture runs, and the next apply stops it. " +
		"Destroying cannot: a stop needs the SAS, and write-only arguments are not there when a resource is destroyed. " +
		"Set `" + sasVariable + "`, or `on_destroy`." + noDataSource

	targetIDDescription = "ARM ID of a virtual network gateway, of a connection, of a Virtual WAN VPN gateway (`vpnGateways`), or of a connection of that (`vpnConnections`)."
	linksDescription    = "Names of the site links to capture on. Only for connections of Virtual WAN."
	durationDescription = "Seconds to capture. Azure suggests 600 or more. Default `600`."
	filterDescription   = "What to capture. Omit for the service's own choice."
	takeOverDescription = "Whether creating the resource first stops a capture that runs on the target already, into the same container. " +
		"Default `false`: it may be somebody else's. An apply that was killed leaves one behind."
	onDestroyDescription = "What destroying does to a capture that still runs and cannot be stopped, for want of a SAS: `error` (default), or `abandon`: it is forgotten with a warning, " +
		"and runs on in a buffer of its own until somebody stops it."

	traceDescription       = "Kinds of traffic: `ESP`, `IKE`, `OVPN`. Default all."
	bufferDescription      = "Snap length (snaplen): bytes captured of each packet. Default `120`."
	fileSizeDescription    = "Size of the file in megabytes. It is a circular buffer: when it is full, the oldest packets go. Default `100`."
	sourceSubnetsText      = "IPv4 subnets of the source. Omit to match any."
	destinationSubnetsText = "IPv4 subnets of the destination. Omit to match any."
	sourcePortsText        = "Ports of the source. Omit to match any."
	destinationPortsText   = "Ports of the destination. Omit to match any."
	protocolsDescription   = "IANA protocol numbers, for example `6` for TCP. Omit to match any."
	tcpFlagsDescription    = "Packets with any of these TCP flags: `FIN`, `SYN`, `RST`, `PSH`, `ACK`, `URG`, `ECE`, `CWR`. Omit to match any."
	directionDescription   = "Whether to capture only one direction. Default `false`: with `true` the file has only ESP, without the packets inside."
)

func vpnSchema(ctx context.Context) schema.Schema {
	sticky := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	return schema.Schema{
		MarkdownDescription: vpnResourceDescription,
		Attributes: map[string]schema.Attribute{
			"target_id": schema.StringAttribute{
				Required: true, MarkdownDescription: targetIDDescription + captureAgain, Validators: []validator.String{targetIDValidator()},
				PlanModifiers: []planmodifier.String{tfkit.ReplaceUnlessEquivalent(strings.EqualFold)},
			},
			"link_connection_names": schema.ListAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: linksDescription + captureAgain,
				Validators: linkValidators(), PlanModifiers: []planmodifier.List{listplanmodifier.RequiresReplace()},
			},
			"filter": schema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: filterDescription + captureAgain, PlanModifiers: []planmodifier.Object{objectplanmodifier.RequiresReplace()},
				Attributes: map[string]schema.Attribute{
					"tracing_flags":                         schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: traceDescription, Validators: someOf("ESP", "IKE", "OVPN")},
					"max_packet_buffer_size_in_bytes":       schema.Int64Attribute{Optional: true, MarkdownDescription: bufferDescription, Validators: positive()},
					"max_file_size_in_megabytes":            schema.Int64Attribute{Optional: true, MarkdownDescription: fileSizeDescription, Validators: positive()},
					"source_subnets":                        schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: sourceSubnetsText, Validators: subnets()},
					"destination_subnets":                   schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: destinationSubnetsText, Validators: subnets()},
					"source_ports":                          schema.ListAttribute{Optional: true, ElementType: types.Int64Type, MarkdownDescription: sourcePortsText, Validators: ports()},
					"destination_ports":                     schema.ListAttribute{Optional: true, ElementType: types.Int64Type, MarkdownDescription: destinationPortsText, Validators: ports()},
					"protocols":                             schema.ListAttribute{Optional: true, ElementType: types.Int64Type, MarkdownDescription: protocolsDescription, Validators: protocols()},
					"tcp_flags":                             schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: tcpFlagsDescription, Validators: tcpFlags()},
					"capture_single_direction_traffic_only": schema.BoolAttribute{Optional: true, MarkdownDescription: directionDescription},
				},
			},
			"duration_in_seconds": schema.Int64Attribute{
				Optional: true, Computed: true, MarkdownDescription: durationDescription + captureAgain, Default: int64default.StaticInt64(defaultDurationInSeconds),
				Validators: durations(), PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
			},
			"sas_url_wo":         sasAttribute(""),
			"sas_url_wo_version": schema.Int64Attribute{Optional: true, MarkdownDescription: sasVersionDescription},
			"take_over":          schema.BoolAttribute{Optional: true, MarkdownDescription: takeOverDescription},
			"on_destroy": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: onDestroyDescription, Default: stringdefault.StaticString(onDestroyError),
				Validators: []validator.String{stringvalidator.OneOf(onDestroyError, onDestroyAbandon)},
			},
			"recapture_triggers": recaptureTriggers(),
			"id":                 schema.StringAttribute{Computed: true, MarkdownDescription: idDescription, PlanModifiers: sticky},
			"status": schema.StringAttribute{
				Computed: true, PlanModifiers: sticky,
				MarkdownDescription: "`running` (the next apply stops it), `completed`, `failed` (it did not start, or its file could not be stored), `ended` (it does not run any more, and Azure does not say how it ended), or `unknown`: the answer to its start was lost, or a stop had nothing to store, and the next apply stops it if it runs.",
			},
			"started_at":    schema.StringAttribute{Computed: true, MarkdownDescription: "When the service accepted the capture, as an RFC 3339 time.", PlanModifiers: sticky},
			"stopped_at":    schema.StringAttribute{Computed: true, MarkdownDescription: "When the service had stored the file, as an RFC 3339 time.", PlanModifiers: sticky},
			"container_url": schema.StringAttribute{Computed: true, MarkdownDescription: containerDescription, PlanModifiers: sticky},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{
				Create: true, Update: true, Delete: true,
				CreateDescription: "How long to wait for start, capture and stop. Default `duration_in_seconds` and 30 minutes.",
				UpdateDescription: "How long an apply waits that stops a capture which an earlier one left running. Default `duration_in_seconds` and 30 minutes.",
				DeleteDescription: fmt.Sprintf("Default `%s`.", defaultVPNDeleteTimeout),
			}),
		},
	}
}

func positive() []validator.Int64 { return []validator.Int64{int64validator.AtLeast(1)} }

func tcpFlags() []validator.Set {
	return someOf("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
}

func linkValidators() []validator.List {
	return []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))}
}

func vpnActionSchema(ctx context.Context) actionschema.Schema {
	return actionschema.Schema{
		MarkdownDescription: vpnDescription + " The action keeps no state; cancelling it stops the capture." + actionSAS,
		Attributes: map[string]actionschema.Attribute{
			"target_id":             actionschema.StringAttribute{Required: true, MarkdownDescription: targetIDDescription, Validators: []validator.String{targetIDValidator()}},
			"link_connection_names": actionschema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: linksDescription, Validators: linkValidators()},
			"duration_in_seconds":   actionschema.Int64Attribute{Optional: true, MarkdownDescription: durationDescription, Validators: durations()},
			"filter": actionschema.SingleNestedAttribute{
				Optional: true, MarkdownDescription: filterDescription,
				Attributes: map[string]actionschema.Attribute{
					"tracing_flags":                         actionschema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: traceDescription, Validators: someOf("ESP", "IKE", "OVPN")},
					"max_packet_buffer_size_in_bytes":       actionschema.Int64Attribute{Optional: true, MarkdownDescription: bufferDescription, Validators: positive()},
					"max_file_size_in_megabytes":            actionschema.Int64Attribute{Optional: true, MarkdownDescription: fileSizeDescription, Validators: positive()},
					"source_subnets":                        actionschema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: sourceSubnetsText, Validators: subnets()},
					"destination_subnets":                   actionschema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: destinationSubnetsText, Validators: subnets()},
					"source_ports":                          actionschema.ListAttribute{Optional: true, ElementType: types.Int64Type, MarkdownDescription: sourcePortsText, Validators: ports()},
					"destination_ports":                     actionschema.ListAttribute{Optional: true, ElementType: types.Int64Type, MarkdownDescription: destinationPortsText, Validators: ports()},
					"protocols":                             actionschema.ListAttribute{Optional: true, ElementType: types.Int64Type, MarkdownDescription: protocolsDescription, Validators: protocols()},
					"tcp_flags":                             actionschema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: tcpFlagsDescription, Validators: tcpFlags()},
					"capture_single_direction_traffic_only": actionschema.BoolAttribute{Optional: true, MarkdownDescription: directionDescription},
				},
			},
			"timeouts": actiontimeouts.AttributesWithOpts(ctx, actiontimeouts.Opts{InvokeDescription: "How long to wait for start, capture and stop. Default `duration_in_seconds` and 30 minutes."}),
		},
	}
}
