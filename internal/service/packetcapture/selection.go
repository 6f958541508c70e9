package packetcapture

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// selectionModel selects captures for the listing data source and for the
// list resource.
type selectionModel struct {
	NetworkWatcherID types.String `tfsdk:"network_watcher_id"`
	TargetID         types.String `tfsdk:"target_id"`
	NameRegex        types.String `tfsdk:"name_regex"`
}

// selectionAttributes describe selectionModel.
func selectionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"network_watcher_id": tfkit.RequiredText("ARM ID of the network watcher.", watcherIDValidator()),
		"target_id":          tfkit.OptionalText("Only captures on this virtual machine or scale set, by ARM ID.", targetIDValidator()),
		"name_regex":         tfkit.OptionalText("Only captures whose name matches this [RE2](https://github.com/google/re2/wiki/Syntax) regular expression.", tfkit.Regex()),
	}
}

// find lists the captures that match, ordered by name.
func (m selectionModel) find(ctx context.Context, client *networkwatcher.Client, diags *diag.Diagnostics) []*armnetwork.PacketCaptureResult {
	watcher, err := networkwatcher.ParseWatcherID(m.NetworkWatcherID.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("network_watcher_id"), "Network watcher ID is not valid", tfkit.Sentence(err))
		return nil
	}
	pattern, err := regexp.Compile(m.NameRegex.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("name_regex"), "Regular expression is not valid", tfkit.Sentence(err))
		return nil
	}
	listed, err := client.List(ctx, watcher)
	if err != nil {
		tfkit.AddError(diags, "Could not list packet captures", fmt.Sprintf("Network watcher %q (resource group %q, subscription %s)",
			watcher.Name, watcher.ResourceGroupName, watcher.SubscriptionID), azure.Describe(err))
		return nil
	}
	found := make([]*armnetwork.PacketCaptureResult, 0, len(listed))
	for _, capture := range listed {
		onTarget := m.TargetID.IsNull() || (capture.Properties != nil && strings.EqualFold(value(capture.Properties.Target), m.TargetID.ValueString()))
		if onTarget && pattern.MatchString(value(capture.Name)) {
			found = append(found, capture)
		}
	}
	slices.SortFunc(found, func(a, b *armnetwork.PacketCaptureResult) int { return cmp.Compare(value(a.Name), value(b.Name)) })
	return found
}
