package packetcapture

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
)

var _ function.Function = (*filtersFunction)(nil)

type filtersFunction struct{}

// NewFiltersFunction returns the function azure_capture_filters.
func NewFiltersFunction() function.Function { return &filtersFunction{} }

// filterTypes are the types of a filter's attributes.
func filterTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"protocol":          types.StringType,
		"local_ip_address":  types.StringType,
		"local_port":        types.StringType,
		"remote_ip_address": types.StringType,
		"remote_port":       types.StringType,
	}
}

// Metadata names the function.
func (*filtersFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "azure_capture_filters"
}

// Definition describes the function.
func (*filtersFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Translates a pcap-filter expression into the filters of an Azure packet capture.",
		MarkdownDescription: "Returns the `filters` of `cloudtap_azure_packet_capture` that select exactly the packets which an expression of " +
			"[pcap-filter(7)](https://www.tcpdump.org/manpages/pcap-filter.7.html), the language of tcpdump, selects. " +
			"What Network Watcher's filters cannot say is an error, with the word, its column, the reason and the nearest expression that can be translated. " +
			"An empty expression returns an empty list, which captures everything.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "expression", MarkdownDescription: "Expression, for example `tcp port 443 and host 10.0.0.4`."},
		},
		Return: function.ListReturn{ElementType: types.ObjectType{AttrTypes: filterTypes()}},
	}
}

// Run translates the expression.
func (*filtersFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &text))
	if resp.Error != nil {
		return
	}
	filters, err := azureFilters(text)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	result := make([]filterModel, 0, len(filters))
	for _, filter := range filters {
		result = append(result, filterModel{
			Protocol:        types.StringValue(filter.Protocol),
			LocalIPAddress:  stringOrNull(filter.LocalIPAddress),
			LocalPort:       stringOrNull(filter.LocalPort),
			RemoteIPAddress: stringOrNull(filter.RemoteIPAddress),
			RemotePort:      stringOrNull(filter.RemotePort),
		})
	}
	resp.Error = resp.Result.Set(ctx, result)
}

func azureFilters(text string) ([]pcapfilter.AzureFilter, error) {
	expression, err := pcapfilter.Parse(text)
	if err != nil {
		return nil, err
	}
	return expression.AzureFilters()
}

func stringOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
