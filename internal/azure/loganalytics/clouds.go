package loganalytics

import (
	"crypto/tls"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// The clouds by the names of the provider's environment setting.
var clouds = map[string]struct {
	configuration *cloud.Configuration
	suffix        string
}{
	"":             {&cloud.AzurePublic, "ods.opinsights.azure.com"},
	"public":       {&cloud.AzurePublic, "ods.opinsights.azure.com"},
	"usgovernment": {&cloud.AzureGovernment, "ods.opinsights.azure.us"},
	"china":        {&cloud.AzureChina, "ods.opinsights.azure.cn"},
}

func unknownEnvironment(environment string) error {
	return fmt.Errorf("unknown Azure environment %q, want public, usgovernment or china", environment)
}

func dataCollectorSuffix(environment string) (string, error) {
	known, ok := clouds[environment]
	if !ok {
		return "", unknownEnvironment(environment)
	}
	return known.suffix, nil
}

// withService completes a cloud configuration with the audience and, where
// there is one, the endpoint of a service in the environment. endpoint, if
// not empty, replaces the endpoint.
func withService(given cloud.Configuration, environment string, name cloud.ServiceName, endpoint string) (cloud.Configuration, error) {
	known, ok := clouds[environment]
	if !ok {
		return cloud.Configuration{}, unknownEnvironment(environment)
	}
	service, configured := given.Services[name]
	if !configured || service.Audience == "" {
		service = known.configuration.Services[name]
	}
	if endpoint != "" {
		service.Endpoint = endpoint
	}
	if given.ActiveDirectoryAuthorityHost == "" {
		given.ActiveDirectoryAuthorityHost = known.configuration.ActiveDirectoryAuthorityHost
	}
	given.Services = maps.Clone(given.Services)
	if given.Services == nil {
		given.Services = map[cloud.ServiceName]cloud.ServiceConfiguration{}
	}
	given.Services[name] = service
	return given, nil
}

// newHTTPClient is for callers without a transport of their own.
func newHTTPClient() *http.Client {
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   1,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
