package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// settings is the resolved configuration of all clouds. A cloud's error
// concerns only those who use it.
type settings struct {
	azure    azure.Config
	azureErr error
	// instanceMetadataErr concerns the metadata of this machine, which needs
	// none of Azure's settings but its endpoint.
	instanceMetadataErr error

	huaweiCloud    huaweicloud.Config
	huaweiCloudErr error
	// logAnalyticsKeys are the primary and the secondary shared key of the
	// workspaces that do not name theirs; there is no provider setting.
	logAnalyticsKeys [2]string
	// captureSASURL is the container for captures of firewalls and VPN gateways
	// that name none.
	captureSASURL string
}

// resolve turns configuration and environment into settings. It does no I/O
// but for getenv.
func resolve(ctx context.Context, config model, version string, getenv func(string) string, diags *diag.Diagnostics) settings {
	var s settings
	s.resolveAzure(ctx, config.Azure, getenv, diags)
	s.huaweiCloud, s.huaweiCloudErr = resolveHuaweiCloud(ctx, config.HuaweiCloud, getenv, diags)
	userAgent := "terraform-provider-cloudtap/" + version
	s.azure.UserAgent, s.huaweiCloud.UserAgent = userAgent, userAgent
	s.azure.Log, s.huaweiCloud.Log = tfkit.Logger("azure"), tfkit.Logger("huaweicloud")
	s.captureSASURL = getenv("CLOUDTAP_AZURE_CAPTURE_SAS_URL")
	s.logAnalyticsKeys = [2]string{getenv("AZURE_LOG_ANALYTICS_SHARED_KEY"), getenv("AZURE_LOG_ANALYTICS_SECONDARY_SHARED_KEY")}
	return s
}

func (s *settings) resolveAzure(ctx context.Context, block types.Object, getenv func(string) string, diags *diag.Diagnostics) {
	r := &resolver{cloud: "azure", getenv: getenv}
	var m azureModel
	var endpoints azureEndpointsModel
	decode(ctx, r, "", block, &m, diags)
	decode(ctx, r, "endpoints", m.Endpoints, &endpoints, diags)
	// What is unknown as a whole may hold the endpoint.
	unknownBlocks := len(r.unknown)
	metadata := &resolver{cloud: r.cloud, getenv: getenv, unknown: slices.Clone(r.unknown)}
	s.azure = azure.Config{
		SubscriptionID:            r.text("subscription_id", m.SubscriptionID, "", "ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"),
		TenantID:                  r.text("tenant_id", m.TenantID, "", "ARM_TENANT_ID", "AZURE_TENANT_ID"),
		ClientID:                  r.text("client_id", m.ClientID, "", "ARM_CLIENT_ID", "AZURE_CLIENT_ID"),
		ClientSecret:              r.text("client_secret", m.ClientSecret, "", "ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"),
		ClientCertificatePath:     r.text("client_certificate_path", m.ClientCertificatePath, "", "ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"),
		ClientCertificatePassword: r.text("client_certificate_password", m.ClientCertificatePassword, "", "ARM_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"),
		OIDCTokenFilePath:         r.text("oidc_token_file_path", m.OIDCTokenFilePath, "", "ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE"),
		UseManagedIdentity:        r.flag("use_managed_identity", m.UseManagedIdentity, false, "ARM_USE_MSI"),
		UseCLI:                    r.flag("use_cli", m.UseCLI, true, "ARM_USE_CLI"),
		Environment:               r.text("environment", m.Environment, "public", "ARM_ENVIRONMENT"),
		Endpoints: azure.Endpoints{
			ResourceManager:   r.origin("endpoints.resource_manager", endpoints.ResourceManager, "https", "CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT"),
			ActiveDirectory:   r.origin("endpoints.active_directory", endpoints.ActiveDirectory, "https", "CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT"),
			InstanceMetadata:  metadata.instanceMetadata(endpoints.InstanceMetadata),
			DataCollector:     r.origin("endpoints.data_collector", endpoints.DataCollector, "https", "CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT"),
			LogAnalyticsQuery: r.origin("endpoints.log_analytics_query", endpoints.LogAnalyticsQuery, "https", "CLOUDTAP_AZURE_LOG_ANALYTICS_QUERY_ENDPOINT"),
			Blob:              r.origin("endpoints.blob", endpoints.Blob, "https", "CLOUDTAP_AZURE_BLOB_ENDPOINT"),
		},
	}
	s.instanceMetadataErr = metadata.err()
	if s.azure.UseManagedIdentity {
		// Only then does signing in need the metadata service.
		r.problems = append(r.problems, metadata.problems...)
		r.unknown = append(r.unknown, metadata.unknown[unknownBlocks:]...)
	}
	s.azureErr = r.err()
}

// instanceMetadata resolves the metadata service's endpoint, whose host has
// to be this machine's own.
func (r *resolver) instanceMetadata(value types.String) string {
	const attribute, variable = "endpoints.instance_metadata", "CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT"
	endpoint := r.origin(attribute, value, "http", variable)
	if endpoint == "" {
		return ""
	}
	if err := imds.CheckEndpoint(endpoint); err != nil {
		r.problems = append(r.problems, fmt.Sprintf("%s.%s (or %s): %s", r.cloud, attribute, variable, err))
		return ""
	}
	return endpoint
}

func resolveHuaweiCloud(ctx context.Context, block types.Object, getenv func(string) string, diags *diag.Diagnostics) (huaweicloud.Config, error) {
	r := &resolver{cloud: "huaweicloud", getenv: getenv}
	var m huaweiCloudModel
	var endpoints huaweiCloudEndpointsModel
	decode(ctx, r, "", block, &m, diags)
	decode(ctx, r, "endpoints", m.Endpoints, &endpoints, diags)
	config := huaweicloud.Config{
		Region:              r.text("region", m.Region, "", "HW_REGION_NAME", "OS_REGION_NAME"),
		AccessKey:           r.text("access_key", m.AccessKey, "", "HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"),
		SecretKey:           r.text("secret_key", m.SecretKey, "", "HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK"),
		SecurityToken:       r.text("security_token", m.SecurityToken, "", "HW_SECURITY_TOKEN"),
		AuthToken:           r.text("auth_token", m.AuthToken, "", "HW_AUTH_TOKEN"),
		UserName:            r.text("user_name", m.UserName, "", "HW_USER_NAME"),
		Password:            r.text("password", m.Password, "", "HW_USER_PASSWORD"),
		DomainName:          r.text("domain_name", m.DomainName, "", "HW_DOMAIN_NAME"),
		ProjectID:           r.text("project_id", m.ProjectID, "", "HW_PROJECT_ID"),
		ProjectName:         r.text("project_name", m.ProjectName, "", "HW_PROJECT_NAME"),
		EnterpriseProjectID: r.text("enterprise_project_id", m.EnterpriseProjectID, "", "HW_ENTERPRISE_PROJECT_ID"),
		MaxRetries:          r.number("max_retries", m.MaxRetries, huaweicloud.DefaultMaxRetries, "HW_MAX_RETRIES"),
		Endpoints: huaweicloud.Endpoints{
			CFW:      r.origin("endpoints.cfw", endpoints.CFW, "https", "CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT"),
			IAM:      r.origin("endpoints.iam", endpoints.IAM, "https", "CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT"),
			Metadata: r.origin("endpoints.metadata", types.StringNull(), "http", "CLOUDTAP_HUAWEICLOUD_METADATA_ENDPOINT"),
		},
	}
	return config, r.err()
}

// decode reads a nested object into a struct; a null one leaves it zero, an
// unknown one makes the whole block unknown.
func decode(ctx context.Context, r *resolver, attribute string, object types.Object, into any, diags *diag.Diagnostics) {
	if object.IsUnknown() {
		name := r.cloud
		if attribute != "" {
			name += "." + attribute
		}
		r.unknown = append(r.unknown, name)
		return
	}
	if !object.IsNull() {
		diags.Append(object.As(ctx, into, basetypes.ObjectAsOptions{})...)
	}
}
