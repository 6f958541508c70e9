package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// Override returns the simulation's environment with other values for some
// variables; an empty one unsets its variable.
func Override(cloud *cloudsim.Cloud, variables map[string]string) func(name string) string {
	return func(name string) string {
		if value, overridden := variables[name]; overridden {
			return value
		}
		return cloud.Lookup(name)
	}
}

// FactoriesWithEnvironment is Factories with other environment variables.
func FactoriesWithEnvironment(getenv func(name string) string) map[string]func() (tfprotov6.ProviderServer, error) {
	return factories(provider.Environment{Getenv: getenv})
}

func factories(environment provider.Environment) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"cloudtap": func() (tfprotov6.ProviderServer, error) {
			return provider.NewServer(provider.NewWithEnvironment("test", environment)()), nil
		},
	}
}
