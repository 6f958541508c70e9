package capturetask

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

var _ datasource.DataSourceWithConfigValidators = (*firewallDataSource)(nil)

type firewallDataSource struct{ tfkit.DataSource[clients] }

// NewFirewallDataSource returns the data source
// cloudtap_huaweicloud_firewall.
func NewFirewallDataSource() datasource.DataSource {
	return &firewallDataSource{tfkit.DataSource[clients]{Type: "huaweicloud_firewall"}}
}

type firewallModel struct {
	scopeModel
	FWInstanceID    types.String `tfsdk:"fw_instance_id"`
	Name            types.String `tfsdk:"name"`
	Status          types.String `tfsdk:"status"`
	SupportsCapture types.Bool   `tfsdk:"supports_capture"`
	SupportsIPv6    types.Bool   `tfsdk:"supports_ipv6"`
}

func (*firewallDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	either := func(description string, check validator.String) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: description, Validators: []validator.String{check}}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds a Huawei Cloud firewall (CFW) by name or ID, and shows what it can capture.",
		Attributes: map[string]schema.Attribute{
			"name":           either("Name of the firewall, exactly. Give this or `fw_instance_id`.", stringvalidator.LengthAtLeast(1)),
			"fw_instance_id": either(firewallDescription+" Give this or `name`.", firewallIDValidator()),
			"region":         tfkit.OptionalText(regionDescription),
			"enterprise_project_id": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: enterpriseProjectDescription + " Shows the firewall's own if not given.",
			},
			"status":           tfkit.ComputedText("`running`, or another state such as `creating`, `upgrading` or `freezing`; `unknown(n)` for a number n of the service without a known meaning."),
			"supports_capture": tfkit.ComputedBool("Whether the firewall can capture packets; null if the service does not say."),
			"supports_ipv6":    tfkit.ComputedBool("Whether the firewall knows IPv6; null if the service does not say."),
		},
	}
}

// ConfigValidators demand one way to find the firewall.
func (*firewallDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("name"), path.MatchRoot("fw_instance_id")),
	}
}

// Read looks the firewall up.
func (d *firewallDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config firewallModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	client, ok := openClient(d.Clients, "The firewall", &resp.Diagnostics)
	if !ok {
		return
	}
	detail, err := config.find(ctx, client)
	if err != nil {
		config.addNotFound(&resp.Diagnostics, err)
		return
	}
	config.fromAPI(detail)
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}

func (m *firewallModel) find(ctx context.Context, client *cfw.Client) (cfw.FirewallDetail, error) {
	if m.FWInstanceID.IsNull() {
		return client.FindFirewallByName(ctx, m.scope(), m.Name.ValueString())
	}
	return client.FirewallDetail(ctx, m.firewall(m.FWInstanceID.ValueString()))
}

func (m *firewallModel) addNotFound(diags *diag.Diagnostics, err error) {
	const summary = "Could not find firewall"
	at, what := path.Root("fw_instance_id"), "Firewall "+m.FWInstanceID.ValueString()
	if m.FWInstanceID.IsNull() {
		at, what = path.Root("name"), "Firewall "+m.Name.ValueString()
	}
	if missing := new(cfw.FirewallNotFoundError); errors.As(err, &missing) {
		diags.AddAttributeError(at, summary, tfkit.Sentence(err))
		return
	}
	addFailure(diags, summary, what, err)
}

func (m *firewallModel) fromAPI(detail cfw.FirewallDetail) {
	m.FWInstanceID, m.Name = types.StringValue(detail.ID), types.StringValue(detail.Name)
	if m.EnterpriseProjectID.ValueString() == "" {
		m.EnterpriseProjectID = tfkit.TextOrNull(detail.EnterpriseProjectID)
	}
	m.Status = types.StringValue(detail.StatusWord())
	m.SupportsCapture, m.SupportsIPv6 = types.BoolPointerValue(detail.SupportsCapture), types.BoolPointerValue(detail.SupportsIPv6)
}
