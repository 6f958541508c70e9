package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

func huaweiCloudSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:   true,
		Validators: []validator.Object{setsSomething{}},
		MarkdownDescription: "How to reach Huawei Cloud. Every setting falls back on environment variables; without the block these alone are used. " +
			"Credentials are looked for in this order: `auth_token`, `access_key` with `secret_key`, `user_name` with `password`, the agency of the ECS that Terraform runs on.",
		Attributes: map[string]schema.Attribute{
			"region":                text("Region of resources that do not name one, for example `cn-north-4`.", "HW_REGION_NAME", "OS_REGION_NAME"),
			"access_key":            secret("Access key (AK), which signs requests together with `secret_key`.", "HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"),
			"secret_key":            secret("Secret key (SK).", "HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK"),
			"security_token":        secret("Security token that belongs to temporary access keys.", "HW_SECURITY_TOKEN"),
			"auth_token":            secret("Ready-made IAM token, sent as `X-Auth-Token`.", "HW_AUTH_TOKEN"),
			"user_name":             text("Name of an IAM user, who signs in with `password`.", "HW_USER_NAME"),
			"password":              secret("Password of the IAM user.", "HW_USER_PASSWORD"),
			"domain_name":           text("Name of the account that the IAM user belongs to.", "HW_DOMAIN_NAME"),
			"project_id":            text("ID of the project. Default: looked up once from the region or `project_name`.", "HW_PROJECT_ID"),
			"project_name":          text("Name of the project. Default: the region's own project, which has its name.", "HW_PROJECT_NAME"),
			"enterprise_project_id": text("Enterprise project of resources that do not name one.", "HW_ENTERPRISE_PROJECT_ID"),
			"max_retries": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: withEnvironment("How often a call that may be repeated is tried again; ten times as often if the service throttles it. Default `5`.", []string{"HW_MAX_RETRIES"}),
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"endpoints": schema.SingleNestedAttribute{
				Optional:            true,
				Validators:          []validator.Object{setsSomething{}},
				MarkdownDescription: "Endpoints that replace those of the region.",
				Attributes: map[string]schema.Attribute{
					"cfw": endpoint("Cloud Firewall.", "https", "CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT"),
					"iam": endpoint("Identity and Access Management.", "https", "CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT"),
				},
			},
		},
	}
}
