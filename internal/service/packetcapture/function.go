package packetcapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
)

var _ function.Function = (*parseIDFunction)(nil)

type parseIDFunction struct{}

// NewParseIDFunction returns the function parse_packet_capture_id.
func NewParseIDFunction() function.Function { return &parseIDFunction{} }

// parsedIDModel is the function's result.
type parsedIDModel struct {
	identityModel
	NetworkWatcherID types.String `tfsdk:"network_watcher_id"`
}

func (*parseIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_packet_capture_id"
}

func (*parseIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Takes the ARM ID of a packet capture apart.",
		MarkdownDescription: "Returns the parts of a packet capture's ARM ID as an object with `subscription_id`, `resource_group_name`, " +
			"`network_watcher_name`, `name` and `network_watcher_id`. Segments are recognised in any case, as Azure Resource Manager does.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "id", MarkdownDescription: "ARM ID of a packet capture."},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"subscription_id":      types.StringType,
			"resource_group_name":  types.StringType,
			"network_watcher_name": types.StringType,
			"name":                 types.StringType,
			"network_watcher_id":   types.StringType,
		}},
	}
}

// Run parses the ID.
func (*parseIDFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &text))
	if resp.Error != nil {
		return
	}
	id, err := networkwatcher.ParsePacketCaptureID(text)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, parsedIDModel{
		identityModel:    identityOf(id),
		NetworkWatcherID: types.StringValue(id.Watcher.String()),
	})
}
