package azure

import (
	"fmt"
	"maps"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// environmentNames are the names of Azure's clouds in the tools that people
// come from, lower case: Terraform's azurerm, go-autorest, the Azure CLI ("az
// cloud list") and Azure PowerShell, which share one.
var environmentNames = map[string]string{
	"public": EnvironmentPublic, "azurecloud": EnvironmentPublic, "azurepubliccloud": EnvironmentPublic, "azurepublic": EnvironmentPublic,
	"usgovernment": EnvironmentUSGovernment, "usgov": EnvironmentUSGovernment, "azureusgovernment": EnvironmentUSGovernment,
	"azureusgovernmentcloud": EnvironmentUSGovernment, "azuregovernment": EnvironmentUSGovernment, "government": EnvironmentUSGovernment,
	"china": EnvironmentChina, "azurechina": EnvironmentChina, "azurechinacloud": EnvironmentChina,
}

// canonicalEnvironment returns which of the Environment constants a name
// means; an unknown name is returned as it is, and none means public.
func canonicalEnvironment(name string) string {
	name = strings.TrimSpace(name)
	if name == "" {
		return EnvironmentPublic
	}
	if known, ok := environmentNames[strings.ToLower(name)]; ok {
		return known
	}
	return name
}

// CheckEnvironment returns what is wrong with the name of an Azure cloud.
func CheckEnvironment(name string) error {
	_, err := environmentCloud(canonicalEnvironment(name))
	return err
}

func environmentCloud(environment string) (cloud.Configuration, error) {
	switch environment {
	case EnvironmentPublic:
		return cloud.AzurePublic, nil
	case EnvironmentUSGovernment:
		return cloud.AzureGovernment, nil
	case EnvironmentChina:
		return cloud.AzureChina, nil
	default:
		return cloud.Configuration{}, fmt.Errorf("unknown Azure environment %q: set azure.environment (or ARM_ENVIRONMENT) to %q, %q or %q",
			environment, EnvironmentPublic, EnvironmentUSGovernment, EnvironmentChina)
	}
}

// cloud returns the environment with the configured endpoints. The services
// are copied at every call, because client packages register theirs when they
// are loaded.
func (s *Session) cloud() cloud.Configuration {
	configuration, err := environmentCloud(s.Environment())
	if err != nil {
		// No request gets anywhere with this, as Credential fails with err.
		configuration = cloud.AzurePublic
	}
	configuration.Services = maps.Clone(configuration.Services)
	if endpoint := s.config.Endpoints.ResourceManager; endpoint != "" {
		service := configuration.Services[cloud.ResourceManager]
		service.Endpoint = endpoint
		configuration.Services[cloud.ResourceManager] = service
	}
	if host := s.config.Endpoints.ActiveDirectory; host != "" {
		configuration.ActiveDirectoryAuthorityHost = host
	}
	return configuration
}

func (s *Session) resourceManager() cloud.ServiceConfiguration {
	return s.cloud().Services[cloud.ResourceManager]
}
