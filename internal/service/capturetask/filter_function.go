package capturetask

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

var _ function.Function = (*filterFunction)(nil)

type filterFunction struct{}

// NewFilterFunction returns the function huaweicloud_capture_filter.
func NewFilterFunction() function.Function { return &filterFunction{} }

// captureFilterModel is the function's result: the resource's attributes of the
// same names.
type captureFilterModel struct {
	SourceAddress      types.String `tfsdk:"source_address"`
	DestinationAddress types.String `tfsdk:"destination_address"`
	Protocol           types.String `tfsdk:"protocol"`
	SourcePort         types.String `tfsdk:"source_port"`
	DestinationPort    types.String `tfsdk:"destination_port"`
}

// Metadata names the function.
func (*filterFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "huaweicloud_capture_filter"
}

// Definition describes the function.
func (*filterFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
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
func (*filterFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &text))
	if resp.Error != nil {
		return
	}
	filter, err := huaweiCloudFilter(text)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	port := func(text string) types.String {
		if text == "" {
			return types.StringNull()
		}
		return types.StringValue(text)
	}
	resp.Error = resp.Result.Set(ctx, captureFilterModel{
		SourceAddress:      types.StringValue(filter.SourceAddress),
		DestinationAddress: types.StringValue(filter.DestinationAddress),
		Protocol:           types.StringValue(filter.Protocol),
		SourcePort:         port(filter.SourcePort),
		DestinationPort:    port(filter.DestinationPort),
	})
}

func huaweiCloudFilter(text string) (pcapfilter.HuaweiCloudFilter, error) {
	expression, err := pcapfilter.Parse(text)
	if err != nil {
		return pcapfilter.HuaweiCloudFilter{}, err
	}
	return expression.HuaweiCloudFilter()
}
