package capturefilter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/pcapfilter"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// NewExpressionFunction returns the function capture_filter_expression. Its
// parameter is dynamic, so that a literal list may leave attributes out, and either
// cloud's filters can be given.
func NewExpressionFunction() function.Function {
	return tfkit.Function[types.Dynamic, string]{
		Name: "capture_filter_expression",
		Text: function.Definition{
			Summary: "Translates the filters of a capture into a pcap-filter expression.",
			MarkdownDescription: "Returns the expression of [pcap-filter(7)](https://www.tcpdump.org/manpages/pcap-filter.7.html), the language of tcpdump, that selects exactly the packets " +
				"which the filters of a capture select. It is the reverse of `azure_capture_filters` and `huaweicloud_capture_filter`. " +
				"A packet has a source and a destination, and does not show which of them is the capture's target: filters that treat the local and the remote end differently are an error.",
			Parameters: []function.Parameter{
				function.DynamicParameter{
					Name:           "filters",
					AllowNullValue: true,
					MarkdownDescription: "`filters` of `cloudtap_azure_packet_capture`: a list of objects with `protocol`, `local_ip_address`, `local_port`, `remote_ip_address` and `remote_port`, each optional; " +
						"null or an empty list mean every packet. Or the object that `huaweicloud_capture_filter` returns.",
				},
			},
			Return: function.StringReturn{},
		},
		Call: func(_ context.Context, filters types.Dynamic) (string, error) {
			expression, err := expressionOf(filters)
			if err != nil {
				return "", err
			}
			return expression.String(), nil
		},
	}
}

func expressionOf(filters types.Dynamic) (*pcapfilter.Expression, error) {
	if filters.IsNull() || filters.IsUnderlyingValueNull() {
		return &pcapfilter.Expression{}, nil
	}
	var elements []attr.Value
	switch value := filters.UnderlyingValue().(type) {
	case types.List:
		elements = value.Elements()
	case types.Set:
		elements = value.Elements()
	case types.Tuple:
		elements = value.Elements()
	default:
		texts, err := attributeTexts(value, "source_address", "destination_address", "protocol", "source_port", "destination_port")
		if err != nil {
			return nil, fmt.Errorf("filters must be a list of Network Watcher's filters, or one object of huaweicloud_capture_filter: %w", err)
		}
		return pcapfilter.FromHuaweiCloudFilter(pcapfilter.HuaweiCloudFilter{
			SourceAddress: texts[0], DestinationAddress: texts[1], Protocol: texts[2], SourcePort: texts[3], DestinationPort: texts[4],
		})
	}
	list := make([]pcapfilter.AzureFilter, 0, len(elements))
	for i, element := range elements {
		texts, err := attributeTexts(element, "protocol", "local_ip_address", "local_port", "remote_ip_address", "remote_port")
		if err != nil {
			return nil, fmt.Errorf("filters[%d]: %w", i, err)
		}
		list = append(list, pcapfilter.AzureFilter{
			Protocol: texts[0], LocalIPAddress: texts[1], LocalPort: texts[2], RemoteIPAddress: texts[3], RemotePort: texts[4],
		})
	}
	return pcapfilter.FromAzureFilters(list)
}

// attributeTexts reads attributes of an object, or elements of a map, that are
// texts or numbers. Those that are not there, or null, are empty.
func attributeTexts(value attr.Value, names ...string) ([]string, error) {
	if dynamic, ok := value.(types.Dynamic); ok {
		value = dynamic.UnderlyingValue()
	}
	var attributes map[string]attr.Value
	switch object := value.(type) {
	case types.Object:
		attributes = object.Attributes()
	case types.Map:
		attributes = object.Elements()
	}
	if len(attributes) == 0 {
		return nil, fmt.Errorf("an object with %s was expected", strings.Join(names, ", "))
	}
	texts := make([]string, len(names))
	for name, attribute := range attributes {
		place := slices.Index(names, name)
		if place < 0 {
			return nil, fmt.Errorf("there is no attribute %q; there are %s", name, strings.Join(names, ", "))
		}
		text, err := attributeText(attribute)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		texts[place] = text
	}
	return texts, nil
}

func attributeText(value attr.Value) (string, error) {
	if dynamic, ok := value.(types.Dynamic); ok {
		value = dynamic.UnderlyingValue()
	}
	switch {
	case value == nil || value.IsNull():
		return "", nil
	case value.IsUnknown():
		return "", errors.New("the value is not known yet")
	}
	switch known := value.(type) {
	case types.String:
		return known.ValueString(), nil
	case types.Number:
		return known.ValueBigFloat().Text('f', -1), nil
	}
	return "", errors.New("a text was expected")
}
