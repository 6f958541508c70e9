package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func (p *cloudtap) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Tap traffic on Azure and Huawei Cloud, know the machine that Terraform runs on, and record what was found.",
		Attributes: map[string]schema.Attribute{
			"azure":       azureSchema(),
			"huaweicloud": huaweiCloudSchema(),
		},
	}
}

func azureSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		Validators:          []validator.Object{setsSomething{}},
		MarkdownDescription: "How to reach Azure. Every setting falls back on environment variables; without the block these alone are used.",
		Attributes: map[string]schema.Attribute{
			"subscription_id": text("Subscription in which data sources look things up when their arguments do not name one.", "ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"),
			"tenant_id":       text("Microsoft Entra tenant (directory) of the identity.", "ARM_TENANT_ID", "AZURE_TENANT_ID"),
			"client_id":       text("Client (application) ID of a service principal, or of a user-assigned managed identity.", "ARM_CLIENT_ID", "AZURE_CLIENT_ID"),
			"client_secret":   secret("Client secret of the service principal.", "ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"),
			"client_certificate_path": text("Path of a PEM or PKCS#12 file with the certificate and the private key of the service principal.",
				"ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"),
			"client_certificate_password": secret("Password of the certificate file.", "ARM_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"),
			"oidc_token_file_path": text("Path of a file with an OpenID Connect token: workload identity, as on Kubernetes.",
				"ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE"),
			"use_managed_identity": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Use the managed identity of the machine, or of the App Service, Function or Container App, that Terraform runs on. Default `false`; environment `ARM_USE_MSI`.",
			},
			"use_cli": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Use the login of the Azure CLI when nothing else is configured. Default `true`; environment `ARM_USE_CLI`.",
			},
			"environment": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Azure cloud: `public` (default), `usgovernment` or `china`, in any case; the names of the Azure CLI and SDKs, such as `AzureCloud`, are understood as well. Environment: `ARM_ENVIRONMENT`.",
				Validators: []validator.String{tfkit.StringCheck{
					Title: "Azure environment is unknown", Text: "must be public, usgovernment or china",
					Check: azure.CheckEnvironment,
				}},
			},
			"endpoints": azureEndpointsSchema(),
		},
	}
}

func azureEndpointsSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		Validators:          []validator.Object{setsSomething{}},
		MarkdownDescription: "Endpoints that replace those of the environment, for private clouds and for the simulated cloud.",
		Attributes: map[string]schema.Attribute{
			"resource_manager":    endpoint("Azure Resource Manager.", "https", "CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT"),
			"active_directory":    endpoint("Microsoft Entra ID, which issues the tokens.", "https", "CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT"),
			"instance_metadata":   endpoint("Azure Instance Metadata Service.", "http", "CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT"),
			"data_collector":      endpoint("HTTP Data Collector API; replaces the workspace's own host.", "https", "CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT"),
			"log_analytics_query": endpoint("Log Analytics query API.", "https", "CLOUDTAP_AZURE_LOG_ANALYTICS_QUERY_ENDPOINT"),
			"blob":                endpoint("Blob Storage, for all accounts: the account comes first in the path, as with Azurite.", "https", "CLOUDTAP_AZURE_BLOB_ENDPOINT"),
		},
	}
}
