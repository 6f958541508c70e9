package capturefilter

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

var _ function.Function = (*huaweiCloudFunction)(nil)

type huaweiCloudFunction struct{}

// NewHuaweiCloudFunction returns the function huaweicloud_capture_filter.
func NewHuaweiCloudFunction() function.Function { return &huaweiCloudFunction{} }

// huaweiCloudFilterModel is the function's result: the resource's attributes of
// the same names.
type huaweiCloudFilterModel struct {
	SourceAddress      types.String `tfsdk:"source_address"`
	DestinationAddress types.String `tfsdk:"destination_address"`
	Protocol           types.String `tfsdk:"protocol"`
	SourcePort         types.String `tfsdk:"source_port"`
	DestinationPort    types.String `tfsdk:"destination_port"`
}

func (*huaweiCloudFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "huaweicloud_capture_filter"
}

func (*huaweiCloudFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Translates a pcap-filter expression into the filter of a Huawei Cloud capture task.",
		MarkdownDescription: "Returns an object with `source_address`, `destination_address`, `protocol`, `source_port` and `destination_port` for `cloudtap_huaweicloud_capture_task` that selects exactly the packets " +
			"which an expression of [pcap-filter(7)](https://www.tcpdump.org/manpages/pcap-filter.7.html), the language of tcpdump, selects. Ports are null if the expression has none. " +
			"A capture task takes one direction between two addresses. What it cannot say is an error, with the word, its column, the reason and the nearest expression that can be translated.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "expression", MarkdownDescription: "Expression, for example `src host 10.0.0.4 and dst host 10.1.0.5 and tcp dst port 443`."},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"source_address":      types.StringType,
			"destination_address": types.StringType,
			"protocol":            types.StringType,
			"source_port":         types.StringType,
			"destination_port":    types.StringType,
		}},
	}
}

// Run translates the expression.
func (*huaweiCloudFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	translate(ctx, req, resp, func(expression *pcapfilter.Expression) (huaweiCloudFilterModel, error) {
		filter, err := expression.HuaweiCloudFilter()
		return huaweiCloudFilterModel{
			SourceAddress:      types.StringValue(filter.SourceAddress),
			DestinationAddress: types.StringValue(filter.DestinationAddress),
			Protocol:           types.StringValue(filter.Protocol),
			SourcePort:         stringOrNull(filter.SourcePort),
			DestinationPort:    stringOrNull(filter.DestinationPort),
		}, err
	})
}
