package messages

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// signInMistakes are mistakes of the provider block and of the environment.
func signInMistakes() []mistake {
	start := create(capture, goodCapture())
	return []mistake{
		{title: "provider: azure sets nothing", block: acctest.Config{"azure": acctest.Config{}}, call: steps(nothing)},
		{title: "credentials: unknown environment", environment: map[string]string{"ARM_ENVIRONMENT": "german"}, call: start},
		{title: "credentials: secret without tenant", environment: map[string]string{"ARM_TENANT_ID": "", "AZURE_TENANT_ID": ""}, block: acctest.Config{"azure": acctest.Config{"client_secret": canary}}, call: start},
		{title: "credentials: wrong secret", block: acctest.Config{"azure": acctest.Config{"client_secret": canary}}, call: start},
		{title: "credentials: nothing configured", environment: map[string]string{"ARM_CLIENT_SECRET": "", "AZURE_CLIENT_SECRET": "", "ARM_USE_CLI": "false"}, call: start},
		{title: "credentials: the Azure CLI is not installed", environment: map[string]string{"ARM_CLIENT_SECRET": "", "AZURE_CLIENT_SECRET": "", "ARM_USE_CLI": ""}, call: start},
		{title: "credentials: certificate file is missing", environment: map[string]string{"ARM_CLIENT_SECRET": ""},
			block: acctest.Config{"azure": acctest.Config{"client_certificate_path": "/nowhere/client.pem", "client_certificate_password": canary}}, call: start},
		{title: "credentials: the directory is behind a proxy that wants a login", prepare: answers("aad", "", 407, page), call: start},
		{title: "provider: ARM_USE_CLI is no boolean", environment: map[string]string{"ARM_USE_CLI": "maybe"}, call: start},
		{title: "provider: an endpoint without scheme", environment: map[string]string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": "management.example.com"}, call: start},
		{title: "provider: nothing listens at the endpoint", environment: map[string]string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": "https://127.0.0.1:1"},
			call: create(capture, with(goodCapture(), acctest.Config{"timeouts": acctest.Config{"create": "2s"}}))},
		{title: "provider: the endpoint's certificate is signed by an unknown authority", environment: map[string]string{"CLOUDTAP_AZURE_RESOURCE_MANAGER_ENDPOINT": untrustedEndpoint}, call: start},
	}
}

// untrustedEndpoint stands for a server whose certificate nobody trusts.
const untrustedEndpoint = "{untrusted}"

// nothing is for mistakes that configuring the provider reports.
func nothing(t *testing.T, _ *acctest.Provider, _ *cloudsim.Cloud) acctest.Diagnostics {
	t.Helper()
	return nil
}
