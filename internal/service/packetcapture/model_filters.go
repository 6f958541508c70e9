package packetcapture

import (
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
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
			LocalIPAddress:  keepUnset(before.LocalIPAddress, value(filter.LocalIPAddress)),
			LocalPort:       keepUnset(before.LocalPort, value(filter.LocalPort)),
			RemoteIPAddress: keepUnset(before.RemoteIPAddress, value(filter.RemoteIPAddress)),
			RemotePort:      keepUnset(before.RemotePort, value(filter.RemotePort)),
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
			LocalIPAddress:  unlessUnset(filter.LocalIPAddress),
			LocalPort:       unlessUnset(filter.LocalPort),
			RemoteIPAddress: unlessUnset(filter.RemoteIPAddress),
			RemotePort:      unlessUnset(filter.RemotePort),
		})
	}
	return sent
}

// keepUnset keeps the state's spelling, in which "" is unset as null is.
func keepUnset(known types.String, answered string) types.String {
	if answered == "" && !known.IsNull() && !known.IsUnknown() && known.ValueString() == "" {
		return known
	}
	return tfkit.KeepNull(known, answered, strings.EqualFold)
}

func unlessUnset(condition types.String) *string {
	if condition.ValueString() == "" {
		return nil
	}
	return condition.ValueStringPointer()
}

// anyProtocol reports whether a filter's protocol is no condition.
func anyProtocol(protocol string) bool { return protocol == "" || strings.EqualFold(protocol, "Any") }

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
