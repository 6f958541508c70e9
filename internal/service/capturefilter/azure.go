// Package capturefilter has the functions that translate between the filter
// language of tcpdump and the filters of both clouds' captures.
package capturefilter

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// azureFilterModel is an element of the function's result: one of the resource's
// filters.
type azureFilterModel struct {
	Protocol        types.String `tfsdk:"protocol"`
	LocalIPAddress  types.String `tfsdk:"local_ip_address"`
	LocalPort       types.String `tfsdk:"local_port"`
	RemoteIPAddress types.String `tfsdk:"remote_ip_address"`
	RemotePort      types.String `tfsdk:"remote_port"`
}

// NewAzureFunction returns the function azure_capture_filters.
func NewAzureFunction() function.Function {
	return tfkit.Function[string, []azureFilterModel]{
		Name: "azure_capture_filters",
		Text: function.Definition{
			Summary: "Translates a pcap-filter expression into the filters of an Azure packet capture.",
			MarkdownDescription: "Returns the `filters` of `cloudtap_azure_packet_capture` that select exactly the packets which an expression of " +
				"[pcap-filter(7)](https://www.tcpdump.org/manpages/pcap-filter.7.html), the language of tcpdump, selects. " +
				"What Network Watcher's filters cannot say is an error, with the word, its column, the reason and the nearest expression that can be translated. " +
				"An empty expression returns an empty list, which captures everything.",
			Parameters: []function.Parameter{
				function.StringParameter{Name: "expression", MarkdownDescription: "Expression, for example `tcp port 443 and host 10.0.0.4`."},
			},
			Return: function.ListReturn{ElementType: types.ObjectType{AttrTypes: tfkit.TextTypes("protocol", "local_ip_address", "local_port", "remote_ip_address", "remote_port")}},
		},
		Call: func(_ context.Context, text string) ([]azureFilterModel, error) {
			expression, err := pcapfilter.Parse(text)
			if err != nil {
				return nil, err
			}
			filters, err := expression.AzureFilters()
			result := make([]azureFilterModel, 0, len(filters))
			for _, filter := range filters {
				result = append(result, azureFilterModel{
					Protocol:        types.StringValue(filter.Protocol),
					LocalIPAddress:  tfkit.TextOrNull(filter.LocalIPAddress),
					LocalPort:       tfkit.TextOrNull(filter.LocalPort),
					RemoteIPAddress: tfkit.TextOrNull(filter.RemoteIPAddress),
					RemotePort:      tfkit.TextOrNull(filter.RemotePort),
				})
			}
			return result, err
		},
	}
}
