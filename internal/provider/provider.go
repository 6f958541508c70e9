// Package provider assembles the cloudtap provider: its configuration and the
// list of everything that it serves.
package provider

import (
	"context"
	"net"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/service/capturefilter"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/service/capturesummary"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/service/capturetask"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/service/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/service/instancemetadata"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/service/logingest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/service/packetcapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Address is the provider's address in the Terraform registry.
const Address = "registry.terraform.io/cloudtap/cloudtap"

// New returns the constructor of the provider.
func New(version string) func() provider.Provider {
	return NewWithEnvironment(version, Environment{Getenv: os.Getenv})
}

// Environment is what a provider finds around it.
type Environment struct {
	// Getenv reads environment variables.
	Getenv func(name string) string
	// Clock is what the provider waits with; nil means the machine's.
	Clock wait.Clock
	// RetryDelay is the Azure SDK's pause before its first retry, which
	// does not know the clock; 0 means the SDK's own.
	RetryDelay time.Duration
	// Dial makes connections; nil means the machine's network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// NewWithEnvironment returns the constructor of a provider that runs in an
// environment of its own.
func NewWithEnvironment(version string, environment Environment) func() provider.Provider {
	return func() provider.Provider {
		return &cloudtap{version: version, environment: environment}
	}
}

var (
	_ provider.ProviderWithFunctions          = (*cloudtap)(nil)
	_ provider.ProviderWithEphemeralResources = (*cloudtap)(nil)
	_ provider.ProviderWithListResources      = (*cloudtap)(nil)
	_ provider.ProviderWithActions            = (*cloudtap)(nil)
)

type cloudtap struct {
	version     string
	environment Environment
}

func (p *cloudtap) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cloudtap"
	resp.Version = p.version
}

// Configure resolves the configuration. It makes no network call: a cloud is
// contacted when something that uses it is.
func (p *cloudtap) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings := resolve(ctx, config, p.version, p.environment.Getenv, &resp.Diagnostics)
	settings.azure.Clock, settings.huaweiCloud.Clock = p.environment.Clock, p.environment.Clock
	settings.azure.RetryDelay, settings.azure.Dial, settings.huaweiCloud.Dial = p.environment.RetryDelay, p.environment.Dial, p.environment.Dial
	shared := newClients(settings)
	resp.ResourceData = shared
	resp.DataSourceData = shared
	resp.EphemeralResourceData = shared
	resp.ListResourceData = shared
	resp.ActionData = shared
}

func (p *cloudtap) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		packetcapture.NewResource,
		edgecapture.NewFirewallResource,
		edgecapture.NewVPNResource,
		logingest.NewResource(),
		capturetask.NewResource,
		capturesummary.NewResource,
	}
}

func (p *cloudtap) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		instancemetadata.NewDataSource,
		instancemetadata.NewScheduledEventsDataSource,
		packetcapture.NewDataSource,
		packetcapture.NewListDataSource,
		packetcapture.NewNetworkWatcherDataSource,
		logingest.NewQueryDataSource,
		capturetask.NewListDataSource,
		capturetask.NewResultDataSource,
		capturetask.NewFirewallDataSource,
		capturesummary.NewDataSource,
	}
}

func (p *cloudtap) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		capturetask.NewResultEphemeralResource,
		instancemetadata.NewAttestedDocument,
	}
}

func (p *cloudtap) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		packetcapture.NewListResource,
		capturetask.NewListResource,
	}
}

func (p *cloudtap) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		instancemetadata.NewApproveAction,
		packetcapture.NewStopAction,
		edgecapture.NewFirewallAction,
		edgecapture.NewVPNAction,
		logingest.NewAction,
		capturetask.NewStopAction,
	}
}

func (p *cloudtap) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		packetcapture.NewParseIDFunction,
		capturefilter.NewAzureFunction,
		capturefilter.NewHuaweiCloudFunction,
		capturefilter.NewExpressionFunction,
		logingest.NewColumnsFunction,
	}
}
