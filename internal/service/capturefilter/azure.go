// Package capturefilter has the functions that translate between the filter
// language of tcpdump and the filters of both clouds' captures.
package capturefilter

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

var _ function.Function = (*azureFunction)(nil)

type azureFunction struct{}

// NewAzureFunction returns the function azure_capture_filters.
func NewAzureFunction() function.Function { return &azureFunction{} }

// azureFilterModel is an element of the function's result: one of the resource's
// filters.
type azureFilterModel struct {
	Protocol        types.String `tfsdk:"protocol"`
	LocalIPAddress  types.String `tfsdk:"local_ip_address"`
	LocalPort       types.String `tfsdk:"local_port"`
	RemoteIPAddress types.String `tfsdk:"remote_ip_address"`
	RemotePort      types.String `tfsdk:"remote_port"`
}

func (*azureFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "azure_capture_filters"
}

func (*azureFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Translates a pcap-filter expression into the filters of an Azure packet capture.",
		MarkdownDescription: "Returns the `filters` of `cloudtap_azure_packet_capture` that select exactly the packets which an expression of " +
			"[pcap-filter(7)](https://www.tcpdump.org/manpages/pcap-filter.7.html), the language of tcpdump, selects. " +
			"What Network Watcher's filters cannot say is an error, with the word, its column, the reason and the nearest expression that can be translated. " +
			"An empty expression returns an empty list, which captures everything.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "expression", MarkdownDescription: "Expression, for example `tcp port 443 and host 10.0.0.4`."},
		},
		Return: function.ListReturn{ElementType: types.ObjectType{AttrTypes: map[string]attr.Type{
			"protocol":          types.StringType,
			"local_ip_address":  types.StringType,
			"local_port":        types.StringType,
			"remote_ip_address": types.StringType,
			"remote_port":       types.StringType,
		}}},
	}
}

// Run translates the expression.
func (*azureFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	translate(ctx, req, resp, func(expression *pcapfilter.Expression) ([]azureFilterModel, error) {
		filters, err := expression.AzureFilters()
		result := make([]azureFilterModel, 0, len(filters))
		for _, filter := range filters {
			result = append(result, azureFilterModel{
				Protocol:        types.StringValue(filter.Protocol),
				LocalIPAddress:  stringOrNull(filter.LocalIPAddress),
				LocalPort:       stringOrNull(filter.LocalPort),
				RemoteIPAddress: stringOrNull(filter.RemoteIPAddress),
				RemotePort:      stringOrNull(filter.RemotePort),
			})
		}
		return result, err
	})
}

// translate answers a call of a function whose only argument is an expression.
func translate[T any](ctx context.Context, req function.RunRequest, resp *function.RunResponse, to func(*pcapfilter.Expression) (T, error)) {
	var text string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &text))
	if resp.Error != nil {
		return
	}
	expression, err := pcapfilter.Parse(text)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	result, err := to(expression)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, result)
}

func stringOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
