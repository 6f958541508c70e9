package provider

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

func huaweiCloudBlock(t *testing.T, values map[string]attr.Value) model {
	t.Helper()
	return model{HuaweiCloud: object(t, nested(t, "huaweicloud"), values)}
}

func checkHuaweiCloud(t *testing.T, source string, got settings, want huaweicloud.Config) {
	t.Helper()
	if got.huaweiCloudErr != nil {
		t.Errorf("from %s: %v", source, got.huaweiCloudErr)
	}
	if diff := cmp.Diff(want, got.huaweiCloud, cmpopts.IgnoreFields(huaweicloud.Config{}, "Log", "Transport", "Clock")); diff != "" {
		t.Errorf("from %s:\n%s", source, diff)
	}
}

func TestEveryHuaweiCloudSettingComesFromConfigurationThenEnvironment(t *testing.T) {
	t.Parallel()
	byDefault := huaweicloud.Config{MaxRetries: 5, UserAgent: "terraform-provider-cloudtap/1.2.3"}
	for _, test := range []struct {
		attribute string
		variables []string
		field     func(*huaweicloud.Config) *string
		value     string
	}{
		{"region", []string{"HW_REGION_NAME", "OS_REGION_NAME"}, func(c *huaweicloud.Config) *string { return &c.Region }, "cn-north-4"},
		{"access_key", []string{"HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"}, func(c *huaweicloud.Config) *string { return &c.AccessKey }, "ak"},
		{"secret_key", []string{"HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK"}, func(c *huaweicloud.Config) *string { return &c.SecretKey }, "sk"},
		{"security_token", []string{"HW_SECURITY_TOKEN"}, func(c *huaweicloud.Config) *string { return &c.SecurityToken }, "st"},
		{"auth_token", []string{"HW_AUTH_TOKEN"}, func(c *huaweicloud.Config) *string { return &c.AuthToken }, "token"},
		{"user_name", []string{"HW_USER_NAME"}, func(c *huaweicloud.Config) *string { return &c.UserName }, "user"},
		{"password", []string{"HW_USER_PASSWORD"}, func(c *huaweicloud.Config) *string { return &c.Password }, "password"},
		{"domain_name", []string{"HW_DOMAIN_NAME"}, func(c *huaweicloud.Config) *string { return &c.DomainName }, "domain"},
		{"project_id", []string{"HW_PROJECT_ID"}, func(c *huaweicloud.Config) *string { return &c.ProjectID }, "p"},
		{"project_name", []string{"HW_PROJECT_NAME"}, func(c *huaweicloud.Config) *string { return &c.ProjectName }, "cn-north-4_team"},
		{"enterprise_project_id", []string{"HW_ENTERPRISE_PROJECT_ID"}, func(c *huaweicloud.Config) *string { return &c.EnterpriseProjectID }, "e"},
		{"endpoints.cfw", []string{"CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT"}, func(c *huaweicloud.Config) *string { return &c.Endpoints.CFW }, "https://127.0.0.1:1"},
		{"endpoints.iam", []string{"CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT"}, func(c *huaweicloud.Config) *string { return &c.Endpoints.IAM }, "https://127.0.0.1:2"},
	} {
		t.Run(test.attribute, func(t *testing.T) {
			t.Parallel()
			want := byDefault
			*test.field(&want) = test.value
			values := map[string]attr.Value{test.attribute: types.StringValue(test.value)}
			if outer, inner, isNested := strings.Cut(test.attribute, "."); isNested {
				values = map[string]attr.Value{outer: object(t, nested(t, "huaweicloud."+outer), map[string]attr.Value{inner: types.StringValue(test.value)})}
			}
			env := map[string]string{}
			for _, variable := range test.variables {
				env[variable] = "https://other.example"
			}
			checkHuaweiCloud(t, "configuration", resolveWith(t, huaweiCloudBlock(t, values), env), want)
			for _, variable := range test.variables {
				checkHuaweiCloud(t, variable, resolveWith(t, model{}, map[string]string{variable: test.value}), want)
			}
			checkHuaweiCloud(t, "default", resolveWith(t, model{}, nil), byDefault)
		})
	}
}

func TestHuaweiCloudMetadataEndpointIsForTheEnvironmentOnly(t *testing.T) {
	t.Parallel()
	const variable = "CLOUDTAP_HUAWEICLOUD_METADATA_ENDPOINT"
	s := resolveWith(t, model{}, map[string]string{variable: "http://127.0.0.1:3"})
	if s.huaweiCloudErr != nil || s.huaweiCloud.Endpoints.Metadata != "http://127.0.0.1:3" {
		t.Errorf("got %q, %v", s.huaweiCloud.Endpoints.Metadata, s.huaweiCloudErr)
	}
	s = resolveWith(t, model{}, map[string]string{variable: "https://127.0.0.1:3"})
	if s.huaweiCloudErr == nil || !strings.Contains(s.huaweiCloudErr.Error(), variable) {
		t.Errorf("got %v", s.huaweiCloudErr)
	}
}

func TestMaxRetries(t *testing.T) {
	t.Parallel()
	block := huaweiCloudBlock(t, map[string]attr.Value{"max_retries": types.Int64Value(0)})
	for name, test := range map[string]struct {
		config  model
		env     string
		want    int
		problem string
	}{
		"default":             {model{}, "", 5, ""},
		"environment":         {model{}, "2", 2, ""},
		"configuration first": {block, "2", 0, ""},
		"no number":           {model{}, "many", 5, `HW_MAX_RETRIES must be a number from 0 on, but is "many"`},
		"negative":            {model{}, "-1", 5, "HW_MAX_RETRIES"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := resolveWith(t, test.config, map[string]string{"HW_MAX_RETRIES": test.env})
			if s.huaweiCloud.MaxRetries != test.want {
				t.Errorf("got %d, want %d", s.huaweiCloud.MaxRetries, test.want)
			}
			if (s.huaweiCloudErr != nil) != (test.problem != "") || s.huaweiCloudErr != nil && !strings.Contains(s.huaweiCloudErr.Error(), test.problem) {
				t.Errorf("got %v", s.huaweiCloudErr)
			}
			if s.azureErr != nil {
				t.Errorf("it concerns Azure: %v", s.azureErr)
			}
		})
	}
}

func TestUnknownHuaweiCloudSettingsAreALaterConcern(t *testing.T) {
	t.Parallel()
	kinds := map[string]attr.Type{}
	for name, attribute := range nested(t, "huaweicloud") {
		kinds[name] = attribute.GetType()
	}
	endpoints, ok := kinds["endpoints"].(types.ObjectType)
	if !ok {
		t.Fatalf("endpoints is %T", kinds["endpoints"])
	}
	for want, config := range map[string]model{
		"huaweicloud.secret_key":  huaweiCloudBlock(t, map[string]attr.Value{"secret_key": types.StringUnknown()}),
		"huaweicloud.max_retries": huaweiCloudBlock(t, map[string]attr.Value{"max_retries": types.Int64Unknown()}),
		"huaweicloud.endpoints":   huaweiCloudBlock(t, map[string]attr.Value{"endpoints": types.ObjectUnknown(endpoints.AttrTypes)}),
		"huaweicloud":             {HuaweiCloud: types.ObjectUnknown(kinds)},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			s := resolveWith(t, config, map[string]string{"HW_SECRET_KEY": "not this one"})
			var notYet *tfkit.NotYetKnownError
			if !errors.As(s.huaweiCloudErr, &notYet) || len(notYet.Attributes) != 1 || notYet.Attributes[0] != want {
				t.Errorf("got %v", s.huaweiCloudErr)
			}
			if want == "huaweicloud.secret_key" && s.huaweiCloud.SecretKey != "" {
				t.Error("the environment's secret took the place of one that is not known yet")
			}
		})
	}
}

func TestHuaweiCloudEndpointsAreChecked(t *testing.T) {
	t.Parallel()
	for _, variable := range []string{"CLOUDTAP_HUAWEICLOUD_CFW_ENDPOINT", "CLOUDTAP_HUAWEICLOUD_IAM_ENDPOINT"} {
		for _, endpoint := range []string{"http://127.0.0.1:1", "127.0.0.1:1", "https://", "https://user@host", "https://host?x=1", "https://host#x"} {
			s := resolveWith(t, model{}, map[string]string{variable: endpoint})
			if s.huaweiCloudErr == nil || !strings.Contains(s.huaweiCloudErr.Error(), variable) {
				t.Errorf("%s: got %v", endpoint, s.huaweiCloudErr)
			}
		}
		s := resolveWith(t, model{}, map[string]string{variable: "https://host:1/"})
		if s.huaweiCloudErr != nil {
			t.Errorf("got %v", s.huaweiCloudErr)
		}
	}
}
