package packetcapture

import (
	"context"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var _ datasource.DataSourceWithConfigValidators = (*watcherDataSource)(nil)

type watcherDataSource struct{ tfkit.DataSource[clients] }

// NewNetworkWatcherDataSource returns the data source
// cloudtap_azure_network_watcher.
func NewNetworkWatcherDataSource() datasource.DataSource {
	return &watcherDataSource{tfkit.DataSource[clients]{Type: "azure_network_watcher"}}
}

type watcherModel struct {
	ID                types.String `tfsdk:"id"`
	Location          types.String `tfsdk:"location"`
	Name              types.String `tfsdk:"name"`
	ResourceGroupName types.String `tfsdk:"resource_group_name"`
	SubscriptionID    types.String `tfsdk:"subscription_id"`
	ProvisioningState types.String `tfsdk:"provisioning_state"`
}

func (*watcherDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	either := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: description,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up a network watcher by region (one per subscription and region) or by name.",
		Attributes: map[string]schema.Attribute{
			"id":                  tfkit.ComputedText("ARM ID of the network watcher."),
			"location":            either("Region, for example `westeurope` or `West Europe`. Give this, or `name` and `resource_group_name`."),
			"name":                either("Name of the network watcher, for example `NetworkWatcher_westeurope`."),
			"resource_group_name": either("Resource group of the network watcher, usually `NetworkWatcherRG`."),
			"subscription_id":     either("Subscription to look in. Default: the provider's."),
			"provisioning_state":  tfkit.ComputedText("State of the network watcher in Azure Resource Manager, for example `Succeeded`."),
		},
	}
}

// ConfigValidators demand one complete way to find the watcher.
func (*watcherDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("location"), path.MatchRoot("name")),
		datasourcevalidator.RequiredTogether(path.MatchRoot("name"), path.MatchRoot("resource_group_name")),
	}
}

// Read looks the watcher up.
func (d *watcherDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config watcherModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	client, ok := openClient(d.Clients, "The network watcher", &resp.Diagnostics)
	if !ok {
		return
	}
	if config.SubscriptionID.IsNull() {
		config.SubscriptionID = types.StringValue(d.Clients.AzureSubscriptionID())
	}
	if config.SubscriptionID.ValueString() == "" {
		resp.Diagnostics.AddAttributeError(path.Root("subscription_id"), "Subscription is not known",
			"Set subscription_id here or in the provider's azure block, or the environment variable ARM_SUBSCRIPTION_ID.")
		return
	}
	if watcher := config.find(ctx, client, &resp.Diagnostics); watcher != nil {
		config.fromAPI(watcher, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
	}
}

func (m *watcherModel) find(ctx context.Context, client *networkwatcher.Client, diags *diag.Diagnostics) *armnetwork.Watcher {
	if !m.Location.IsNull() {
		watcher, err := client.WatcherIn(ctx, m.SubscriptionID.ValueString(), m.Location.ValueString())
		if err != nil {
			tfkit.AddError(diags, "Could not find network watcher", "The network watcher of region "+m.Location.ValueString()+
				" in subscription "+m.SubscriptionID.ValueString(), azure.Describe(err))
		}
		return watcher
	}
	id := networkwatcher.WatcherID{
		SubscriptionID:    m.SubscriptionID.ValueString(),
		ResourceGroupName: m.ResourceGroupName.ValueString(),
		Name:              m.Name.ValueString(),
	}
	watcher, err := client.Watcher(ctx, id)
	if err != nil {
		tfkit.AddError(diags, "Could not find network watcher", "Network watcher "+id.String(), azure.Describe(err))
	}
	return watcher
}

func (m *watcherModel) fromAPI(watcher *armnetwork.Watcher, diags *diag.Diagnostics) {
	id, err := networkwatcher.ParseWatcherID(value(watcher.ID))
	if err != nil {
		diags.AddError("Could not find network watcher", "The service's answer carries no network watcher ID. "+tfkit.Sentence(err))
		return
	}
	m.ID = types.StringValue(id.String())
	m.Location = tfkit.KeepSpelling(m.Location, value(watcher.Location), networkwatcher.SameLocation)
	m.Name = tfkit.KeepSpelling(m.Name, id.Name, strings.EqualFold)
	m.ResourceGroupName = tfkit.KeepSpelling(m.ResourceGroupName, id.ResourceGroupName, strings.EqualFold)
	m.ProvisioningState = types.StringNull()
	if watcher.Properties != nil {
		m.ProvisioningState = types.StringPointerValue((*string)(watcher.Properties.ProvisioningState))
	}
}
