package packetcapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// parsedIDModel is the function's result.
type parsedIDModel struct {
	identityModel
	NetworkWatcherID types.String `tfsdk:"network_watcher_id"`
}

// NewParseIDFunction returns the function parse_packet_capture_id.
func NewParseIDFunction() function.Function {
	return tfkit.Function[string, parsedIDModel]{
		Name: "parse_packet_capture_id",
		Text: function.Definition{
			Summary: "Takes the ARM ID of a packet capture apart.",
			MarkdownDescription: "Returns the parts of a packet capture's ARM ID as an object with `subscription_id`, `resource_group_name`, " +
				"`network_watcher_name`, `name` and `network_watcher_id`. Segments are recognised in any case, as Azure Resource Manager does.",
			Parameters: []function.Parameter{
				function.StringParameter{Name: "id", MarkdownDescription: "ARM ID of a packet capture."},
			},
			Return: function.ObjectReturn{AttributeTypes: tfkit.TextTypes("subscription_id", "resource_group_name", "network_watcher_name", "name", "network_watcher_id")},
		},
		Call: func(_ context.Context, text string) (parsedIDModel, error) {
			id, err := networkwatcher.ParsePacketCaptureID(text)
			return parsedIDModel{identityOf(id), types.StringValue(id.Watcher.String())}, err
		},
	}
}
