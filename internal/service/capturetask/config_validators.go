package capturetask

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// ConfigValidators check what concerns several attributes.
func (*taskResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		tfkit.ConfigCheck{Text: "Both addresses are of one family.", Check: checkFamilies},
		tfkit.ConfigCheck{Text: "Only protocols that have ports are filtered by port.", Check: checkPorts},
	}
}

// configuredFamily returns the family of an address that is known and valid;
// another one is not this check's concern.
func configuredFamily(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse, attribute string) (cfw.AddressFamily, bool) {
	address := tfkit.Configured[types.String](ctx, req, resp, path.Root(attribute))
	family, err := cfw.FamilyOf(address.ValueString())
	return family, tfkit.Given(address) && err == nil
}

func configuredProtocol(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) (cfw.Protocol, bool) {
	word := tfkit.Configured[types.String](ctx, req, resp, path.Root("protocol"))
	protocol, err := cfw.ParseProtocol(word.ValueString())
	return protocol, tfkit.Given(word) && err == nil
}

func checkFamilies(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	source, sourceKnown := configuredFamily(ctx, req, resp, "source_address")
	destination, destinationKnown := configuredFamily(ctx, req, resp, "destination_address")
	if sourceKnown && destinationKnown && source != destination {
		resp.Diagnostics.AddAttributeError(path.Root("destination_address"), "Addresses are of different families",
			fmt.Sprintf("source_address is %s and destination_address is %s; the service captures between addresses of one family. "+
				"For both families make two capture tasks.", source, destination))
		return
	}
	protocol, protocolKnown := configuredProtocol(ctx, req, resp)
	other := map[cfw.Protocol]cfw.AddressFamily{cfw.ProtocolICMP: cfw.IPv6, cfw.ProtocolICMPv6: cfw.IPv4}
	if family, special := other[protocol]; protocolKnown && sourceKnown && special && family == source {
		resp.Diagnostics.AddAttributeWarning(path.Root("protocol"), "Protocol does not go with the addresses",
			fmt.Sprintf("There are no %s packets between %s addresses, so the capture will most likely stay empty.", protocol, source))
	}
}

func checkPorts(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	protocol, known := configuredProtocol(ctx, req, resp)
	if !known || protocol.HasPorts() {
		return
	}
	for _, attribute := range []string{"source_port", "destination_port"} {
		if at := path.Root(attribute); tfkit.Configured[types.String](ctx, req, resp, at).ValueString() != "" {
			resp.Diagnostics.AddAttributeError(at, "Port of a protocol without ports",
				fmt.Sprintf("%s has no ports. Remove %s, or capture tcp, udp or any.", protocol, attribute))
		}
	}
}
