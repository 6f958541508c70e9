package edgecapture

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// vpnArguments are what resource and action have in common.
type vpnArguments struct {
	TargetID            types.String `tfsdk:"target_id"`
	LinkConnectionNames types.List   `tfsdk:"link_connection_names"`
	Filter              types.Object `tfsdk:"filter"`
	DurationInSeconds   types.Int64  `tfsdk:"duration_in_seconds"`
}

type vpnModel struct {
	vpnArguments
	SASURLWO          types.String   `tfsdk:"sas_url_wo"`
	SASURLWOVersion   types.Int64    `tfsdk:"sas_url_wo_version"`
	TakeOver          types.Bool     `tfsdk:"take_over"`
	OnDestroy         types.String   `tfsdk:"on_destroy"`
	RecaptureTriggers types.Map      `tfsdk:"recapture_triggers"`
	ID                types.String   `tfsdk:"id"`
	Status            types.String   `tfsdk:"status"`
	StartedAt         types.String   `tfsdk:"started_at"`
	StoppedAt         types.String   `tfsdk:"stopped_at"`
	ContainerURL      types.String   `tfsdk:"container_url"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

type vpnFilterModel struct {
	TracingFlags                      []string `tfsdk:"tracing_flags"`
	MaxPacketBufferSizeInBytes        *int64   `tfsdk:"max_packet_buffer_size_in_bytes"`
	MaxFileSizeInMegabytes            *int64   `tfsdk:"max_file_size_in_megabytes"`
	SourceSubnets                     []string `tfsdk:"source_subnets"`
	DestinationSubnets                []string `tfsdk:"destination_subnets"`
	SourcePorts                       []int64  `tfsdk:"source_ports"`
	DestinationPorts                  []int64  `tfsdk:"destination_ports"`
	Protocols                         []int64  `tfsdk:"protocols"`
	TCPFlags                          []string `tfsdk:"tcp_flags"`
	CaptureSingleDirectionTrafficOnly *bool    `tfsdk:"capture_single_direction_traffic_only"`
}

var (
	tracingBits = map[string]int64{"ESP": edgecapture.TraceESP, "IKE": edgecapture.TraceIKE, "OVPN": edgecapture.TraceOVPN}
	tcpBits     = map[string]int64{"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128}
)

// What the service takes where a filter says nothing.
const (
	defaultBufferSizeInBytes   = 120
	defaultFileSizeInMegabytes = 100
)

// toAPI prints the filter as the service's FilterData.
func (f vpnFilterModel) toAPI() string {
	data := edgecapture.FilterData{MaxPacketBufferSize: defaultBufferSizeInBytes, MaxFileSize: defaultFileSizeInMegabytes}
	for _, name := range f.TracingFlags {
		data.TracingFlags |= tracingBits[name]
	}
	data.TracingFlags = cmp.Or(data.TracingFlags, edgecapture.TraceESP|edgecapture.TraceIKE|edgecapture.TraceOVPN)
	if f.MaxPacketBufferSizeInBytes != nil {
		data.MaxPacketBufferSize = *f.MaxPacketBufferSizeInBytes
	}
	if f.MaxFileSizeInMegabytes != nil {
		data.MaxFileSize = *f.MaxFileSizeInMegabytes
	}
	inner := edgecapture.InnerFilter{
		SourceSubnets: f.SourceSubnets, DestinationSubnets: f.DestinationSubnets, SourcePort: f.SourcePorts, DestinationPort: f.DestinationPorts, Protocol: f.Protocols,
		CaptureSingleDirectionTrafficOnly: f.CaptureSingleDirectionTrafficOnly != nil && *f.CaptureSingleDirectionTrafficOnly,
	}
	for _, name := range f.TCPFlags {
		inner.TCPFlags |= tcpBits[name]
	}
	data.Filters = []edgecapture.InnerFilter{inner}
	return data.String()
}

func (a vpnArguments) duration() time.Duration {
	return time.Duration(cmp.Or(a.DurationInSeconds.ValueInt64(), defaultDurationInSeconds)) * time.Second
}

// vpnJob is what is asked of a gateway.
type vpnJob struct {
	target   edgecapture.VPNTarget
	links    []string
	filter   string
	duration time.Duration
}

func (a vpnArguments) job(ctx context.Context, diags *diag.Diagnostics) (vpnJob, bool) {
	target, err := edgecapture.ParseVPNTarget(a.TargetID.ValueString())
	if err != nil {
		diags.AddError("Target ID is not valid", tfkit.Sentence(err))
	}
	j := vpnJob{target: target, duration: a.duration()}
	if !a.LinkConnectionNames.IsNull() {
		diags.Append(a.LinkConnectionNames.ElementsAs(ctx, &j.links, false)...)
	}
	if !a.Filter.IsNull() {
		var filter vpnFilterModel
		diags.Append(a.Filter.As(ctx, &filter, basetypes.ObjectAsOptions{})...)
		j.filter = filter.toAPI()
	}
	return j, !diags.HasError()
}

func (j vpnJob) describe() string {
	return fmt.Sprintf("Packet capture on %s (resource group %q, subscription %s)", j.target.Describe(), j.target.ResourceGroupName, j.target.SubscriptionID)
}

// stopCommand is how a person stops the capture.
func (j vpnJob) stopCommand() string {
	const where = " --resource-group %s --name %s --sas-url URL"
	switch j.target.Kind {
	case edgecapture.VirtualNetworkGateway:
		return fmt.Sprintf("az network vnet-gateway packet-capture stop"+where, j.target.ResourceGroupName, j.target.Name)
	case edgecapture.Connection:
		return fmt.Sprintf("az network vpn-connection packet-capture stop"+where, j.target.ResourceGroupName, j.target.Name)
	case edgecapture.VPNGateway:
		return fmt.Sprintf("Stop-AzVpnGatewayPacketCapture -ResourceGroupName %s -Name %s -SasUrl URL (PowerShell)", j.target.ResourceGroupName, j.target.Name)
	case edgecapture.VPNConnection:
	}
	return fmt.Sprintf("Stop-AzVpnConnectionPacketCapture -ResourceGroupName %s -ParentResourceName %s -Name %s -SasUrl URL (PowerShell)", j.target.ResourceGroupName, j.target.Name, j.target.Connection)
}

// mayRun reports whether the capture may run as far as the state knows.
func (m *vpnModel) mayRun() bool {
	return m.Status.ValueString() == statusRunning || m.Status.ValueString() == statusUnknown
}

// due is when the capture is to be stopped.
func (m *vpnModel) due() time.Time { return timeOf(m.StartedAt).Add(m.duration()) }
