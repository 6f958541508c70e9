package provider

import "github.com/hashicorp/terraform-plugin-framework/types"

// model is the provider block. The clouds are objects rather than structs,
// because either may be unknown as a whole while planning.
type model struct {
	Azure types.Object `tfsdk:"azure"`
}

type azureModel struct {
	SubscriptionID            types.String `tfsdk:"subscription_id"`
	TenantID                  types.String `tfsdk:"tenant_id"`
	ClientID                  types.String `tfsdk:"client_id"`
	ClientSecret              types.String `tfsdk:"client_secret"`
	ClientCertificatePath     types.String `tfsdk:"client_certificate_path"`
	ClientCertificatePassword types.String `tfsdk:"client_certificate_password"`
	OIDCTokenFilePath         types.String `tfsdk:"oidc_token_file_path"`
	UseManagedIdentity        types.Bool   `tfsdk:"use_managed_identity"`
	UseCLI                    types.Bool   `tfsdk:"use_cli"`
	Environment               types.String `tfsdk:"environment"`
	Endpoints                 types.Object `tfsdk:"endpoints"`
}

type azureEndpointsModel struct {
	ResourceManager   types.String `tfsdk:"resource_manager"`
	ActiveDirectory   types.String `tfsdk:"active_directory"`
	InstanceMetadata  types.String `tfsdk:"instance_metadata"`
	DataCollector     types.String `tfsdk:"data_collector"`
	LogAnalyticsQuery types.String `tfsdk:"log_analytics_query"`
}
