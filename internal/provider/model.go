package provider

import "github.com/hashicorp/terraform-plugin-framework/types"

// model is the provider block. The clouds are objects rather than structs,
// because either may be unknown as a whole while planning.
type model struct {
	Azure       types.Object `tfsdk:"azure"`
	HuaweiCloud types.Object `tfsdk:"huaweicloud"`
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
	Blob              types.String `tfsdk:"blob"`
}

type huaweiCloudModel struct {
	Region              types.String `tfsdk:"region"`
	AccessKey           types.String `tfsdk:"access_key"`
	SecretKey           types.String `tfsdk:"secret_key"`
	SecurityToken       types.String `tfsdk:"security_token"`
	AuthToken           types.String `tfsdk:"auth_token"`
	UserName            types.String `tfsdk:"user_name"`
	Password            types.String `tfsdk:"password"`
	DomainName          types.String `tfsdk:"domain_name"`
	ProjectID           types.String `tfsdk:"project_id"`
	ProjectName         types.String `tfsdk:"project_name"`
	EnterpriseProjectID types.String `tfsdk:"enterprise_project_id"`
	MaxRetries          types.Int64  `tfsdk:"max_retries"`
	Endpoints           types.Object `tfsdk:"endpoints"`
}

type huaweiCloudEndpointsModel struct {
	CFW types.String `tfsdk:"cfw"`
	IAM types.String `tfsdk:"iam"`
}
