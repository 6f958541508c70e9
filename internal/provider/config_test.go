package provider

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// object makes a nested block of the provider's schema, with null for what
// values leave out.
func object(t *testing.T, attributes map[string]schema.Attribute, values map[string]attr.Value) types.Object {
	t.Helper()
	all, kinds := map[string]attr.Value{}, map[string]attr.Type{}
	for name, attribute := range attributes {
		kinds[name] = attribute.GetType()
		null, err := attribute.GetType().ValueFromTerraform(t.Context(), nullOf(attribute.GetType()))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = null
	}
	for name, value := range values {
		if _, known := all[name]; !known {
			t.Fatalf("no attribute %s", name)
		}
		all[name] = value
	}
	return types.ObjectValueMust(kinds, all)
}

func nullOf(kind attr.Type) tftypes.Value {
	return tftypes.NewValue(kind.TerraformType(context.Background()), nil)
}

func nested(t *testing.T, name string) map[string]schema.Attribute {
	t.Helper()
	var resp provider.SchemaResponse
	(&cloudtap{}).Schema(t.Context(), provider.SchemaRequest{}, &resp)
	attributes := resp.Schema.Attributes
	for step := range strings.SplitSeq(name, ".") {
		block, ok := attributes[step].(schema.SingleNestedAttribute)
		if !ok {
			t.Fatalf("no block %s", name)
		}
		attributes = block.Attributes
	}
	return attributes
}

func azureBlock(t *testing.T, values map[string]attr.Value) model {
	t.Helper()
	return model{Azure: object(t, nested(t, "azure"), values)}
}

func resolveWith(t *testing.T, config model, env map[string]string) settings {
	t.Helper()
	var diags diag.Diagnostics
	s := resolve(t.Context(), config, "1.2.3", func(name string) string { return env[name] }, &diags)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return s
}

func TestEverySettingComesFromConfigurationThenEnvironment(t *testing.T) {
	t.Parallel()
	endpoint := func(name string) func(*azure.Config) *string {
		return func(c *azure.Config) *string {
			return map[string]*string{
				"resource_manager": &c.Endpoints.ResourceManager, "active_directory": &c.Endpoints.ActiveDirectory,
				"instance_metadata": &c.Endpoints.InstanceMetadata, "data_collector": &c.Endpoints.DataCollector,
				"log_analytics_query": &c.Endpoints.LogAnalyticsQuery,
				"blob":                &c.Endpoints.Blob,
			}[name]
		}
	}
	for _, test := range []struct {
		attribute string
		variables []string
		field     func(*azure.Config) *string
		value     string
	}{
		{"subscription_id", []string{"ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"}, func(c *azure.Config) *string { return &c.SubscriptionID }, "s"},
		{"tenant_id", []string{"ARM_TENANT_ID", "AZURE_TENANT_ID"}, func(c *azure.Config) *string { return &c.TenantID }, "t"},
		{"client_id", []string{"ARM_CLIENT_ID", "AZURE_CLIENT_ID"}, func(c *azure.Config) *string { return &c.ClientID }, "c"},
		{"client_secret", []string{"ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"}, func(c *azure.Config) *string { return &c.ClientSecret }, "x"},
		{"client_certificate_path", []string{"ARM_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"}, func(c *azure.Config) *string { return &c.ClientCertificatePath }, "p"},
		{"client_certificate_password", []string{"ARM_CLIENT_CERTIFICATE_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"}, func(c *azure.Config) *string { return &c.ClientCertificatePassword }, "w"},
		{"oidc_token_file_path", []string{"ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE"}, func(c *azure.Config) *string { return &c.OIDCTokenFilePath }, "o"},
		{"environment", []string{"ARM_ENVIRONMENT"}, func(c *azure.Config) *string { return &c.Environment }, "china"},
		{"endpoints.resource_manager", []string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT"}, endpoint("resource_manager"), "https://127.0.0.1:1"},
		{"endpoints.active_directory", []string{"CLOUDTAP_AZURE_ACTIVE_DIRECTORY_ENDPOINT"}, endpoint("active_directory"), "https://127.0.0.1:2"},
		{"endpoints.instance_metadata", []string{"CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT"}, endpoint("instance_metadata"), "http://127.0.0.1:3"},
		{"endpoints.data_collector", []string{"CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT"}, endpoint("data_collector"), "https://127.0.0.1:4"},
		{"endpoints.log_analytics_query", []string{"CLOUDTAP_AZURE_LOG_ANALYTICS_QUERY_ENDPOINT"}, endpoint("log_analytics_query"), "https://127.0.0.1:5"},
		{"endpoints.blob", []string{"CLOUDTAP_AZURE_BLOB_ENDPOINT"}, endpoint("blob"), "https://127.0.0.1:6"},
	} {
		t.Run(test.attribute, func(t *testing.T) {
			t.Parallel()
			byDefault := azure.Config{UseCLI: true, Environment: "public", UserAgent: "terraform-provider-cloudtap/1.2.3"}
			want := byDefault
			*test.field(&want) = test.value
			values := map[string]attr.Value{test.attribute: types.StringValue(test.value)}
			if outer, inner, isNested := strings.Cut(test.attribute, "."); isNested {
				values = map[string]attr.Value{outer: object(t, nested(t, "azure."+outer), map[string]attr.Value{inner: types.StringValue(test.value)})}
			}
			env := map[string]string{}
			for _, variable := range test.variables {
				env[variable] = "https://other.example"
			}
			check(t, "configuration", resolveWith(t, azureBlock(t, values), env), want)
			for _, variable := range test.variables {
				check(t, variable, resolveWith(t, model{}, map[string]string{variable: test.value}), want)
			}
			check(t, "default", resolveWith(t, model{}, nil), byDefault)
		})
	}
}

func check(t *testing.T, source string, got settings, want azure.Config) {
	t.Helper()
	if got.azureErr != nil {
		t.Errorf("from %s: %v", source, got.azureErr)
	}
	if diff := cmp.Diff(want, got.azure, cmpopts.IgnoreFields(azure.Config{}, "Log")); diff != "" {
		t.Errorf("from %s:\n%s", source, diff)
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	s := resolveWith(t, azureBlock(t, map[string]attr.Value{"use_cli": types.BoolValue(false)}), map[string]string{"ARM_USE_CLI": "true", "ARM_USE_MSI": "true"})
	if s.azure.UseCLI || !s.azure.UseManagedIdentity {
		t.Errorf("use_cli %v, use_managed_identity %v", s.azure.UseCLI, s.azure.UseManagedIdentity)
	}
	s = resolveWith(t, model{}, map[string]string{"ARM_USE_CLI": "maybe"})
	if s.azureErr == nil || !strings.Contains(s.azureErr.Error(), "ARM_USE_CLI") {
		t.Errorf("got %v", s.azureErr)
	}
}

func TestUnknownSettingsAreALaterConcern(t *testing.T) {
	t.Parallel()
	kinds := map[string]attr.Type{}
	for name, attribute := range nested(t, "azure") {
		kinds[name] = attribute.GetType()
	}
	for want, config := range map[string]model{
		"azure.client_secret": azureBlock(t, map[string]attr.Value{"client_secret": types.StringUnknown()}),
		"azure.use_cli":       azureBlock(t, map[string]attr.Value{"use_cli": types.BoolUnknown()}),
		"azure.endpoints":     azureBlock(t, map[string]attr.Value{"endpoints": types.ObjectUnknown(kinds["endpoints"].(types.ObjectType).AttrTypes)}),
		"azure":               {Azure: types.ObjectUnknown(kinds)},
	} {
		s := resolveWith(t, config, map[string]string{"ARM_CLIENT_SECRET": "not this one"})
		var notYet *tfkit.NotYetKnownError
		if !errors.As(s.azureErr, &notYet) || len(notYet.Attributes) != 1 || notYet.Attributes[0] != want {
			t.Errorf("%s: got %v", want, s.azureErr)
		}
		if s.azure.ClientSecret != "" && want == "azure.client_secret" {
			t.Error("the environment's secret took the place of one that is not known yet")
		}
	}
}

func TestInstanceMetadataNeedsItsEndpointOnly(t *testing.T) {
	t.Parallel()
	const variable = "CLOUDTAP_AZURE_INSTANCE_METADATA_ENDPOINT"
	kinds := map[string]attr.Type{}
	for name, attribute := range nested(t, "azure") {
		kinds[name] = attribute.GetType()
	}
	endpoints := func(value types.String) map[string]attr.Value {
		return map[string]attr.Value{"endpoints": object(t, nested(t, "azure.endpoints"), map[string]attr.Value{"instance_metadata": value})}
	}
	withIdentity := func(values map[string]attr.Value) map[string]attr.Value {
		values["use_managed_identity"] = types.BoolValue(true)
		return values
	}
	for name, test := range map[string]struct {
		config model
		env    map[string]string
		// metadata and azure are what the errors say; empty means none.
		metadata, azure string
	}{
		"nothing is set":        {},
		"credentials unknown":   {config: azureBlock(t, map[string]attr.Value{"client_secret": types.StringUnknown()}), azure: "azure.client_secret"},
		"environment is broken": {env: map[string]string{"ARM_USE_CLI": "maybe"}, azure: "ARM_USE_CLI"},
		"another endpoint":      {env: map[string]string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": "x"}, azure: "RESOURCE_MANAGER"},
		"wrong":                 {env: map[string]string{variable: "127.0.0.1"}, metadata: variable},
		"https":                 {env: map[string]string{variable: "https://127.0.0.1"}, metadata: variable},
		"another machine":       {env: map[string]string{variable: "http://192.0.2.1"}, metadata: "loopback"},
		"wrong for signing in":  {env: map[string]string{variable: "x", "ARM_USE_MSI": "true"}, metadata: variable, azure: variable},
		"unknown":               {config: azureBlock(t, endpoints(types.StringUnknown())), metadata: "azure.endpoints.instance_metadata"},
		"unknown for signing in": {config: azureBlock(t, withIdentity(endpoints(types.StringUnknown()))),
			metadata: "azure.endpoints.instance_metadata", azure: "azure.endpoints.instance_metadata"},
		"azure unknown": {config: model{Azure: types.ObjectUnknown(kinds)}, metadata: "apply: azure.", azure: "apply: azure."},
	} {
		s := resolveWith(t, test.config, test.env)
		for which, got := range map[string]struct {
			err  error
			want string
		}{"metadata": {s.instanceMetadataErr, test.metadata}, "azure": {s.azureErr, test.azure}} {
			if (got.err == nil) != (got.want == "") || got.err != nil && !strings.Contains(got.err.Error(), got.want) {
				t.Errorf("%s: the error for %s is %v, want %q", name, which, got.err, got.want)
			}
		}
		if test.metadata != "" && s.azure.Endpoints.InstanceMetadata != "" {
			t.Errorf("%s: the endpoint is %q", name, s.azure.Endpoints.InstanceMetadata)
		}
	}
}

func TestEndpointsAreChecked(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"http://127.0.0.1:1", "127.0.0.1:1", "https://", "https://user@host", "https://host?x=1", "https://host#x", "ftp://host"} {
		s := resolveWith(t, model{}, map[string]string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": endpoint})
		if s.azureErr == nil || !strings.Contains(s.azureErr.Error(), "CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT") {
			t.Errorf("%s: got %v", endpoint, s.azureErr)
		}
	}
	s := resolveWith(t, model{}, map[string]string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": "https://host:1/"})
	if s.azureErr != nil || s.azure.Endpoints.ResourceManager != "https://host:1" {
		t.Errorf("got %q, %v", s.azure.Endpoints.ResourceManager, s.azureErr)
	}
}
