package packetcapture

import (
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v9"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

type filterModel struct {
	Protocol        types.String `tfsdk:"protocol"`
	LocalIPAddress  types.String `tfsdk:"local_ip_address"`
	LocalPort       types.String `tfsdk:"local_port"`
	RemoteIPAddress types.String `tfsdk:"remote_ip_address"`
	RemotePort      types.String `tfsdk:"remote_port"`
}

// filtersFromAPI keeps null for no filters, for which the service says [].
func filtersFromAPI(known []filterModel, answered []*armnetwork.PacketCaptureFilter) []filterModel {
	if len(answered) == 0 && len(known) == 0 {
		return known
	}
	filters := make([]filterModel, 0, len(answered))
	for i, filter := range answered {
		var before filterModel
		if i < len(known) {
			before = known[i]
		}
		protocol := string(valueOr(filter.Protocol, armnetwork.PcProtocolAny))
		filters = append(filters, filterModel{
			Protocol:        tfkit.KeepSpelling(before.Protocol, protocol, strings.EqualFold),
			LocalIPAddress:  tfkit.KeepNull(before.LocalIPAddress, value(filter.LocalIPAddress), strings.EqualFold),
			LocalPort:       tfkit.KeepNull(before.LocalPort, value(filter.LocalPort), strings.EqualFold),
			RemoteIPAddress: tfkit.KeepNull(before.RemoteIPAddress, value(filter.RemoteIPAddress), strings.EqualFold),
			RemotePort:      tfkit.KeepNull(before.RemotePort, value(filter.RemotePort), strings.EqualFold),
		})
	}
	return filters
}

// filtersToAPI leaves unset conditions out, and spells the protocol as the
// service's definition does.
func filtersToAPI(filters []filterModel) []*armnetwork.PacketCaptureFilter {
	sent := make([]*armnetwork.PacketCaptureFilter, 0, len(filters))
	for _, filter := range filters {
		protocol := armnetwork.PcProtocolAny
		for _, known := range armnetwork.PossiblePcProtocolValues() {
			if strings.EqualFold(string(known), filter.Protocol.ValueString()) {
				protocol = known
			}
		}
		sent = append(sent, &armnetwork.PacketCaptureFilter{
			Protocol:        &protocol,
			LocalIPAddress:  filter.LocalIPAddress.ValueStringPointer(),
			LocalPort:       filter.LocalPort.ValueStringPointer(),
			RemoteIPAddress: filter.RemoteIPAddress.ValueStringPointer(),
			RemotePort:      filter.RemotePort.ValueStringPointer(),
		})
	}
	return sent
}

func sameFilters(a, b []filterModel) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !strings.EqualFold(a[i].Protocol.ValueString(), b[i].Protocol.ValueString()) ||
			!strings.EqualFold(a[i].LocalIPAddress.ValueString(), b[i].LocalIPAddress.ValueString()) ||
			!strings.EqualFold(a[i].RemoteIPAddress.ValueString(), b[i].RemoteIPAddress.ValueString()) ||
			a[i].LocalPort.ValueString() != b[i].LocalPort.ValueString() ||
			a[i].RemotePort.ValueString() != b[i].RemotePort.ValueString() {
			return false
		}
	}
	return true
}
