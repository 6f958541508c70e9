package provider_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// noKeys takes the simulation's access key out of the environment.
var noKeys = map[string]string{"HW_ACCESS_KEY": "", "HW_SECRET_KEY": ""}

func with(variables map[string]string) map[string]string {
	all := maps.Clone(noKeys)
	maps.Copy(all, variables)
	return all
}

// TestEveryWayToSignInToHuaweiCloud reads a firewall with each kind of
// credentials, from the environment and from the provider block.
func TestEveryWayToSignInToHuaweiCloud(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		credentials func(*cloudsim.Cloud) (env map[string]string, block acctest.Config)
		// calls are made to sign in and to find the project.
		calls map[string]int
	}{
		"token": {func(cloud *cloudsim.Cloud) (map[string]string, acctest.Config) {
			token := cloud.IAM.IssueToken(cloud.IAM.ProjectID(), time.Hour)
			return with(map[string]string{"HW_AUTH_TOKEN": token}), acctest.Config{"auth_token": token}
		}, map[string]int{"iam KeystoneListProjects": 1}},
		"access key": {func(cloud *cloudsim.Cloud) (map[string]string, acctest.Config) {
			key := cloud.IAM.PermanentKey()
			return with(map[string]string{"HUAWEICLOUD_SDK_AK": key.Access, "HUAWEICLOUD_SDK_SK": key.Secret}),
				acctest.Config{"access_key": key.Access, "secret_key": key.Secret}
		}, map[string]int{"iam KeystoneListProjects": 1}},
		"temporary access key": {func(cloud *cloudsim.Cloud) (map[string]string, acctest.Config) {
			key := cloud.IAM.IssueTemporaryKey(time.Hour)
			return map[string]string{"HW_ACCESS_KEY": key.Access, "HW_SECRET_KEY": key.Secret, "HW_SECURITY_TOKEN": key.SecurityToken},
				acctest.Config{"access_key": key.Access, "secret_key": key.Secret, "security_token": key.SecurityToken}
		}, map[string]int{"iam KeystoneListProjects": 1}},
		"password": {func(cloud *cloudsim.Cloud) (map[string]string, acctest.Config) {
			user, password, domain := cloud.IAM.User()
			return with(map[string]string{"HW_USER_NAME": user, "HW_USER_PASSWORD": password, "HW_DOMAIN_NAME": domain}),
				acctest.Config{"user_name": user, "password": password, "domain_name": domain}
		}, map[string]int{"iam KeystoneCreateUserTokenByPassword": 1}},
		"agency of the server": {func(*cloudsim.Cloud) (map[string]string, acctest.Config) {
			return noKeys, acctest.Config{}
		}, map[string]int{"ecs_metadata GetMetadataToken": 1, "ecs_metadata GetSecurityKey": 1, "iam KeystoneListProjects": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			env, block := test.credentials(cloud)
			fromEnvironment := acctest.NewProviderWithEnvironment(t, acctest.Override(cloud, env))
			fromBlock := acctest.NewProviderWith(t, acctest.Override(cloud, noKeys), acctest.Config{"huaweicloud": block})
			for source, p := range map[string]*acctest.Provider{"environment": fromEnvironment, "block": fromBlock} {
				cloud.Journal.Reset()
				read, diagnostics := p.ReadData(t.Context(), "cloudtap_huaweicloud_firewall", acctest.Config{"name": "sim-firewall"})
				p.Expect(diagnostics)
				if got := acctest.Get(t, read, "fw_instance_id"); got != cloud.CFW.FirewallID() {
					t.Errorf("%s: found %q", source, got)
				}
				summary := cloud.Journal.Summary()
				for call, want := range test.calls {
					if summary[call] != want {
						t.Errorf("%s: %s was called %d times, want %d: %v", source, call, summary[call], want, summary)
					}
				}
			}
		})
	}
}

func TestWithoutHuaweiCloudCredentialsTheErrorNamesTheWays(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	cloud.ECSMetadata.Delete("sim-agency")
	for name, test := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"none":       {noKeys, []string{"HW_AUTH_TOKEN", "HW_ACCESS_KEY", "HW_USER_NAME", "this ECS has no agency"}},
		"incomplete": {with(map[string]string{"HW_ACCESS_KEY": "SIMAKNOSECRET"}), []string{"incomplete", "secret_key (HW_SECRET_KEY)"}},
		"wrong":      {map[string]string{"HW_MAX_RETRIES": "many"}, []string{"Could not use Huawei Cloud", "HW_MAX_RETRIES"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewProviderWithEnvironment(t, acctest.Override(cloud, test.env))
			_, diagnostics := p.ReadData(t.Context(), "cloudtap_huaweicloud_firewall", acctest.Config{"name": "sim-firewall"})
			text := strings.Join(diagnostics.Errors(), "\n")
			simtest.Says(t, text, test.want...)
		})
	}
}

// TestConfigureMakesNoRequest has settings for everything, and uses nothing.
func TestConfigureMakesNoRequest(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	acctest.NewProvider(t, cloud)
	if summary := cloud.Journal.Summary(); len(summary) != 0 {
		t.Errorf("Configure asked %v", summary)
	}
}
