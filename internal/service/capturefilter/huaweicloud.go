package capturefilter

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// huaweiCloudFilterModel is the function's result: the resource's attributes of
// the same names.
type huaweiCloudFilterModel struct {
	SourceAddress      types.String `tfsdk:"source_address"`
	DestinationAddress types.String `tfsdk:"destination_address"`
	Protocol           types.String `tfsdk:"protocol"`
	SourcePort         types.String `tfsdk:"source_port"`
	DestinationPort    types.String `tfsdk:"destination_port"`
}

// NewHuaweiCloudFunction returns the function huaweicloud_capture_filter.
func NewHuaweiCloudFunction() function.Function {
	return tfkit.Function[string, huaweiCloudFilterModel]{
		Name: "huaweicloud_capture_filter",
		Text: function.Definition{
			Summary: "Translates a pcap-filter expression into the filter of a Huawei Cloud capture task.",
			MarkdownDescription: "Returns an object with `source_address`, `destination_address`, `protocol`, `source_port` and `destination_port` for `cloudtap_huaweicloud_capture_task` that selects exactly the packets " +
				"which an expression of [pcap-filter(7)](https://www.tcpdump.org/manpages/pcap-filter.7.html), the language of tcpdump, selects. Ports are null if the expression has none. " +
				"A capture task takes one direction between two addresses. What it cannot say is an error, with the word, its column, the reason and the nearest expression that can be translated.",
			Parameters: []function.Parameter{
				function.StringParameter{Name: "expression", MarkdownDescription: "Expression, for example `src host 10.0.0.4 and dst host 10.1.0.5 and tcp dst port 443`."},
			},
			Return: function.ObjectReturn{AttributeTypes: tfkit.TextTypes("source_address", "destination_address", "protocol", "source_port", "destination_port")},
		},
		Call: func(_ context.Context, text string) (huaweiCloudFilterModel, error) {
			expression, err := pcapfilter.Parse(text)
			if err != nil {
				return huaweiCloudFilterModel{}, err
			}
			filter, err := expression.HuaweiCloudFilter()
			return huaweiCloudFilterModel{
				SourceAddress:      types.StringValue(filter.SourceAddress),
				DestinationAddress: types.StringValue(filter.DestinationAddress),
				Protocol:           types.StringValue(filter.Protocol),
				SourcePort:         tfkit.TextOrNull(filter.SourcePort),
				DestinationPort:    tfkit.TextOrNull(filter.DestinationPort),
			}, err
		},
	}
}
